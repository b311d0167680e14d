import Store
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The receipts of answers that have left, until their signed batch is on disk: a file mapped into memory, `_exchange.journal`.
///
/// A line is there as soon as it is copied, also after a kill of the process. After the machine itself stopped unclean, the last lines
/// may be missing; then `open` says so, once. A ring: lines are added at the head and let go from the tail. Unchecked: whoever has the
/// book's lock is alone with it.
final class ReceiptJournal: @unchecked Sendable {
    /// What an earlier run left.
    struct Found {
        /// Canonical receipts, oldest first; some may be in a batch already.
        var lines: [[UInt8]] = []
        /// The machine stopped while answers ran ahead of their batches, so lines may be missing.
        var mayHaveLost = false
    }

    static let fileName = "_exchange.journal"
    private static let mark: UInt64 = 0x5348_4E55_4A52_4E32
    /// Of the first version, whose lines were checked otherwise: one that a killed process left is read as well.
    private static let firstMark: UInt64 = 0x5348_4E55_4A52_4E31
    private static let headLength = 4096
    private static let wrap: UInt32 = .max

    private let descriptor: Int32
    private let base: UnsafeMutableRawPointer
    private let ring: UnsafeMutableRawPointer
    private let capacity: Int
    private var head = 0
    private var tail = 0
    private(set) var count = 0

    // The head of the file: mark, boot, whether a run is under way, tail.
    private static let bootPlace = 8, openPlace = 56, tailPlace = 60

