import Synchronization

/// Whether and how a type holds personal data.
public enum PersonalUse: Int, Sendable, Comparable {
    case none
    /// Every personal value is a `Personal<…>`.
    case sealable
    /// A bare telephone or identity number: it would lie in a log for ever.
    case bare

    public static func < (left: PersonalUse, right: PersonalUse) -> Bool { left.rawValue < right.rawValue }

    /// What the type holds, the worst of its parts. Worked out once a type and remembered.
    public static func of<T: Decodable>(_ type: T.Type) -> PersonalUse {
        let key = ObjectIdentifier(type)
        if let known = remembered.withLock({ $0[key] }) { return known }
        let schema = Schema.of(type)
        let use = schema.definitions.reduce(schema.personalUse) { max($0, $1.schema.personalUse) }
        remembered.withLock { $0[key] = use }
        return use
    }

    /// Where the personal values of a type stand, as JSON pointers, elements of lists as `*`.
    package static func fields<T: Decodable>(of type: T.Type) -> [String] {
        let schema = Schema.of(type)
        return schema.personalFields("", schema.definitions, []).sorted()
    }

    private static let remembered = Mutex<[ObjectIdentifier: PersonalUse]>([:])
}

extension Schema {
    fileprivate var personalUse: PersonalUse {
        let own: PersonalUse = isPersonal ? (isSealable ? .sealable : .bare) : .none
        switch kind {
        case .array(let part), .map(let part): return max(own, part.personalUse)
        case .object(let parts), .variants(let parts): return parts.reduce(own) { max($0, $1.schema.personalUse) }
        case .any, .boolean, .integer, .number, .string, .choice, .reference: return own
        }
    }

    fileprivate func personalFields(_ place: String, _ known: [Definition], _ inside: Set<String>) -> Set<String> {
        if isPersonal { return [place.isEmpty ? "/" : place] }
        switch kind {
        case .array(let part), .map(let part): return part.personalFields(place + "/*", known, inside)
        case .object(let parts), .variants(let parts):
            return parts.reduce(into: []) { $0.formUnion($1.schema.personalFields("\(place)/\($1.name)", known, inside)) }
        case .reference(let name):
            guard !inside.contains(name), let found = known.first(where: { $0.name == name }) else { return [] }
            return found.schema.personalFields(place, known, inside.union([name]))
        case .any, .boolean, .integer, .number, .string, .choice: return []
        }
    }
}
