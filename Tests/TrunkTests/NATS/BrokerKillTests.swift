import Foundation
import Store
import TestKit
import Testing

@testable import Trunk

@Suite(
    "Two hosts that meet at a NATS cluster, killed while they speak", .serialized,
    .enabled(if: NATSCluster.program != nil, "needs nats-server of at least 2.10: Tools/setup --nats"))
struct BrokerKillTests {
    /// `SHUNIU_KILLS=100` for the long run, `SHUNIU_KILL_SECONDS` for its most.
    private static let rounds = KillRounds(or: 6)

    /// One of the two programs.
    private final class Victim {
        let folder: String
        private let words: [String]
        private let tells: Bool
        private var process: ChildProcess?
        /// The last number of which any run said that it is on disk.
        private(set) var told = 0

        init(_ folder: String, _ site: String, _ servers: [String], _ network: String, _ keys: String, tells: Bool)
            throws
        {
            self.folder = folder
            self.tells = tells
            words = [
                try TestProgram.sibling("brokerpeer").path, folder, site, servers.joined(separator: ","), network, keys,
            ]
        }

        /// - Parameter last: up to where it tells.
        func start(upTo last: Int = 1_000_000) async throws {
            let process = try ChildProcess(words + (tells ? [String(told + 1), String(last)] : ["1", "0"]))
            self.process = process
            guard await process.line(containing: "ready") != nil else {
                throw TestProgram.Failure(description: "it did not start: \(process.error)")
            }
        }

        func line(_ text: String) async -> String? { await process?.line(containing: text) }

        func kill() async throws {
            guard let process else { return }
            process.end(SIGKILL)
            await process.finish()
            #expect(process.code == -SIGKILL, "it ended by itself: \(process.error)")
            guard tells else { return }
            // What is on disk counts, whether or not it could still say so.
            let log = try StoreView(path: "\(folder)/data/liuyang/counter.sqlite").read {
                try $0.log(after: 0, limit: 1_000_000)
            }
            told = log.count
        }
    }

    @Test(
        "kill -9 of sender, receiver, both, and a node of the cluster, under load: every event takes effect once and in order"
    )
    func survivesKill() async throws {
        let cluster = try NATSCluster(nodes: 3)
        let folder = FileManager.default.temporaryDirectory.path + "/broker-kill-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try NetworkKeys.fresh().write(toFile: "\(folder)/keys", atomically: true, encoding: .utf8)
        let sender = try Victim("\(folder)/lower", "liuyang", cluster.servers, "kill", "\(folder)/keys", tells: true)
        let receiver = try Victim(
            "\(folder)/upper", "changsha", cluster.servers, "kill", "\(folder)/keys", tells: false)
        try await receiver.start()
        try await sender.start()
        for round in Self.rounds.all() {
            _ = await sender.line("told \(sender.told + Int.random(in: 20...120))")
            if round % 3 != 1 { try await sender.kill() }
            if round % 3 != 0 { try await receiver.kill() }
            if round % 5 == 4 {
                await cluster.kill(round % 3)
                try cluster.restart(round % 3)
            }
            if round % 3 != 0 { try await receiver.start() }
            if round % 3 != 1 { try await sender.start() }
        }
        try await sender.kill()
        let last = sender.told + 10
        try await sender.start(upTo: last)
        #expect(await receiver.line("heard \(last)") != nil)
        try await sender.kill()
        try await receiver.kill()
        let heard = try StoreView(path: "\(folder)/upper/data/changsha/counter.sqlite").read {
            try $0.rows("SELECT number FROM heard ORDER BY n") { try $0.get(0, as: Int.self) }
        }
        #expect(heard == Array(1...last), "\(heard.count) of \(last)")
    }
}
