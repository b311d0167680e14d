import Crypto
import Foundation
import Messages
import Store
import TestKit
import Testing

@testable import Exchange

@Suite("回执：用 openssl 和文档中的脚本离线核对")
struct OfflineTests {
    /// The script of `PROTOCOL.md`, as it stands there.
    private static func script() throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Modules/Exchange/PROTOCOL.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let body = text.components(separatedBy: "```bash\n").dropFirst().first?.components(separatedBy: "```").first
        return try #require(body)
    }

    private func run(_ words: [String]) async throws -> (status: Int32, output: String) {
        let outcome = try await TestProgram.run(words)
        return (outcome.code, outcome.output + outcome.error)
    }

    @Test("The ten-line script accepts every receipt of a batch and refuses what was changed", arguments: [SignatureAlgorithm.es256, .sm2])
    func offline(algorithm: SignatureAlgorithm) async throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") else { return }
        var settings = PartnerExchange.Settings()
        settings.signature = algorithm
        let desk = try await ExchangeDesk(settings: settings)
        // Held lane: what comes meanwhile shares one batch, so that there is a way with left and right.
        let gate = Gate()
        desk.file.enqueue({ _ in gate.wait() }, then: { _ in })
        let calls = try (0..<5).map { _ in try desk.call() }
        let ids = await withTaskGroup(of: MessageID.self) { group in
            for call in calls { group.addTask { await desk.record(call) } }
            while desk.exchange.receipts.reading.waiting < 5 { await Task.yield() }
            gate.open()
            return await group.reduce(into: [MessageID]()) { $0.append($1) }
        }
        let script = desk.folder + "/verify-receipt"
        try Self.script().write(toFile: script, atomically: true, encoding: .utf8)
        let key = desk.folder + "/key.pem"
        try #require(try desk.exchange.published().first).pem.write(toFile: key, atomically: true, encoding: .utf8)
        let file = desk.folder + "/receipt.txt"
        var ways = 0
        for id in ids {
            let text = try desk.exchange.proof(id, of: "bank").text
            ways = max(ways, text.components(separatedBy: "\n").count)
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let good = try await run(["bash", script, file, key])
            #expect(good.status == 0 && good.output.contains("Verified OK"), "\(good.output)")
        }
        #expect(ways > 5)
        let text = try desk.exchange.proof(ids[0], of: "bank").text
        for (from, to) in [("\"status\":200", "\"status\":201"), ("checkpoint shuniu-receipts-v1 test ", "checkpoint shuniu-receipts-v1 tesx "), ("\"contract\":3", "\"contract\":4")] {
            let changed = text.replacingOccurrences(of: from, with: to)
            #expect(changed != text)
            try changed.write(toFile: file, atomically: true, encoding: .utf8)
            #expect(try await run(["bash", script, file, key]).status != 0)
        }
    }
}
