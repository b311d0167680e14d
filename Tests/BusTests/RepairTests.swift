import Messages
import Store
import Testing
import Vocabulary

@testable import Bus

@Suite("Bus: repairing what could not be delivered")
struct RepairTests {
    /// Two amounts of one account parked, the first of them failing.
    private func parked() async throws -> (world: World, head: ParkedMessage) {
        let world = try World()
        world.switches.fail(2)
        for amount in [1, 2, 3] { _ = try await world.bus.tell(Put(account: "a", amount: amount), as: world.clerk) }
        await world.bus.settle()
        return (world, try #require(try await world.bus.parked().first).message)
    }

    private func repair(_ world: World, _ id: Int64, _ json: String, reason: String = "金额登记有误，经核对更正") async throws {
        try await world.bus.repair(plugin: "mirror", parked: id, payload: Array(json.utf8), reason: reason, by: world.clerk)
        await world.bus.settle()
    }

    @Test("a repaired message is delivered as it was written, what waited follows in order, and the log stays as it is")
    func delivered() async throws {
        let (world, head) = try await parked()
        let content = try await world.bus.content(plugin: "mirror", parked: head.id)
        #expect(content.payload == ["account": "a", "amount": 2] && content.repaired == nil)
        #expect(content.schema["properties"]?["amount"]?["type"]?.string == "integer")
        try await repair(world, head.id, #"{"account":"a","amount":20}"#)
        #expect(try world.bus.ask(Heard(account: "a"), as: .visitor) == [1, 20, 3])
        #expect(try await world.bus.parked().isEmpty)
        let log = try world.files[0].read { try $0.log(after: 0, limit: 10) }
        #expect(try JSONValue(parsing: log[1].payload)["amount"] == 2)
        let kept = try world.files[1].read { try $0.repair(source: "ledger", seq: head.seq) }
        #expect(kept?.by == "person:clerk" && kept?.reason == "金额登记有误，经核对更正")
        await world.close()
    }

    @Test("one that fails again stays parked with the repair on record, and a second repair counts")
    func again() async throws {
        let (world, head) = try await parked()
        world.switches.fail(2, 21)
        try await repair(world, head.id, #"{"account":"a","amount":21}"#)
        let now = try await world.bus.parked()
        #expect(now.count == 2 && now.first?.message.attempts == 2)
        let content = try await world.bus.content(plugin: "mirror", parked: head.id)
        #expect(content.payload["amount"] == 21 && content.repaired?.by == "person:clerk")
        try await repair(world, head.id, #"{"account":"a","amount":22}"#)
        #expect(try world.bus.ask(Heard(account: "a"), as: .visitor) == [1, 22, 3])
        await world.close()
    }

    @Test(
        "what does not fit the type's schema is refused with every fault, and nothing is noted",
        arguments: [(#"{"account":"a"}"#, "amount"), (#"{"account":"a","amount":"x"}"#, "amount"), (#"{"account":"a","amount":1,"more":1}"#, "more"), ("{", "content")])
    func unfit(json: String, field: String) async throws {
        let (world, head) = try await parked()
        let refusal = await #expect(throws: Refusal.self) { try await repair(world, head.id, json) }
        #expect(refusal?.status == 422)
        #expect(refusal?.faults.contains { $0.field.hasSuffix(field) } == true, "\(String(describing: refusal?.faults))")
        #expect(try world.files[1].read { try $0.repair(source: "ledger", seq: head.seq) } == nil)
        #expect(try await world.bus.parked().count == 2)
        await world.close()
    }

    @Test("a reason is wanted; one that waits behind another is neither repaired nor replayed before it")
    func rules() async throws {
        let (world, head) = try await parked()
        let short = await #expect(throws: Refusal.self) { try await repair(world, head.id, #"{"account":"a","amount":20}"#, reason: "错") }
        #expect(short?.code == "bus.parked-reason")
        let second = try #require(try await world.bus.parked().last).message
        let behind = await #expect(throws: Refusal.self) { try await repair(world, second.id, #"{"account":"a","amount":30}"#) }
        #expect(behind?.code == "bus.parked-behind")
        await #expect(throws: Refusal.self) { try await world.bus.replay(plugin: "mirror", parked: second.id) }
        await #expect(throws: Refusal.self) { try await world.bus.replay(plugin: "mirror", parked: 999) }
        #expect(try await world.bus.parked().count == 2)
        await world.close()
    }
}
