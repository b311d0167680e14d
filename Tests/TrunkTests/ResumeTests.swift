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

    /// A log whose process answers only when it is let.
    private final class AwayLog: OutsideLog {
        struct Away: Error {}
        let id = "liuyang/post", site = "liuyang", plugin = "post"
        let isSparse = true, isElsewhere = true
        /// How far it is; `nil`: away.
        let end = Mutex<Int64?>(nil)

        func lastEntry() throws -> Int64? {
            guard let end = end.withLock({ $0 }) else { throw Away() }
            return end
        }
        func lastOutgoing() throws -> Int64? { nil }
        func carried(after seq: Int64, limit: Int) throws -> [CarriedEntry] {
            guard let end = end.withLock({ $0 }), end > seq else { return [] }
            return (seq + 1...end).map {
                CarriedEntry(
                    head: .init(seq: $0, id: MessageID(high: 7, low: UInt64($0)), type: Posted.name, time: Timestamp(milliseconds: $0), correlation: MessageID(high: 7, low: 0), reach: .network),
                    payload: [])
            }
        }
        func outgoingCount(after seq: Int64) throws -> Int { 0 }
        func serves(_ site: String) -> Bool { site != self.site }
        func hold(_ entry: LogEntry, because refusal: Refusal) {}
        func entries(after seq: Int64, limit: Int, for subscriber: Plug) throws -> (wanted: [LogEntry], last: Int64)? { nil }
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
}
