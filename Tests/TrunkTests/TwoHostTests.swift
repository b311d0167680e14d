import Dispatch
import FoundationEssentials
import Host
import Identity
import Network
import PluginKit
import TestKit
import Testing
import Trunk

@testable import Bus

/// Hosts of this process on loopback, joined over mutual TLS.
@Suite("Sites of different hosts", .serialized)
struct TwoHostTests {
    @Test("A county joins with a one-time token; its report, the network's posts, an order and its receipt pass, each once")
    func twoHosts() async throws {
        let upper = try await LinkedHost.start(["hunan", "changsha"])
        let lower = try await LinkedHost.start(["liuyang"])
        let token = try await upper.host.invite("liuyang", to: "changsha")
        try await lower.link("liuyang", to: "changsha", of: upper, token)
        try await lower.say("liuyang", .report, "月报")
        try await lower.say("liuyang", .post, "一")
        try await upper.say("hunan", .post, "二")
        try await until { try upper.board("hunan").count == 3 && lower.board("liuyang").count == 2 }
        #expect(try Set(upper.board("hunan")) == ["report of liuyang: 月报", "liuyang: 一", "hunan: 二"])
        #expect(try Set(lower.board("liuyang")) == ["liuyang: 一", "hunan: 二"])
        #expect(try await upper.send("hunan", "开会", to: "counties") == ["liuyang"])
        try await until { try upper.sendings("hunan").allSatisfy { $0.state == .done } }
        #expect(try lower.board("liuyang").last == "order 开会 from hunan /hunan/post by system hunan/post")
        #expect(try await lower.send("liuyang", "收到", to: "parent") == ["changsha"])
        try await until { try lower.sendings("liuyang").allSatisfy { $0.state == .done } }
        #expect(try upper.board("changsha").filter { $0.hasPrefix("order") }.count == 1)

        // The token is used up, and is for one site only.
        let again = await #expect(throws: Refusal.self) { try await LinkedHost.start(["liuyang"]).link("liuyang", to: "changsha", of: upper, token) }
        #expect(again?.code == "trunk.bad-token")
        // What arrived has been said to have arrived, too.
        try await until { lower.host.links.map(\.waiting) == [0] }
        let report = lower.host.links
        #expect(report.map(\.isGood) == [true] && report.first?.certificateUntil != nil)
        await lower.stop()
        await upper.stop()
    }

    @Test("Of another tree that stands at the parent's host nothing goes over the link: no event, no log, not even the names of its sites")
    func otherTreesStayAtHome() async throws {
        let upper = try await LinkedHost.start(["hunan", "changsha", "liling"], parents: ["liling": "elsewhere"])
        let lower = try await LinkedHost.start(["liuyang"])
        let token = try await upper.host.invite("liuyang", to: "changsha")
        try await lower.link("liuyang", to: "changsha", of: upper, token)
        try await upper.say("liling", .post, "别处的事")
        try await upper.say("hunan", .post, "本网的事")
        try await until { try lower.board("liuyang").contains("hunan: 本网的事") }
        #expect(try lower.board("liuyang") == ["hunan: 本网的事"])
        #expect(lower.map.sites.map(\.id) == ["changsha", "hunan", "liuyang"])
        #expect(!lower.sources.contains("liling"))
        await lower.stop()
        await upper.stop()
    }

    @Test("Over two links one after the other, in both directions; what was said while the way was cut comes after it, once and in order")
    func threeHosts() async throws {
        let hub = try await LinkedHost.start(["hunan", "zhuzhou"])
        let city = try await LinkedHost.start(["changsha"])
        let county = try await LinkedHost.start(["liuyang"])
        try await city.link("changsha", to: "hunan", of: hub, hub.host.invite("changsha", to: "hunan"))
        try await county.link("liuyang", to: "changsha", of: city, city.host.invite("liuyang", to: "changsha"))
        try await until { county.map["hunan"] != nil && hub.map["liuyang"] != nil }
        for n in 1...30 { try await county.say("liuyang", .report, "\(n)") }
        _ = try await hub.send("hunan", "a", to: "liuyang")
        try await until { try hub.board("hunan").count == 31 && hub.sendings("hunan").first?.state == .done }
        #expect(try hub.board("hunan").filter { $0.hasPrefix("report") } == (1...30).map { "report of liuyang: \($0)" })

        // The city goes; both sides go on; another process takes the city's folder up.
        await city.stop()
        for n in 31...60 { try await county.say("liuyang", .report, "\(n)") }
        _ = try await hub.send("hunan", "b", to: "liuyang")
        let again = try await city.restarted()
        try await until { try hub.board("hunan").filter { $0.hasPrefix("report") }.count == 60 && hub.sendings("hunan").allSatisfy { $0.state == .done } }
        #expect(try hub.board("hunan").filter { $0.hasPrefix("report") } == (1...60).map { "report of liuyang: \($0)" })
        #expect(try county.board("liuyang").filter { $0.hasPrefix("order") }.count == 2)
        for host in [county, again, hub] { await host.stop() }
    }

