import Bus
import CLinux
import Dispatch
public import Foundation
public import Network
import Synchronization

/// The program `shuniu` itself, as an operator runs it: a folder with configuration, data and certificate, commands, a served host.
///
/// Everything it starts listens on loopback, at a port that the system chooses, and ends with the value.
public final class TestProgram: Sendable {
    public let folder: String
    /// PEM file of the authority that signed the certificate.
    public let authority: String
    public var data: String { folder + "/data" }
    public var configs: String { folder + "/configs" }
    private let program: URL
    private let served = Mutex<Served?>(nil)

    private struct Served {
        let process: ChildProcess
        let port: Int
    }

    /// What the program said and how it ended.
    public struct Outcome: Sendable {
        public let code: Int32
        public let output: String
        public let error: String
    }

    public struct Failure: Error, CustomStringConvertible {
        public let description: String
        public init(description: String) { self.description = description }
    }

    /// A new folder with the certificate; `init` of the program is the first thing to run.
    public init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/shuniu-program-" + UUID().uuidString
        program = try Self.sibling("shuniu")
        try FileManager.default.createDirectory(atPath: folder + "/data/_tls", withIntermediateDirectories: true)
        authority = try CertificateMaker.writeDevelopmentFiles(in: folder + "/data/_tls").authority
    }

    deinit {
        served.withLock { $0 }?.process.end(SIGKILL)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// An executable that the build has put beside the tests.
    public static func sibling(_ name: String) throws -> URL {
        let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent(name)
        guard FileManager.default.isExecutableFile(atPath: path.path) else { throw Failure(description: "\(path.path) is not built") }
        return path
    }

    /// Runs a command to its end; `--configs` is added.
    public func run(_ arguments: String...) async throws -> Outcome { try await run(arguments) }

    /// Runs a command to its end; `--configs` is added.
    public func run(_ arguments: [String]) async throws -> Outcome {
        try await Self.run([program.path] + arguments + ["--configs", configs])
    }

    /// Where the served host takes operators' commands.
    public var controlSocket: String { data + "/_run/control.sock" }

    /// Writes bytes to the control socket, as any program might, and returns all that comes back; blocks.
    public func say(_ text: String) throws -> String {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: controlSocket.utf8.prefix($0.count - 1)) }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard code == 0 else { throw Failure(description: "nobody listens at \(controlSocket)") }
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            // The host has heard enough.
            guard count > 0 else { break }
            sent += count
        }
        shutdown(descriptor, Int32(SHUT_WR))
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &piece, piece.count, 0)
            guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
            answer += piece[..<count]
        }
    }

    /// Starts `serve` and returns when it listens.
    ///
    /// - Parameter port: where it is to listen; 0: the system chooses.
    /// - Throws: `Failure` with what it said, when it ended instead.
    public func serve(port: Int = 0) async throws {
        let process = try ChildProcess([program.path, "serve", "--configs", configs, "--port", String(port)])
        guard let line = await process.line(containing: "\"code\":\"started\""),
            let port = line.firstMatch(of: /"port":"(\d+)"/).flatMap({ Int($0.1) })
        else { throw Failure(description: "the host did not start: \(process.error)") }
        served.withLock { $0 = Served(process: process, port: port) }
    }

    /// The port of HTTPS; zero while nothing is served.
    public var port: Int { served.withLock { $0?.port } ?? 0 }

    /// Runs any other program of the machine.
    public static func run(_ words: [String]) async throws -> Outcome {
        let process = try ChildProcess(words)
        await process.finish()
        return Outcome(code: process.code, output: process.output, error: process.error)
    }

    /// Every line of the log so far.
    public var log: String { served.withLock { $0?.process.error } ?? "" }

    /// Sends a signal to the served host and waits for its end; returns the exit code, negative for the signal that ended it.
    @discardableResult
    public func end(_ signal: Int32) async -> Int32 {
        guard let one = served.withLock({ served in
            defer { served = nil }
            return served
        }) else { return 0 }
        one.process.end(signal)
        await one.process.finish()
        return one.process.code
    }

    /// Lets the host finish what is under way, as an operator does.
    @discardableResult
    public func stop() async -> Int32 { await end(SIGTERM) }

    /// A client of the served host, with its certificate checked.
    public func client(timeout: Duration = .seconds(30)) throws -> HTTPClient {
        try HTTPClient(port: port, trust: .authority(file: authority), timeout: timeout)
    }
}

