import Foundation
import TestKit
import Testing

/// The walk-through of a partner, with nothing but curl and openssl, against the program itself.
@Suite("合作方全程走查")
struct PartnerWalkTests {
    private static let hasTools = ["curl", "openssl"].allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }

    @Test("register, token, call, webhook, signature, receipt, refusal for a field, suspension", .enabled(if: hasTools))
    func walk() async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
        let walk = root.appending(path: "Tools/conform/partner-walk").path
        let outcome = try await TestProgram.run(["/bin/bash", walk, TestProgram.sibling("shuniu").path])
        #expect(outcome.code == 0, "\((outcome.output + outcome.error).suffix(2000))")
        #expect(outcome.output.contains("All steps done."))
    }
}
