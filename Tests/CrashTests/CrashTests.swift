import Foundation
import TestKit
import Testing

@Suite("Killed at any moment", .serialized)
struct CrashTests {
    @Test("fifty rounds of kill -9: every acknowledged command is there once, events arrived once, every log verifies")
    func survivesKill() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/crash-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var random = SystemRandomNumberGenerator()
        var acknowledged: Set<Int> = []
        for round in 0..<50 {
            let delay = Int.random(in: 5_000...90_000, using: &random)
            acknowledged.formUnion(try await Self.run([folder, String(round * 1_000_000)], killAfterMicroseconds: delay))
        }
        #expect(acknowledged.count > 500)

        let report = try await Self.report([folder, "check"])
        let inVault = try #require(report["vault numbers"])
        let kept = Set(inVault.split(separator: ",").compactMap { Int($0) })
        #expect(acknowledged.subtracting(kept).isEmpty, "acknowledged but lost")
        #expect(report["vault doubled"] == "0")
        #expect(report["mirror doubled"] == "0")
        #expect(report["mirror numbers"] == inVault, "subscriber has not exactly what the publisher has")
        #expect(report["vault log"] == "intact")
        #expect(report["mirror log"] == "intact")
        #expect(report["mirror parked"] == "0")
    }

    @Test("fifteen rounds of kill -9: every answer to a partner that had left has its signed receipt, once")
    func receiptsSurviveKill() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/crash-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var random = SystemRandomNumberGenerator()
        var answered: Set<String> = []
        for _ in 0..<15 { answered.formUnion(try await Self.lines([folder, "receipts"], killAfterMicroseconds: Int.random(in: 1_000...60_000, using: &random))) }
        // How many depends on the machine; some must be there for the rest to say anything.
        #expect(answered.count > 20)

        let report = try await Self.report([folder, "receipts-check"])
        let kept = Set(try #require(report["receipts numbers"]).split(separator: ",").map(String.init))
        #expect(answered.subtracting(kept).isEmpty, "answered without a receipt")
        #expect(report["receipts doubled"] == "0")
        #expect(report["receipts audit"] == "intact")
        #expect(report["receipts log"] == "intact")
    }

    private static func run(_ arguments: [String], killAfterMicroseconds delay: Int) async throws -> [Int] {
        try await lines(arguments, killAfterMicroseconds: delay).compactMap { Int($0) }
    }

    /// Starts the victim, kills it, and returns the numbers it had acknowledged. A last line cut short does not count.
    private static func lines(_ arguments: [String], killAfterMicroseconds delay: Int) async throws -> [String] {
        let process = try start(arguments)
        try await Task.sleep(for: .microseconds(delay + 25_000))
        process.end(SIGKILL)
        await process.finish()
        #expect(process.code == -SIGKILL, "the victim ended by itself")
        return process.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    private static func report(_ arguments: [String]) async throws -> [String: String] {
        let process = try start(arguments)
        await process.finish()
        var report: [String: String] = [:]
        for line in process.output.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 3, words[1] == "rows" { report["\(words[0]) doubled"] = String(words[4]) }
            if words.count > 2 { report["\(words[0]) \(words[1])"] = String(words[2]) }
        }
        return report
    }

    private static func start(_ arguments: [String]) throws -> ChildProcess {
        try ChildProcess([TestProgram.sibling("victim").path] + arguments)
    }
}
