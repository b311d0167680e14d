#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Keeps the write-ahead log's file longer than what is used of it, by writing zeros behind its end.
///
/// A sync that also has to record a new length costs two to four times one that does not. SQLite takes zeros behind the
/// last frame for the end of the log, and the log's file carries none of its locks, so a second descriptor is safe on
/// it, and on it only. Owner only.
final class LogGrowth {
    private let path: String
    /// No longer than this: from there on the log is recycled.
    private let limit: Int
    private var descriptor: Int32 = -1
    private var size = 0

    private static let reserve = 64 << 10
    /// A file that takes a command now and then needs no room ahead; hundreds of them would write it at every start.
    private static let first = 64 << 10
    private static let smallestStep = 256 << 10
    private static let largestStep = 2 << 20
    private static let zeros = [UInt8](repeating: 0, count: 128 << 10)

    init(path: String, limit: Int) {
        self.path = path
        self.limit = limit
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Grows the file when less than the reserve is left. Failing is no harm: SQLite grows it itself, more slowly.
    func makeRoom(used: Int) {
        guard used >= Self.first, used + Self.reserve > size, size < limit else { return }
        if descriptor < 0 { descriptor = open(path, O_RDWR | O_CLOEXEC) }
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return }
        size = Int(status.st_size)
        guard used + Self.reserve > size, size < limit else { return }
        let wanted = size + min(max(size, Self.smallestStep), Self.largestStep)
        var end = size
        while end < wanted {
            let count = pwrite(descriptor, Self.zeros, min(Self.zeros.count, wanted - end), off_t(end))
            guard count > 0 else {
                // A full disk: what is left belongs to the commands.
                ftruncate(descriptor, off_t(size))
                size = limit
                return
            }
            end += count
        }
        fdatasync(descriptor)
        size = end
    }
}
