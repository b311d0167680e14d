import FoundationEssentials
import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

@Suite("契约和接口")
struct ContractTests {
    @Test("The market keeps what every plug-in promises: contract, golden files, refusal codes, access rules, repetition")
    func conforms() async throws {
        let conformance = Conformance(
            Market.self, tests: #filePath, refusals: MarketRefusal.codes.map(\.code),
            samples: [
                .init(
                    SaveAgency(
                        title: "演示·株洲智造服务有限公司", region: try region("430200"), categories: ["digital"], summary: "为中小制造企业提供数字化诊断服务。", submit: true),
                    as: Stall.agency)
            ])
        #expect(try await conformance.problems() == [])
    }

    @Test("Every operation keeps to its documentation, whatever it is sent")
    func walk() async throws {
        let stall = try await Stall()
        try await stall.list()
        var everyone = Actor.everyone
        everyone.organisation = try Stall.creditCode()
        #expect(await APIWalk(stall.site).problems(as: everyone) == [])
    }

    @Test("After an intended change: UPDATE_FIXTURES=1, then read the difference: who gets in where")
    func access() async throws {
        let host = try await TestHost([InstalledPlugin(Market.self)])
        let matrix = try await AccessMatrix.asked(host)
        let own = AccessMatrix(rows: matrix.rows.filter { $0.address.contains("/market/") })
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/access.txt")
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" { try Data(own.text.utf8).write(to: file) }
        #expect(try own.text == String(contentsOf: file, encoding: .utf8))
    }
}
