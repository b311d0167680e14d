import CoordinationContracts
import FoundationEssentials
import PluginKit
import TestKit
import Testing

@testable import CoordinationPlugin

@Suite("业务统筹：契约和接口")
struct CoordinationContractTests {
    @Test("It keeps what every plug-in promises: contract, golden files, refusal codes, access rules")
    func conforms() async throws {
        #expect(try await Conformance(Coordination.self, tests: #filePath, refusals: CoordinationRefusal.codes.map(\.code)).problems() == [])
    }

    @Test("Every operation keeps to its documentation, whatever it is sent")
    func walk() async throws { #expect(try await APIWalk(TestSite(Coordination.self)).problems(as: .everyone) == []) }

    @Test("After an intended change: UPDATE_FIXTURES=1, then read the difference: who gets in where")
    func access() async throws {
        let host = try await TestHost([InstalledPlugin(Coordination.self)])
        let matrix = try await AccessMatrix.asked(host)
        let own = AccessMatrix(rows: matrix.rows.filter { $0.address.contains("/coordination/") })
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/access.txt")
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" { try Data(own.text.utf8).write(to: file) }
        #expect(try own.text == String(contentsOf: file, encoding: .utf8))
    }
}
