import Foundation
import Host
import Messages
import PluginKit
import Store
import TestKit
import Testing
import Vocabulary

@testable import Bus
@testable import Trunk
@testable import trunkpeer

@Suite("Comparing a parent with its children", .serialized)
struct ReconcileTests {
    private func lines(_ host: PeerHost, days: Int = 7) async throws -> [Reconciled] {
        let all = try await host.host.reconcile("changsha", days: days)
        #expect(all.map(\.child) == ["liuyang"] && all.allSatisfy { $0.trouble == nil }, "\(all)")
        return all.flatMap(\.lines)
    }

    @Test("Counts and chains by type and day agree; what waits is said; a day outside the range is left out")
    func agreement() async throws {
        let today = TimeSource.system.now.day
        let clock = TestClock(today.start.advanced(by: .seconds(-1800)))
        let pair = try await Pair(clocks: (clock.source, clock.source))
        let (upper, lower) = (pair.upper, pair.lower)
        // 23:30 in China, and an hour later the next day.
        try await lower.tell("liuyang", 0..<7)
        clock.advance(by: .seconds(3600))
        try await lower.tell("liuyang", 7..<12)
        try await lower.charge(1, from: "liuyang", to: "hunan")
        try await pair.expectExact()
        let found = try await lines(upper)
        #expect(found.allSatisfy { $0.isGood && $0.verdict == "一致" && $0.there == $0.here }, "\(found)")
        let told = found.filter { $0.type.description == "tally.told.v1" }
        #expect(told.map { "\($0.day) \($0.here)" } == ["\(today) 5", "\(today - 1) 7"])
        #expect(found.contains { $0.type.description == "tally.charge.v1" && $0.here == 1 })
        #expect(try await lines(upper, days: 1).allSatisfy { $0.day == today })
        await pair.stop()
    }

