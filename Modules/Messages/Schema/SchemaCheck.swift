extension Schema {
    /// What to do with members that the schema does not name.
    public enum UnknownMembers: Sendable, Hashable {
        /// Each is a fault, with the nearest known name; for requests and settings.
        case refuse
        /// They are passed over; for events of a newer version.
        case ignore
    }

    /// Everything wrong with a value, in the order of the schema; empty when the type can be decoded from it.
    ///
    /// At most 100 faults are listed. A `null` for a member that need not be there counts as absent.
    public func problems(in value: JSONValue, unknown: UnknownMembers = .refuse) -> [Refusal.Fault] {
        var check = SchemaCheck(definitions: definitions, unknown: unknown)
        check.check(value, self, at: "")
        return check.faults
    }

    /// The same, whatever stands at these places passing; it does not count among the 100.
    package func problems(in value: JSONValue, passing places: Set<String>) -> [Refusal.Fault] {
        var check = SchemaCheck(definitions: definitions, unknown: .refuse, passing: places)
        check.check(value, self, at: "")
        return check.faults
    }
}

/// One walk over a value and its schema.
struct SchemaCheck {
    let definitions: [Schema.Definition]
    let unknown: Schema.UnknownMembers
    /// JSON Pointers of values that are no fault, whatever they are.
    private let passed: Set<String>
    private(set) var faults: [Refusal.Fault] = []
    /// References followed without going deeper into the value, so that a schema cannot send us in circles.
    private var followed = 0

    init(definitions: [Schema.Definition], unknown: Schema.UnknownMembers, passing places: Set<String> = []) {
        self.definitions = definitions
        self.unknown = unknown
        passed = places
    }

    mutating func check(_ value: JSONValue, _ schema: Schema, at path: String) {
        guard faults.count < 100 else { return }
        if value.isNull, schema.isNullable { return }
        switch schema.kind {
        case .any: return
        case .reference(let name):
            guard followed < 8, let definition = definitions.first(where: { $0.name == name }) else { return }
            followed += 1
            check(value, definition.schema, at: path)
            followed -= 1
        case .boolean:
            if value.bool == nil { wrongType(value, schema, "应为 true 或 false", at: path) }
        case .integer:
            guard let number = value.integer else { return wrongType(value, schema, "应为整数，不带引号和小数", at: path) }
            checkBounds(Double(number), number, value, schema, at: path)
        case .number:
            guard let number = value.number else { return wrongType(value, schema, "应为数字，不带引号", at: path) }
            checkBounds(number, nil, value, schema, at: path)
        case .string:
            guard let text = value.string else { return wrongType(value, schema, "应为文字，写在双引号内", at: path) }
            check(text, value, schema, at: path)
        case .choice(let choices):
            guard !choices.contains(value) else { return }
            let near = value.string.flatMap { Nearest.name(to: $0, among: choices.compactMap(\.string)) }
            let hint = near.map { "，您是否要填“\($0)”？" } ?? "，请改选其中之一。"
            fault(value, schema, "应为下列之一：\(Self.list(choices))\(hint)", at: path)
        case .array(let items):
            guard let elements = value.array else { return wrongType(value, schema, "应为数组，写在方括号内", at: path) }
            checkCount(elements.count, "项", value, schema, at: path)
            deeper { check in
                for (position, element) in elements.enumerated() { check.check(element, items, at: "\(path)/\(position)") }
            }
        case .map(let values):
            guard let members = value.object else { return wrongType(value, schema, "应为对象，写在花括号内", at: path) }
            checkCount(members.count, "个成员", value, schema, at: path)
            deeper { check in
                for member in members {
                    let place = path + "/" + JSONError.escape(member.key)
                    if let rule = schema.rule, !rule.accepts(member.key) {
                        check.add(Refusal.Fault(field: place, value: Self.shorten(member.key), message: rule.sentence))
                    }
                    check.check(member.value, values, at: place)
                }
            }
        case .object(let properties):
            guard let members = value.object else { return wrongType(value, schema, "应为对象，写在花括号内", at: path) }
            deeper { $0.check(members, properties, schema, at: path) }
        case .variants(let cases):
            guard let members = value.object, members.count == 1, let member = members.first else {
                return fault(value, schema, "应为恰有一个成员的对象，成员名为下列之一：\(Self.list(cases.map { .string($0.name) }))。", at: path)
            }
            deeper { $0.check([member], cases.map { .init($0.name, $0.schema, isRequired: $0.name == member.key) }, schema, at: path) }
        }
    }

    private mutating func deeper(_ work: (inout SchemaCheck) -> Void) {
        let before = followed
        followed = 0
        work(&self)
        followed = before
    }

