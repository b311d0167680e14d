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
        // The agency is that of the matrix's people; the order is one of 浏阳's enterprise at it, the vouchers are 浏阳's.
        let code = "914301000000000000"
        let agency = Stall.person("own", .agency, code, "430100")
        _ = try await host.tell(
            SaveAgency(
                title: "演示·长沙服务有限公司", region: try region("430100"), categories: ["digital"], summary: "为中小制造企业提供数字化诊断服务。", contactName: Personal("王大锤"),
                contactPhone: Personal(try #require(ContactNumber("13800138000"))), submit: true), as: agency)
        _ = try await host.tell(AdvanceAgency(agency: Stall.creditCode(code), action: .approve), as: .city("430100"))
        let service = try await host.tell(Stall.service(), as: agency).service
        _ = try? await host.tell(AdvanceService(service: service, action: .approve), as: .city("430100"))
        let order = try await host.tell(
            PlaceOrder(
                agencies: [try Stall.creditCode(code)], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网，看到开机率。",
                contactName: Personal("李小花"), contactPhone: Personal(try #require(ContactNumber("13900139000")))), as: Stall.enterprise
        ).order
        let batch = try await host.tell(
            IssueVouchers(
                title: "数字化转型服务券", value: Fen(200_000), count: 3, region: try region("430181"), categories: ["digital"], perEnterprise: 1,
                validUntil: host.clock.now.day + 30), as: Stall.window
        ).batch
        let complaint = try await host.tell(
            FileComplaint(agency: Stall.creditCode(code), kind: .delay, text: "约定本周开始，至今没有上门，请尽快安排。"), as: Stall.enterprise
        ).complaint
        await host.settle()
        let matrix = try await AccessMatrix.asked(
            host,
            samples: [
                "service": "\(service)", "order": "\(order)", "batch": "\(batch)", "agency": code, "code": code, "/market/services/{id}:id": "\(service)",
                "/market/desk/services/{id}:id": "\(service)", "/market/orders/{id}:id": "\(order)", "/market/vouchers/{id}:id": "\(batch)",
                "/market/complaints/{id}:id": "\(complaint)", "complaint": "\(complaint)",
            ], isHidingRefusing: true)
        // Files are those that somebody handed in; none was. Three lists want parameters.
        #expect(
            matrix.unproven.filter { $0.contains(" GET /market/") } == [
                "page GET /market/files/{digest}", "api GET /market/orders", "api GET /market/complaints", "api GET /market/comparison", "api GET /market/documents/{digest}",
            ])
        let own = AccessMatrix(rows: matrix.rows.filter { $0.address.contains("/market/") })
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/access.txt")
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" { try Data(own.text.utf8).write(to: file) }
        #expect(try own.text == String(contentsOf: file, encoding: .utf8))
    }
}
