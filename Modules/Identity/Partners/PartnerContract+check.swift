public import Messages
public import Vocabulary

/// The messages of a site's enabled plug-ins, against which a contract is checked.
public struct PartnerCatalogue: Sendable {
    public struct Entry: Sendable {
        public var kind: ContractEntry.Kind
        /// Of commands and queries.
        public var access: Access?
        /// JSON Schema of the message.
        public var message: JSONValue
        /// JSON Schema of the reply; of an event absent.
        public var reply: JSONValue?
        /// Whether it has an address on the API.
        public var isExposed: Bool

        public init(kind: ContractEntry.Kind, access: Access?, message: JSONValue, reply: JSONValue?, isExposed: Bool) {
            self.kind = kind
            self.access = access
            self.message = message
            self.reply = reply
            self.isExposed = isExposed
        }
    }

    public var entries: [WireName: Entry]

    /// What may stand in a first draft of a contract: every exposed query that is open to everybody, with the plain values of its
    /// reply and of the elements of its lists; what is nested deeper is left out.
    public var draft: [PartnerContract.Terms] {
        entries.filter { $0.value.kind == .query && $0.value.isExposed && $0.value.access == .anyone }
            .map { PartnerContract.Terms($0.key, fields: SchemaPath.plainPaths($0.value.reply ?? .null)) }
            .filter { $0.fields?.isEmpty == false }.sorted { $0.name.description < $1.name.description }
    }

    public init(_ entries: [WireName: Entry]) { self.entries = entries }
}

extension PartnerContract {
    /// Reads a contract's file (JSON5) and checks it against what the site offers.
    /// - Throws: `partner.contract-invalid` (422) with every fault at once.
    public static func read(
        _ bytes: [UInt8], catalogue: PartnerCatalogue, roles: [RoleRule] = RoleRule.standard, site: RegionCode?, today: Day
    ) throws(Refusal) -> PartnerContract {
        let value: JSONValue
        do { value = try JSON5.parse(bytes) } catch { throw PartnerRefusals.contractInvalid([error.fault(field: "contract")]) }
        let faults = Schema.of(PartnerContract.self).problems(in: value)
        guard faults.isEmpty else { throw PartnerRefusals.contractInvalid(faults) }
        guard let contract = try? value.decode(PartnerContract.self) else {
            throw PartnerRefusals.contractInvalid([.init(field: "contract", message: "内容无法读取，请对照示例检查各字段的类型。")])
        }
        let found = contract.faults(catalogue, roles: roles, site: site, today: today)
        guard found.isEmpty else { throw PartnerRefusals.contractInvalid(found) }
        return contract
    }

    /// Everything wrong with the contract, at once.
    public func faults(_ catalogue: PartnerCatalogue, roles: [RoleRule], site: RegionCode?, today: Day) -> [Refusal.Fault] {
        var check = ContractCheck(catalogue: catalogue, roles: roles, site: site)
        check.range("/purpose", purpose.count, 5...200, "用途须为 5 至 200 字，写明数据用来做什么。")
        check.range("/ratePerMinute", ratePerMinute, 1...60_000, "每分钟次数须为 1 至 60000。")
        check.range("/dailyQuota", dailyQuota, 1...100_000_000, "每日次数须为 1 至 100000000。")
        if validUntil < validFrom { check.fault("/validUntil", validUntil.description, "止期早于起期“\(validFrom)”，请改正。") }
        if validUntil < today { check.fault("/validUntil", validUntil.description, "止期已过，请填写今天或以后的日期。") }
        check.range("/messages", messages.count, 1...200, "须列出 1 至 200 条消息。")
        var seen: Set<String> = []
        for (index, terms) in messages.enumerated() {
            let place = "/messages/\(index)"
            if !seen.insert("\(terms.direction) \(terms.name)").inserted {
                check.fault(place + "/name", terms.name.description, "同一方向上列了两次，请合并。")
            }
            check.message(terms, at: place)
        }
        return check.faults
    }
}

/// Collects what is wrong with a contract.
private struct ContractCheck {
    let catalogue: PartnerCatalogue
    let roles: [RoleRule]
    let site: RegionCode?
    var faults: [Refusal.Fault] = []

