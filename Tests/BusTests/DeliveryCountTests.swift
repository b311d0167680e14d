import Messages
import Store
import Testing

@testable import Bus

/// What a delivery costs, in counts, which repeat where seconds would not.
@Suite("Bus: what a delivery costs")
struct DeliveryCountTests {
    /// Amounts heard, in the order in which they were written.
    private func heard(_ world: World) throws -> [Int] {
        try world.files[1].read { try $0.rows("SELECT amount FROM heard ORDER BY n") { try $0.get(0, as: Int.self) } }
    }

    @Test("one event is one commit of the subscriber and four statements")
    func oneEvent() async throws {
        let world = try World()
        _ = try await world.bus.tell(Put(account: "a", amount: 1), as: world.clerk)
        await world.bus.settle()
        let before = world.files[1].counts
        _ = try await world.bus.tell(Put(account: "a", amount: 2), as: world.clerk)
        await world.bus.settle()
        let after = world.files[1].counts
        #expect(after.commits - before.commits == 1)
        // Begin, the handler's own, the cursor, commit.
        #expect(after.statements - before.statements == 4)
        await world.close()
    }

    @Test("many events are a few commits, and one statement each beside the handler's batch")
    func manyEvents() async throws {
        let world = try World()
        _ = try await world.bus.tell(Put(account: "a", amount: 1), as: world.clerk)
        await world.bus.settle()
        let before = world.files[1].counts
        _ = try await world.bus.tell(PutMany(count: 2000), as: world.clerk)
        await world.bus.settle()
        let after = world.files[1].counts
        let commits = after.commits - before.commits
        #expect(commits <= 4)
        #expect(after.statements - before.statements <= 2000 + 6 * commits)
        #expect(try heard(world) == [1] + (1...2000))
        await world.close()
    }

    @Test("an event that fails in a full batch is set aside alone; the batches after it go on, once and in order")
    func failureAmongMany() async throws {
        let world = try World()
        world.switches.fail(100, 700)
        _ = try await world.bus.tell(PutMany(count: 1500), as: world.clerk)
        await world.bus.settle()
        let expected = (1...1500).filter { !($0 % 7 == 100 % 7 && $0 >= 100) && !($0 % 7 == 0 && $0 >= 700) }
        #expect(try heard(world) == expected)
        #expect(try await world.bus.parked().count == 1500 - expected.count)
        await world.close()
    }

    @Test("events announced while others are delivered are neither missed nor taken twice")
    func announcedMeanwhile() async throws {
        let world = try World()
        for _ in 1...6 { _ = try await world.bus.tell(PutMany(count: 600), as: world.clerk) }
        await world.bus.settle()
        #expect(try heard(world) == (1...6).flatMap { _ in 1...600 })
        await world.close()
    }
}