    @Test("A refusal and a plug-in that is not there come back over the link; an excluded site is refused and says why")
    func answersAndExclusion() async throws {
        let upper = try await LinkedHost.start(["hunan"], plugins: ["hunan": ["post"]])
        let lower = try await LinkedHost.start(["changsha", "liuyang"], plugins: ["liuyang": ["reader"]])
        try await lower.link("changsha", to: "hunan", of: upper, upper.host.invite("changsha", to: "hunan"))
        try await until { upper.map["liuyang"] != nil }
        _ = try await upper.send("hunan", "refuse", to: "changsha")
        _ = try await upper.send("hunan", "later", to: "liuyang")
        try await until { try Set(upper.sendings("hunan").map(\.state)) == [.refused, .held] }
        #expect(try Set(upper.sendings("hunan").map(\.code)) == ["post.refused", "bus.plugin-not-enabled"])
        try await upper.host.exclude("changsha", from: "hunan")
        #expect(upper.map["liuyang"] == nil)
        try await lower.say("changsha", .report, "unheard")
        try await until { lower.host.links.first?.trouble?.contains("已被移出") ?? false }
        #expect(try upper.board("hunan").allSatisfy { !$0.contains("unheard") })
        #expect(try upper.audited("hunan") == [.linkInvited, .linkJoined, .linkExcluded])
        #expect(try lower.audited("changsha") == [.linkJoined])
        await lower.stop()
        await upper.stop()
    }

    @Test("A parent restored from an older copy asks again and has everything once")
    func restoredParent() async throws {
        let upper = try await LinkedHost.start(["changsha"])
        let lower = try await LinkedHost.start(["liuyang"])
        try await lower.link("liuyang", to: "changsha", of: upper, upper.host.invite("liuyang", to: "changsha"))
        for n in 1...10 { try await lower.say("liuyang", .report, "\(n)") }
        try await until { try upper.board("changsha").count == 10 }
        await upper.stop()
        let copy = upper.folder + "/copy"
        try FileManager.default.copyItem(atPath: upper.folder + "/data", toPath: copy)
        let second = try await upper.restarted()
        for n in 11...20 { try await lower.say("liuyang", .report, "\(n)") }
        try await until { try second.board("changsha").count == 20 }
        await second.stop()
        try FileManager.default.removeItem(atPath: upper.folder + "/data")
        try FileManager.default.moveItem(atPath: copy, toPath: upper.folder + "/data")
        let third = try await upper.restarted()
        try await until { try third.board("changsha").count == 20 }
        #expect(try third.board("changsha") == (1...20).map { "report of liuyang: \($0)" })
        await lower.stop()
        await third.stop()
    }

    @Test("A child restored from an older copy is held back, also where it said as much since; one command lets it go on: what it said since comes once, what it lost is named", arguments: [2, 12])
    func restoredChild(since: Int) async throws {
        let upper = try await LinkedHost.start(["hunan", "changsha"])
        let lower = try await LinkedHost.start(["liuyang"])
        try await lower.link("liuyang", to: "changsha", of: upper, upper.host.invite("liuyang", to: "changsha"))
        for n in 1...10 { try await lower.say("liuyang", .report, "\(n)") }
        try await until { try upper.board("changsha").count == 10 }
        await lower.stop()
        let copy = lower.folder + "/copy"
        try FileManager.default.copyItem(atPath: lower.folder + "/data", toPath: copy)
        let second = try await lower.restarted()
        for n in 11...15 { try await second.say("liuyang", .report, "\(n)") }
        try await until { try upper.board("changsha").count == 15 }
        await second.stop()
        try FileManager.default.removeItem(atPath: lower.folder + "/data")
        try FileManager.default.moveItem(atPath: copy, toPath: lower.folder + "/data")
        // Nobody above is there for a while: it goes on with numbers that were used before.
        await upper.stop()
        let third = try await lower.restarted()
        for n in 1...since { try await third.say("liuyang", .report, "since \(n)") }
        let above = try await upper.restarted()
        try await until { third.host.links.first?.rewound == ["liuyang/post"] }
        try await third.say("liuyang", .report, "since \(since + 1)")
        try await until { third.host.links.first?.lastContact != nil }
        #expect(try above.board("changsha").count == 15)

        let done = try await third.host.resume("liuyang")
        #expect(done.map(\.source) == ["liuyang/post"] && done.first?.lost.count == 5 && done.first?.from == 10 && done.first?.to == 15)
        try await third.say("liuyang", .report, "after")
        let wanted = (1...15).map { "report of liuyang: \($0)" } + (1...since + 1).map { "report of liuyang: since \($0)" } + ["report of liuyang: after"]
        for site in ["changsha", "hunan"] {
            try await until { try above.board(site).count >= wanted.count }
            #expect(try Set(above.board(site)) == Set(wanted) && above.board(site).count == wanted.count)
        }
        // What was said under numbers beyond those of the others comes in its own place, the rest behind it in its order.
        #expect(try third.host.links.allSatisfy { $0.rewound.isEmpty && $0.isGood } && third.board("liuyang").isEmpty)
        #expect(try await third.host.resume("liuyang").isEmpty)
        try await until { above.host.links.contains { $0.peer == "liuyang" && $0.isGood } }
        let compared = try await above.host.reconcile("changsha", days: 2)
        #expect(compared.flatMap(\.lines).allSatisfy(\.isGood) && compared.allSatisfy { $0.trouble == nil }, "\(compared)")
        #expect(try third.audited("liuyang").last == .linkResumed)
        await third.stop()
        await above.stop()
    }

