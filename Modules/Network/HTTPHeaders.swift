/// Header fields in the order sent; names compare without case (RFC 9110 §5.1).
///
/// Received fields stay the bytes they came as until somebody asks: a request has ten fields and a handler reads two.
/// Lookup is linear for the same reason.
public struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral {
    /// Where one received field stands in `bytes`.
    struct Mark: Sendable {
        var name: UInt32
        var value: UInt32
        var nameLength: UInt16
        var valueLength: UInt16
    }

    private var bytes: [UInt8] = []
    private var marks: [Mark] = []
    private var written: [(name: String, value: String)] = []
    /// The lines of the first fields of `written` as they are sent, where somebody had them made beforehand; and how many they are.
    private(set) var lines: [UInt8]?
    private var covered = 0
    /// The fields that stand beside those lines.
    var besideLines: ArraySlice<(name: String, value: String)> { written[covered...] }

    /// No fields.
    public init() {}

    /// Fields in the order written; a name may stand more than once.
    public init(dictionaryLiteral elements: (String, String)...) {
        written = elements.map { (name: $0.0, value: $0.1) }
    }

    /// Received fields, checked by the parser.
    init(bytes: [UInt8], marks: [Mark]) {
        self.bytes = bytes
        self.marks = marks
    }

    /// Every field, in order, names spelt as they were given.
    public var fields: [(name: String, value: String)] {
        marks.isEmpty ? written : marks.map { (name: text($0.name, $0.nameLength), value: value($0)) } + written
    }

    /// The first field of that name.
    public subscript(_ name: String) -> String? {
        for mark in marks where matches(mark, name) { return value(mark) }
        for field in written where HTTPHeaders.same(field.name, name) { return field.value }
        return nil
    }

    /// Every value of that name, in order.
    public func all(_ name: String) -> [String] {
        var values: [String] = []
        for mark in marks where matches(mark, name) { values.append(value(mark)) }
        for field in written where HTTPHeaders.same(field.name, name) { values.append(field.value) }
        return values
    }

    /// Appends a field, beside others of its name.
    public mutating func add(_ name: String, _ value: String) { written.append((name, value)) }

    /// Puts one field in the place of all fields of that name.
    public mutating func set(_ name: String, _ value: String) {
        remove(name)
        written.append((name, value))
    }

    /// The same fields, put into bytes once: for what many answers have in common. Fields may be added; removing one takes it back.
    public func prepared() -> HTTPHeaders {
        var copy = self
        var out = ByteBuffer(capacity: 256)
        defer { out.free() }
        guard marks.isEmpty, AnswerWriter.append(self, to: &out) else { return copy }
        copy.lines = Array(out.bytes)
        copy.covered = written.count
        return copy
    }

    /// Removes every field of that name.
    public mutating func remove(_ name: String) {
        lines = nil
        covered = 0
        if !marks.isEmpty {
            let kept = marks.filter { !matches($0, name) }
            marks = kept
        }
        written.removeAll { HTTPHeaders.same($0.name, name) }
    }

    private func text(_ start: UInt32, _ length: UInt16) -> String {
        String(decoding: bytes[Int(start)..<Int(start) + Int(length)], as: UTF8.self)
    }

    private func value(_ mark: Mark) -> String { text(mark.value, mark.valueLength) }

    private func matches(_ mark: Mark, _ name: String) -> Bool {
        let asked = name.utf8
        guard asked.count == Int(mark.nameLength) else { return false }
        var place = Int(mark.name)
        for byte in asked {
            if lowered(byte) != lowered(bytes[place]) { return false }
            place += 1
        }
        return true
    }

    /// Whether two field names are the same without regard to ASCII case.
    static func same(_ one: String, _ other: String) -> Bool {
        let left = one.utf8, right = other.utf8
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { lowered($0) == lowered($1) }
    }
}

@inline(__always)
private func lowered(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 32 : byte }
