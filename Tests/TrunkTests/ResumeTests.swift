import FoundationEssentials
import Messages
import PluginKit
import Store
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Bus
@testable import Trunk

@Suite("Logs that were restored from an older copy", .serialized)
struct ResumeTests {
    private let folder = Workplace.folder

    private func network(_ place: Placement) async throws -> TestNetwork { try await TestNetwork([InstalledPlugin(Post.self)], placement: place, folder: folder) }

    /// 浏阳 reports 1…3, is copied, reports 4…6 and is put back as it was, alone; what others have of it.
    private func restored(_ place: Placement) async throws -> [TracedEntry] {
        var known: [TracedEntry] = []
        for numbers in [1...3, 4...6] {
            let network = try await network(place)
            for n in numbers { try await network["liuyang"].say(.report, "\(n)") }
            await network.settle()
            let log = try #require(network["liuyang"].bus.network?.source("liuyang/post", for: "changsha"))
            known = try log.carried(after: 0, limit: 10).map { TracedEntry(seq: $0.head.seq, id: $0.head.id, type: $0.head.type, time: $0.head.time) }
            await network.close()
            if numbers.lowerBound == 1 { try FileManager.default.copyItem(atPath: "\(folder)/liuyang", toPath: "\(folder)-copy") }
        }
        try FileManager.default.removeItem(atPath: "\(folder)/liuyang")
        try FileManager.default.moveItem(atPath: "\(folder)-copy", toPath: "\(folder)/liuyang")
        return known
    }

    @Test("Where the other end has more of a log it is held back, and goes on behind those numbers: what it lost is named, what it said since comes once, wherever its plug-in runs", arguments: Placement.allCases)
    func goesOn(place: Placement) async throws {
        let known = try await restored(place)
        #expect(known.map(\.seq) == Array(1...6))
        let network = try await network(place)
        try await network["liuyang"].say(.report, "since")
        await network.settle()
        let sites = try #require(network["liuyang"].bus.network)
        let carrier = Carrier(network: sites, carries: { $0.id == "liuyang/post" }, lets: { $0.reach != .local })
        let last = try #require(known.last)
        try carrier.begin(at: ["liuyang/post": 6], marks: ["liuyang/post": EntryMark(seq: 6, id: last.id)])
        #expect(try carrier.rewound == ["liuyang/post"] && carrier.next().batches.isEmpty)
        // Also where it is as long as what the other end has, but not the same.
        try carrier.begin(at: ["liuyang/post": 4], marks: ["liuyang/post": EntryMark(seq: 4, id: known[3].id)])
        #expect(carrier.rewound == ["liuyang/post"])

        let log = try #require(sites.ownLog("liuyang/post"))
        #expect(try await log.standing(among: known) == LogStanding(last: 4, same: 3))
        #expect(try await log.standing(among: []) == LogStanding(last: 4, same: nil))
        for again in [1, 0] {
            let done = try await log.goOn(after: 3, beyond: 6, known: Array(known.suffix(3)))
            #expect(done.lost.map(\.seq) == [4, 5, 6] && done.to == 6 && done.again == again)
        }
        // More than goes to a process in one piece.
        if let remote = log as? RemotePlug {
            #expect(try await remote.standing(among: known, by: 2) == LogStanding(last: 7, same: 3))
            let done = try await remote.goOn(after: 3, beyond: 6, known: Array(known.suffix(3)), by: 2)
            #expect(done.lost.map(\.seq) == [4, 5, 6] && done.again == 0)
        }
        // Interrupted before that was noted, the numbers passed over are no entries of the other end.
        try carrier.begin(at: ["liuyang/post": 6], marks: ["liuyang/post": EntryMark(seq: 6, id: last.id)])
        #expect(carrier.rewound == ["liuyang/post"])
        let passed = [PassedNumbers(source: "liuyang/post", from: 3, to: 6)]
        try carrier.begin(at: ["liuyang/post": 6], marks: ["liuyang/post": EntryMark(seq: 6, id: last.id)], passed: passed)
        try await network["liuyang"].say(.report, "after")
        _ = carrier.touch("liuyang/post")
        let sent = try carrier.next().entries
        #expect(sent.map(\.head.seq) == [7, 8] && sent.map(\.head.again) == [4, nil])
        #expect(sent.map { String(decoding: $0.payload, as: UTF8.self).contains("since") } == [true, false])
        await network.close()
        Workplace.remove(folder)
    }

