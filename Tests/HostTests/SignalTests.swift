import Foundation
import Network
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

        let program = try Program(["serve", "--configs", place.configs])
        defer { program.kill() }
        let started = try #require(try await program.line("started"))
        let port = try #require(started["port"].flatMap { Int($0) })
        func get(_ path: String) async throws -> HTTPClient.Answer {
            try await program.blocking {
                try HTTPClient(port: port, trust: .authority(file: tls.authority), timeout: .seconds(20)).get(path)
            }
        }
        #expect(try await get("/hunan/").text.contains("平台名录"))

        try place.write("Configs/sites/hunan/site.json5", "{ titel: '新的名称', kind: 'hub', region: '430000' }")
        program.signal(SIGHUP)
        let problem = try #require(try await program.line("reload-problem"))
        #expect(problem["where"]?.contains("site.json5") == true)
        #expect(try await program.line("reload-failed") != nil)
        #expect(try await get("/hunan/").text.contains("原来的名称"))

        try place.write("Configs/sites/hunan/site.json5", "{ title: '新的名称', kind: 'hub', region: '430000' }")
        try FileManager.default.removeItem(atPath: place.configs + "/sites/hunan/plugins/registry.json5")
        try place.write(
            "Configs/host.json5",
            "{ listen: { port: 8499, adminPort: 0 }, tls: { certificate: '\(tls.certificate)', key: '\(tls.key)' }, threads: { loops: 1 } }")
        program.signal(SIGHUP)
        #expect(try await program.line("reload-needs-restart")?["key"] == "listen.port")
        #expect(try await program.line("reloaded") != nil)
        let home = try await get("/hunan/").text
        #expect(home.contains("新的名称") && !home.contains("平台名录"))
        #expect(try await get("/hunan/registry/nodes").status == 404)
        #expect(place.exists("data/hunan/registry.sqlite"))

        program.signal(SIGTERM)
        #expect(try await program.blocking { program.wait() } == 0)
    }
}

/// `shuniu` as a process of its own, its log read line by line.
final class Program: @unchecked Sendable {
    private let process = Process()
    private let output = Pipe()
    private var unread = Data()

    init(_ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("shuniu")
        process.arguments = arguments
        process.standardError = output
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    func signal(_ number: Int32) { Foundation.kill(process.processIdentifier, number) }
    func kill() { if process.isRunning { signal(SIGKILL) } }

    func wait() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// The next log line with that code, as its members; `nil` when the program ends before.
    func line(_ code: String) async throws -> [String: String]? {
        try await blocking { [self] in
            while true {
                while let end = unread.firstIndex(of: 10) {
                    let line = unread[unread.startIndex..<end]
                    unread = Data(unread[unread.index(after: end)...])
                    let members = try? JSONSerialization.jsonObject(with: line) as? [String: String]
                    if let members, members["code"] == code { return members }
                }
                let more = output.fileHandleForReading.availableData
                if more.isEmpty { return nil }
                unread += more
            }
        }
    }

    /// On a thread of its own: waiting must not hold one of the few threads that all tests share.
    func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }
}
