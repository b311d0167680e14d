import Foundation
import Host
import Messages
import TestKit
import Testing
import Trunk
import Vocabulary

@testable import trunkpeer

@Suite("Links in trouble", .serialized)
struct LinkTroubleTests {
    @Test("Cut for a day under load: how much waits, since when, and when the other end was heard last is said; afterwards everything is there once, in order")
    func cutForADay() async throws {
        let clock = TestClock(TimeSource.system.now)
        let pair = try await Pair(clocks: (clock.source, clock.source))
        try await pair.lower.tell("liuyang", 0..<10)
        try await pair.expectExact()
        let (child, parent) = (pair.lower, pair.upper)
        // What arrived has been said to have arrived, too.
        try await until { child.host.links.allSatisfy { $0.isGood && $0.waiting == 0 } && parent.host.links.allSatisfy { $0.waiting == 0 } }
        let before = clock.now
        pair.line.set(.cut)
        for hour in 0..<24 {
            clock.advance(by: .seconds(3600))
            try await pair.lower.tell("liuyang", hour * 100..<hour * 100 + 20)
            try await pair.upper.tell("hunan", hour * 100..<hour * 100 + 20)
            try await pair.lower.charge(hour, from: "liuyang", to: "hunan")
        }
        let lower = pair.lower
        try await until { lower.host.links.contains { !$0.isGood && $0.trouble != nil } }
        let link = try #require(pair.lower.host.links.first)
        #expect(link.waiting == 24 * 21)
        #expect(link.waitingSince == before.advanced(by: .seconds(3600)))
        #expect(link.lastContact.map { $0 <= before } ?? false)
        #expect(pair.upper.host.links.allSatisfy { !$0.isGood && $0.waiting == 24 * 20 })
        pair.line.set(.open)
        try await pair.expectExact()
        #expect(try pair.upper.counted("hunan").heard.count == 10 + 24 * 20)
        try await until { lower.host.links.allSatisfy { $0.isGood && $0.waiting == 0 && $0.waitingSince == nil } }
        await pair.stop()
    }

    @Test("A line that breaks off all the time, within requests and answers, and a slow one: nothing is lost, doubled or out of order")
    func flappingAndSlow() async throws {
        let pair = try await Pair()
        pair.line.set(.flapping(500...40_000))
        for n in 0..<30 {
            try await pair.lower.tell("liuyang", n * 10..<n * 10 + 10, pad: 60)
            try await pair.upper.tell("hunan", n * 10..<n * 10 + 10, pad: 60)
            try await pair.upper.charge(n, from: "hunan", to: "liuyang")
        }
        try await until { pair.line.broken >= 10 }
        pair.line.set(.slow)
        try await pair.lower.tell("liuyang", 1000..<1020, pad: 100)
        try await pair.upper.tell("changsha", 1000..<1020, pad: 100)
        try await pair.expectExact()
        #expect(pair.line.broken >= 10)
        await pair.stop()
    }

    @Test("An answer that was lost with its connection is sent again, although nothing more is said")
    func swallowedAnswer() async throws {
        let pair = try await Pair()
        let (child, parent) = (pair.lower, pair.upper)
        try await parent.tell("hunan", 0..<10)
        try await pair.expectExact()
        try await until { child.host.links.allSatisfy { $0.isGood && $0.waiting == 0 } && parent.host.links.allSatisfy { $0.waiting == 0 } }
        for round in 1...3 {
            // The poll that is answered into the broken line names another log: what it names again by itself would be sent again anyway.
            try await parent.tell("changsha", round * 100..<round * 100 + 1)
            try await pair.expectExact()
            try await until { parent.host.links.allSatisfy { $0.waiting == 0 } }
            pair.line.set(.swallowing)
            try await parent.tell("hunan", round * 100..<round * 100 + 1)
            try await until { pair.line.broken == round }
            try await pair.expectExact()
        }
        await pair.stop()
    }

    @Test("What a child is asked and was lost with its connection is asked again; of several who ask at once each gets an answer")
    func askedAgain() async throws {
        let pair = try await Pair()
        let (child, parent) = (pair.lower, pair.upper)
        try await child.tell("liuyang", 0..<10)
        try await pair.expectExact()
        try await until { parent.host.links.allSatisfy { $0.isGood && $0.waiting == 0 } }
        for round in 1...2 {
            // The answer to the poll that waits carries the question.
            pair.line.set(.swallowing)
            async let first = parent.host.reconcile("changsha", days: 2)
            async let second = parent.host.reconcile("changsha", days: 2)
            async let third = parent.host.reconcile("changsha", days: 2)
            for compared in try await [first, second, third] {
                #expect(compared.count == 1 && compared.allSatisfy { $0.trouble == nil && !$0.lines.isEmpty }, "\(compared)")
            }
            #expect(pair.line.broken == round)
        }
        await pair.stop()
    }

