import AppealsContracts
import Messages
import PluginKit
import Vocabulary

/// Handing in a request. With name and telephone it is signed; with neither it is anonymous and goes into the box like the page's, leaving
/// no trace of its sender. E-mail, device and account are never kept, pictures never fetched: the notice says so.
extension GeoReport {
    func submit(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        try jurisdiction(request)
        let form = GeoReportForm(of: request.path)
        var reading = GeoReportReading(request)
        let matter = reading.matter(rulebook, departments: try context.ask(ProposeDepartments()).departments)
        guard let matter, reading.faults.isEmpty else { return faulty(form, reading.faults) }
        let code = LookupCode.random()
        let lookup = code.digest(for: Rulebook.lookupPurpose)
        do {
            let number: CaseNumber
            if let person = matter.person {
                number = try await context.tell(
                    SubmitAppeal(
                        title: matter.title, content: matter.content, kind: matter.kind, category: matter.category,
                        region: matter.region,
                        signing: matter.signing, department: matter.department, submitter: Personal(person.name),
                        phone: Personal(person.phone),
                        enterprise: matter.enterprise, lookup: lookup)
                ).number
            } else {
                number = CaseNumber(day: request.now.day, region: matter.region, serial: SubmitPage.draw())
                _ = try await context.tell(
                    DropAnonymously(
                        number: number, title: matter.title, content: matter.content, kind: matter.kind,
                        category: matter.category,
                        region: matter.region, department: matter.department, lookup: lookup))
            }
            let token = GeoReportToken(number: number, code: code)
            let notice =
                matter.person == nil
                ? "匿名件当日收存、次日登记，届时凭 token 可取得 service_request_id。" : "已收件，凭 token 可立即取得 service_request_id。"
            return form.answer(
                "service_requests",
                [
                    [
                        "token": .string(token.description),
                        "service_notice": .string(notice + "token 只给出这一次，请妥善保存。" + reading.unkept),
                        "account_id": .null,
                    ]
                ])
        } catch let refusal as Refusal where !refusal.faults.isEmpty && refusal.status == 422 {
            return faulty(form, refusal.faults.map { (400, "\(Self.standardName($0.field))：\($0.message)") })
        }
    }

    /// The command's members by the standard's names.
    private static func standardName(_ field: String) -> String {
        let bare = field.split(separator: "/").first.map(String.init) ?? field
        return switch bare {
        case "content": "description"
        case "category": "service_code"
        case "region": "address_id"
        case "title", "kind", "signing", "department", "enterprise": "attribute[\(bare)]"
        default: bare
        }
    }
}

/// The fields of a request, read with every fault noted.
struct GeoReportReading {
    struct Matter {
        var title: String
        var content: String
        var kind: CaseKind
        var category: String
        var region: RegionCode
        var signing: Signing
        var department: DepartmentID?
        var enterprise: String?
        /// `nil`: anonymous.
        var person: (name: String, phone: ContactNumber)?
    }

    private let request: PageRequest
    private(set) var faults: [(code: Int, sentence: String)] = []

    init(_ request: PageRequest) { self.request = request }

    /// What was sent and is not kept, in one sentence; empty where there is nothing of it.
    var unkept: String {
        let sent = ["email", "device_id", "account_id", "media_url", "lat", "long"].filter { request.fields[$0] != nil }
        return sent.isEmpty ? "" : "未保存：\(sent.joined(separator: "、"))。"
    }

    private mutating func add(_ sentence: String, _ code: Int = 400) { faults.append((code, sentence)) }

    mutating func matter(_ rulebook: Rulebook, departments: [DepartmentList.Proposal]) -> Matter? {
        let category = request.fields["service_code"]
        if let category {
            if !rulebook.settings.categories.contains(where: { $0.code == category }) {
                add("没有代码为“\(category.prefix(20))”的服务类别（service_code）。可用的代码见 services.json。", 404)
            }
        } else {
            add("缺少 service_code。可用的代码见 services.json。")
        }
        let content = request.fields["description"] ?? ""
        if !(10...4000).contains(content.count) { add("description 应为 10–4000 字，实为 \(content.count) 字。请修改。") }
        let region = place(rulebook)
        let known = Set(GeoReportAttribute.all(departments: []).map(\.code))
        for name in request.fields.pairs.map(\.name) where name.hasPrefix("attribute[") {
            let code = name.dropFirst("attribute[".count).prefix { $0 != "]" }
            if !known.contains(String(code)) {
                add("没有名为“\(code.prefix(40))”的 attribute。可用的见 services/\(category ?? "05").json。")
            }
        }
        let kind: CaseKind? = choice("kind", "性质", required: true)
        let signing: Signing? = choice("signing", "署名方式", required: false)
        let department = attribute("department").flatMap { text -> DepartmentID? in
            if let found = departments.first(where: { $0.id.description == text }) { return found.id }
            add("attribute[department]：部门名录中没有“\(text.prefix(40))”。可用的见 services/\(category ?? "05").json。")
            return nil
        }
        let person = submitter(signing)
        guard let category, let region, let kind else { return nil }
        let title = attribute("title") ?? String(content.split(whereSeparator: \.isNewline).first?.prefix(40) ?? "")
        return Matter(
            title: title, content: content, kind: kind, category: category, region: region,
            signing: signing == .confidential ? .confidential : person == nil ? .anonymous : .signed,
            department: department,
            enterprise: attribute("enterprise"), person: person)
    }

