import FoundationEssentials
import Messages
import Store
import Testing
import Vocabulary

@testable import Bus
@testable import Trunk

@Suite("What links brought, on disk")
struct RelayTests {
    @Test("Pieces of a log that come late, doubled, overlapping or in any order leave exactly the log")
    func anyOrder() async throws {
        let folder = Workplace.folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { Workplace.remove(folder) }
        let lanes = LanePool(threads: 1)
        let relay = Relay(
            site: "changsha", folder: folder, network: SiteNetwork(log: .silent), lanes: lanes, options: StoreOptions(), clock: .system,
            ids: .system(.system), log: .silent)
        // Numbers have gaps: what stays at home is not sent.
        let log = (1...300).filter { _ in Int.random(in: 0..<3) > 0 } + [301]
        var pieces: [(after: Int64, last: Int64)] = []
        while (try relay.heads(of: "liuyang")["liuyang/tally"] ?? 0) < 301 {
            // From what the sender believes that the receiver has, which may be old or too new.
            let head = try relay.heads(of: "liuyang")["liuyang/tally"] ?? 0
            let after = max(0, min(300, head + Int64.random(in: -20...5)))
            pieces.append((after, min(301, after + Int64.random(in: 1...40))))
            let piece = Bool.random() ? pieces[pieces.count - 1] : pieces[Int.random(in: 0..<pieces.count)]
            let entries = log.map { Int64($0) }.filter { $0 > piece.after && $0 <= piece.last }.map { Self.entry($0) }
            let batch = Parcel.Batch(source: "liuyang/tally", after: piece.after, last: piece.last, count: entries.count)
            _ = try await relay.keep([(batch, entries)], over: "liuyang")
        }
        let kept = try relay.carried("liuyang/tally", over: "liuyang", after: 0, limit: 1000)
        #expect(kept.map { Int($0.head.seq) } == log)
        relay.plug.file.close()
        lanes.shutdown()
    }

    private func with(_ body: (Relay) async throws -> Void) async throws {
        let folder = Workplace.folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { Workplace.remove(folder) }
        let lanes = LanePool(threads: 1)
        let relay = Relay(
            site: "changsha", folder: folder, network: SiteNetwork(log: .silent), lanes: lanes, options: StoreOptions(), clock: .system,
            ids: .system(.system), log: .silent)
        try await body(relay)
        relay.plug.file.close()
        lanes.shutdown()
    }

    @Test("Of a site that is heard over links from now on neither heads nor a place in its stream are known; those of others stay")
    func forgetting() async throws {
        try await with { relay in
            for site in ["liuyang", "liling"] {
                let batch = Parcel.Batch(source: "\(site)/tally", after: 0, last: 1, count: 1)
                _ = try await relay.keep([(batch, [Self.entry(1)])], over: Relay.broker, noting: [.init(site: site, identity: "a", position: 7)])
            }
            try await relay.forgetHeads(of: "liuyang")
            #expect(try relay.place(in: "liuyang") == nil && relay.place(in: "liling")?.position == 7)
            #expect(try relay.heads(of: Relay.broker) == ["liling/tally": 1])
        }
    }

    @Test("What was heard over any link counts among what a site heard, also from below")
    func heard() async throws {
        try await with { relay in
            for (link, site) in [(Relay.up, "hunan"), (Relay.broker, "zhuzhou"), ("liuyang", "liuyang")] {
                let batch = Parcel.Batch(source: "\(site)/tally", after: 0, last: 1, count: 1)
                _ = try await relay.keep([(batch, [Self.entry(1)])], over: link)
            }
            #expect(try relay.plug.file.read { try Relay.heardOf($0) } == ["hunan", "liuyang", "zhuzhou"])
        }
    }

    @Test("Whoever once said where a site stands must go on saying it; whoever never did need not")
    func standWanted() async throws {
        try await with { relay in
            try await relay.admit(nil, of: "liuyang")
            try await relay.admit(SiteStand(epoch: 5, host: "a"), of: "liuyang")
            let refusal = await #expect(throws: Refusal.self) { try await relay.admit(nil, of: "liuyang") }
            #expect(refusal?.code == "trunk.stand-wanted")
            try await relay.admit(SiteStand(epoch: 6, host: "b"), of: "liuyang")
        }
    }

    @Test("After a renewal the certificate that was shown and the new one count, none of those between")
    func renewing() async throws {
        try await with { relay in
            let now = TimeSource.system.now, until = now.advanced(by: .seconds(86_400))
            for serial in ["1", "2", "3"] { try await relay.renew("liuyang", shown: "1", serial: serial == "1" ? "1" : serial, until: until, now: now) }
            try await relay.renew("liling", shown: "9", serial: "10", until: until, now: now)
            #expect(try ["1", "2", "3"].map { try relay.counts($0, of: "liuyang", now: now) } == [true, false, true])
            #expect(try relay.counts("10", of: "liling", now: now))
        }
    }

    @Test("Numbers at the end of what can be counted, with old times, are counted without an overflow")
    func farNumbers() throws {
        let now = TimeSource.system.now, old = now.advanced(by: .seconds(-30 * 86_400))
        let log = [Self.entry(1, old), Self.entry(.max - 1, old), Self.entry(.max, now)]
        for (head, counted) in [(Int64.max, 1), (10, 0), (0, 0), (-1, 0)] {
            let found = try DayCounts.of("liuyang/tally", from: now.day, upTo: head, page: { after, limit in Array(log.filter { $0.head.seq > after }.prefix(limit)) }) { _ in true }
            #expect(found.map(\.count) == [counted] && found.map(\.waiting) == [1 - counted], "\(head)")
        }
    }

    private static func entry(_ seq: Int64, _ time: Timestamp = TimeSource.system.now) -> CarriedEntry {
        CarriedEntry(
            head: .init(
                seq: seq, id: .init(high: 1, low: UInt64(seq)), type: "tally.told.v1", time: time, correlation: .init(high: 1, low: UInt64(seq)), reach: .network),
            payload: Array("{}".utf8))
    }
}