    @Test("The parent's process is away for a day under load; back on a line that doubles and exchanges what it carries, everything is there once, in order")
    func parentAwayForADay() async throws {
        let clock = TestClock(TimeSource.system.now)
        let pair = try await Pair(clocks: (clock.source, clock.source))
        let lower = pair.lower
        try await lower.tell("liuyang", 0..<10)
        try await lower.charge(900, from: "liuyang", to: "hunan")
        try await pair.expectExact()
        await pair.upper.stop()
        for hour in 1...24 {
            clock.advance(by: .seconds(3600))
            try await lower.tell("liuyang", hour * 100..<hour * 100 + 40, pad: 100)
            try await lower.charge(hour, from: "liuyang", to: "hunan")
        }
        try await until { lower.host.links.contains { !$0.isGood && $0.trouble != nil } }
        #expect(lower.host.links.map(\.waiting) == [24 * 41])
        pair.line.set(.disordered(3...12))
        let again = try await pair.upper.restarted()
        for n in 0..<10 {
            try await again.tell("hunan", n * 10..<n * 10 + 10, pad: 60)
            try await lower.tell("liuyang", 5000 + n * 10..<5000 + n * 10 + 10, pad: 60)
        }
        try await until { pair.line.broken >= 5 }
        pair.line.set(.open)
        try await Pair.expectExact([again, lower])
        #expect(try again.counted("hunan").heard.count == 10 + 24 * 40 + 100 && again.counted("hunan").charged.count == 25)
        pair.line.close()
        await lower.stop()
        await again.stop()
    }

    @Test("Clocks an hour apart in either direction: joining, events, commands and receipts pass", arguments: [3600, -3600])
    func skew(seconds: Int) async throws {
        let other = TimeSource { TimeSource.system.now.advanced(by: .seconds(seconds)) }
        let pair = try await Pair(clocks: (.system, other))
        try await pair.lower.tell("liuyang", 0..<20)
        try await pair.upper.tell("hunan", 0..<20)
        try await pair.upper.charge(1, from: "hunan", to: "liuyang")
        try await pair.lower.charge(2, from: "liuyang", to: "changsha")
        try await pair.expectExact()
        await pair.stop()
    }

    @Test(
        "The parent's disk fills up: the child says so and keeps what waits; after room was made everything is there once",
        .enabled(if: SmallDisk.isPossible, "a small disk cannot be mounted here; root may"))
    func parentFull() async throws {
        let folder = Pair.folder()
        let disk = try await SmallDisk("\(folder)/upper/data/changsha", size: "1500k")
        let pair = try await Pair(in: folder, sites: ["changsha"])
        for n in 0..<20 { try await pair.lower.tell("liuyang", n * 10..<n * 10 + 10, pad: 4000) }
        let lower = pair.lower
        try await until { lower.host.links.contains { $0.trouble?.contains("磁盘已满") ?? false } }
        #expect(try pair.upper.counted("changsha").heard.count < 200)
        try await disk.grow(to: "64m")
        try await pair.expectExact()
        #expect(try pair.upper.counted("changsha").heard.count == 200)
        await pair.stop()
    }

    @Test(
        "The child's disk fills up: what comes down waits above, what it says itself is refused; after room was made everything is there once",
        .enabled(if: SmallDisk.isPossible, "a small disk cannot be mounted here; root may"))
    func childFull() async throws {
        let folder = Pair.folder()
        let disk = try await SmallDisk("\(folder)/lower/data/liuyang", size: "1500k")
        let pair = try await Pair(in: folder)
        for n in 0..<20 { try await pair.upper.tell("hunan", n * 10..<n * 10 + 10, pad: 4000) }
        let lower = pair.lower
        try await until { lower.complaints.contains { $0.contains("full") } || lower.host.links.contains { $0.trouble?.contains("磁盘已满") ?? false } }
        let refused = await #expect(throws: (any Error).self) { for n in 0..<200 { try await pair.lower.tell("liuyang", [n], pad: 8000) } }
        #expect((refused as? Refusal)?.code == "store.disk-full")
        try await disk.grow(to: "64m")
        try await pair.expectExact()
        #expect(try pair.lower.counted("liuyang").heard.count == 200)
        await pair.stop()
    }

    @Test("A parent restored from a backup of an earlier day asks for what came since, and a child that joined is known again")
    func restoredFromBackup() async throws {
        let folder = Pair.folder()
        let pair = try await Pair(in: folder, sites: ["changsha"])
        try await pair.lower.tell("liuyang", 0..<30)
        try await pair.expectExact()
        let data = pair.upper.folder + "/data"
        let made = await run(["backup", "--data", data, "--to", "\(folder)/backup"])
        #expect(made.code == 0, "\(made.text)")
        try await pair.lower.tell("liuyang", 30..<90)
        try await pair.expectExact()
        await pair.upper.stop()
        try FileManager.default.moveItem(atPath: data, toPath: data + "-lost")
        let restored = await run(["restore", "--from", "\(folder)/backup", "--data", data])
        #expect(restored.code == 0, "\(restored.text)")
        let again = try await pair.upper.restarted()
        try await Pair.expectExact([again, pair.lower])
        #expect(try again.counted("changsha").heard.map(\.number).sorted() == Array(0..<90))
        pair.line.close()
        await pair.lower.stop()
        await again.stop()
    }
}

/// Runs a command of the program in this process.
func run(_ words: [String]) async -> (code: Int32, text: String) {
    do {
        let outcome = try await TestProgram.run([TestProgram.sibling("shuniu").path] + words)
        return (outcome.code, outcome.output + outcome.error)
    } catch {
        return (-1, "\(error)")
    }
}
