import Dispatch
import FoundationEssentials
import Host
import Identity
import PluginKit
import Store
import TestKit
import Testing
import Trunk

@testable import Bus

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

    private func blocking<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in DispatchQueue.global().async { continuation.resume(with: Result { try work() }) } }
    }
}
