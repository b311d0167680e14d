import CLinux
import Foundation
import Network
import Synchronization

/// Real NATS servers with JetStream on loopback, file storage in a folder of their own; they end with the value, at the latest with
/// the process.
///
/// `Tools/setup --nats` installs `nats-server` in `.build/nats`; another one is named by `SHUNIU_NATS_SERVER` or found in the `PATH`.
package final class NATSCluster: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// `nil` where no server of at least 2.10 is installed: tests that need one say so and are skipped.
    package static let program: String? = {
        let environment = ProcessInfo.processInfo.environment
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        folder.append(path: ".build/nats/bin/nats-server")
        let named: [String] = [environment["SHUNIU_NATS_SERVER"], folder.path].compactMap { $0 }
        let found = named + (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/nats-server" }
        return found.first { FileManager.default.isExecutableFile(atPath: $0) && isNew($0) }
    }()

    private static func isNew(_ program: String) -> Bool {
        guard let said = try? TestProgram.runAndWait([program, "--version"]),
            let found = said.output.firstMatch(of: /v(\d+)\.(\d+)\./), let major = Int(found.1), let minor = Int(found.2)
        else { return false }
        return (major, minor) >= (2, 10)
    }

    /// Three nodes for all tests of a process; each uses a network of its own name.
    package static let shared = Result { try NATSCluster(nodes: 3) }

    private struct Node {
        var port: Int
        var monitor: Int
        var process: ChildProcess?
    }

    /// What the nodes keep lies below it.
    package let folder: String
    private let scheme: String
    private let words: [String]
    private let nodes: Mutex<[Node]>

    /// - Parameters:
    ///   - more: further lines of every node's configuration, such as `authorization { … }` or `tls { … }`.
    ///   - jetStream: further lines of its block `jetstream`.
    ///   - words: in front of the program, such as a tracer and its options; must leave the server the process that was started.
    package init(nodes count: Int, more: String = "", jetStream: String = "", scheme: String = "nats", under words: [String] = []) throws {
        guard Self.program != nil else {
            throw Failure(description: "no nats-server of at least 2.10 here: Tools/setup --nats")
        }
        folder = FileManager.default.temporaryDirectory.path + "/nats-" + UUID().uuidString
        self.scheme = scheme
        self.words = words
        let ports = try Self.freePorts(count * 3)
        let routes = (0..<count).map { "\"nats://127.0.0.1:\(ports[$0 * 3 + 2])\"" }.joined(separator: ", ")
        for node in 0..<count {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(node)", withIntermediateDirectories: true)
            var lines = [
                "server_name: n\(node)", "listen: \"127.0.0.1:\(ports[node * 3])\"",
                "http: \"127.0.0.1:\(ports[node * 3 + 1])\"",
                "jetstream { store_dir: \"\(folder)/\(node)/store\"\n\(jetStream) }", more,
            ]
            if count > 1 {
                lines.append(
                    "cluster { name: shuniu, listen: \"127.0.0.1:\(ports[node * 3 + 2])\", routes: [\(routes)] }")
            }
            try lines.joined(separator: "\n").write(
                toFile: "\(folder)/\(node)/nats.conf", atomically: true, encoding: .utf8)
        }
        nodes = Mutex((0..<count).map { Node(port: ports[$0 * 3], monitor: ports[$0 * 3 + 1]) })
        for node in 0..<count { try launch(node) }
        for node in 0..<count { try waitUntilWell(node) }
    }

    deinit {
        for node in nodes.withLock({ $0 }) { node.process?.end(SIGKILL) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// `nats://127.0.0.1:port` of every node.
    package var servers: [String] { nodes.withLock { $0.map { "\(scheme)://127.0.0.1:\($0.port)" } } }

    private func launch(_ node: Int) throws {
        guard let program = Self.program else { return }
        let process = try ChildProcess(words + [program, "-c", "\(folder)/\(node)/nats.conf"])
        nodes.withLock { $0[node].process = process }
    }

    /// kill -9.
    package func kill(_ node: Int) async {
        let process = nodes.withLock { nodes in
            defer { nodes[node].process = nil }
            return nodes[node].process
        }
        process?.end(SIGKILL)
        await process?.finish()
    }

    /// Starts a node again that was killed, with what it has on disk.
    package func restart(_ node: Int) throws {
        try launch(node)
        try waitUntilWell(node)
    }

    /// Until the node says that it and its JetStream are in order.
    private func waitUntilWell(_ node: Int) throws {
        let port = nodes.withLock { $0[node].monitor }
        for _ in 0..<2400 {
            if let client = try? HTTPClient(port: port, trust: .plain, timeout: .seconds(2)),
                let answer = try? client.request(.get, "/healthz"), answer.status == 200
            {
                return
            }
            usleep(50_000)
        }
        throw Failure(
            description:
                "node \(node) does not come up: \(nodes.withLock { $0[node].process?.error.suffix(1000) } ?? "")")
    }

    /// Ports that nobody uses now.
    private static func freePorts(_ count: Int) throws -> [Int] {
        var open: [Int32] = []
        defer { for descriptor in open { close(descriptor) } }
        return try (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            open.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
                }
            }
            guard isBound else { throw Failure(description: "no free port") }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }
}
