import Foundation
import Host
import Messages
import Store
import TestKit
import Testing
import Vocabulary

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

    @Test("An entry that is missing or changed at the parent is found, though the number of entries agrees")
    func difference() async throws {
        let folder = Pair.folder()
        let pair = try await Pair(in: folder)
        try await pair.lower.tell("liuyang", 0..<9)
        try await pair.expectExact()
        await pair.upper.stop()
        let lanes = LanePool(threads: 1)
        let file = StoreFile(path: "\(pair.upper.folder)/data/changsha/_trunk.sqlite", migrations: Relay.migrations, lanes: lanes, clock: .system)
        let changed = try await file.write { writer in
            try writer.run(
                #"""
                UPDATE relay SET payload = CAST(replace(CAST(payload AS TEXT), '"number":4', '"number":5') AS BLOB)
                WHERE CAST(payload AS TEXT) LIKE '%"number":4%'
                """#)
        }
        #expect(changed == 1)
        file.close()
        lanes.shutdown()
        let again = try await pair.upper.restarted()
        let lower = pair.lower
        try await until { again.host.links.allSatisfy(\.isGood) && lower.host.links.allSatisfy(\.isGood) }
        let found = try await lines(again).filter { $0.type.description == "tally.told.v1" }
        #expect(found.map(\.verdict) == ["条数相同而内容不一致"] && found.allSatisfy { !$0.isGood && $0.there == 9 && $0.here == 9 }, "\(found)")
        pair.line.close()
        await lower.stop()
        await again.stop()
    }
}
