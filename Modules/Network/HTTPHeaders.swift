/// Header fields in the order sent; names compare without case (RFC 9110 §5.1).
///
/// The fields are one buffer of lines, as they came or as they are sent; nothing is taken apart until somebody asks. A bit for each
/// name tells at once that a field is not there, which is the answer to most questions.
public struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral {
    /// `name: value` CRLF, one after the other.
    private(set) var lines: [UInt8] = []
    /// The names in `lines` and `odd`.
    private(set) var names = FieldNames()
    /// Fields that many answers share, with their lines as they are sent; they come first.
    private(set) var shared: SharedFields?
    /// `ETag` and `X-Request-Id` as numbers, which come last and become text on their way out.
    private(set) var numbers: Numbers?
    /// Fields that cannot be sent: a message with such does not leave.
    private(set) var odd: [Field]?

    struct Field: Sendable {
        var name: String
        var value: String
    }

    final class SharedFields: Sendable {
        let lines: [UInt8]
        let names: FieldNames

        init(_ lines: [UInt8], _ names: FieldNames) {
            self.lines = lines
            self.names = names
        }
    }

    struct Numbers: Sendable {
        var tag: (high: UInt64, low: UInt64)?
        var id: (high: UInt64, low: UInt64)?
    }

    /// No fields.
    public init() {}

    /// Fields in the order written; a name may stand more than once.
    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    /// Received fields, checked by the parser.
    init(lines: [UInt8], names: FieldNames) {
        self.lines = lines
        self.names = names
    }

    /// Every field, in order, names spelt as they were given.
    public var fields: [(name: String, value: String)] {
        guard numbers == nil else { return written().fields }
        var all: [(name: String, value: String)] = []
        for part in [shared?.lines ?? [], lines] {
            part.withUnsafeBufferPointer { bytes in
                var walk = FieldWalk(bytes)
                while let line = walk.next() {
                    all.append((String(decoding: bytes.part(line.name, line.colon), as: UTF8.self), line.value(bytes)))
                }
            }
        }
        for field in odd ?? [] { all.append((field.name, field.value)) }
        return all
    }

    /// The first field of that name.
    public subscript(_ name: String) -> String? {
        if mayBeNumber(name) { return written()[name] }
        var name = name
        return name.withUTF8 { asked in
            if let shared, shared.names.mayHold(asked), let value = HTTPHeaders.first(asked, in: shared.lines) { return value }
            guard names.mayHold(asked) else { return nil }
            return HTTPHeaders.first(asked, in: lines) ?? oddValues(asked).first
        }
    }

    /// Whether there may be a field of that name; `false` is certain.
    func mayHold(_ name: HTTPFieldName) -> Bool { numbers != nil || names.mayHold(name) || shared != nil }

    /// The first field of that name, asked for by a name known beforehand.
    subscript(_ name: HTTPFieldName) -> String? {
        guard mayHold(name) else { return nil }
        return self["\(name.text)"]
    }

    /// Whether the first field of that name says exactly this.
    func says(_ name: HTTPFieldName, _ text: StaticString) -> Bool {
        guard names.mayHold(name) else { return false }
        return lines.withUnsafeBufferPointer { bytes in
            var walk = FieldWalk(bytes)
            guard let line = walk.next(name.bytes) else { return false }
            let value = bytes.part(line.colon + 1, line.end - 2).trimmed()
            guard value.count == text.utf8CodeUnitCount else { return false }
            for place in 0..<value.count where value[place] != text.utf8Start[place] { return false }
            return true
        }
    }

    /// Every value of that name, in order.
    public func all(_ name: String) -> [String] {
        guard numbers == nil else { return written().all(name) }
        var name = name
        return name.withUTF8 { asked in
            var values: [String] = []
            if let shared, shared.names.mayHold(asked) { HTTPHeaders.gather(asked, in: shared.lines, into: &values) }
            guard names.mayHold(asked) else { return values }
            HTTPHeaders.gather(asked, in: lines, into: &values)
            return values + oddValues(asked)
        }
    }

    /// Whether that name may be one of the numbers', by its length.
    private func mayBeNumber(_ name: String) -> Bool {
        numbers != nil && (name.utf8.count == "ETag".utf8.count || name.utf8.count == "X-Request-Id".utf8.count)
    }

    /// Appends a field, beside others of its name.
    public mutating func add(_ name: String, _ value: String) {
        if mayBeNumber(name) { self = written() }
        var ownName = name, ownValue = value
        let isSound = ownName.withUTF8 { name in
            ownValue.withUTF8 { value in
                names.insert(name)
                guard !name.isEmpty, FieldLine.isToken(name), FieldLine.isValue(value) else { return false }
                append(name, value)
                return true
            }
        }
        if !isSound { odd = (odd ?? []) + [Field(name: name, value: value)] }
    }

    /// Appends `ETag`, a strong one (RFC 9110 §8.8.3) of 32 hexadecimal digits; where there is none yet.
    public mutating func add(tag high: UInt64, _ low: UInt64) {
        if numbers == nil { numbers = Numbers() }
        numbers?.tag = (high, low)
    }

    /// Appends `X-Request-Id`, a UUID; where there is none yet.
    public mutating func add(requestID high: UInt64, _ low: UInt64) {
        if numbers == nil { numbers = Numbers() }
        numbers?.id = (high, low)
    }

    /// The same fields with the numbers as lines.
    private func written() -> HTTPHeaders {
        guard let numbers else { return self }
        var out = ByteBuffer(capacity: 128)
        defer { out.free() }
        AnswerWriter.append(numbers, to: &out)
        var copy = self
        copy.numbers = nil
        var walk = FieldWalk(out.bytes)
        while let line = walk.next() {
            copy.names.insert(out.bytes.part(line.name, line.colon))
            copy.lines += out.bytes.part(line.name, line.end)
        }
        return copy
    }

    @inline(__always)
    private mutating func append(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        let length = name.count &+ value.count &+ 4
        if lines.isEmpty { lines.reserveCapacity(max(length, HTTPHeaders.firstRoom)) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { line in
            guard let start = line.baseAddress else { return }
            if let from = name.baseAddress { start.update(from: from, count: name.count) }
            start[name.count] = Byte.colon
            start[name.count &+ 1] = Byte.space
            if let from = value.baseAddress { (start + name.count + 2).update(from: from, count: value.count) }
            start[length &- 2] = Byte.carriageReturn
            start[length &- 1] = Byte.lineFeed
            lines.append(contentsOf: UnsafeBufferPointer(line))
        }
    }

    private static let firstRoom = 128

    /// Appends lines that were put together beforehand.
    public mutating func add(_ more: FieldLines) {
        names.formUnion(more.names)
        lines += more.bytes
    }

    /// Puts one field in the place of all fields of that name.
    public mutating func set(_ name: String, _ value: String) {
        remove(name)
        add(name, value)
    }

    /// Prepared fields with `ETag` and `X-Request-Id`.
    init(_ fields: SharedFields, tag: (high: UInt64, low: UInt64), id: (high: UInt64, low: UInt64)) {
        shared = fields
        numbers = Numbers(tag: tag, id: id)
    }

    /// The same fields, put into bytes once: for what many answers have in common. Fields may be added; removing one takes it back.
    public func prepared() -> HTTPHeaders {
        guard numbers == nil else { return written().prepared() }
        var out = ByteBuffer(capacity: 256)
        defer { out.free() }
        guard AnswerWriter.append(self, to: &out) else { return self }
        var copy = HTTPHeaders()
        var names = names
        if let shared { names.formUnion(shared.names) }
        copy.shared = SharedFields(Array(out.bytes), names)
        return copy
    }

    /// Removes every field of that name.
    public mutating func remove(_ name: String) {
        if numbers != nil { self = written() }
        var name = name
        name.withUTF8 { asked in
            if let known = shared, known.names.mayHold(asked) {
                lines = known.lines + lines
                names.formUnion(known.names)
                shared = nil
            }
            guard names.mayHold(asked) else { return }
            lines = HTTPHeaders.without(asked, lines)
            odd = odd?.filter { field in
                var name = field.name
                return !name.withUTF8 { HTTPHeaders.same(asked, $0) }
            }
            if odd?.isEmpty ?? false { odd = nil }
        }
    }

    private static func without(_ asked: UnsafeBufferPointer<UInt8>, _ lines: [UInt8]) -> [UInt8] {
        lines.withUnsafeBufferPointer { bytes in
            var kept: [UInt8] = []
            var walk = FieldWalk(bytes)
            while let line = walk.next() {
                if !same(asked, bytes.part(line.name, line.colon)) { kept += bytes.part(line.name, line.end) }
            }
            return kept
        }
    }

    private static func first(_ asked: UnsafeBufferPointer<UInt8>, in lines: [UInt8]) -> String? {
        lines.withUnsafeBufferPointer { bytes in
            var walk = FieldWalk(bytes)
            return walk.next(asked)?.value(bytes)
        }
    }

    private static func gather(_ asked: UnsafeBufferPointer<UInt8>, in lines: [UInt8], into values: inout [String]) {
        lines.withUnsafeBufferPointer { bytes in
            var walk = FieldWalk(bytes)
            while let line = walk.next(asked) { values.append(line.value(bytes)) }
        }
    }

    private func oddValues(_ asked: UnsafeBufferPointer<UInt8>) -> [String] {
        guard let odd else { return [] }
        return odd.filter { field in
            var name = field.name
            return name.withUTF8 { HTTPHeaders.same(asked, $0) }
        }.map(\.value)
    }

    /// Whether two names are the same without regard to ASCII case.
    @inline(__always)
    static func same(_ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        var place = 0
        while place < one.count {
            if one[place] != other[place], lowered(one[place]) != lowered(other[place]) { return false }
            place &+= 1
        }
        return true
    }
}
