import Crypto
import Foundation
import Messages
import Store
import TestKit
import Testing
import Vocabulary

@testable import Exchange
@testable import Identity

@Suite("回执：用 openssl 和文档中的脚本离线核对")
struct OfflineTests {
    /// A block of a chapter of `PROTOCOL.md`, as it stands there.
    private static func block(_ chapter: String, _ kind: String, _ place: Int = 0) throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Modules/Exchange/PROTOCOL.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let part = try #require(text.components(separatedBy: "\n## \(chapter)\n").dropFirst().first?.components(separatedBy: "\n## ").first)
        let blocks = part.components(separatedBy: "```\(kind)\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
        try #require(blocks.indices.contains(place))
        return blocks[place]
    }

    private static func script() throws -> String { try block("Receipts", "bash") }

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

    @Test("The published receipt verifies with the published key and script; its digests are those of the request and answer that the page names")
    func vector() async throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") else { return }
        let folder = FileManager.default.temporaryDirectory.path + "/vector-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let receipt = try Self.block("Receipts", "text")
        for (name, text) in [("script", try Self.script()), ("receipt", receipt), ("key", try Self.block("Receipts", "text", 1))] {
            try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
        }
        let words = ["bash", folder + "/script", folder + "/receipt", folder + "/key"]
        let good = try await run(words)
        #expect(good.status == 0 && good.output.contains("Verified OK"), "\(good.output)")
        #expect(receipt.contains(PartnerCall.requestDigest(method: "GET", target: "/api/test/notes", body: [])))
        #expect(receipt.contains(Digest.sha256.of(Array("{}".utf8)).hexadecimal))
        try receipt.replacing("\"bank\"", with: "\"bonk\"").write(toFile: folder + "/receipt", atomically: true, encoding: .utf8)
        #expect(try await run(words).status != 0)
    }

    @Test("The script for assertions makes one that the token endpoint takes, every time")
    func assertion() async throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") else { return }
        let folder = FileManager.default.temporaryDirectory.path + "/assertion-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.block("Tokens", "bash").write(toFile: folder + "/script", atomically: true, encoding: .utf8)
        let key = try SigningKey.generate()
        try String(decoding: key.pem, as: UTF8.self).write(toFile: folder + "/key", atomically: true, encoding: .utf8)
        // Numbers that begin with zeros are shorter in DER: one of a hundred and more.
        for _ in 0..<40 {
            let made = try await run(["bash", folder + "/script", "tax-01", "https://fw.example.cn/api/test/oauth/token", folder + "/key", "1767225600"])
            let jws = try #require(JWS(compact: made.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(made.output)")
            #expect(jws.isSigned(by: key.verifyingKey))
            #expect(jws.claims["exp"]?.integer == 1_767_225_720 && jws.claims["sub"] == "tax-01")
        }
    }
}
