import Dispatch
import FoundationEssentials
import Host
import Identity
import PluginKit
import Store
import TestKit
import Testing

@testable import Bus
@testable import Trunk

@Suite("A site that leaves the one above", .serialized)
struct LeaveTests {
    /// What is still kept of the link upwards.
    private func kept(_ host: LinkedHost) throws -> [Int] {
        try StoreView(path: "\(host.folder)/data/liuyang/_trunk.sqlite").read { view in
            try ["relay", "head", "place", "base", "fence"].map { try view.value("SELECT count(*) FROM \($0)") ?? 0 }
        }
    }

    @Test("Both sides know and account for it, nothing passes any more, and what came from above is forgotten; invited again it has everything once")
    func leaving() async throws {
        let upper = try await LinkedHost.start(["hunan", "changsha"])
        let lower = try await LinkedHost.start(["liuyang"])
        try await lower.link("liuyang", to: "changsha", of: upper, upper.host.invite("liuyang", to: "changsha"))
        for n in 1...5 {
            try await lower.say("liuyang", .report, "\(n)")
            try await upper.say("hunan", .post, "\(n)")
        }
        try await until { try upper.board("changsha").count == 10 && lower.board("liuyang").count == 5 }
        #expect(try kept(lower).prefix(3).allSatisfy { $0 > 0 })

        #expect(try await lower.host.leave("liuyang"))
        #expect(lower.host.links.isEmpty && lower.map.sites.map(\.id) == ["liuyang"])
        #expect(try kept(lower) == [0, 0, 0, 0, 0])
        #expect(!FileManager.default.fileExists(atPath: "\(lower.folder)/data/liuyang/_trunk/parent.json"))
        #expect(upper.map["liuyang"] == nil)
        #expect(upper.host.links.filter { $0.peer == "liuyang" }.map(\.condition) == ["已退出"])
        try await until { try upper.audited("changsha") == [.linkInvited, .linkJoined, .linkLeft] && lower.audited("liuyang") == [.linkJoined, .linkLeft] }
        let twice = await #expect(throws: Refusal.self) { try await lower.host.leave("liuyang") }
        #expect(twice?.code == "trunk.not-linked")
        // What either side says now stays at home, and what was heard stays where it is.
        try await lower.say("liuyang", .report, "6")
        try await upper.say("hunan", .post, "6")
        #expect(try upper.board("changsha").filter { $0.hasPrefix("report") }.count == 5 && lower.board("liuyang").count == 5)

        try await lower.link("liuyang", to: "changsha", of: upper, upper.host.invite("liuyang", to: "changsha"))
        try await lower.say("liuyang", .report, "7")
        try await upper.say("hunan", .post, "7")
        try await until { try upper.board("changsha").count >= 14 && lower.board("liuyang").count >= 7 }
        #expect(try lower.board("liuyang") == (1...7).map { "hunan: \($0)" })
        #expect(try upper.board("changsha").filter { $0.hasPrefix("report") } == (1...7).map { "report of liuyang: \($0)" })
        #expect(upper.host.links.filter { $0.peer == "liuyang" }.map(\.condition) == ["已连接"])
        await lower.stop()
        await upper.stop()
    }

    @Test("While the parent is away the site leaves all the same and is told that it must be put out above; one that stands still forgets at its next start")
    func parentAway() async throws {
        let upper = try await LinkedHost.start(["changsha"])
        let lower = try await LinkedHost.start(["liuyang"])
        try await lower.link("liuyang", to: "changsha", of: upper, upper.host.invite("liuyang", to: "changsha"))
        try await upper.say("changsha", .post, "1")
        try await until { try lower.board("liuyang").count == 1 }
        await upper.stop()
        await lower.stop()
        #expect(try await blocking { try !Trunk.leave("liuyang", folder: "\(lower.folder)/data/liuyang") })
        #expect(try kept(lower)[0] > 0)
        let alone = try await lower.restarted()
        #expect(alone.host.links.isEmpty && alone.map.sites.map(\.id) == ["liuyang"])
        #expect(try kept(alone) == [0, 0, 0, 0, 0])
        let above = try await upper.restarted()
        #expect(above.host.links.map(\.condition) == ["未连接"])
        try await above.host.exclude("liuyang", from: "changsha")
        #expect(above.host.links.map(\.condition) == ["已被移出"])
        // Invited again it goes on where it was.
        try await alone.link("liuyang", to: "changsha", of: above, above.host.invite("liuyang", to: "changsha"))
        try await above.say("changsha", .post, "2")
        try await until { try alone.board("liuyang").count >= 2 }
        #expect(try alone.board("liuyang") == ["changsha: 1", "changsha: 2"])
        await alone.stop()
        await above.stop()
    }

    @Test("Another network in which a site has the name of one that was heard is refused by that name, and the token stays; the network it left takes it, and a new folder may join the other")
    func otherNetwork() async throws {
        let first = try await LinkedHost.start(["hunan", "changsha"])
        let lower = try await LinkedHost.start(["liuyang"])
        try await lower.link("liuyang", to: "changsha", of: first, first.host.invite("liuyang", to: "changsha"))
        for n in 1...3 { try await first.say("hunan", .post, "\(n)") }
        try await until { try lower.board("liuyang").count == 3 }
        #expect(try await lower.host.leave("liuyang"))

        let second = try await LinkedHost.start(["hunan", "changsha"])
        for n in 1...5 { try await second.say("hunan", .post, "of another hunan \(n)") }
        let token = try await second.host.invite("liuyang", to: "changsha")
        let refusal = await #expect(throws: Refusal.self) { try await lower.link("liuyang", to: "changsha", of: second, token) }
        #expect(refusal?.code == "trunk.other-network" && refusal?.faults.map(\.value) == ["hunan"], "\(refusal?.message ?? "")")
        #expect(refusal?.message.contains("hunan") ?? false && refusal?.message.contains("shuniu init") ?? false)
        #expect(lower.host.links.isEmpty && second.host.links.isEmpty)

        let fresh = try await LinkedHost.start(["liuyang"])
        try await fresh.link("liuyang", to: "changsha", of: second, token)
        try await until { try fresh.board("liuyang").count == 5 }
        try await lower.link("liuyang", to: "changsha", of: first, first.host.invite("liuyang", to: "changsha"))
        try await first.say("hunan", .post, "4")
        try await until { try lower.board("liuyang").count >= 4 }
        #expect(try lower.board("liuyang") == (1...4).map { "hunan: \($0)" })
        for host in [lower, fresh, first, second] { await host.stop() }
    }

    @Test("Which network it is stays known over a leave while the host stands still; a network that became part of another one is no other one")
    func networkNames() throws {
        var memory = NetworkMemory()
        memory.hear(["hunan"])
        // Left before networks had names: nobody can say that it is another one.
        #expect(memory.clashes(with: ["hunan"], of: ["b"]) == [])
        memory.join(["a"])
        #expect(memory.clashes(with: ["hunan", "changsha"], of: ["b"]) == ["hunan"] && memory.clashes(with: ["changsha"], of: ["b"]) == [])
        #expect(memory.clashes(with: ["hunan"], of: ["b", "a"]) == [] && memory.clashes(with: ["hunan"], of: []) == [])
        memory.join(["b", "a"])
        #expect(memory.networks == ["b", "a"])
        for n in 0..<20 { memory.join(["n\(n)"]) }
        #expect(memory.networks.count == 8 && memory.networks.first == "n19")
    }
}
