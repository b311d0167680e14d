import Foundation
import Network
import TestKit
import Testing

@Suite("The program itself, told by signals")
struct SignalTests {
    @Test("SIGHUP takes over what is good, names what is not and keeps the old; SIGTERM ends with 0")
    func reloads() async throws {
        let place = Workplace()
        try FileManager.default.createDirectory(atPath: place.folder + "/tls", withIntermediateDirectories: true)
        let tls = try CertificateMaker.writeDevelopmentFiles(in: place.folder + "/tls")
        try place.write(
            "Configs/host.json5",
            "{ listen: { port: 0, adminPort: 0 }, tls: { certificate: '\(tls.certificate)', key: '\(tls.key)' }, threads: { loops: 1 } }")
        try place.write("Configs/sites/hunan/site.json5", "{ title: '原来的名称', kind: 'hub', region: '430000' }")
        try place.write("Configs/sites/hunan/plugins/registry.json5", "{}")

        let program = try ChildProcess([TestProgram.sibling("shuniu").path, "serve", "--configs", place.configs])
        defer { program.end(SIGKILL) }
        let started = try #require(try await program.logged("started"))
        let port = try #require(started["port"].flatMap { Int($0) })
        func get(_ path: String) async throws -> HTTPClient.Answer {
            try await apart { try HTTPClient(port: port, trust: .authority(file: tls.authority), timeout: .seconds(120)).get(path) }
        }
        #expect(try await get("/hunan/").text.contains("平台名录"))

        try place.write("Configs/sites/hunan/site.json5", "{ titel: '新的名称', kind: 'hub', region: '430000' }")
        program.end(SIGHUP)
        let problem = try #require(try await program.logged("reload-problem"))
        #expect(problem["where"]?.contains("site.json5") == true)
        #expect(try await program.logged("reload-failed") != nil)
        #expect(try await get("/hunan/").text.contains("原来的名称"))

        try place.write("Configs/sites/hunan/site.json5", "{ title: '新的名称', kind: 'hub', region: '430000' }")
        try FileManager.default.removeItem(atPath: place.configs + "/sites/hunan/plugins/registry.json5")
        try place.write(
            "Configs/host.json5",
            "{ listen: { port: 8499, adminPort: 0 }, tls: { certificate: '\(tls.certificate)', key: '\(tls.key)' }, threads: { loops: 1 } }")
        program.end(SIGHUP)
        #expect(try await program.logged("reload-needs-restart")?["key"] == "listen.port")
        #expect(try await program.logged("reloaded") != nil)
        let home = try await get("/hunan/").text
        #expect(home.contains("新的名称") && !home.contains("平台名录"))
        #expect(try await get("/hunan/registry/nodes").status == 404)
        #expect(place.exists("data/hunan/registry.sqlite"))

        program.end(SIGTERM)
        await program.finish()
        #expect(program.code == 0)
    }
}

/// The log of a `shuniu` that runs as a process of its own.
extension ChildProcess {
    /// The first log line with that code, as its members; `nil` when the program ends before.
    fileprivate func logged(_ code: String) async throws -> [String: String]? {
        guard let line = await line(containing: "\"code\":\"\(code)\"") else { return nil }
        return try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
    }
}
