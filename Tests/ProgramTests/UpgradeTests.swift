import Foundation
import Messages
import Network
import Synchronization
import TestKit
import Testing

@Suite("A plug-in in a new version", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "it is written in Python"))
struct UpgradeTests {
    /// Packs a version of the test plug-in, changed by replacing text in its source.
    private static func package(_ version: String, _ province: Province, replacing old: String = "", with new: String = "") async throws -> String {
        let folder = province.program.folder + "/source-" + version
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/hostile/hostile.py").path
        var text = try String(contentsOfFile: source, encoding: .utf8).replacing("\"1.0.0\"", with: "\"\(version)\"")
        if !old.isEmpty { text = text.replacing(old, with: new) }
        try Province.write(program: text, to: folder + "/plugin.py")
        let package = "\(province.program.folder)/\(version).tar"
        try await Province.expect(
            TestProgram.run([TestProgram.sibling("shuniu").path, "plugin", "pack", folder, "--program", "plugin.py", "--architecture", "any", "--out", package]))
        return package
    }

    @Test("comes in under load without a failed request; one that does not begin is not taken, and the old one goes on")
    func upgraded() async throws {
        let province = try await Province()
        let program = province.program
        try await Province.expect(program.run("plugin", "install", Self.package("1.0.0", province), "--unsigned"))
        try await Province.expect(program.run("enable", "hostile", "--site", "hunan"))
        let first = try await province.process(of: "hostile")
        let statuses = Mutex<[Int: Int]>([:])
        let isOver = Mutex(false)
        let (stream, ended) = AsyncStream.makeStream(of: Void.self)
        for path in ["/api/hunan/hostile/try?what=nothing", "/api/hunan/registry/nodes", "/hunan/registry/nodes"] {
            Thread.detachNewThread {
                defer { ended.yield() }
                guard let client = try? program.client() else { return }
                while !isOver.withLock({ $0 }) {
                    let status = (try? client.get(path))?.status ?? 0
                    statuses.withLock { $0[status, default: 0] += 1 }
                    // Below what one address may ask for.
                    usleep(60_000)
                }
            }
        }
        let changed = try await Province.expect(program.run("plugin", "install", Self.package("1.1.0", province, replacing: "\"nothing\"", with: "\"newer\""), "--unsigned"))
        #expect(changed.output.contains("由 1.0.0 更换为 1.1.0"))
        let second = try await province.process(of: "hostile", besides: first)
        #expect(try await province.get("/api/hunan/hostile/try?what=nothing").text.contains("newer"))

        let broken = try await program.run("plugin", "install", Self.package("1.2.0", province, replacing: "    line = socket.socket", with: "    sys.exit(5)\n    line = socket.socket"), "--unsigned")
        #expect(broken.code == 1)
        #expect(broken.error.contains("exit code 5"), "\(broken.error)")
        #expect(try await province.state(of: "hostile")["version"]?.string == "1.1.0")
        #expect(try await province.process(of: "hostile") == second, "the old one noticed nothing")
        isOver.withLock { $0 = true }
        var left = 3
        for await _ in stream {
            left -= 1
            if left == 0 { break }
        }
        #expect(statuses.withLock { Array($0.keys) } == [200], "\(statuses.withLock { $0 })")
        let again = try await program.run("plugin", "install", "\(program.folder)/1.1.0.tar", "--unsigned")
        #expect(again.error.contains("已经安装"))
        #expect(try await program.run("plugin", "remove", "hostile").error.contains("仍在 hunan 启用"))
        try await Province.expect(program.run("disable", "hostile", "--site", "hunan"))
        try await Province.expect(program.run("plugin", "remove", "hostile"))
        #expect(try await program.run("plugin", "list").output.contains("hostile") == false)
    }

    @Test("a package is let in by its signature; what was changed after signing is not")
    func signed() async throws {
        let province = try await Province { program in
            for words in [
                ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", program.folder + "/ec.pem"],
                ["openssl", "pkcs8", "-topk8", "-nocrypt", "-in", program.folder + "/ec.pem", "-out", program.folder + "/vendor.key"],
                ["openssl", "pkey", "-in", program.folder + "/vendor.key", "-pubout", "-out", program.configs + "/vendor.pem"],
            ] {
                try #require(TestProgram.runAndWait(words).code == 0)
            }
            try Province.change("trustedKeys: []", to: "trustedKeys: [\"vendor.pem\"]", in: program.configs + "/host.json5")
        }
        let program = province.program
        let plain = try await Self.package("1.0.0", province)
        let folder = program.folder + "/source-1.0.0"
        let good = program.folder + "/signed.tar"
        try await Province.expect(
            TestProgram.run([
                TestProgram.sibling("shuniu").path, "plugin", "pack", folder, "--program", "plugin.py", "--architecture", "any", "--out", good, "--key",
                program.folder + "/vendor.key",
            ]))
        #expect(try await program.run("plugin", "install", plain).error.contains("没有签名"))
        var bytes = try Data(contentsOf: URL(fileURLWithPath: good))
        let word = try #require(bytes.range(of: Data("does what it must not".utf8)))
        bytes.replaceSubrange(word, with: Data("does what it must now".utf8))
        try bytes.write(to: URL(fileURLWithPath: program.folder + "/changed.tar"))
        #expect(try await program.run("plugin", "install", program.folder + "/changed.tar").error.contains("内容已被改动"))
        let installed = try await Province.expect(program.run("plugin", "install", good))
        #expect(installed.output.contains("签名：vendor.pem"))
    }
}