/// A child process whose output is read as it comes, on threads of its own.
package final class ChildProcess: Sendable {
    private struct State {
        var output = ""
        var error = ""
        var waiting: [(text: String, continuation: CheckedContinuation<String?, Never>)] = []
        var finished: [CheckedContinuation<Void, Never>] = []
        var open = 3
        var code: Int32 = 0
    }

    private let state = Mutex(State())
    let id: Int32

    /// What still runs when the tests end ends with them, also where a value lives as long as the process.
    private static let live = Mutex<Set<Int32>>([])
    private static let endsWithUs: Void = {
        atexit { for id in ChildProcess.live.withLock({ $0 }) { kill(-id, SIGKILL) } }
    }()

    /// - Parameter words: the program, by path or name, and its arguments.
    package init(_ words: [String]) throws {
        var output: [Int32] = [-1, -1], error: [Int32] = [-1, -1]
        guard shuniu_pipe(&output) == 0, shuniu_pipe(&error) == 0 else { throw TestProgram.Failure(description: "no pipe: \(errno)") }
        // Ends with us even where we end by a signal; that counts threads, so it is started on one that stays.
        let (out, err) = (output[1], error[1])
        let pid = try ForeverThread.run { try Self.spawn(Self.mortal(words), out, err) }
        Glibc.close(output[1])
        Glibc.close(error[1])
        id = pid
        _ = Self.endsWithUs
        Self.live.withLock { _ = $0.insert(pid) }
        read(output[0]) { $0.output += $1 }
        read(error[0]) { $0.error += $1 }
        Thread.detachNewThread { [self] in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            Self.live.withLock { _ = $0.remove(pid) }
            let code = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
            close { $0.code = code }
        }
    }

    /// The same program, told by util-linux to end with the thread that started it. One looked up by name is left alone: that it is missing
    /// should be known at once.
    private static func mortal(_ words: [String]) -> [String] {
        let setpriv = "/usr/bin/setpriv"
        guard words.first?.hasPrefix("/") == true, access(setpriv, X_OK) == 0 else { return words }
        return [setpriv, "--pdeathsig", "KILL", "--"] + words
    }

    /// Not Foundation's `Process`: its `run` reads beyond a page now and then, and the tests start some hundred programs.
    private static func spawn(_ words: [String], _ output: Int32, _ error: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, error, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let arguments = words.map { strdup($0) } + [nil]
        defer { for text in arguments { free(text) } }
        var pid = pid_t()
        let result = posix_spawnp(&pid, words[0], &actions, &attributes, arguments, environ)
        guard result == 0 else { throw TestProgram.Failure(description: "\(words[0]): \(String(cString: strerror(result)))") }
        return pid
    }

    package var output: String { state.withLock { $0.output } }
    package var error: String { state.withLock { $0.error } }
    package var code: Int32 { state.withLock { $0.code } }

    /// With everything that it started: each child is the leader of a process group.
    package func end(_ signal: Int32) { kill(-id, signal) }

    /// Waits until the process has ended and everything it said is read.
    package func finish() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.open > 0 { state.finished.append(continuation) }
                return state.open == 0
            }
            if isOver { continuation.resume() }
        }
    }

    /// The first line, of either stream, with that text; `nil` when the process ended without.
    package func line(containing text: String) async -> String? {
        await withCheckedContinuation { continuation in
            let found: String?? = state.withLock { state in
                if let line = Self.find(text, in: state) { return .some(line) }
                if state.open == 0 { return .some(nil) }
                state.waiting.append((text, continuation))
                return nil
            }
            if let found { continuation.resume(returning: found) }
        }
    }

    private static func find(_ text: String, in state: State) -> String? {
        for stream in [state.output, state.error] where stream.contains(text) {
            // A line counts once it is whole.
            for line in stream.split(separator: "\n", omittingEmptySubsequences: false).dropLast() where line.contains(text) { return String(line) }
        }
        return nil
    }

    private func read(_ descriptor: Int32, _ add: @escaping @Sendable (inout State, String) -> Void) {
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = Glibc.read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                let text = String(decoding: buffer[..<count], as: UTF8.self)
                let found = state.withLock { state in
                    add(&state, text)
                    let waiting = state.waiting
                    let found = waiting.map { (one: $0, line: Self.find($0.text, in: state)) }
                    state.waiting = found.filter { $0.line == nil }.map(\.one)
                    return found.compactMap { found in found.line.map { (found.one.continuation, $0) } }
                }
                for (continuation, line) in found { continuation.resume(returning: line) }
            }
            Glibc.close(descriptor)
            close { _ in }
        }
    }

    /// One of three ends has come: of output, errors, process.
    private func close(_ change: @Sendable (inout State) -> Void) {
        let (waiting, finished) = state.withLock { state in
            change(&state)
            state.open -= 1
            guard state.open == 0 else { return ([CheckedContinuation<String?, Never>](), [CheckedContinuation<Void, Never>]()) }
            defer {
                state.waiting = []
                state.finished = []
            }
            return (state.waiting.map(\.continuation), state.finished)
        }
        for one in waiting { one.resume(returning: nil) }
        for one in finished { one.resume() }
    }
}
