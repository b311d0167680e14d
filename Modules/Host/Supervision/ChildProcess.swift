import Bus
import CLinux
import Glibc
import Synchronization
import Vocabulary

/// A plug-in's process as its supervisor sees it.
package protocol PluginChild: AnyObject, Sendable {
    var pid: Int32 { get }
    /// Looks whether it has ended, without waiting.
    func poll() -> PluginExit?
    /// Ends it; harmless when it has ended.
    func kill()
    /// The end of what it printed.
    var tail: String { get }
    /// Resident bytes and processor time; `nil` when it is gone.
    var usage: (resident: Int64, processor: Duration)? { get }
    /// What it takes of the machine that is bounded; `nil` when it is gone.
    var load: PluginLoad? { get }
}

/// What a process takes of the machine and gives back to nobody else.
package struct PluginLoad: Sendable, Equatable {
    /// Bytes that only swapping could free: anonymous and shared memory, not what is read from files.
    package var memory: Int64
    package var threads: Int

    package init(memory: Int64, threads: Int) {
        self.memory = memory
        self.threads = threads
    }

    /// Reads `/proc/<pid>/status` (proc_pid_status(5)).
    init?(status: String) {
        var values: [Substring: Int64] = [:]
        for line in status.split(separator: "\n") {
            let parts = line.split(whereSeparator: { $0 == ":" || $0 == "\t" || $0 == " " })
            if parts.count > 1, let value = Int64(parts[1]) { values[parts[0]] = value }
        }
        guard let threads = values["Threads"] else { return nil }
        guard let anonymous = values["RssAnon"] else {
            // Its first thread has ended while others go on: nothing tells any more what they take, so it counts as too much.
            guard threads > 1 else { return nil }
            self.init(memory: .max, threads: Int(threads))
            return
        }
        self.init(memory: (anonymous + (values["RssShmem"] ?? 0)) << 10, threads: Int(threads))
    }
}

/// How a process ended.
package enum PluginExit: Sendable, Equatable {
    case code(Int32)
    case signal(Int32)

    var description: String {
        switch self {
        case .code(let code): "exit code \(code)"
        case .signal(let number): "signal \(number) (\(String(cString: strsignal(number))))"
        }
    }
}

/// A process that this program started and that only it may end: started on a thread that lives as long as the program, so that the
/// process dies with it (PR_SET_PDEATHSIG counts threads), and reaped here, so that its number is never somebody else's.
final class ChildProcess: PluginChild {
    /// How it is started.
    struct Spec: Sendable {
        var executable: String
        /// After the program's name.
        var arguments: [String]
        /// The whole environment; nothing is inherited.
        var environment: [String: String]
    }

    typealias Exit = PluginExit

    private struct State {
        var exit: Exit?
        var tail: [UInt8] = []
    }

    let pid: Int32
    private let output: Int32
    private let state = Mutex(State())
    private static let tailBytes = 8 << 10

    private init(pid: pid_t, output: Int32) {
        self.pid = pid
        self.output = output
    }

    deinit { close(output) }

    /// Starts the program with the socket as descriptor 3 and what it prints kept as a tail.
    ///
    /// - Parameter socket: closed here when the process has it.
    /// - Throws: the errno's sentence.
    static func start(_ spec: Spec, socket: Int32) throws -> ChildProcess {
        try ForeverThread.run { try spawn(spec, socket) }
    }

    /// Everything that a program prints on its way to a good end; errors go where ours go.
    ///
    /// - Throws: what it printed at its end, when that was not good or not in time.
    static func output(_ spec: Spec, within limit: Duration) throws -> [UInt8] {
        let file = shuniu_memory_file("output")
        guard file >= 0 else { throw Failure(description: String(cString: strerror(errno))) }
        defer { close(file) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, file, 1)
        var pid = pid_t()
        let result = withTexts(spec) { words, environment in patiently { posix_spawn(&pid, spec.executable, &actions, nil, words, environment) } }
        guard result == 0 else { throw Failure(description: "\(spec.executable): \(String(cString: strerror(result)))") }
        let deadline = Monotonic.nanoseconds + Int64(limit.milliseconds) * 1_000_000
        var status: Int32 = 0
        while waitpid(pid, &status, WNOHANG) == 0 {
            var size = stat()
            let isEndless = fstat(file, &size) == 0 && size.st_size > 16 << 20
            if isEndless || Monotonic.nanoseconds > deadline { Glibc.kill(pid, SIGKILL) }
            usleep(5000)
        }
        var size = stat()
        fstat(file, &size)
        lseek(file, 0, SEEK_SET)
        var bytes = [UInt8](repeating: 0, count: min(Int(size.st_size), 16 << 20))
        let got = read(file, &bytes, bytes.count)
        guard status == 0, got == bytes.count else { throw Failure(description: "\(spec.executable) ended with status \(status >> 8)") }
        return bytes
    }