    /// Opens the journal of a site, or makes it with all its room; `nil` where that is not possible: then answers wait for their batch.
    ///
    /// - Parameter size: bytes of lines that fit, a multiple of 4096.
    init?(path: String, size: Int) {
        let length = Self.headLength + size
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        // All of it has its place on disk: a page that has none would end the process when it is touched on a full disk.
        guard ftruncate(descriptor, off_t(length)) == 0, posix_fallocate(descriptor, 0, off_t(length)) == 0,
            let base = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), base != MAP_FAILED
        else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        self.base = base
        ring = base + Self.headLength
        capacity = size
        base.storeBytes(of: Self.mark, as: UInt64.self)
        UnsafeMutableRawBufferPointer(start: base + Self.bootPlace, count: 48).copyBytes(from: Self.bootName.utf8.prefix(48))
        base.storeBytes(of: 1, toByteOffset: Self.openPlace, as: UInt32.self)
        base.storeBytes(of: 0, toByteOffset: Self.tailPlace, as: UInt32.self)
        ring.storeBytes(of: 0, as: UInt32.self)
        // Once a run: that it is under way must be on disk before an answer runs ahead of its batch.
        fsync(descriptor)
    }

    deinit {
        munmap(base, Self.headLength + capacity)
        close(descriptor)
    }

    /// Every line is in a batch: the next start has nothing to take up and nothing to fear.
    func closeClean() {
        guard count == 0 else { return }
        base.storeBytes(of: 0, toByteOffset: Self.openPlace, as: UInt32.self)
        fsync(descriptor)
    }

    // MARK: - The ring

    /// Adds a line.
    ///
    /// - Returns: the place behind it, for `drop`; `nil`: there is no room.
    func append(_ line: UnsafeRawBufferPointer) -> Int? {
        let need = 16 + (line.count + 7) & ~7
        if count == 0 { (head, tail) = (0, 0) }
        if head >= tail {
            if head + need + 8 > capacity {
                guard count > 0, need + 8 < tail else { return nil }
                ring.storeBytes(of: Self.wrap, toByteOffset: head, as: UInt32.self)
                head = 0
            }
        } else if head + need + 8 >= tail {
            return nil
        }
        let place = ring + head
        // The end is written before the beginning, so that a reader finds whole lines only.
        (place + need).storeBytes(of: 0, as: UInt32.self)
        UnsafeMutableRawBufferPointer(start: place + 16, count: line.count).copyMemory(from: line)
        place.storeBytes(of: Self.check(line), toByteOffset: 8, as: UInt64.self)
        atomicMemoryFence(ordering: .releasing)
        place.storeBytes(of: UInt32(line.count), as: UInt32.self)
        if count == 0 { base.storeBytes(of: 0, toByteOffset: Self.tailPlace, as: UInt32.self) }
        head += need
        count += 1
        return head
    }

    /// The oldest lines are in a batch on disk: so many, up to this place.
    func drop(_ number: Int, to place: Int) {
        guard number > 0 else { return }
        count -= number
        tail = place
        base.storeBytes(of: UInt32(tail), toByteOffset: Self.tailPlace, as: UInt32.self)
    }

    /// Tells a torn line from a whole one; no proof of anything. Four sums beside each other, since each step waits for the one before it.
    private static func check(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var sums: (UInt64, UInt64, UInt64, UInt64) = (
            UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63
        )
        var place = 0
        while bytes.count &- place >= 32 {
            mix(&sums.0, bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            mix(&sums.1, bytes.loadUnaligned(fromByteOffset: place &+ 8, as: UInt64.self))
            mix(&sums.2, bytes.loadUnaligned(fromByteOffset: place &+ 16, as: UInt64.self))
            mix(&sums.3, bytes.loadUnaligned(fromByteOffset: place &+ 24, as: UInt64.self))
            place &+= 32
        }
        while bytes.count &- place >= 8 {
            mix(&sums.0, bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place &+= 8
        }
        var rest: UInt64 = 0
        while place < bytes.count {
            rest = rest << 8 | UInt64(bytes[place])
            place &+= 1
        }
        mix(&sums.1, rest)
        mix(&sums.0, sums.1)
        mix(&sums.2, sums.3)
        mix(&sums.0, sums.2)
        return sums.0
    }

    @inline(__always)
    private static func mix(_ sum: inout UInt64, _ word: UInt64) {
        sum = (sum ^ word) &* 0xFF51_AFD7_ED55_8CCD
        sum ^= sum >> 32
    }

    /// The check of the first version.
    private static func firstCheck(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var sum = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
        var place = 0
        while place + 8 <= bytes.count {
            mix(&sum, bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place += 8
        }
        while place < bytes.count {
            sum = (sum ^ UInt64(bytes[place])) &* 0x100_0000_01B3
            place += 1
        }
        return sum
    }

    // MARK: - After a stop

    /// What the run before left in the file; an empty find where there is no file or another one.
    static func read(_ path: String) -> Found {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return Found() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > headLength, status.st_size <= 1 << 30 else { return Found() }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        guard pread(descriptor, &bytes, bytes.count, 0) == bytes.count else { return Found() }
        return bytes.withUnsafeBytes { file in
            let found = file.loadUnaligned(as: UInt64.self)
            guard found & ~0xFF == mark & ~0xFF, file.loadUnaligned(fromByteOffset: openPlace, as: UInt32.self) == 1 else { return Found() }
            // Of a later version, to which somebody will have gone back: what it holds cannot be told.
            guard found == mark || found == firstMark else { return Found(mayHaveLost: true) }
            let boot = String(decoding: file[bootPlace..<openPlace].prefix { $0 != 0 }, as: UTF8.self)
            let tail = Int(file.loadUnaligned(fromByteOffset: tailPlace, as: UInt32.self))
            let lines = lines(UnsafeRawBufferPointer(rebasing: file[headLength...]), from: tail, found == mark ? check : firstCheck)
            return Found(lines: lines, mayHaveLost: boot != bootName)
        }
    }

    private static func lines(_ ring: UnsafeRawBufferPointer, from tail: Int, _ check: (UnsafeRawBufferPointer) -> UInt64) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var place = tail
        var hasWrapped = false
        while place >= 0, place + 4 <= ring.count {
            let length = ring.loadUnaligned(fromByteOffset: place, as: UInt32.self)
            if length == wrap, !hasWrapped {
                hasWrapped = true
                place = 0
                continue
            }
            let end = place + 16 + Int(length)
            guard length > 0, end <= ring.count, !hasWrapped || end <= tail else { break }
            let line = UnsafeRawBufferPointer(rebasing: ring[(place + 16)..<end])
            guard check(line) == ring.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self) else { break }
            lines.append(Array(line))
            place = (end + 7) & ~7
        }
        return lines
    }

    /// The machine's run from its start to its stop (proc(5), `random/boot_id`); 36 characters.
    private static var bootName: String {
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "unknown" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 36)
        guard Glibc.read(descriptor, &bytes, bytes.count) == bytes.count else { return "unknown" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