    @Test("A site that is put back beside others of its host passes over what they have had: they hear everything that it says since, once, wherever plug-ins run", arguments: Placement.allCases)
    func besideSiblings(place: Placement) async throws {
        _ = try await restored(place)
        let path = ["liuyang/post.sqlite", "liuyang/post/post.sqlite"].map { "\(folder)/\($0)" }.first { FileManager.default.fileExists(atPath: $0) }
        try NumberPassed.append(upTo: 6, toFile: #require(path), clock: TimeSource.system, ids: .system(.system))
        guard case .intact(let count, _) = try StoreView(path: #require(path)).verifyLog() else { return #expect(Bool(false), "the log does not verify") }
        #expect(count == 6)
        let network = try await network(place)
        for text in ["since", "after"] { try await network["liuyang"].say(.report, text) }
        await network.settle()
        for site in ["changsha", "hunan"] {
            #expect(try network[site].board == ["1", "2", "3", "4", "5", "6", "since", "after"].map { "report of liuyang: \($0)" })
        }
        await network.close()
        Workplace.remove(folder)
    }

    /// A log whose process answers only when it is let; or one that is here.
    private final class AwayLog: OutsideLog {
        struct Away: Error {}
        let id: String, site = "liuyang", plugin: String
        let isSparse = true, isElsewhere: Bool
        private let silent = Mutex(false)
        var isSilent: Bool { silent.withLock { $0 } }
        /// How far it is; `nil`: away.
        let end = Mutex<Int64?>(nil)
        /// How often it was asked for its end, and after which numbers it was read.
        let asked = Mutex(0)
        let read = Mutex<[Int64]>([])

        init(_ plugin: String = "post", isElsewhere: Bool = true) {
            self.isElsewhere = isElsewhere
            id = "liuyang/\(plugin)"
            self.plugin = plugin
        }

        func lastEntry() throws -> Int64? {
            asked.withLock { $0 += 1 }
            guard let end = end.withLock({ $0 }) else { throw Away() }
            return end
        }
        func lastOutgoing() throws -> Int64? { nil }
        func carried(after seq: Int64, limit: Int) throws -> [CarriedEntry] {
            guard let end = end.withLock({ $0 }) else {
                if !silent.withLock({ silent in defer { silent = true }; return silent }) { asked.withLock { $0 += 1 } }
                return []
            }
            guard end > seq else { return [] }
            return (seq + 1...end).map {
                CarriedEntry(
                    head: .init(seq: $0, id: MessageID(high: 7, low: UInt64($0)), type: Posted.name, time: Timestamp(milliseconds: $0), correlation: MessageID(high: 7, low: 0), reach: .network),
                    payload: [])
            }
        }
        func outgoingCount(after seq: Int64) throws -> Int { 0 }
        func serves(_ site: String) -> Bool { site != self.site }
        func hold(_ entry: LogEntry, because refusal: Refusal) {}
        func entries(after seq: Int64, limit: Int, for subscriber: Plug) throws -> (wanted: [LogEntry], last: Int64)? {
            read.withLock { $0.append(seq) }
            guard let end = end.withLock({ $0 }), end > seq else { return nil }
            return ([], end)
        }
        func entry(_ seq: Int64) throws -> LogEntry? { nil }
        func decode<T: Codable>(_ type: T.Type, from bytes: [UInt8]) throws -> T { try JSON.decode(type, from: bytes) }
    }

    @Test("Nothing is sent of a log whose process was away at the meeting until it said how far it is", arguments: [(7, true), (12, false)])
    func away(end: Int64, isRewound: Bool) throws {
        let network = SiteNetwork(log: .silent)
        let log = AwayLog()
        network.add(log)
        let carrier = Carrier(network: network, carries: { _ in true }, lets: { _ in true })
        try carrier.begin(at: [log.id: 10])
        #expect(try carrier.next().batches.isEmpty && carrier.rewound.isEmpty)
        log.end.withLock { $0 = end }
        _ = carrier.touch(log.id)
        let sent = try carrier.next().entries
        #expect(sent.map(\.head.seq) == (isRewound ? [] : [11, 12]) && carrier.rewound == (isRewound ? [log.id] : []))
        #expect(try carrier.next().batches.isEmpty)
    }

    @Test("Of the logs whose processes are away only one is waited for at a meeting; the others are asked when it is their turn, and nothing of them is missed")
    func manyAway() throws {
        let network = SiteNetwork(log: .silent)
        let logs = ["post", "desk", "news"].map { AwayLog($0) }
        for log in logs { network.add(log) }
        let carrier = Carrier(network: network, carries: { _ in true }, lets: { _ in true })
        let asked: () -> Int = { logs.map { log in log.asked.withLock { $0 } }.reduce(0, +) }
        #expect(try carrier.ends().isEmpty)
        #expect(asked() == 1)
        try carrier.begin(at: ["liuyang/post": 10, "liuyang/desk": 10, "liuyang/news": 10])
        #expect(asked() == 2)
        for log in logs { log.end.withLock { $0 = 12 } }
        #expect(try carrier.next().entries.map(\.head.seq).sorted() == [11, 11, 11, 12, 12, 12])
        #expect(carrier.rewound.isEmpty && asked() == 5)
    }

    @Test("A process that does not answer ends the turn of those in processes: what is here goes next, and nobody waits for it again until it was heard")
    func silent() throws {
        let network = SiteNetwork(log: .silent)
        let here = AwayLog("here", isElsewhere: false)
        here.end.withLock { $0 = 12 }
        let away = ["post", "desk", "news"].map { AwayLog($0) }
        for log in away + [here] { network.add(log) }
        let carrier = Carrier(network: network, carries: { _ in true }, lets: { _ in true })
        let asked: () -> Int = { away.map { log in log.asked.withLock { $0 } }.reduce(0, +) }
        try carrier.begin(at: [here.id: 10])
        var turns: [(sent: [Int64], asked: Int)] = []
        for _ in 0..<4 { turns.append((try carrier.next().entries.map(\.head.seq), asked())) }
        #expect(turns.map(\.sent) == [[], [11, 12], [], []] && turns.map(\.asked) == [1, 1, 2, 3])
        #expect(!carrier.hasMore)
        for log in away { _ = carrier.touch(log.id) }
        #expect(try carrier.next().batches.isEmpty && !carrier.hasMore && asked() == 3)
    }

    @Test("A site that comes anew beside others is read from their cursors on disk on, whatever they passed over before")
    func comesAnew() async throws {
        let network = try await network(.inline)
        let bus = network["changsha"].bus
        let plug = try #require(bus.plugs.first { $0.id == "post" })
        let log = AwayLog()
        log.end.withLock { $0 = 9 }
        let steps: [(site: String?, wanted: [Int64])] = [(nil, [0, 9]), ("liu", [9]), ("liuyang", [0, 9])]
        for (site, wanted) in steps {
            log.read.withLock { $0 = [] }
            if let site { bus.distant.forget(site) }
            bus.hear(log, upTo: nil, by: plug)
            await network.settle()
            let read = log.read.withLock { $0 }
            #expect(read == wanted, "\(site ?? "-")")
        }
        await network.close()
        Workplace.remove(folder)
    }
}