    /// A program that was written a moment ago may still be open for writing in a process that another thread is just starting: that
    /// passes by itself (ETXTBSY, execve(2)).
    static func patiently(_ start: () -> Int32) -> Int32 {
        for _ in 0..<100 {
            let result = start()
            guard result == ETXTBSY else { return result }
            usleep(10_000)
        }
        return start()
    }

    private static func withTexts<T>(
        _ spec: Spec, _ body: ([UnsafeMutablePointer<CChar>?], [UnsafeMutablePointer<CChar>?]) -> T
    ) -> T {
        let arguments = ([spec.executable] + spec.arguments).map { strdup($0) } + [nil]
        let environment = spec.environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + environment { free(text) } }
        return body(arguments, environment)
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private static func spawn(_ spec: Spec, _ socket: Int32) throws -> ChildProcess {
        var ends: [Int32] = [-1, -1]
        guard shuniu_pipe(&ends) == 0 else { throw Failure(description: "pipe: \(String(cString: strerror(errno)))") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The socket may be 3 already, and the pipe's end in its way.
        let high = fcntl(socket, F_DUPFD_CLOEXEC, 64)
        let pipe = fcntl(ends[1], F_DUPFD_CLOEXEC, 64)
        defer {
            close(high)
            close(pipe)
            close(ends[1])
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, pipe, 1)
        posix_spawn_file_actions_adddup2(&actions, pipe, 2)
        posix_spawn_file_actions_adddup2(&actions, high, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals are as in a fresh program, and a terminal's Ctrl-C is the host's alone.
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var pid = pid_t()
        let result = withTexts(spec) { words, environment in patiently { posix_spawn(&pid, spec.executable, &actions, &attributes, words, environment) } }
        close(socket)
        guard result == 0 else {
            close(ends[0])
            throw Failure(description: "\(spec.executable): \(String(cString: strerror(result)))")
        }
        _ = shuniu_set_nonblocking(ends[0])
        return ChildProcess(pid: pid, output: ends[0])
    }

    /// Looks whether it has ended, without waiting, and takes what it printed.
    func poll() -> Exit? {
        state.withLock { state in
            drain(&state)
            if let exit = state.exit { return exit }
            var status: Int32 = 0
            guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
            drain(&state)
            state.exit = status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F)
            return state.exit
        }
    }

    /// Ends it and everything of its process group; harmless when it has ended.
    func kill() {
        state.withLock { state in
            guard state.exit == nil else { return }
            Glibc.kill(-pid, SIGKILL)
            Glibc.kill(pid, SIGKILL)
        }
    }

    /// The end of what it printed.
    var tail: String { String(decoding: state.withLock { $0.tail }, as: UTF8.self) }

    /// Resident bytes and processor time; `nil` when it is gone.
    var usage: (resident: Int64, processor: Duration)? {
        guard state.withLock({ $0.exit == nil }), let statm = PrivateFile.text("/proc/\(pid)/statm"),
            let pages = statm.split(separator: " ").dropFirst().first.flatMap({ Int64($0) }),
            // The name, in parentheses, may hold anything.
            let fields = PrivateFile.text("/proc/\(pid)/stat").flatMap({ $0.split(separator: ")").last })?.split(separator: " "), fields.count > 12,
            let user = Int64(fields[11]), let system = Int64(fields[12])
        else { return nil }
        let ticks = Int64(max(1, sysconf(Int32(_SC_CLK_TCK))))
        return (pages * Int64(sysconf(Int32(_SC_PAGESIZE))), .milliseconds((user + system) * 1000 / ticks))
    }

    var load: PluginLoad? {
        guard state.withLock({ $0.exit == nil }) else { return nil }
        return PrivateFile.text("/proc/\(pid)/status").flatMap { PluginLoad(status: $0) }
    }

    private func drain(_ state: inout State) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        // At most so much at a time: a program that prints without end does not hold the host.
        for _ in 0..<64 {
            let got = read(output, &buffer, buffer.count)
            guard got > 0 else { return }
            state.tail.append(contentsOf: buffer[..<got])
            if state.tail.count > 2 * Self.tailBytes { state.tail.removeFirst(state.tail.count - Self.tailBytes) }
        }
    }
}
