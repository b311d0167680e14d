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
}
