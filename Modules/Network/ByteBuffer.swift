import Vocabulary

/// Growing memory that answers are put together in; one per loop, used over and over.
struct ByteBuffer {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        base = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    }

    /// Gives the memory back; the owner calls it once.
    func free() { base.deallocate() }

    @inline(__always)
    mutating func need(_ bytes: Int) {
        if count + bytes > capacity { grow(bytes) }
    }

    private mutating func grow(_ bytes: Int) {
        let larger = max(capacity * 2, count + bytes)
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        memory.update(from: base, count: count)
        base.deallocate()
        base = memory
        capacity = larger
    }

    @inline(__always)
    mutating func append(literal text: StaticString) {
        let length = text.utf8CodeUnitCount
        need(length)
        (base + count).update(from: text.utf8Start, count: length)
        count &+= length
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return }
        need(bytes.count)
        (base + count).update(from: start, count: bytes.count)
        count &+= bytes.count
    }

    mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { append($0) } }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    mutating func append(decimal number: Int) {
        var rest = UInt(number.magnitude)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var place = 20
            repeat {
                place -= 1
                digits[place] = UInt8(truncatingIfNeeded: rest % 10) + 48
                rest /= 10
            } while rest > 0
            append(UnsafeBufferPointer(rebasing: digits[place..<20]))
        }
    }

    /// Sixteen lower-case digits.
    mutating func append(hexadecimal number: UInt64) {
        need(16)
        HexadecimalDigits.write(number, to: base + count)
        count &+= 16
    }

    /// 8-4-4-4-12 lower-case digits.
    mutating func append(uuid high: UInt64, _ low: UInt64) {
        need(36)
        HexadecimalDigits.write(uuid: high, low, to: base + count)
        count &+= 36
    }

    mutating func append(hex number: Int) { append(String(number, radix: 16)) }

    @inline(__always)
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }
}
