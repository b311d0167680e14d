/// The bytes of a JSON text being written, and the containers that are still open.
///
/// Text is only ever appended, so a container is known by the offset where it began, and no comma is due exactly where
/// the last byte opened a container.
final class JSONSink {
    private var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    /// The notation of `Packed` instead of JSON's.
    private let isPacked: Bool
    private var capacity: Int
    /// Offsets of the open containers' first bytes, outermost first.
    private var open: UnsafeMutablePointer<Int>
    /// One piece of memory for what most texts need: the first containers' offsets, then the first bytes.
    private var memory: UnsafeMutableRawPointer
    /// Whether that is its own; otherwise the caller's, who takes it back.
    private var isOwner: Bool
    private(set) var depth = 0
    private static let firstRoom = 16
    private var room = JSONSink.firstRoom
    /// How many bytes of the first allocation are for text.
    private let own: Int
    private static let firstCapacity = 512
    /// What a sink in the caller's memory needs of it.
    static let firstBytes = firstRoom * 8 + firstCapacity
    /// The first thing that could not be written.
    var failure: JSONError?

    /// In memory of its own.
    convenience init(capacity: Int = firstCapacity, isPacked: Bool = false) {
        self.init(.allocate(byteCount: JSONSink.firstRoom * 8 + capacity, alignment: 8), capacity: capacity, isPacked: isPacked, isOwner: true)
    }

    /// In memory of the caller, at least `firstBytes`, good until `detach` or until the sink is gone.
    convenience init(_ room: UnsafeMutableRawBufferPointer) {
        if let place = room.baseAddress, room.count >= Self.firstBytes {
            self.init(place, capacity: Self.firstCapacity, isPacked: false, isOwner: false)
        } else {
            self.init()
        }
    }

    private init(_ memory: UnsafeMutableRawPointer, capacity: Int, isPacked: Bool, isOwner: Bool) {
        self.isPacked = isPacked
        self.capacity = capacity
        self.memory = memory
        self.isOwner = isOwner
        open = memory.bindMemory(to: Int.self, capacity: room)
        base = (memory + room * 8).bindMemory(to: UInt8.self, capacity: capacity)
        own = capacity
        if isPacked { byte(Packed.mark) }
    }

    deinit {
        if capacity != own { base.deallocate() }
        if room != Self.firstRoom { open.deallocate() }
        if isOwner { memory.deallocate() }
    }

    /// Moves what lies in the caller's memory into its own.
    func detach() {
        guard !isOwner else { return }
        let mine = UnsafeMutableRawPointer.allocate(byteCount: Self.firstRoom * 8 + own, alignment: 8)
        mine.copyMemory(from: memory, byteCount: Self.firstRoom * 8 + own)
        if room == Self.firstRoom { open = mine.assumingMemoryBound(to: Int.self) }
        if capacity == own { base = (mine + Self.firstRoom * 8).assumingMemoryBound(to: UInt8.self) }
        memory = mine
        isOwner = true
    }

    /// Everything written so far.
    func take() -> [UInt8] { [UInt8](UnsafeBufferPointer(start: base, count: count)) }

    // MARK: - Bytes

    @inline(__always)
    private func reserve(_ more: Int) {
        if capacity &- count < more { grow(more) }
    }

