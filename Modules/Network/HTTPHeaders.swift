/// Header fields in the order sent; names compare without case (RFC 9110 §5.1).
///
/// Lookup is linear: a request has about ten fields, and comparing lengths first beats hashing.
public struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral {
    /// Every field, in order, names spelt as they were given.
    public private(set) var fields: [(name: String, value: String)] = []

    /// No fields.
    public init() {}

    /// Fields in the order written; a name may stand more than once.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { (name: $0.0, value: $0.1) }
    }

    /// The first field of that name.
    public subscript(_ name: String) -> String? {
        for field in fields where HTTPHeaders.same(field.name, name) { return field.value }
        return nil
    }

    /// Every value of that name, in order.
    public func all(_ name: String) -> [String] {
        fields.filter { HTTPHeaders.same($0.name, name) }.map(\.value)
    }

    /// Appends a field, beside others of its name.
    public mutating func add(_ name: String, _ value: String) { fields.append((name, value)) }

    /// Puts one field in the place of all fields of that name.
    public mutating func set(_ name: String, _ value: String) {
        remove(name)
        fields.append((name, value))
    }

    /// Removes every field of that name.
    public mutating func remove(_ name: String) {
        fields.removeAll { HTTPHeaders.same($0.name, name) }
    }

    mutating func reserve(_ count: Int) { fields.reserveCapacity(count) }

    /// Whether two field names are the same without regard to ASCII case.
    static func same(_ one: String, _ other: String) -> Bool {
        let left = one.utf8, right = other.utf8
        guard left.count == right.count else { return false }
        var i = left.startIndex, j = right.startIndex
        while i != left.endIndex {
            var a = left[i], b = right[j]
            if a &- 65 < 26 { a |= 32 }
            if b &- 65 < 26 { b |= 32 }
            if a != b { return false }
            i = left.index(after: i)
            j = right.index(after: j)
        }
        return true
    }
}