    /// Both brackets of a list's attribute are the standard's.
    private func attribute(_ code: String) -> String? {
        request.fields["attribute[\(code)]"] ?? request.fields["attribute[\(code)][]"]
    }

    private mutating func choice<T: RawRepresentable & CaseIterable>(_ code: String, _ title: String, required: Bool)
        -> T?
    where T.RawValue == String {
        guard let text = attribute(code) else {
            if required {
                add("缺少 attribute[\(code)]（\(title)），可填 \(T.allCases.map(\.rawValue).joined(separator: "、"))。")
            }
            return nil
        }
        if let value = T(rawValue: text) { return value }
        add(
            "attribute[\(code)]（\(title)）只能是 \(T.allCases.map(\.rawValue).joined(separator: "、"))，实为“\(text.prefix(20))”。请改正。"
        )
        return nil
    }

    /// The division: by its code, or by its name inside an address.
    private mutating func place(_ rulebook: Rulebook) -> RegionCode? {
        if let text = request.fields["address_id"] {
            if let code = RegionCode(text), rulebook.regions.region(code) != nil { return code }
            add("address_id 应为县级行政区划代码（GB/T 2260），区划表中没有“\(text.prefix(20))”。请改正。")
            return nil
        }
        guard let text = request.fields["address_string"] else {
            add("缺少位置：请在 address_id 填县级行政区划代码，或在 address_string 写明省市县。只有 lat、long 不能确定受理地。")
            return nil
        }
        let province = request.site.region?.province ?? RegionCode("430000")
        let counties = province.map { rulebook.regions.descendants(of: $0, on: request.now.day, tier: .county) } ?? []
        let found = counties.filter { text.contains($0.name) }
        let certain =
            found.count > 1
            ? found.filter { $0.parent.flatMap { rulebook.regions.region($0) }.map { text.contains($0.name) } ?? false }
            : found
        if certain.count == 1 { return certain[0].code }
        add("address_string“\(text.prefix(40))”\(found.isEmpty ? "中没有找到本省的县（市、区）名称" : "对应不止一个县（市、区）")。请改填 address_id。")
        return nil
    }

    /// Name and number together, or neither.
    private mutating func submitter(_ signing: Signing?) -> (name: String, phone: ContactNumber)? {
        let names = [request.fields["last_name"], request.fields["first_name"]].compactMap { $0 }
        let isChinese = names.joined().unicodeScalars.allSatisfy { $0.value > 0x2E7F }
        let name = isChinese ? names.joined() : names.reversed().joined(separator: " ")
        let phone = request.fields["phone"]
        if signing == .anonymous, !name.isEmpty || phone != nil {
            add("匿名（attribute[signing]=anonymous）的，请不填 last_name、first_name、phone。")
        }
        if name.isEmpty, phone == nil {
            if let signing, signing != .anonymous {
                add("attribute[signing]=\(signing.rawValue) 的，须填 last_name、first_name 和 phone。")
            }
            // Its receipt would keep who sent it, and when.
            if request.actor.kind == .partner { add("匿名件不得以合作方身份提交，以免留下来源。请去掉 api_key 后重试，或填写姓名和电话。") }
            if attribute("enterprise") != nil { add("attribute[enterprise]：匿名件请不填企业名称。") }
            return nil
        }
        if name.isEmpty { add("缺少姓名（last_name、first_name）：实名的须姓名和 phone 都填，匿名的都不填。") }
        if name.count > 60 { add("姓名（last_name、first_name）合计不超过 60 字，实为 \(name.count) 字。请缩短。") }
        guard let phone else {
            add("缺少 phone：实名的须姓名和 phone 都填，匿名的都不填。")
            return nil
        }
        guard let number = ContactNumber(phone) else {
            add("phone 应为 11 位手机号或带区号的固定电话，实为“\(phone.prefix(20))”。请核对。")
            return nil
        }
        return name.isEmpty ? nil : (name, number)
    }
}
