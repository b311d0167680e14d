import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A disk as slow as one is told. The store's ratios were found where a sync takes 0.2 to 0.8 ms; where one takes a tenth of that, group commit has
/// nothing to share out and the processor bounds both sides.
enum SlowDisk {
    /// Told by the environment, so that the servers which this program starts know it too.
    static let variable = "SHUNIU_BENCH_SYNC"
    /// Nanoseconds that every `fdatasync` takes at least.
    private static let atLeast = Atomic(getenv(variable).flatMap { Int(String(cString: $0)) } ?? 0)
    /// Nanoseconds of a sync where the targets were found, at its fastest: 5,200 a second.
    static let reference = 190_000

    /// Makes the disk at least as slow as the one of the targets while something is measured: in this program, and in those that it starts meanwhile.
    static func asReference<T>(_ body: () async throws -> T) async rethrows -> T {
        let own = atLeast.load(ordering: .relaxed)
        atLeast.store(max(own, reference), ordering: .relaxed)
        setenv(variable, String(max(own, reference)), 1)
        defer {
            atLeast.store(own, ordering: .relaxed)
            setenv(variable, String(own), 1)
        }
        return try await body()
    }

    private typealias Sync = @convention(c) (Int32) -> Int32
    /// The C library's own, behind ours: `RTLD_NEXT`.
    private static let system: Sync? = dlsym(UnsafeMutableRawPointer(bitPattern: -1), "fdatasync").map { unsafeBitCast($0, to: Sync.self) }

    static func sync(_ descriptor: Int32) -> Int32 {
        guard let system else { return fsync(descriptor) }
        let start = LoadGenerator.now()
        let code = system(descriptor)
        let missing = atLeast.load(ordering: .relaxed) - Int(LoadGenerator.now() - start)
        if missing > 0 {
            usleep(UInt32(missing / 1000))
        }
        return code
    }
}

/// Stands in for the C library's `fdatasync` in this program, SQLite's calls included.
@_cdecl("fdatasync")
public func slowedSync(_ descriptor: Int32) -> Int32 { SlowDisk.sync(descriptor) }
