import Foundation
import Testing

@Suite("Killed at any moment", .serialized)
struct CrashTests {
    @Test("fifty rounds of kill -9: every acknowledged command is there once, events arrived once, every log verifies")
    func survivesKill() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/crash-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var random = SystemRandomNumberGenerator()
        var acknowledged: Set<Int> = []
        for round in 0..<50 {
            let delay = Int.random(in: 5_000...90_000, using: &random)
            acknowledged.formUnion(try Self.run([folder, String(round * 1_000_000)], killAfterMicroseconds: delay))
        }
        #expect(acknowledged.count > 500)

        let report = try Self.report([folder, "check"])
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
    func receiptsSurviveKill() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/crash-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var random = SystemRandomNumberGenerator()
        var answered: Set<String> = []
        for _ in 0..<15 { answered.formUnion(try Self.lines([folder, "receipts"], killAfterMicroseconds: Int.random(in: 1_000...60_000, using: &random))) }
        // How many depends on the machine; some must be there for the rest to say anything.
        #expect(answered.count > 20)

        let report = try Self.report([folder, "receipts-check"])
        let kept = Set(try #require(report["receipts numbers"]).split(separator: ",").map(String.init))
        #expect(answered.subtracting(kept).isEmpty, "answered without a receipt")
        #expect(report["receipts doubled"] == "0")
        #expect(report["receipts audit"] == "intact")
        #expect(report["receipts log"] == "intact")
    }

    private static func run(_ arguments: [String], killAfterMicroseconds delay: Int) throws -> [Int] {
        try lines(arguments, killAfterMicroseconds: delay).compactMap { Int($0) }
    }

    /// Starts the victim, kills it, and returns the numbers it had acknowledged. A last line cut short does not count.
    private static func lines(_ arguments: [String], killAfterMicroseconds delay: Int) throws -> [String] {
        let (process, output) = try start(arguments)
        usleep(UInt32(delay) + 25_000)
        kill(process.processIdentifier, SIGKILL)
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal, "the victim ended by itself")
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    private static func report(_ arguments: [String]) throws -> [String: String] {
        let (process, output) = try start(arguments)
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        var report: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 3, words[1] == "rows" { report["\(words[0]) doubled"] = String(words[4]) }
            if words.count > 2 { report["\(words[0]) \(words[1])"] = String(words[2]) }
        }
        return report
    }

    private static func start(_ arguments: [String]) throws -> (Process, Pipe) {
        let process = Process()
        process.executableURL = try #require(URL(string: "file:///proc/self/exe")).resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("victim")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        return (process, output)
    }
}