    /// Changes an entry in the relay of a site whose host is stopped.
    private static func change(_ site: String) async throws {
        let lanes = LanePool(threads: 1)
        let file = StoreFile(path: "\(site)/_trunk.sqlite", migrations: Relay.migrations, lanes: lanes, clock: .system)
        let changed = try await file.write { writer in
            try writer.run(
                #"""
                UPDATE relay SET payload = CAST(replace(CAST(payload AS TEXT), '"number":4,', '"number":5,') AS BLOB)
                WHERE source = 'liuyang/tally' AND CAST(payload AS TEXT) LIKE '%"number":4,%'
                """#)
        }
        #expect(changed == 1)
        file.close()
        lanes.shutdown()
    }

    @Test("An entry that is missing or changed at the parent is found, though the number of entries agrees")
    func difference() async throws {
        let folder = Pair.folder()
        let pair = try await Pair(in: folder)
        try await pair.lower.tell("liuyang", 0..<9)
        try await pair.expectExact()
        await pair.upper.stop()
        try await Self.change(pair.upper.folder + "/data/changsha")
        let again = try await pair.upper.restarted()
        let lower = pair.lower
        try await until { again.host.links.allSatisfy(\.isGood) && lower.host.links.allSatisfy(\.isGood) }
        let found = try await lines(again).filter { $0.type.description == "tally.told.v1" }
        #expect(found.map(\.verdict) == ["条数相同而内容不一致"] && found.allSatisfy { !$0.isGood && $0.there == 9 && $0.here == 9 }, "\(found)")
        pair.line.close()
        await lower.stop()
        await again.stop()
    }

    @Test("Each reason for a difference has its verdict: not sent yet, missing, changed, not taken in, waiting for an upgrade, refused with its reason")
    func verdicts() {
        let day = TimeSource.system.now.day
        func count(_ type: WireName, _ count: Int, chain: String = "a", waiting: Int = 0) -> DayCount {
            DayCount(source: "liuyang/post", type: type, day: day, count: count, chain: chain, waiting: waiting)
        }
        func untaken(_ type: WireName, _ why: Untaken) -> UntakenEntry { UntakenEntry(source: "liuyang/post", type: type, day: day, why: why) }
        let there = [
            count("a.a.v1", 3), count("a.b.v1", 3, waiting: 4), count("a.c.v1", 3), count("a.d.v1", 3), count("a.e.v1", 3), count("a.f.v1", 3), count("a.g.v1", 3),
        ]
        let here = [
            count("a.a.v1", 3), count("a.b.v1", 3), count("a.c.v1", 2), count("a.d.v1", 3, chain: "b"), count("a.e.v1", 3), count("a.f.v1", 3), count("a.g.v1", 3),
        ]
        let stuck = [
            untaken("a.e.v1", .parked), untaken("a.e.v1", .parked), untaken("a.f.v1", .newer), untaken("a.g.v1", .refused("重复登记")),
            untaken("a.g.v1", .refused("重复登记")),
        ]
        let found = ChildReconciliation.compare("liuyang", there: there, here: here, untaken: stuck, rewound: []).lines.sorted { $0.type.description < $1.type.description }
        #expect(
            found.map(\.verdict) == [
                "一致", "待传 4 条", "条数不一致", "条数相同而内容不一致", "已收到、待处理 2 条", "等待本机插件升级 1 条", "已拒收 2 条（重复登记）",
            ])
        #expect(found.map(\.isGood) == [true, true, false, false, false, false, true])
        #expect(found.map(\.waiting) == [0, 4, 0, 0, 0, 0, 0] && found.map(\.parked).max() == 2 && found.map(\.newer).max() == 1 && found.map(\.refused).max() == 2)
        let older = ChildReconciliation.compare("liuyang", there: there, here: here, untaken: [], rewound: ["liuyang/post"]).lines
        #expect(older.filter { $0.type == "a.c.v1" }.map(\.verdict) == ["下级的日志恢复过较旧的备份"])
    }

    @Test("What the parent's plug-in cannot take in is named as such, and what a person gave up as refused, with the reason")
    func parkedAndRefused() async throws {
        let upper = try await LinkedHost.start(["changsha"])
        let lower = try await LinkedHost.start(["liuyang"])
        try await lower.link("liuyang", to: "changsha", of: upper, upper.host.invite("liuyang", to: "changsha"))
        _ = try await lower.send("liuyang", "break", to: "parent")
        try await until { try await !upper.bus("changsha").parked().isEmpty }
        func verdicts() async throws -> [String] {
            try await upper.host.reconcile("changsha", days: 2).flatMap(\.lines).filter { $0.type == "post.order.v1" }.map(\.verdict)
        }
        #expect(try await verdicts() == ["已收到、待处理 1 条"])
        // It is tried again and again, and has another number each time.
        try await until {
            guard let found = try await upper.bus("changsha").parked().first else { return false }
            return (try? await upper.bus("changsha").discard(plugin: found.plugin, parked: found.message.id, reason: "内容有误", by: .system("admin"))) != nil
        }
        #expect(try await verdicts() == ["已拒收 1 条（内容有误）"])
        await lower.stop()
        await upper.stop()
    }

    @Test("What the parent's plug-in cannot read before its upgrade is named as such")
    func newer() async throws {
        let upper = try await LinkedHost.start(["changsha"], plugins: ["changsha": ["reader"]])
        let lower = try await LinkedHost.start(["liuyang"], installed: [InstalledPlugin(NewPost.self), InstalledPlugin(Reader.self)])
        try await lower.link("liuyang", to: "changsha", of: upper, upper.host.invite("liuyang", to: "changsha"))
        try await lower.say("liuyang", .post, "1")
        try await lower.say("liuyang", .report, "2")
        try await until { try await upper.bus("changsha").parked().count == 1 }
        let lines = try await upper.host.reconcile("changsha", days: 2).flatMap(\.lines)
        #expect(lines.filter { $0.type == "post.posted.v2" }.map(\.verdict) == ["等待本机插件升级 1 条"])
        #expect(lines.filter { $0.type == "post.posted.v1" }.map(\.verdict) == ["一致"])
        await lower.stop()
        await upper.stop()
    }

    @Test(
        "Over a broker the same: every site below on another host, without what passes this one by; a changed entry is found; one that is away says so",
        .enabled(if: NATSCluster.program != nil))
    func broker() async throws {
        let cluster = try NATSCluster(nodes: 1)
        let broker = try TrunkBroker.fresh(cluster, replicas: 1)
        let folder = Pair.folder()
        let hub = try await PeerHost(folder + "/hub", sites: ["hunan"], broker: broker)
        let city = try await PeerHost(folder + "/city", sites: ["changsha"], broker: broker)
        let county = try await PeerHost(folder + "/county", sites: ["liuyang"], broker: broker)
        let hosts = [hub, city, county]
        try await until { hosts.allSatisfy { host in PeerHost.tree.allSatisfy { host.host.sites.first?.bus.network?.map[$0.id] != nil } } }
        try await county.tell("liuyang", 0..<700, pad: 10)
        try await city.tell("changsha", 0..<20)
        try await county.charge(1, from: "liuyang", to: "hunan")
        // Passes the hub by.
        try await county.charge(2, from: "liuyang", to: "changsha")
        _ = try await county.bus("liuyang").tell(MeetGuest(person: "guest-1", mobile: "13800000000"), as: PeerHost.peer)
        try await Pair.expectExact(hosts)
        func compared(_ host: PeerHost, _ site: String) async throws -> [ChildReconciliation] { try await host.host.reconcile(site, days: 2) }
        try await until { try hub.bus("hunan").ask(GuestList(), as: PeerHost.peer).count == 1 }
        let all = try await compared(hub, "hunan")
        #expect(all.map(\.child) == ["changsha", "liuyang"] && all.allSatisfy { $0.trouble == nil }, "\(all)")
        let lines = all.flatMap(\.lines)
        #expect(lines.allSatisfy { $0.isGood && $0.verdict == "一致" && $0.here == $0.there && $0.waiting == 0 }, "\(lines)")
        #expect(Set(lines.filter { $0.type == "tally.told.v1" }.map { "\($0.source) \($0.here)" }) == ["liuyang/tally 700", "changsha/tally 20"])
        #expect(lines.filter { $0.type == "tally.charge.v1" }.map(\.here) == [1])
        let atCity = try await compared(city, "changsha")
        #expect(atCity.map(\.child) == ["liuyang"] && atCity.flatMap(\.lines).filter { $0.type == "tally.charge.v1" }.map(\.here) == [1])

        await hub.stop()
        try await Self.change(hub.folder + "/data/hunan")
        await city.stop()
        let again = try await hub.restarted()
        try await until { again.host.links.map(\.isGood) == [true] && again.host.sites.first?.bus.network?.map["liuyang"] != nil }
        let found = try await compared(again, "hunan")
        #expect(found.first { $0.child == "changsha" }?.trouble?.contains("未连接") ?? false, "\(found)")
        #expect(found.flatMap(\.lines).filter { !$0.isGood }.map { "\($0.source) \($0.type) \($0.verdict)" } == ["liuyang/tally tally.told.v1 条数相同而内容不一致"])
        for host in [county, again] { await host.stop() }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
