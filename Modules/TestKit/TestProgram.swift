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

    /// Runs any other program of the machine, by path or name, to its end.
    public static func run(_ words: [String], input: [UInt8] = []) async throws -> Outcome {
        let process = try ChildProcess(words, input: input)
        await process.finish()
        return process.outcome
    }

    /// The same, holding the thread: for what must be known before a test begins.
    public static func runAndWait(_ words: [String], input: [UInt8] = []) throws -> Outcome {
        let process = try ChildProcess(words, input: input)
        process.wait()
        return process.outcome
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
    public func client(timeout: Duration = .seconds(120)) throws -> HTTPClient {
        try HTTPClient(port: port, trust: .authority(file: authority), timeout: timeout)
    }
}