    @Test("A parent restored from an older copy goes on the same way with what it says itself")
    func resumedParent() async throws {
        let upper = try await LinkedHost.start(["changsha"])
        let lower = try await LinkedHost.start(["liuyang"])
        try await lower.link("liuyang", to: "changsha", of: upper, upper.host.invite("liuyang", to: "changsha"))
        for n in 1...5 { try await upper.say("changsha", .post, "\(n)") }
        try await until { try lower.board("liuyang").count == 5 }
        await upper.stop()
        let copy = upper.folder + "/copy"
        try FileManager.default.copyItem(atPath: upper.folder + "/data", toPath: copy)
        let second = try await upper.restarted()
        for n in 6...8 { try await second.say("changsha", .post, "\(n)") }
        try await until { try lower.board("liuyang").count == 8 }
        await second.stop()
        try FileManager.default.removeItem(atPath: upper.folder + "/data")
        try FileManager.default.moveItem(atPath: copy, toPath: upper.folder + "/data")
        let third = try await upper.restarted()
        try await third.say("changsha", .post, "since")
        try await until { third.host.links.contains { $0.rewound == ["changsha/post"] } }
        let done = try await third.host.resume("changsha")
        #expect(done.first?.lost.count == 3 && done.first?.again == 1)
        try await third.say("changsha", .post, "after")
        try await until { try lower.board("liuyang").count == 10 }
        #expect(try lower.board("liuyang") == (1...8).map { "changsha: \($0)" } + ["changsha: since", "changsha: after"])
        #expect(try third.board("changsha") == (1...5).map { "changsha: \($0)" } + ["changsha: since", "changsha: after"])
        await lower.stop()
        await third.stop()
    }

    @Test("Thirty sites of one host join one after the other: everybody is known at both ends, everything passes; at rest a link is one connection, on which one poll waits, and of its files few are open")
    func manyLinks() async throws {
        let hub = try #require([SiteEntry].small.first)
        let counties = (1...30).map { SiteEntry(id: "county-\($0)", title: "第\($0)县平台", kind: .county, parent: "hunan") }
        let upper = try await LinkedHost.start(["hunan"], plugins: ["hunan": ["post"]], entries: [hub])
        let lower = try await LinkedHost.start(
            counties.map(\.id), plugins: Dictionary(uniqueKeysWithValues: counties.map { ($0.id, ["post"]) }), entries: counties, openFiles: 8)
        for county in counties { try await lower.link(county.id, to: "hunan", of: upper, upper.host.invite(county.id, to: "hunan")) }
        try await until {
            lower.host.links.count == 30 && lower.host.links.allSatisfy(\.isGood) && upper.host.links.allSatisfy(\.isGood)
                && upper.map.sites.count == 31 && lower.map.sites.count == 31
        }
        for county in counties { try await lower.say(county.id, .report, "1") }
        try await upper.say("hunan", .post, "全省通知")
        try await until { try upper.board("hunan").count == 31 && counties.allSatisfy { try lower.board($0.id) == ["hunan: 全省通知"] } }
        #expect(try Set(upper.board("hunan")) == Set(counties.map { "report of \($0.id): 1" } + ["hunan: 全省通知"]))
        try await until { lower.host.linkLoad.waiting == 30 && upper.host.linkLoad.connections == 30 }
        // Each open one has at least a connection for writing.
        try await until { lower.openRelays <= 16 }
        await lower.stop()
        await upper.stop()
    }

    @Test("Whoever shows no certificate of the site's authority, or speaks for a site that is not below, is refused")
    func strangers() async throws {
        let upper = try await LinkedHost.start(["hunan", "changsha"])
        _ = try await upper.host.invite("liuyang", to: "changsha")
        let answer = try await upper.post("/trunk/changsha/meet", "{}")
        #expect(answer == 401)
        let statuses = try await [upper.post("/trunk/hunan/join", "{}"), upper.post("/trunk/changsha/join", #"{"token":"x"}"#)]
        #expect(statuses[0] == 404 && statuses[1] != 200)
        let other = try await LinkedHost.start(["liuyang"], parents: ["liuyang": "hunan"])
        let refusal = await #expect(throws: Refusal.self) { try await other.link("liuyang", to: "changsha", of: upper, upper.host.invite("liuyang", to: "changsha")) }
        #expect(refusal?.code == "trunk.other-parent")
        await other.stop()
        await upper.stop()
    }
}

/// Asks again and again what other threads bring about, for at most so long.
func until(seconds: Int = 120, _ holds: () async throws -> Bool, line: Int = #line) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try await !holds() {
        guard ContinuousClock.now < end else {
            Issue.record("did not come about in \(seconds) s (line \(line))")
            return
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(20)) { continuation.resume() }
        }
    }
}