    init(catalogue: PartnerCatalogue, roles: [RoleRule], site: RegionCode?) {
        self.catalogue = catalogue
        self.roles = roles
        self.site = site
    }

    mutating func fault(_ field: String, _ value: String?, _ message: String) {
        faults.append(.init(field: field, value: value.map { String($0.prefix(100)) }, message: message))
    }

    mutating func range(_ field: String, _ number: Int, _ range: ClosedRange<Int>, _ message: String) {
        if !range.contains(number) { fault(field, nil, message) }
    }

    mutating func message(_ terms: PartnerContract.Terms, at place: String) {
        let wanted: [ContractEntry.Kind] = terms.direction == .call ? [.command, .query] : [.event]
        guard let entry = catalogue.entries[terms.name], wanted.contains(entry.kind) else {
            let known = catalogue.entries.filter { wanted.contains($0.value.kind) }.keys.map(\.description).sorted()
            let hint = Nearest.name(to: terms.name.description, among: known).map { "是否想写“\($0)”？" } ?? ""
            return fault(
                place + "/name", terms.name.description,
                "本站没有可\(terms.direction.title)的消息“\(terms.name)”。\(hint)请核对名称、版本和方向，或先启用相应插件。")
        }
        if terms.direction == .call, !entry.isExposed {
            fault(place + "/name", terms.name.description, "该消息没有开放为接口，合作方无法调用，请删去。")
        }
        paths(terms.fields, in: terms.direction == .call ? entry.reply : entry.message, at: place + "/fields")
        paths(terms.requestFields, in: entry.message, at: place + "/requestFields")
        if terms.direction == .receive, terms.requestFields != nil || terms.role != nil || terms.consent != nil {
            fault(place, nil, "接收的消息不能写 requestFields、role 或 consent，请删去。")
        } else if let sent = terms.requestFields, !sent.isEmpty {
            let filter = FieldFilter(sent)
            for name in (entry.message["required"]?.array ?? []).compactMap(\.string) where !filter.admits([name]) {
                fault(place + "/requestFields", name, "缺少必填字段“\(name)”，否则该消息无法调用。请补上。")
            }
        }
        consent(terms, entry, at: place)
        role(terms, entry, at: place)
    }

    private mutating func paths(_ paths: [String]?, in schema: JSONValue?, at place: String) {
        // An empty list reads like “nothing” and would let everything pass.
        if let paths, paths.isEmpty { return fault(place, nil, "字段清单为空。要给出全部字段，请删去此项；否则请列出字段。") }
        for (index, path) in (paths ?? []).enumerated() {
            if let problem = FieldFilter.problem(inPath: path) {
                fault("\(place)/\(index)", path, problem)
            } else if let schema, case .missing(let segment, let known) = SchemaPath.look(for: path, in: schema) {
                let hint = Nearest.name(to: segment, among: known).map { "是否想写“\($0)”？" } ?? ""
                let list = known.isEmpty ? "此处没有下级字段" : "此处的字段有：\(known.prefix(12).joined(separator: "、"))"
                fault("\(place)/\(index)", path, "路径中的“\(segment)”不存在。\(hint)\(list)。请改正。")
            }
        }
    }

    private mutating func consent(_ terms: PartnerContract.Terms, _ entry: PartnerCatalogue.Entry, at place: String) {
        guard let path = terms.consent, terms.direction == .call else { return }
        guard case .found(let schema) = SchemaPath.look(for: path, in: entry.message), !path.contains("*"),
            schema.contains(where: { $0["type"]?.string == "string" || $0["type"]?.array?.contains("string") == true })
        else {
            return fault(place + "/consent", path, "须写请求中给出企业统一社会信用代码的文本字段；该消息没有这样的字段。请改正或删去。")
        }
        if let sent = terms.requestFields, !FieldFilter(sent).admits(FieldFilter.segments(path)) {
            fault(place + "/consent", path, "授权企业的字段不在 requestFields 之内，请补上。")
        }
    }

