import Foundation
import Host
import Store
import TestKit
import Testing
import Trunk

@testable import trunkpeer

@Suite("Sites of one host and of two, killed while they speak", .serialized)
struct TrunkKillTests {
    /// `SHUNIU_KILLS=100` for the long run, `SHUNIU_KILL_SECONDS` for its most.
    private static let rounds = KillRounds(or: 5)

    /// One of the two programs, and everything that any of its runs acknowledged.
    private final class Victim {
        let words: [String]
        private var process: ChildProcess?
        private var runs = 0
        private(set) var told: Set<Int> = []
        private(set) var charged: Set<Int> = []

        init(_ host: PeerHost, _ site: String, charges other: String) throws {
            words = [try TestProgram.sibling("trunkpeer").path, host.folder, String(host.port), host.sites.joined(separator: ","), site, other]
        }

        func start() async throws {
            let process = try ChildProcess(words + [String(runs * 100_000)])
            runs += 1
            self.process = process
            guard await process.line(containing: "ready") != nil else { throw TestProgram.Failure(description: "it did not start: \(process.error)") }
        }

        /// Some more was acknowledged.
        func goOn() async { _ = await process?.line(containing: "charged") }

        func kill() async {
            guard let process else { return }
            process.end(SIGKILL)
            await process.finish()
            #expect(process.code == -SIGKILL, "it ended by itself: \(process.error)")
            for line in process.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                let words = line.split(separator: " ")
                guard words.count == 2, let number = Int(words[1]) else { continue }
                if words[0] == "told" { told.insert(number) } else { charged.insert(number) }
            }
        }
    }

    @Test("kill -9 of a host whose sites speak with each other, under load: every event and command took effect once at the other sites, in order")
    func oneHost() async throws {
        let folder = Pair.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let host = try await PeerHost(folder, sites: ["hunan", "changsha", "liuyang"])
        await host.stop()
        let victim = try Victim(host, "hunan", charges: "liuyang")
        try await victim.start()
        for _ in Self.rounds.all() {
            await victim.goOn()
            usleep(UInt32.random(in: 0...120_000))
            await victim.kill()
            try await victim.start()
        }
        await victim.goOn()
        await victim.kill()

        let after = try await host.restarted()
        try await Pair.expectExact([after], seconds: 120 + Self.rounds.count * 5)
        let counted = try after.counted("hunan")
        #expect(victim.told.isSubset(of: counted.told) && !victim.told.isEmpty, "acknowledged but lost")
        #expect(counted.sent["done"] ?? 0 >= victim.charged.count && !victim.charged.isEmpty)
        await after.stop()
        for site in ["hunan", "changsha", "liuyang"] {
            guard case .intact = try StoreView(path: "\(folder)/data/\(site)/tally.sqlite").verifyLog() else {
                Issue.record("the log of \(site) does not verify")
                continue
            }
        }
    }

    @Test("kill -9 of either end and of both under load in both directions: every event and command took effect once at the other end, in order")
    func survivesKill() async throws {
        let folder = Pair.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let upper = try await PeerHost(folder + "/upper", sites: ["hunan", "changsha"])
        let lower = try await PeerHost(folder + "/lower", sites: ["liuyang"])
        try await lower.join("liuyang", to: "changsha", of: upper)
        try await until { upper.host.links.contains { $0.isGood } }
        await lower.stop()
        await upper.stop()

        let victims = [try Victim(upper, "hunan", charges: "liuyang"), try Victim(lower, "liuyang", charges: "hunan")]
        for victim in victims { try await victim.start() }
        for round in Self.rounds.all() {
            let chosen = round % 3 == 2 ? victims : [victims[round % 3]]
            await chosen[0].goOn()
            usleep(UInt32.random(in: 0...120_000))
            for victim in chosen { await victim.kill() }
            for victim in chosen { try await victim.start() }
        }
        for victim in victims { await victim.goOn() }
        for victim in victims { await victim.kill() }

        let after = (try await upper.restarted(), try await lower.restarted())
        try await Pair.expectExact([after.0, after.1], seconds: 120 + Self.rounds.count * 5)
        for (host, site, victim) in [(after.0, "hunan", victims[0]), (after.1, "liuyang", victims[1])] {
            let counted = try host.counted(site)
            #expect(victim.told.isSubset(of: counted.told), "acknowledged but lost")
            #expect(counted.told.count >= victim.told.count && !victim.told.isEmpty)
            #expect(counted.sent["done"] ?? 0 >= victim.charged.count && !victim.charged.isEmpty)
        }
        await after.1.stop()
        await after.0.stop()
        for path in ["upper/data/hunan/tally", "upper/data/changsha/_trunk", "lower/data/liuyang/tally", "lower/data/liuyang/_trunk"] {
            guard case .intact = try StoreView(path: "\(folder)/\(path).sqlite").verifyLog() else {
                Issue.record("\(path) does not verify")
                continue
            }
        }
    }
}
