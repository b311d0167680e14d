import FoundationEssentials
import HotlineContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import HotlinePlugin

@Suite("契约与接口")
struct ContractTests {
    @Test("The hotline keeps what every plug-in promises: contract, golden files, refusal codes, access rules, repetition")
    func conforms() async throws {
        let unit = SetUnit(id: try #require(UnitID("tax")), title: "测试·税务", region: try #require(RegionCode("430100")), categories: ["05"])
        let conformance = Conformance(
            Hotline.self, tests: #filePath, refusals: HotlineRefusal.codes.map(\.code),
            samples: [.init(unit, as: .province)],
            openCommands: ["hotline.rate-order.v1", "hotline.receive-call-event.v1", "/lookup", "/lookup/rate", "/rate"])
        #expect(try await conformance.problems() == [])
    }

    @Test("Every operation keeps to its documentation, whatever it is sent")
    func walk() async throws {
        let desk = try await Desk()
        _ = try await desk.order()
        #expect(await APIWalk(desk.site).problems(as: .everyone) == [])
    }

    @Test("A node's limit longer than the ceiling is refused with field, value and next step; unknown steps too")
    func limits() throws {
        let installed = InstalledPlugin(Hotline.self)
        func blueprint(_ json: String) throws { _ = try installed.blueprint(settings: JSONValue(parsing: Array(json.utf8)), reference: .loadLocated()) }
        try blueprint(#"{"limits":[{"step":"handle","limit":{"amount":3,"unit":"workingDays"}}]}"#)
        for (json, part) in [
            (#"{"limits":[{"step":"handle","limit":{"amount":9,"unit":"workingDays"}}]}"#, "上限为 5个工作日"),
            (#"{"limits":[{"step":"cook","limit":{"amount":1,"unit":"hours"}}]}"#, "没有名为“cook”的环节"),
        ] {
            do {
                try blueprint(json)
                Issue.record("accepted \(json)")
            } catch let refusal as Refusal {
                #expect(refusal.message.contains(part))
            }
        }
    }
}

/// After an intended change: `UPDATE_FIXTURES=1 swift test --filter HotlinePluginTests`, then read the difference.
@Suite("谁能进入热线的哪些地址")
struct AccessTests {
    @Test("every page and message lets in the persons of the stored matrix; 浏阳's order only its own county, city and province")
    func matrix() async throws {
        let host = try await TestHost([InstalledPlugin(Hotline.self)])
        let region = try #require(RegionCode("430181"))
        let order = RegisterOrder(title: "咨询加计扣除", content: "想了解辅助账的要求。", category: "05", region: region)
        let number = try await host.tell(order, as: .window("430181")).number
        let matrix = try await AccessMatrix.asked(
            host, samples: ["number": "\(number)", "order": "\(number)", "id": "tax"],
            bodies: ["api POST /hotline/orders": String(decoding: try JSON.encode(order), as: UTF8.self)])
        let own = AccessMatrix(rows: matrix.rows.filter { $0.address.contains("/hotline/") })
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/access.txt")
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" { try Data(own.text.utf8).write(to: file) }
        #expect(try own.text == String(contentsOf: file, encoding: .utf8))
    }
}