    @inline(never)
    private func grow(_ more: Int) {
        let enough = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: enough)
        larger.update(from: base, count: count)
        if capacity != own { base.deallocate() }
        base = larger
        capacity = enough
    }

    @inline(__always)
    func byte(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        count &+= 1
    }

    func literal(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        reserve(length)
        (base + count).update(from: text.utf8Start, count: length)
        count &+= length
    }

    @inline(__always)
    func null() { isPacked ? byte(Packed.null) : literal("null") }

    @inline(__always)
    func bool(_ value: Bool) { isPacked ? byte(value ? Packed.yes : Packed.no) : literal(value ? "true" : "false") }

    @inline(__always)
    func colon() { if !isPacked { byte(0x3A) } }

    @inline(__always)
    func comma() { if !isPacked { byte(0x2C) } }

    /// A string in quotes, escaped; in one pass over a copy while nothing needs an escape.
    @inline(__always)
    func string(_ text: String) {
        text.withBytes { source in
            if isPacked { return packed(source) }
            let length = source.count
            reserve(length &+ 2)
            let out = base + count
            out[0] = 0x22
            var at = 0
            if let from = source.baseAddress {
                while length &- at >= 8 {
                    let word = UnsafeRawPointer(from + at).loadUnaligned(as: UInt64.self)
                    guard JSONText.mustEscape(word) == 0 else { break }
                    UnsafeMutableRawPointer(out + at + 1).storeBytes(of: word, as: UInt64.self)
                    at &+= 8
                }
                while at < length {
                    let byte = from[at]
                    guard byte >= 0x20, byte != 0x22, byte != 0x5C else { break }
                    out[at &+ 1] = byte
                    at &+= 1
                }
            }
            count &+= at &+ 1
            if at < length { escape(UnsafeBufferPointer(rebasing: source[at...])) }
            byte(0x22)
        }
    }

    @inline(never)
    private func packed(_ text: UnsafeBufferPointer<UInt8>) {
        let length = text.count
        reserve(length &+ 11)
        if length < 0x80 {
            byte(Packed.shortText | UInt8(truncatingIfNeeded: length))
        } else {
            byte(Packed.text)
            varint(UInt64(length))
        }
        if let from = text.baseAddress { (base + count).update(from: from, count: length) }
        count &+= length
    }

    /// Seven bits a byte, lowest first; the high bit says that more come.
    private func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            byte(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        byte(UInt8(truncatingIfNeeded: rest))
    }

    @inline(never)
    private func escape(_ source: UnsafeBufferPointer<UInt8>) {
        reserve(source.count &* 6 &+ 1)
        for byte in source {
            switch byte {
            case 0x22: literal("\\\"")
            case 0x5C: literal("\\\\")
            case 0x08: literal("\\b")
            case 0x0C: literal("\\f")
            case 0x0A: literal("\\n")
            case 0x0D: literal("\\r")
            case 0x09: literal("\\t")
            case 0..<0x20:
                literal(byte < 0x10 ? "\\u000" : "\\u001")
                let digit = byte & 15
                self.byte(digit < 10 ? digit &+ 0x30 : digit &+ 0x57)
            default: self.byte(byte)
            }
        }
    }

    @inline(__always)
    func integer<I: FixedWidthInteger>(_ value: I) {
        if isPacked { return packed(negative: value < 0, UInt64(truncatingIfNeeded: value < 0 ? ~value : value)) }
        reserve(21)
        var magnitude = UInt64(truncatingIfNeeded: value.magnitude)
        if value < 0 {
            base[count] = 0x2D
            count &+= 1
        }
        var length = 1
        var bound: UInt64 = 10
        while magnitude >= bound {
            length &+= 1
            if length == 20 { break }
            bound &*= 10
        }
        var position = count &+ length
        count = position
        repeat {
            position &-= 1
            base[position] = UInt8(truncatingIfNeeded: magnitude % 10) &+ 0x30
            magnitude /= 10
        } while magnitude > 0
    }

    @inline(never)
    private func packed(negative: Bool, _ magnitude: UInt64) {
        if !negative, magnitude < Packed.smallWholes { return byte(UInt8(truncatingIfNeeded: magnitude)) }
        byte(negative ? Packed.negative : Packed.whole)
        varint(magnitude)
    }

    /// The shortest text that reads back as the same number; `1` for 1.0, as Foundation writes it.
    func number<F: BinaryFloatingPoint & LosslessStringConvertible>(_ value: F) throws {
        guard value.isFinite else { throw JSONError(.unencodable, "JSON has no infinite numbers and no NaN") }
        if isPacked {
            // A narrower number is the one that its text names, as in JSON.
            let number = value as? Double ?? Double(value.description) ?? Double(value)
            byte(Packed.real)
            withUnsafeBytes(of: number.bitPattern.bigEndian) { for octet in $0 { byte(octet) } }
            return
        }
        if shortly(Double(value), exactly: F.self == Double.self) { return }
        value.description.withBytes { source in
            var length = source.count
            if length > 2, source[length &- 1] == 0x30, source[length &- 2] == 0x2E { length &-= 2 }
            reserve(length)
            if let from = source.baseAddress { (base + count).update(from: from, count: length) }
            count &+= length
        }
    }

    /// Writes whole numbers and those with one digit after the point, without looking for the shortest text: it is that one.
    private func shortly(_ value: Double, exactly: Bool) -> Bool {
        // A tenth more or less is another number up to here, and zero may have a sign.
        guard exactly, value.magnitude < 0x1p40, value != 0 else { return false }
        let tenths = (value * 10).rounded()
        guard tenths / 10 == value else { return false }
        let whole = Int64(tenths)
        if whole % 10 == 0 {
            integer(whole / 10)
        } else {
            // What the integer leaves out: the sign of −0.5.
            if whole < 0, whole > -10 { byte(0x2D) }
            integer(whole / 10)
            byte(0x2E)
            byte(0x30 &+ UInt8(truncatingIfNeeded: (whole % 10).magnitude))
        }
        return true
    }

    // MARK: - Containers

    /// Opens a container where a value is due; returns its offset, by which it is known.
    @inline(__always)
    func begin(_ byte: UInt8) -> Int {
        if depth == room { deepen() }
        let start = count
        open[depth] = start
        depth &+= 1
        self.byte(byte)
        return start
    }

    @inline(never)
    private func deepen() {
        let larger = UnsafeMutablePointer<Int>.allocate(capacity: room * 2)
        larger.update(from: open, count: room)
        if room != Self.firstRoom { open.deallocate() }
        open = larger
        room *= 2
    }

    /// Ends every container below the level.
    @inline(__always)
    func close(to level: Int) {
        while depth > level {
            depth &-= 1
            byte(base[open[depth]] &+ 2)  // { } and [ ] lie two apart
        }
    }

    /// Whether the container at a level is the one that began at this offset.
    @inline(__always)
    func isOpen(_ start: Int, at level: Int) -> Bool { depth > level && open[level] == start }

    /// Makes ready for the next member or element of an open container: ends what lies below, writes the comma.
    @inline(__always)
    func resume(_ start: Int, at level: Int) throws {
        guard isOpen(start, at: level) else { throw disorder() }
        if depth != level &+ 1 { close(to: level &+ 1) }
        if count &- 1 != start { comma() }
    }

    @inline(never)
    func disorder() -> JSONError {
        let error = JSONError(.unencodable, "the type writes to a container after it was closed, or writes two values")
        if failure == nil { failure = error }
        return error
    }

    func isObject(_ start: Int) -> Bool { base[start] == 0x7B }
}
