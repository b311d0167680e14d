#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `<file>.lock`, held while the file is open, so that no second process (nor a second `StoreFile`) writes to it.
/// The lock stands beside the database: closing another descriptor of the database itself would drop SQLite's own locks.
struct OwnershipLock: ~Copyable {
    private let descriptor: Int32

    init(path: String) throws {
        let lockPath = path + ".lock"
        // A local until nothing can throw any more: once `self` is whole, throwing would run `deinit` and close a second time.
        let descriptor = Glibc.open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError.cannotOpen(path: path, what: "\(lockPath): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            var text = [UInt8](repeating: 0, count: 32)
            let count = pread(descriptor, &text, text.count, 0)
            let holder = String(decoding: text.prefix(max(0, count)), as: UTF8.self)
            Glibc.close(descriptor)
            throw StoreError.locked(path: path, holder: holder.isEmpty ? "another process" : "process \(holder)")
        }
        // The number helps the operator; the lock itself is the kernel's.
        let process = Array("\(getpid())".utf8)
        ftruncate(descriptor, 0)
        pwrite(descriptor, process, process.count, 0)
        self.descriptor = descriptor
    }

    deinit {
        // Explicitly: a child just forked and not yet replaced shares the description, and closing ours alone would leave it locked.
        flock(descriptor, LOCK_UN)
        Glibc.close(descriptor)
    }
}
