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
        // With 浏阳 below it, which has a task to do.
        let liuyang = TestHost.site("liuyang", "浏阳平台", region: "430181", kind: .county, below: "test")
        let host = try await TestHost([InstalledPlugin(Coordination.self)], sites: [TestHost.site("test", "测试平台"), liuyang])
        let issue = IssueTask(
            title: "演示任务", text: "请报送。", kind: .county, regions: [try #require(RegionCode("430181"))], due: try #require(Day("2026-03-20")))
        let task = try await host.tell(issue, as: .province).task
        await host.settle()
        let above = try await AccessMatrix.asked(
            host, samples: ["task": "\(task)"], bodies: ["api POST /coordination/tasks": String(decoding: try JSON.encode(issue), as: UTF8.self)],
            isHidingRefusing: true)
        let own = AccessMatrix(rows: above.rows.filter { $0.address.contains("/coordination/") })
        // Assignments are those of the site where they are done.
        #expect(
            above.unproven.filter { $0.contains(" GET /coordination/") } == [
                "page GET /coordination/assignments/{task}", "api GET /coordination/assignments/{task}",
            ])
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/access.txt")
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" { try Data(own.text.utf8).write(to: file) }
        #expect(try own.text == String(contentsOf: file, encoding: .utf8))
    }
}
