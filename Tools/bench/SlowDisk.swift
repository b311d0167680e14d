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

    /// Whether syncs take longer than the disk's own now.
    static var isSlowed: Bool { atLeast.load(ordering: .relaxed) > 0 }

    /// What goes in front of another server's program so that its syncs take as long as ours do: the system's `strace`, which lets only these calls
    /// wait. The tracer stands beside the program, which keeps its number and its signals.
    ///
    /// - Parameter folder: on the disk to measure; a sync there, traced but not held up, tells how much is missing.
    /// - Returns: no word where nothing is slowed.
    static func words(_ folder: String) throws -> [String] {
        guard isSlowed else { return [] }
        guard let strace = Workplace.find("strace") else { throw BenchError("strace is not installed: `apt-get install strace`, to slow another server's syncs") }
        func tracing(_ microseconds: Int) -> [String] {
            [
                strace, "-D", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e",
                "inject=fdatasync,fsync:delay_exit=\(microseconds)",
            ]
        }
        // One microsecond: without a delay strace refuses the rule.
        let words = tracing(1) + ["\(Workplace.programs)/bench", "syncs", folder]
        let child = try ChildProcess(words[0], Array(words.dropFirst()), environment: [variable: "0"])
        defer { child.stop() }
        guard let line = child.line(beginning: "sync "), let own = line.split(separator: " ").last.flatMap({ Double($0) }) else {
            throw BenchError("strace traces nothing here; try: \(words.joined(separator: " "))")
        }
        return tracing(max(1, (atLeast.load(ordering: .relaxed) - Int(own * 1e6)) / 1000))
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
