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
            let entries = log.map(Int64.init).filter { $0 > piece.after && $0 <= piece.last }.map(Self.entry)
            let batch = Parcel.Batch(source: "liuyang/tally", after: piece.after, last: piece.last, count: entries.count)
            _ = try await relay.keep([(batch, entries)], over: "liuyang")
        }
        let kept = try relay.carried("liuyang/tally", over: "liuyang", after: 0, limit: 1000)
        #expect(kept.map { Int($0.head.seq) } == log)
        relay.plug.file.close()
        lanes.shutdown()
    }

    private static func entry(_ seq: Int64) -> CarriedEntry {
        CarriedEntry(
            head: .init(
                seq: seq, id: .init(high: 1, low: UInt64(seq)), type: "tally.told.v1", time: TimeSource.system.now, correlation: .init(high: 1, low: UInt64(seq)), reach: .network),
            payload: Array("{}".utf8))
    }
}
