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
    /// Fields that many answers share, with their lines as they are sent.
    private(set) var shared: SharedFields?
    /// Fields of this message alone.
    private(set) var written: [Field] = []

    struct Field: Sendable {
        var name: String
        var value: String
    }

    final class SharedFields: Sendable {
        let fields: [Field]
        let lines: [UInt8]

        init(_ fields: [Field], lines: [UInt8]) {
            self.fields = fields
            self.lines = lines
        }
    }

    /// Whether fields stand in it as they came.
    var isReceived: Bool { !marks.isEmpty }

    /// No fields.
    public init() {}

    /// Fields in the order written; a name may stand more than once.
    public init(dictionaryLiteral elements: (String, String)...) {
        written = elements.map { Field(name: $0.0, value: $0.1) }
    }

    /// Received fields, checked by the parser.
    init(bytes: [UInt8], marks: [Mark]) {
        self.bytes = bytes
        self.marks = marks
    }

    /// Every field, in order, names spelt as they were given.
    public var fields: [(name: String, value: String)] {
        marks.map { (name: text($0.name, $0.nameLength), value: value($0)) } + (shared?.fields ?? []).map { (name: $0.name, value: $0.value) }
            + written.map { (name: $0.name, value: $0.value) }
    }

    /// The first field of that name.
    public subscript(_ name: String) -> String? {
        if !marks.isEmpty, let mark = self.mark(name) { return value(mark) }
        if let shared { for field in shared.fields where HTTPHeaders.same(field.name, name) { return field.value } }
        for field in written where HTTPHeaders.same(field.name, name) { return field.value }
        return nil
    }

    /// Every value of that name, in order.
    public func all(_ name: String) -> [String] {
        var values: [String] = []
        for mark in marks where matches(mark, name) { values.append(value(mark)) }
        if let shared { for field in shared.fields where HTTPHeaders.same(field.name, name) { values.append(field.value) } }
        for field in written where HTTPHeaders.same(field.name, name) { values.append(field.value) }
        return values
    }

    /// Appends a field, beside others of its name.
    public mutating func add(_ name: String, _ value: String) {
        if written.isEmpty { written.reserveCapacity(4) }
        written.append(Field(name: name, value: value))
    }

    /// Puts one field in the place of all fields of that name.
    public mutating func set(_ name: String, _ value: String) {
        remove(name)
        add(name, value)
    }

    /// The same fields, put into bytes once: for what many answers have in common. Fields may be added; removing one takes it back.
    public func prepared() -> HTTPHeaders {
        var out = ByteBuffer(capacity: 256)
        defer { out.free() }
        guard marks.isEmpty, AnswerWriter.append(self, to: &out) else { return self }
        var copy = HTTPHeaders()
        copy.shared = SharedFields((shared?.fields ?? []) + written, lines: Array(out.bytes))
        return copy
    }

    /// Removes every field of that name.
    public mutating func remove(_ name: String) {
        if let known = shared, known.fields.contains(where: { HTTPHeaders.same($0.name, name) }) {
            written = known.fields + written
            shared = nil
        }
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
        var name = name
        return name.withUTF8 { asked in bytes.withUnsafeBufferPointer { HTTPHeaders.matches(mark, asked, $0) } }
    }

    /// The first mark of that name.
    private func mark(_ name: String) -> Mark? {
        var name = name
        return name.withUTF8 { asked in
            bytes.withUnsafeBufferPointer { bytes in
                for mark in marks where HTTPHeaders.matches(mark, asked, bytes) { return mark }
                return nil
            }
        }
    }

    @inline(__always)
    private static func matches(_ mark: Mark, _ asked: UnsafeBufferPointer<UInt8>, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let length = Int(mark.nameLength)
        guard asked.count == length, Int(mark.name) + length <= bytes.count else { return false }
        return same(asked, bytes.part(Int(mark.name), Int(mark.name) + length))
    }

    @inline(__always)
    private static func same(_ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
        var place = 0
        while place < one.count {
            if one[place] != other[place], lowered(one[place]) != lowered(other[place]) { return false }
            place &+= 1
        }
        return true
    }

    /// Whether two field names are the same without regard to ASCII case.
    static func same(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        var one = one, other = other
        return one.withUTF8 { one in other.withUTF8 { same(one, $0) } }
    }
}

@inline(__always)
private func lowered(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 32 : byte }