    private mutating func role(_ terms: PartnerContract.Terms, _ entry: PartnerCatalogue.Entry, at place: String) {
        guard terms.direction == .call else { return }
        var grants: [Grant] = []
        if let text = terms.role {
            guard let grant = terms.grant else {
                return fault(place + "/role", text, "应形如 window-staff@430181：角色，加 @ 和六位区划代码。请改正。")
            }
            if RoleRule.administrators.contains(grant.role) {
                fault(place + "/role", text, "合作方不得行使系统、安全、审计管理员的权限，请删去。")
            } else {
                for problem in GrantCheck(rules: roles, site: site).faults([grant], organisation: Self.anybody) {
                    fault(place + "/role", text, problem.message)
                }
            }
            grants = [grant]
        }
        let actor = Actor(kind: .partner, id: "-", name: "-", grants: grants)
        if let access = entry.access, !access.allows(actor) {
            let wanted: String =
                if case .roles(let roles) = access { "该消息要求以下角色之一：\(roles.map(\.rawValue).joined(separator: "、"))。请写明 role。" } else {
                    "该消息只供系统内部使用，合作方无法调用，请删去。"
                }
            fault(place + "/role", terms.role, wanted)
        }
    }

    /// A partner always acts for an organisation: its own.
    private static let anybody = CreditCode("91350100M000100Y43")
}

/// Finds what a JSON Schema says about a path.
enum SchemaPath {
    enum Look: Hashable {
        /// The schemas that may hold there.
        case found([JSONValue])
        /// The first segment that leads nowhere, and what could stand in its place.
        case missing(String, known: [String])
    }

    static func look(for path: String, in root: JSONValue) -> Look {
        var places = resolve(root, root)
        for segment in FieldFilter.segments(path) {
            var next: [JSONValue] = []
            var known: [String] = []
            for place in places {
                if segment == "*", let items = place["items"] { next += resolve(items, root) }
                if let values = place["additionalProperties"], values.object != nil { next += resolve(values, root) }
                let members = place["properties"]?.object ?? []
                if segment == "*", place["maxProperties"] == 1 { for member in members { next += resolve(member.value, root) } }
                if place["items"] != nil { known.append("*") }
                known += members.map(\.key)
                if let member = members.first(where: { $0.key == segment }) { next += resolve(member.value, root) }
                // A schema that says nothing of its inside admits any path.
                if place["type"] == nil, members.isEmpty, place["enum"] == nil { return .found([place]) }
            }
            guard !next.isEmpty else { return .missing(segment, known: known) }
            places = next
        }
        return .found(places)
    }

    /// Paths of the values that are no objects: of the root itself, and of the elements of its lists.
    static func plainPaths(_ root: JSONValue) -> [String] {
        func paths(_ place: JSONValue, _ prefix: String, _ depth: Int) -> [String] {
            (place["properties"]?.object ?? []).flatMap { member -> [String] in
                let path = prefix + member.key.replacing("~", with: "~0").replacing("/", with: "~1")
                return resolve(member.value, root).flatMap { value -> [String] in
                    let types = value["type"]?.array?.compactMap(\.string) ?? value["type"]?.string.map { [$0] } ?? []
                    if types.contains("object") || types == ["null"] { return [] }
                    guard types.contains("array"), let items = value["items"] else { return [path] }
                    let inside = resolve(items, root)
                    guard inside.contains(where: { $0["properties"] != nil }) else { return [path] }
                    return depth == 0 ? inside.flatMap { paths($0, path + "/*/", 1) } : []
                }
            }
        }
        return resolve(root, root).flatMap { paths($0, "", 0) }
    }

    /// The schema itself, what it refers to, and its alternatives.
    private static func resolve(_ schema: JSONValue, _ root: JSONValue, depth: Int = 0) -> [JSONValue] {
        guard depth < 8 else { return [] }
        if let name = schema["$ref"]?.string?.split(separator: "/").last, let target = root["$defs"]?[String(name)] {
            return resolve(target, root, depth: depth + 1)
        }
        if let choices = schema["anyOf"]?.array { return choices.flatMap { resolve($0, root, depth: depth + 1) } }
        return [schema]
    }
}
