import Testing

@testable import Bus
import Messages
import Store
import Vocabulary

@Suite("Bus: delivery")
struct DeliveryTests {
    @Test("a committed event reaches its subscriber once, in order")
    func deliversInOrder() async throws {
        let world = try World()
        for amount in 1...40 { _ = try await world.bus.tell(Put(account: "a", amount: amount * 100), as: world.clerk) }
        await world.bus.settle()
        #expect(try world.bus.ask(Heard(account: "a"), as: .visitor) == (1...40).map { $0 * 100 })
        await world.close()
    }

    @Test("an event for one organisation stands in the log and is heard by no plug-in; the next one is")
    func addressed() async throws {
        let world = try World()
        let account = "to/11430000MA0D03015X/a"
        for name in ["a", account, "b"] { _ = try await world.bus.tell(Put(account: name, amount: 7), as: world.clerk) }
        await world.bus.settle()
        let entries = try world.files[0].read { try $0.log(after: 0, limit: 10) }
        #expect(entries.map(\.subject) == ["a", account, "b"])
        #expect(entries.map { $0.addressee.map(String.init) } == [nil, "11430000MA0D03015X", nil])
        #expect(try world.bus.ask(Heard(account: account), as: .visitor) == [])
        for name in ["a", "b"] { #expect(try world.bus.ask(Heard(account: name), as: .visitor) == [7]) }
        await world.close()
    }

    @Test("a refused or failed command leaves neither state nor event", arguments: [13, 14])
    func refusedLeavesNothing(amount: Int) async throws {
        let world = try World()
        await #expect(throws: Refusal.self) { try await world.bus.tell(Put(account: "a", amount: amount), as: world.clerk) }
        await world.bus.settle()
        #expect(try world.bus.ask(Amount(account: "a"), as: .visitor) == 0)
        #expect(try world.bus.ask(Heard(account: "a"), as: .visitor) == [])
        await world.close()
    }

    @Test("an error that is no refusal becomes an incident without its inner words")
    func hidesInnerErrors() async throws {
        let world = try World()
        let error = await #expect(throws: Refusal.self) { try await world.bus.tell(Put(account: "a", amount: 14), as: world.clerk) }
        let refusal = try #require(error)
        #expect(refusal.status == 500)
        #expect(!refusal.message.contains("Broken"))
        await world.close()
    }

    @Test("the same command id takes effect once and gets the first reply")
    func isIdempotent() async throws {
        let world = try World()
        let id = world.bus.ids.next()
        for _ in 1...3 { _ = try await world.bus.tell(Put(account: "a", amount: 5), as: world.clerk, id: id) }
        await world.bus.settle()
        #expect(try world.bus.ask(Amount(account: "a"), as: .visitor) == 5)
        #expect(try world.bus.ask(Heard(account: "a"), as: .visitor) == [5])
        await world.close()
    }

    @Test("a failing event holds back its own subject and no other")
    func holdsSubject() async throws {
        let world = try World()
        world.switches.fail(2)
        for (account, amount) in [("a", 1), ("a", 2), ("b", 7), ("a", 3), ("b", 8)] {
            _ = try await world.bus.tell(Put(account: account, amount: amount), as: world.clerk)
        }
        await world.bus.settle()
        #expect(try world.bus.ask(Heard(account: "a"), as: .visitor) == [1])
        #expect(try world.bus.ask(Heard(account: "b"), as: .visitor) == [7, 8])
        #expect(try await world.bus.parked().count == 2)

        world.switches.fail()
        await world.advance(seconds: 2)
        #expect(try world.bus.ask(Heard(account: "a"), as: .visitor) == [1, 2, 3])
        #expect(try await world.bus.parked().isEmpty)
        _ = try await world.bus.tell(Put(account: "a", amount: 4), as: world.clerk)
        await world.bus.settle()
        #expect(try world.bus.ask(Heard(account: "a"), as: .visitor) == [1, 2, 3, 4])
        await world.close()
    }

    @Test("after its tries are used up a message waits for a person, who replays or discards it")
    func parksAndDiscards() async throws {
        let world = try World()
        world.switches.fail(2)
        for amount in [1, 2, 3] { _ = try await world.bus.tell(Put(account: "a", amount: amount), as: world.clerk) }
        await world.bus.settle()
        for _ in 1...12 { await world.advance(seconds: 3600) }
        let head = try #require(try await world.bus.parked().first)
        #expect(head.message.attempts == Parking.limit)
        #expect(head.message.cause.contains("Broken"))

        try await world.bus.discard(plugin: "mirror", parked: head.message.id, reason: "测试丢弃", by: world.clerk)
        await world.bus.settle()
        #expect(try world.bus.ask(Heard(account: "a"), as: .visitor) == [1, 3])
        #expect(try await world.bus.parked().isEmpty)
        await world.close()
    }

    @Test("what was parked before a restart is still held, and tried again")
    func parkedSurvivesRestart() async throws {
        let world = try World()
        world.switches.fail(2)
        for amount in [1, 2, 3] { _ = try await world.bus.tell(Put(account: "a", amount: amount), as: world.clerk) }
        await world.close()

        let again = try World(folder: world.folder)
        again.bus.wake()
        await again.bus.settle()
        await again.advance(seconds: 1)
        #expect(try again.bus.ask(Heard(account: "a"), as: .visitor) == [1, 2, 3])
        await again.close()
    }

    @Test("events committed while nobody delivered arrive after the next start, once")
    func resumesAtCursor() async throws {
        let world = try World()
        _ = try await world.bus.tell(Put(account: "a", amount: 1), as: world.clerk)
        await world.close()
        for _ in 1...3 {
            let again = try World(folder: world.folder)
            again.bus.wake()
            await again.bus.settle()
            #expect(try again.bus.ask(Heard(account: "a"), as: .visitor) == [1])
            await again.close()
        }
    }

    @Test("a command sent inside a transaction is delivered after its commit")
    func sendsCommands() async throws {
        let world = try World()
        _ = try await world.bus.tell(Put(account: "a", amount: 15), as: world.clerk)
        await world.bus.settle()
        #expect(try world.bus.ask(Heard(account: "fifteen"), as: .visitor) == [-1])
        await world.close()
    }

    @Test("access is checked before anything is done")
    func checksAccess() async throws {
        let world = try World()
        for (actor, status) in [(Actor.visitor, 401), (Actor(kind: .person, id: "x", name: "无权者"), 403)] {
            let error = await #expect(throws: Refusal.self) { try await world.bus.tell(Put(account: "a", amount: 1), as: actor) }
            #expect(error?.status == status)
        }
        #expect(try world.bus.ask(Amount(account: "a"), as: .visitor) == 0)
        await world.close()
    }

    @Test("a deadline that has passed begins nothing")
    func honoursDeadline() async throws {
        let world = try World()
        let error = await #expect(throws: Refusal.self) {
            try await world.bus.tell(Put(account: "a", amount: 1), as: world.clerk, deadline: Timestamp(milliseconds: 1))
        }
        #expect(error == .deadlinePassed)
        #expect(try world.bus.ask(Amount(account: "a"), as: .visitor) == 0)
        await world.close()
    }

