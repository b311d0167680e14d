import Vocabulary

/// Fields of one answer as they are sent, put together at once: no text, no check and no piece of memory for each.
///
/// Made of constants, numbers and digits, so that nothing in them can break the framing. Never `ETag`, `X-Request-Id` or a
/// field that the server decides itself.
public struct FieldLines: Sendable {
    let bytes: [UInt8]
    let names: FieldNames

    /// - Parameter room: bytes that are enough for all lines.
    public init(room: Int, _ write: (inout Writer) -> Void) {
        var names = FieldNames()
        bytes = [UInt8](unsafeUninitializedCapacity: room) { memory, count in
            var writer = Writer(memory)
            write(&writer)
            (count, names) = (writer.count, writer.names)
        }
        self.names = names
    }

    /// The lines of a source, apart from an answer.
    public init(_ source: any FieldSource) { self.init(room: source.fieldRoom) { source.writeFields(&$0) } }

    /// Writes the lines one after the other: `begin`, what stands in the value, `end`.
    public struct Writer: ~Copyable {
        private let memory: UnsafeMutableBufferPointer<UInt8>
        fileprivate var count = 0
        fileprivate var names = FieldNames()

        fileprivate init(_ memory: UnsafeMutableBufferPointer<UInt8>) { self.memory = memory }

        @inline(__always)
        private mutating func room(_ length: Int) -> UnsafeMutablePointer<UInt8> {
            precondition(memory.count &- count >= length, "lines of fields need more room")
            defer { count &+= length }
            return memory.baseAddress.unsafelyUnwrapped + count
        }

        public mutating func begin(_ name: StaticString) {
            names.insert(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
            text(name)
            text(": ")
        }

        public mutating func end() { text("\r\n") }

        public mutating func text(_ text: StaticString) {
            let length = text.utf8CodeUnitCount
            room(length).update(from: text.utf8Start, count: length)
        }

        /// What was put together before: whole lines, or the beginning of some.
        public mutating func append(_ lines: FieldLines) {
            names.formUnion(lines.names)
            lines.bytes.withUnsafeBufferPointer { bytes in
                if let from = bytes.baseAddress { room(bytes.count).update(from: from, count: bytes.count) }
            }
        }

        /// A number, not below zero.
        public mutating func number(_ number: Int) {
            var rest = UInt(max(0, number)), digits = 1, size: UInt = 10
            while digits < 19, rest >= size { (digits, size) = (digits &+ 1, size &* 10) }
            let place = room(digits)
            var digit = digits
            while digit > 1 {
                let (more, pair) = rest.quotientAndRemainder(dividingBy: 100)
                digit &-= 2
                place[digit] = UInt8(truncatingIfNeeded: 48 &+ pair / 10)
                place[digit &+ 1] = UInt8(truncatingIfNeeded: 48 &+ pair % 10)
                rest = more
            }
            if digit == 1 { place[0] = UInt8(truncatingIfNeeded: 48 &+ rest) }
        }

        /// 8-4-4-4-12 lower-case digits.
        public mutating func uuid(_ high: UInt64, _ low: UInt64) { HexadecimalDigits.write(uuid: high, low, to: room(36)) }

        /// So many characters, written by the closure: letters, digits and marks that may stand in a value.
        public mutating func characters(_ length: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Void) { write(room(length)) }
    }
}

/// Fields of one answer alone, written where they are sent: no piece of memory is taken for them before.
public protocol FieldSource: AnyObject, Sendable {
    /// Bytes that are enough for all lines.
    var fieldRoom: Int { get }
    /// Writes the lines; the same each time.
    func writeFields(_ line: inout FieldLines.Writer)
}

extension ByteBuffer {
    /// - Returns: the names of the fields.
    mutating func append(_ source: any FieldSource) -> FieldNames {
        let room = source.fieldRoom
        need(room)
        var writer = FieldLines.Writer(UnsafeMutableBufferPointer(start: base + count, count: room))
        source.writeFields(&writer)
        count &+= writer.count
        return writer.names
    }
}