    private mutating func check(_ members: [JSONValue.Member], _ properties: [Schema.Property], _ schema: Schema, at path: String) {
        for property in properties {
            let place = path + "/" + JSONError.escape(property.name)
            guard let value = members.first(where: { $0.key == property.name })?.value else {
                if property.isRequired { missing(property, at: place) }
                continue
            }
            if value.isNull, !property.isRequired { continue }
            check(value, property.schema, at: place)
        }
        guard unknown == .refuse, !schema.isOpen else { return }
        for member in members where !properties.contains(where: { $0.name == member.key }) {
            refuseUnknown(member.key, properties.map(\.name), at: path)
        }
    }

    private mutating func missing(_ property: Schema.Property, at path: String) {
        let example = property.schema.example.map { "，例如 \(Self.short($0))" } ?? ""
        add(Refusal.Fault(field: path, message: "\(property.schema.title ?? "此项")必填，请补充\(example)。"))
    }

    mutating func refuseUnknown(_ name: String, _ known: [String], at path: String) {
        let hint: String
        if let near = Nearest.name(to: name, among: known) {
            hint = "您是否要写“\(near)”？"
        } else if known.isEmpty {
            hint = "此处没有可填的字段，请删去。"
        } else {
            hint = "可用的字段有：\(known.prefix(12).joined(separator: "、"))，请改正或删去。"
        }
        add(Refusal.Fault(field: path + "/" + JSONError.escape(name), message: "没有名为“\(name.prefix(40))”的字段。\(hint)"))
    }

    private mutating func check(_ text: String, _ value: JSONValue, _ schema: Schema, at path: String) {
        if let rule = schema.rule, !rule.accepts(text) { return fault(value, schema, rule.sentence, at: path) }
        guard schema.minLength != nil || schema.maxLength != nil else { return }
        let length = text.unicodeScalars.count
        if let least = schema.minLength, length < least {
            fault(value, schema, length == 0 ? "不能为空，请填写。" : "至少 \(least) 个字，现为 \(length) 个字，请补充。", at: path)
        } else if let most = schema.maxLength, length > most {
            fault(value, schema, "最多 \(most) 个字，现为 \(length) 个字，请缩短。", at: path)
        }
    }

    private mutating func checkBounds(_ number: Double, _ exact: Int64?, _ value: JSONValue, _ schema: Schema, at path: String) {
        let tooSmall = schema.minimum.map { least in exact.map { $0 < least } ?? (number < Double(least)) } ?? false
        let tooLarge = schema.maximum.map { most in exact.map { $0 > most } ?? (number > Double(most)) } ?? false
        guard tooSmall || tooLarge else { return }
        let rule =
            switch (schema.minimum, schema.maximum) {
            case (let least?, let most?): "应在 \(least) 到 \(most) 之间"
            case (let least?, nil): "不能小于 \(least)"
            case (_, let most): "不能大于 \(most ?? .max)"
            }
        fault(value, schema, rule + "，请改正。", at: path)
    }

    private mutating func checkCount(_ count: Int, _ unit: String, _ value: JSONValue, _ schema: Schema, at path: String) {
        if let least = schema.minLength, count < least {
            fault(value, schema, "至少 \(least) \(unit)，现有 \(count) \(unit)，请补充。", at: path)
        } else if let most = schema.maxLength, count > most {
            fault(value, schema, "最多 \(most) \(unit)，现有 \(count) \(unit)，请删减。", at: path)
        }
    }

    // MARK: - Faults

    private mutating func wrongType(_ value: JSONValue, _ schema: Schema, _ rule: String, at path: String) {
        if value.isNull { return fault(value, schema, "不能为空（null），请填写。", at: path) }
        fault(value, schema, rule + "，请改正。", at: path)
    }

    private mutating func fault(_ value: JSONValue, _ schema: Schema, _ sentence: String, at path: String) {
        let title = schema.title ?? ""
        add(Refusal.Fault(field: path, value: schema.isPersonal ? nil : Self.short(value), message: title + sentence))
    }

    private mutating func add(_ fault: Refusal.Fault) {
        if faults.count < 100, !passed.contains(fault.field) { faults.append(fault) }
    }

    /// The value as text, at most 40 characters.
    static func short(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): shorten(text)
        case .array(let elements): "数组（\(elements.count) 项）"
        case .object(let members): "对象（\(members.count) 个成员）"
        default: shorten(String(decoding: value.serialized(), as: UTF8.self))
        }
    }

    static func shorten(_ text: String) -> String { text.count > 40 ? text.prefix(39) + "…" : text }

    private static func list(_ values: [JSONValue]) -> String {
        values.prefix(20).map(short).joined(separator: "、") + (values.count > 20 ? " 等 \(values.count) 个" : "")
    }
}
