import Foundation
import Testing

/// The walk-through of a partner, with nothing but curl and openssl, against the program itself.
@Suite("合作方全程走查")
struct PartnerWalkTests {
    private static let hasTools = ["curl", "openssl"].allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }

    @Test("register, token, call, webhook, signature, receipt, refusal for a field, suspension", .enabled(if: hasTools))
    func walk() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
        let program = try #require(URL(string: "file:///proc/self/exe")).resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("shuniu")
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = [root.appending(path: "Tools/conform/partner-walk").path, program.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(output.suffix(2000))")
        #expect(output.contains("All steps done."))
    }
}
