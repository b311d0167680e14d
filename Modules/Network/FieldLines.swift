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

        /// A number, not below zero.
        public mutating func number(_ number: Int) {
            var rest = UInt(max(0, number)), digits = 1, size: UInt = 10
            while digits < 19, rest >= size { (digits, size) = (digits + 1, size &* 10) }
            let place = room(digits)
            for digit in stride(from: digits - 1, through: 0, by: -1) {
                place[digit] = UInt8(truncatingIfNeeded: 48 + rest % 10)
                rest /= 10
            }
        }

        /// 8-4-4-4-12 lower-case digits.
        public mutating func uuid(_ high: UInt64, _ low: UInt64) { HexadecimalDigits.write(uuid: high, low, to: room(36)) }

        /// So many characters, written by the closure: letters, digits and marks that may stand in a value.
        public mutating func characters(_ length: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Void) { write(room(length)) }
    }
}
