import Crypto
import Gateway
import Messages

/// Messages made from a schema: its examples, what lies at the edges of every member, and what lies beyond them, one change each.
struct MessageVariants {
    struct Variant {
        /// English: what was changed and where.
        var what: String
        var value: JSONValue
    }

    /// As the schema has it; the examples first.
    private(set) var good: [Variant] = []
    /// With something that the schema does not admit.
    private(set) var broken: [Variant] = []

    /// - Parameters:
    ///   - examples: good ones that somebody wrote; what the schema makes of itself comes after them.
    ///   - unknown: whether a member that the schema does not name breaks a message; of an event it does not.
    ///   - most: how many of each kind, chosen evenly.
    init(_ schema: Schema, examples: [JSONValue] = [], unknown: Schema.UnknownMembers = .refuse, most: Int) {
        let full = schema.sample(required: false)
        var all = (examples + [full, schema.sample(required: true)]).map { Variant(what: "an example", value: $0) }
        all += Self.changes(examples.first ?? full, schema, "").map { Variant(what: "\($0.what) at \($0.path.isEmpty ? "/" : $0.path)", value: $0.value) }
        var seen: Set<[UInt8]> = []
        for variant in all where seen.insert(variant.value.serialized()).inserted {
            if schema.problems(in: variant.value, unknown: unknown).isEmpty { good.append(variant) } else { broken.append(variant) }
        }
        good = Self.chosen(good, most)
        broken = Self.chosen(broken, most)
    }

    private static func chosen(_ variants: [Variant], _ most: Int) -> [Variant] {
        variants.count <= most ? variants : (0..<most).map { variants[$0 * variants.count / most] }
    }

    private struct Change {
        var what: String
        var path: String
        var value: JSONValue
    }

    private static func changes(_ value: JSONValue, _ schema: Schema, _ path: String) -> [Change] {
        guard path.utf8.count < 120 else { return [] }
        var all: [Change] = []
        func add(_ what: String, _ value: JSONValue) { all.append(Change(what: what, path: path, value: value)) }
        add("another type", value.object == nil ? ["a": 1] : "x")
        add("null", .null)
        switch schema.kind {
        case .string:
            add("an empty text", "")
            add("a text of unusual characters", "\u{0}\u{202E}\u{1F600}e\u{301}'\"<%_\\")
            for length in [schema.minLength.map { $0 &- 1 }, schema.minLength, schema.maxLength, schema.maxLength.map { $0 &+ 1 }] {
                if let length, (1...100_000).contains(length) { add("a text of \(length)", .string(String(repeating: "长", count: length))) }
            }
        case .integer, .number:
            for number in [schema.minimum.map { $0 &- 1 }, schema.minimum, schema.maximum, schema.maximum.map { $0 &+ 1 }, 0, -1, .max, .min] {
                if let number { add("the number \(number)", .integer(number)) }
            }
            add("a broken number", .number(1.5))
            add("a number as a text", "1")
        case .boolean:
            add("false", false)
            add("a truth as a text", "true")
        case .choice(let values):
            for choice in values.prefix(12) { add("the choice \(choice)", choice) }
            add("no such choice", "no-such-choice")
        case .array(let items):
            add("no elements", [])
            guard let elements = value.array else { break }
            let element = elements.first ?? items.sample(required: false)
            add("the same twice", .array([element, element]))
            if let most = schema.maxLength, (0..<2000).contains(most) { add("\(most + 1) elements", .array(Array(repeating: element, count: most + 1))) }
            for change in changes(element, items, path + "/0") {
                all.append(Change(what: change.what, path: change.path, value: .array([change.value] + elements.dropFirst())))
            }
        case .object(let properties), .variants(let properties):
            guard let members = value.object else { break }
            add("an unknown member", .object(members + [.init("zzz", 1)]))
            if case .variants = schema.kind {
                for property in properties { add("the case \(property.name)", .object([.init(property.name, property.schema.sample(required: false))])) }
            }
            for (index, member) in members.enumerated() {
                let place = path + "/" + member.key
                var without = members
                without.remove(at: index)
                all.append(Change(what: "nothing", path: place, value: .object(without)))
                guard let inner = properties.first(where: { $0.name == member.key })?.schema else { continue }
                for change in changes(member.value, inner, place) {
                    var changed = members
                    changed[index].value = change.value
                    all.append(Change(what: change.what, path: change.path, value: .object(changed)))
                }
            }
        case .map, .any, .reference: break
        }
        return all
    }
}

extension Schema {
    /// The value with its personal parts as a subscriber gets them, chapter "Personal values": sealed under a person, or erased.
    func sealing(_ value: JSONValue, for person: String, isErased: Bool = false) -> JSONValue {
        if isPersonal, !value.isNull { return .string("sealed:\(person):" + (isErased ? "" : Base64.encodeURL(value.serialized()))) }
        switch kind {
        case .array(let items): return value.array.map { .array($0.map { items.sealing($0, for: person, isErased: isErased) }) } ?? value
        case .map(let items):
            return value.object.map { .object($0.map { .init($0.key, items.sealing($0.value, for: person, isErased: isErased)) }) } ?? value
        case .object(let properties), .variants(let properties):
            guard let members = value.object else { return value }
            return .object(
                members.map { member in
                    let inner = properties.first { $0.name == member.key }?.schema
                    return .init(member.key, inner?.sealing(member.value, for: person, isErased: isErased) ?? member.value)
                })
        default: return value
        }
    }
}
