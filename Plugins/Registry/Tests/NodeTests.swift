import Messages
import RegistryContracts
import TestKit
import Testing
import Vocabulary

@testable import RegistryPlugin

@Suite("平台节点")
struct NodeTests {
    @Test("一·省枢纽只有一个；存量平台补录两个时间")
    func exactlyOneHub() async throws {
        let network = try await Network()
        #expect(
            await refusal { try await network.add(.hub, "430000", "另一个枢纽平台", on: "2015-01-01") }?.code == "registry.hub-exists")
        let detail = try network.site.ask(
            GetApplication(id: network.site.ask(GetNode(id: node("430102"))).node.application), as: Network.province)
        let step = try #require(detail.steps.first)
        #expect(step.happenedAt.day == (try day("2018-05-01")))
        #expect(step.enteredAt == network.site.clock.now)
        #expect(try network.site.ask(GetNode(id: node("430102"))).node.isBackfilled)
    }

    @Test("Only the province imports, and not for another province")
    func onlyTheProvinceImports() async throws {
        let network = try await Network()
        #expect(await refusal { try await network.add(.county, "430103", "天心区平台", on: "2019-01-01", as: Network.changsha) } != nil)
        let guangdong = Actor.person("gd", .provinceStaff, in: "440000")
        #expect(
            await refusal { try await network.add(.county, "430103", "天心区平台", on: "2019-01-01", as: guangdong) }?.code
                == "registry.region-not-yours")
    }

    @Test("九·更换运营单位：历史保留，期间仍计入覆盖，同一单位被拒绝")
    func operatorsChange() async throws {
        let network = try await Network()
        let id = try node("430102")
        let application = try network.site.ask(GetNode(id: id)).node.application
        func change(_ serial: Int, from text: String) async throws {
            _ = try await network.site.tell(
                ChangeOperator(
                    node: id, operatingUnit: Network.organisation(serial), mode: .stateCompany, from: day(text), reason: "公开遴选",
                    documents: [Network.paper]), as: Network.province)
        }
        #expect(await refusal { try await change(3, from: "2026-03-02") }?.code == "registry.illegal-step")
        try await network.step(application, .beginOperatorChange, as: Network.province)
        #expect(try network.site.ask(GetCoverage(level: .county)).ratio.numerator == 1)
        #expect(await refusal { try await change(2, from: "2026-03-02") }?.code == "registry.same-operator")
        #expect(await refusal { try await change(3, from: "2018-05-01") }?.faults.map(\.field) == ["from", "from"])
        try await change(3, from: "2026-03-02")
        let detail = try network.site.ask(GetNode(id: id))
        #expect(detail.node.operatingUnit == (try Network.organisation(3)))
        #expect(detail.node.stage == .recognised)
        #expect(detail.parties.filter { $0.part == .operatingUnit }.map(\.until) == [nil, try day("2026-03-02")])
        // The day before, the old one ran it.
        #expect(
            try network.site.ask(FindNodes(kind: .county, asOf: day("2026-03-01"))).items.first?.operatingUnit
                == Network.organisation(2))
        #expect(try network.site.events(OperatorChanged.self).count == 1)
    }

    @Test("九·整改后退出：覆盖自退出日起减少，此前的日期不变")
    func exit() async throws {
        let network = try await Network()
        let application = try network.site.ask(GetNode(id: node("430102"))).node.application
        try await network.step(application, .orderRectification, as: Network.province, due: "2026-05-01")
        await network.site.advance(by: .seconds(86_400))
        try await network.step(application, .exit, as: Network.province, number: "湘工信〔2026〕9号")
        #expect(try network.site.ask(GetCoverage(level: .county, day: day("2026-03-02"))).ratio.numerator == 1)
        #expect(try network.site.ask(GetCoverage(level: .county, day: day("2026-03-03"))).ratio.numerator == 0)
        #expect(try network.site.ask(GetTree(day: day("2026-03-02"))).nodes.count == 4)
        #expect(try network.site.ask(GetTree(day: day("2026-03-03"))).nodes.count == 3)
        // The county is free again.
        _ = try await network.site.tell(network.application("430102"), as: .window("430102"))
    }

    @Test("一·层级按日期有效：改挂前后各看到当时的树；成环和越级被拒绝")
    func movingNodes() async throws {
        let network = try await Network()
        _ = try await network.add(.park, "430102", "测试园区窗口平台", on: "2019-01-01")
        let park = try node("430102-p01")
        #expect(try network.site.ask(GetNode(id: park)).node.parent?.description == "430102")
        func move(_ id: String, under parent: String, from text: String) async throws {
            _ = try await network.site.tell(
                MoveNode(node: node(id), parent: node(parent), from: day(text), reason: "体制调整"), as: Network.province)
        }
        try await move("430102-p01", under: "430100", from: "2023-01-01")
        func parent(on text: String) throws -> String? {
            try network.site.ask(GetTree(day: day(text))).nodes.first { $0.id == park }?.parent?.description
        }
        #expect(try parent(on: "2022-12-31") == "430102")
        #expect(try parent(on: "2023-01-01") == "430100")
        #expect(await refusal { try await move("430102", under: "430200", from: "2023-01-01") }?.code == "registry.placement")
        #expect(await refusal { try await move("430100", under: "430102", from: "2023-01-01") }?.code == "registry.cycle")
        #expect(await refusal { try await move("430102-p01", under: "430100", from: "2022-01-01") }?.faults.map(\.field) == ["from"])
    }

    @Test("三·标准化建设：逐项检查，得分有分子分母，说明和证明材料只给工作人员看")
    func checklists() async throws {
        let network = try await Network()
        func check(_ item: String, _ points: Int, as actor: Actor = Network.changsha) async throws {
            _ = try await network.site.tell(
                RecordChecklistItem(
                    node: node("430102"), item: item, points: points, checkedOn: day("2026-03-01"), remark: "现场查看",
                    evidence: [Network.paper]), as: actor)
        }
        try await check("premises", 12)
        try await check("premises", 15)
        #expect(await refusal { try await check("premises", 16) }?.faults.map(\.field) == ["points"])
        #expect(await refusal { try await check("unknown", 1) }?.faults.map(\.field) == ["item"])
        #expect(await refusal { try await check("premises", 1, as: Network.zhuzhou) }?.code == "registry.region-not-yours")
        let seen = try network.site.ask(GetChecklist(id: node("430102")), as: Network.changsha)
        #expect(seen.score.numerator == 15)
        #expect(seen.score.denominator == 100)
        #expect(seen.items.first?.checks == 2)
        #expect(seen.items.first?.evidence == [Network.paper])
        let open = try network.site.ask(GetChecklist(id: node("430102")))
        #expect(open.items.first?.points == 15)
        #expect(open.items.first?.remark == nil)
        #expect(open.items.first?.evidence == [])
    }

    @Test("Plans keep their revisions; the report counts planned and unplanned windows apart")
    func plans() async throws {
        let network = try await Network()
        _ = try await network.site.tell(SetAnnualPlan(year: 2018, counties: [region("430103")]), as: Network.province)
        var report = try network.site.ask(GetPlan(year: 2018))
        #expect(report.completion.numerator == 0)
        #expect(report.outside == 1)
        let receipt = try await network.site.tell(
            SetAnnualPlan(year: 2018, counties: [region("430103"), region("430102")]), as: Network.province)
        #expect(receipt.revision == 2)
        report = try network.site.ask(GetPlan(year: 2018))
        #expect(report.completion.percent == "50.00%")
        #expect(report.outside == 0)
        #expect(try network.site.ask(GetPlan(year: 2018, asOf: day("2018-04-30"))).completion.numerator == 0)
        #expect(
            await refusal {
                _ = try await network.site.tell(
                    SetAnnualPlan(year: 2018, counties: [region("430100"), region("430102"), region("430102")]), as: Network.province)
            }?.faults.map(\.field) == ["counties", "counties"])
    }

    @Test("Chains, parks and bases are covered by their own codes; divisions are not marked")
    func eligibleUnits() async throws {
        let network = try await Network()
        func mark(_ level: CoverageLevel, _ code: String) async throws {
            _ = try await network.site.tell(
                MarkEligible(level: level, code: code, title: "测试\(code)", region: region("430102"), from: day("2019-01-01")),
                as: Network.province)
        }
        try await mark(.park, "park-one")
        try await mark(.park, "park-two")
        #expect(await refusal { try await mark(.county, "430102") }?.faults.map(\.field) == ["level"])
        _ = try await network.site.tell(
            ImportNode(
                kind: .park, region: region("430102"), title: "测试园区窗口平台", builder: Network.organisation(1),
                operatingUnit: Network.organisation(2), mode: .joint, recognisedOn: day("2020-01-01"), unit: "park-one"),
            as: Network.province)
        let coverage = try network.site.ask(GetCoverage(level: .park))
        #expect(coverage.ratio.numerator == 1)
        #expect(coverage.uncovered.map(\.code) == ["park-two"])
        #expect(try network.site.ask(GetCoverage(level: .park, day: day("2018-12-31"))).ratio.denominator == 0)
    }

    @Test("A window of an abolished code covers the county that followed it")
    func abolishedCodesStillCover() async throws {
        let network = try await Network()
        _ = try await network.add(.county, "430221", "株洲县中小企业公共服务平台", on: "2017-05-01")
        #expect(
            await refusal { try await network.add(.county, "430221", "株洲县平台", on: "2020-05-01") }?.code == "registry.placement")
        let coverage = try network.site.ask(GetCoverage(level: .county, region: region("430200")))
        #expect(coverage.ratio.numerator == 1)
        #expect(!coverage.uncovered.contains { $0.code == "430212" })
    }
}
