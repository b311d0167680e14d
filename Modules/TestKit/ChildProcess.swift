import Bus
import CLinux
import Dispatch
import Foundation
import Synchronization

/// A child process whose output is read as it comes, on threads of its own.
package final class ChildProcess: Sendable {
    private struct State {
        var output = ""
        var error = ""
        var waiting: [(text: String, continuation: CheckedContinuation<String?, Never>)] = []
        var finished: [@Sendable () -> Void] = []
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

    /// - Parameters:
    ///   - words: the program, by path or name, and its arguments.
    ///   - input: what it reads; nothing: `/dev/null`.
    package init(_ words: [String], input: [UInt8] = []) throws {
        var output: [Int32] = [-1, -1], error: [Int32] = [-1, -1]
        guard shuniu_pipe(&output) == 0, shuniu_pipe(&error) == 0 else { throw TestProgram.Failure(description: "no pipe: \(errno)") }
        let entry = try input.isEmpty ? nil : Self.file(with: input)
        defer { if let entry { fclose(entry) } }
        // Ends with us even where we end by a signal; that counts threads, so it is started on one that stays.
        let (given, out, err) = (entry.map { fileno($0) }, output[1], error[1])
        let pid = try ForeverThread.run { try Self.spawn(Self.mortal(words), given, out, err) }
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

    /// A file without a name, at its beginning: no writer has to wait for a reader, or outlive it.
    private static func file(with bytes: [UInt8]) throws -> UnsafeMutablePointer<FILE> {
        guard let file = tmpfile(), fwrite(bytes, 1, bytes.count, file) == bytes.count else {
            throw TestProgram.Failure(description: "no file for input: \(errno)")
        }
        rewind(file)
        return file
    }

    /// Not Foundation's `Process`: once some 1,300 files are open its `run` reads beyond a page, and ends all tests.
    private static func spawn(_ words: [String], _ input: Int32?, _ output: Int32, _ error: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
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
    package var outcome: TestProgram.Outcome { state.withLock { .init(code: $0.code, output: $0.output, error: $0.error) } }

    /// With everything that it started: each child is the leader of a process group.
    package func end(_ signal: Int32) { kill(-id, signal) }

    /// Waits until the process has ended and everything it said is read.
    package func finish() async {
        await withCheckedContinuation { continuation in onEnd { continuation.resume() } }
    }

    /// The same, holding the thread.
    package func wait() {
        let over = DispatchSemaphore(value: 0)
        onEnd { over.signal() }
        over.wait()
    }

    private func onEnd(_ act: @escaping @Sendable () -> Void) {
        let isOver = state.withLock { state in
            if state.open > 0 { state.finished.append(act) }
            return state.open == 0
        }
        if isOver { act() }
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
            var unread: [UInt8] = []
            while true {
                let count = Glibc.read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 || !unread.isEmpty else { break }
                unread += buffer[..<max(count, 0)]
                let whole = count > 0 ? unread.count - Self.begun(unread) : unread.count
                let text = String(decoding: unread[..<whole], as: UTF8.self)
                unread.removeFirst(whole)
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

    /// Bytes at the end that begin a character whose rest a later read brings.
    private static func begun(_ bytes: [UInt8]) -> Int {
        for (back, byte) in bytes.suffix(3).reversed().enumerated() where byte & 0xC0 != 0x80 {
            let length = byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            return back + 1 < length ? back + 1 : 0
        }
        return 0
    }

    /// One of three ends has come: of output, errors, process.
    private func close(_ change: @Sendable (inout State) -> Void) {
        let (waiting, finished) = state.withLock { state in
            change(&state)
            state.open -= 1
            guard state.open == 0 else { return ([CheckedContinuation<String?, Never>](), [@Sendable () -> Void]()) }
            defer {
                state.waiting = []
                state.finished = []
            }
            return (state.waiting.map(\.continuation), state.finished)
        }
        for one in waiting { one.resume(returning: nil) }
        for act in finished { act() }
    }
}

/// Runs what waits for the network on a thread of its own: the threads of Swift's tasks are few, and other tests need them.
package func apart<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}

/// How often something is killed: `SHUNIU_KILLS` rounds where that is said, for `SHUNIU_KILL_SECONDS` at most; the number that there was time
/// for is printed.
package struct KillRounds: Sendable {
    package let count: Int
    private let patience: Duration

    /// - Parameter few: without the long run.
    package init(or few: Int) {
        let environment = ProcessInfo.processInfo.environment
        count = environment["SHUNIU_KILLS"].flatMap { Int($0) } ?? few
        patience = .seconds(environment["SHUNIU_KILL_SECONDS"].flatMap { Int($0) } ?? 3600)
    }

    /// The numbers of the rounds, until the time is over; at least one.
    package func all(_ what: String = #fileID) -> some Sequence<Int> {
        let end = ContinuousClock.now + patience
        return (0..<max(1, count)).lazy.prefix { round in
            guard round > 0, ContinuousClock.now >= end else { return true }
            print("\(what): \(round) of \(count) rounds within \(patience)")
            return false
        }
    }
}
