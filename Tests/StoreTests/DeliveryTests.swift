import Messages
import Store
import Testing
import Vocabulary

@Suite struct DeliveryTests {
    let scratch: Scratch
    let lanes = LanePool()
    let clock = HandClock()
    let file: StoreFile

    init() throws {
        scratch = try Scratch()
        file = StoreFile(path: scratch.path(), migrations: notes, lanes: lanes, clock: clock.source)
    }

    @Test func aCommandSentTwiceIsRecordedOnce() async throws {
        let file = file
        @Sendable func send() async throws -> String {
            try await file.write { writer in
                if let reply = try writer.recordedReply(id(1)) { return String(decoding: reply, as: UTF8.self) }
                try writer.run("INSERT INTO note (text) VALUES ('once')")
                try writer.recordReply(id(1), type: "notes.add.v1", bytes: Array("first".utf8))
                return "first"
            }
        }
        #expect(try await send() == "first")
        #expect(try await send() == "first")
        #expect(try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } == 1)
        await #expect(throws: StoreError.constraint(kind: "UNIQUE", what: "_done.id")) {
            try await file.write { try $0.recordReply(id(1), type: "notes.add.v1", bytes: []) }
        }
    }

    @Test func oldRepliesAreForgotten() async throws {
        for number in 1...4 {
            try await file.write { try $0.recordReply(id(UInt64(number)), type: "notes.add.v1", bytes: []) }
            clock.advance(seconds: 60)
        }
        let before = clock.now.advanced(by: .seconds(-150))
        #expect(try await file.write { try $0.forgetReplies(before: before) } == 2)
        #expect(try file.read { try $0.recordedReply(id(2)) } == nil)
        #expect(try file.read { try $0.recordedReply(id(3)) } == [])
        let now = clock.now
        #expect(try await file.write { try $0.forgetReplies(before: now) } == 2)
    }

    @Test("The number of a job that is done is never given to another one: what it did is remembered under it")
    func jobNumbersAreNeverUsedAgain() async throws {
        let now = clock.now
        var seen: Set<Int64> = []
        for round in 0..<4 {
            let ids = try await file.write { writer in
                try (0...round).map { _ in try writer.enqueueJob("call", payload: [1], runAt: now) }
            }
            #expect(seen.isDisjoint(with: ids))
            seen.formUnion(ids)
            try await file.write { writer in for id in ids { try writer.finishJob(id) } }
        }
    }

    @Test func jobsRunWhenDueAndAreTriedAgainLater() async throws {
        let now = clock.now
        let ids = try await file.write { writer in
            [
                try writer.enqueueJob("call", payload: [1], runAt: now.advanced(by: .seconds(10))),
                try writer.enqueueJob("call", payload: [2], runAt: now),
                try writer.enqueueJob("call", payload: [3], runAt: now, key: "k"),
                try writer.enqueueJob("call", payload: [4], runAt: now, key: "k"),
            ]
        }
        #expect(ids[2] == ids[3])
        func due() throws -> [[UInt8]] { try file.read { try $0.dueJobs(now: clock.now, limit: 10).map(\.payload) } }
        #expect(try due() == [[2], [3]])
        #expect(try file.read { try $0.nextJobTime() } == now)
        try await file.write { writer in
            try writer.finishJob(ids[1])
            try writer.retryJob(ids[2], at: now.advanced(by: .seconds(30)), error: "no answer")
        }
        #expect(try due().isEmpty)
        clock.advance(seconds: 30)
        #expect(try due() == [[1], [3]])
        let tried = try #require(try file.read { try $0.dueJobs(now: clock.now, limit: 10).last })
        #expect(tried.attempts == 1)
        #expect(tried.lastError == "no answer")
        try await file.write { try $0.failJob(ids[2], error: "gone") }
        #expect(try due() == [[1]])
        #expect(try file.read { try $0.failedJobs(limit: 10).map(\.payload) } == [[3]])
        // A job given up does not stand in the way of a new one with its key.
        let fresh = try await file.write { try $0.enqueueJob("call", payload: [5], runAt: now, key: "k") }
        #expect(fresh != ids[2])
        file.close()
    }

    @Test func aParkedMessageHoldsItsSubjectUntilReleasedOrDiscarded() async throws {
        let first = try await file.write { writer in
            try writer.park(
                source: "hub/market", seq: 5, subject: "order/1", type: "market.ordered.v1", cause: "boom", attempts: 8)
        }
        func held(_ subject: String) throws -> Bool { try file.read { try $0.isHeld(source: "hub/market", subject: subject) } }
        #expect(try held("order/1"))
        #expect(try !held("order/2"))
        let second = try await file.write { writer in
            try writer.park(
                source: "hub/market", seq: 9, subject: "order/1", type: "market.ordered.v1", cause: "waits", attempts: 0)
        }
        await #expect(throws: StoreError.self) {
            try await file.write { writer in
                try writer.park(
                    source: "hub/market", seq: 9, subject: "order/1", type: "market.ordered.v1", cause: "", attempts: 0)
            }
        }
        #expect(try file.read { try $0.parked(limit: 10).map(\.seq) } == [5, 9])
        #expect(try file.read { try $0.parkedCount(source: "hub/market") } == 2)
        #expect(try file.read { try $0.parkedCount(source: "hub/other") } == 0)
        let released = try await file.write { try $0.releaseParked(first) }
        #expect(released?.seq == 5)
        #expect(released?.cause == "boom")
        #expect(try held("order/1"))
        let discarded = try await file.write {
            try $0.discardParked(second, reason: "重复", actor: Actor(kind: .person, id: "3", name: "审计"))
        }
        #expect(discarded?.seq == 9)
        #expect(try !held("order/1"))
        #expect(try await file.write { try $0.releaseParked(second) } == nil)
        #expect(try file.read { try $0.value("SELECT reason FROM _parked", as: String.self) } == "重复")
        file.close()
    }
}