    @Test("a job is tried again with back-off until it succeeds")
    func retriesJobs() async throws {
        let world = try World()
        world.switches.failJobs(2)
        _ = try await world.bus.tell(Put(account: "a", amount: 16), as: world.clerk)
        await world.bus.settle()
        #expect(world.switches.jobsDone.isEmpty)
        await world.advance(seconds: 2)
        await world.advance(seconds: 5)
        #expect(world.switches.jobsDone == ["a"])
        await world.close()
    }

    @Test("a timer runs once per interval, and once when it is late")
    func runsTimers() async throws {
        let world = try World()
        await world.advance(seconds: 59)
        #expect(try world.bus.ask(Heard(account: "minutes"), as: .visitor) == [])
        await world.advance(seconds: 1)
        await world.advance(seconds: 600)
        #expect(try world.bus.ask(Heard(account: "minutes"), as: .visitor) == [1, 1])
        await world.close()
    }

    @Test("the story that one message of a batch goes on with does not go over to the next")
    func keepsStoriesApart() async throws {
        let world = try World()
        var wiring = Wiring(plugin: "tale")
        wiring.reactions = [
            ReactionHandler<WasPut> { event, tx in
                if event.amount == 1 { try tx.follow(event.account) }
                try tx.announce(WasTold(subject: event.account))
            }
        ]
        wiring.announced = [WasTold.name]
        let file = StoreFile(path: world.folder + "/tale.sqlite", migrations: [], lanes: world.lanes, clock: world.bus.clock)
        let tale = Plug(site: "test", wiring: wiring, file: file, clock: world.bus.clock, ids: world.bus.ids, log: .silent)
        for (account, amount) in [("a", 5), ("a", 1), ("b", 2)] { _ = try await world.bus.tell(Put(account: account, amount: amount), as: world.clerk) }
        let entries = try world.files[0].read { try $0.log(after: 0, limit: 10) }
        let ledger = world.bus.plugs[0]
        _ = try await file.write { writer in
            let effects = Transaction.Effects()
            for entry in entries { try tale.receive(entry, from: ledger, tx: writer, effects: effects) }
        }
        let told = try file.read { try $0.log(after: 0, limit: 10) }
        #expect(told.map(\.correlation) == [entries[0], entries[0], entries[2]].map(\.correlation))
        file.close()
        await world.close()
    }

    @Test("a message that two plug-ins claim to handle is refused at start")
    func refusesTwoHandlers() throws {
        let world = try World()
        let twin = Plug(
            site: "test", wiring: World.ledger(Switches()), file: world.files[0], clock: world.bus.clock, ids: world.bus.ids, log: .silent)
        let error = #expect(throws: Refusal.self) {
            try SiteBus(site: "test", plugs: world.bus.plugs + [twin], clock: world.bus.clock, ids: world.bus.ids, log: .silent)
        }
        #expect(error?.faults.map(\.field).sorted() == ["ledger.amount.v1", "ledger.put-many.v1", "ledger.put.v1"])
    }
}

private struct WasTold: Event {
    static let name: WireName = "tale.was-told.v1"
    var subject: String
}
