import CoordinationContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import CoordinationPlugin

@Suite("业务统筹：下发、签收、进展、催办、办结")
struct TaskTests {
    static let due = Day("2026-03-20")

    private func network(_ placement: Placement = .inline) async throws -> TestNetwork {
        try await TestNetwork([InstalledPlugin(Coordination.self)], placement: placement)
    }

    private func issue(_ network: TestNetwork, regions: [String] = ["430100", "430200"], as actor: Actor = .province) async throws -> IssuedTask {
        let due = try #require(Self.due)
        let issued = try await network["hunan"].tell(
            IssueTask(title: "演示任务", text: "请报送。", kind: .county, regions: regions.compactMap { RegionCode($0) }, due: due), as: actor)
        await network.settle()
        return issued
    }

    @Test("省枢纽向长沙、株洲各县下发：送达、签收、进展、催办、办结在省、市、县各见其应见，别处不见", arguments: Placement.allCases)
    func wholeLife(placement: Placement) async throws {
        let network = try await network(placement)
        let task = try await issue(network)
        #expect(task.sites == ["liling", "liuyang", "wangcheng"] && task.task == "hunan-2026-0001")
        let hub = network["hunan"], liuyang = network["liuyang"]
        #expect(try hub.ask(GetTask(task: task.task), as: .province).nodes.map(\.state) == [.delivered, .delivered, .delivered])
        #expect(try liuyang.ask(FindAssignments(), as: .window("430181")).items.map(\.issuerTitle) == ["湖南省平台"])

        _ = try await liuyang.tell(AcceptAssignment(task: task.task), as: .window("430181"))
        _ = try await liuyang.tell(ReportAssignment(task: task.task, percent: 60, note: "过半"), as: .window("430181"))
        _ = try await network["liling"].tell(ReportAssignment(task: task.task, percent: 100, note: "完成"), as: .window("430281"))
        await network.settle()
        let nodes = try hub.ask(GetTask(task: task.task), as: .province).nodes
        #expect(nodes.map(\.site) == ["wangcheng", "liuyang", "liling"] && nodes.map(\.state) == [.delivered, .working, .done] && nodes.map(\.percent) == [0, 60, 100])

        // The city in between sees its own counties, the other city only its own.
        #expect(try network["changsha"].ask(GetTask(task: task.task), as: .city("430100")).nodes.map(\.site) == ["wangcheng", "liuyang"])
        #expect(try network["zhuzhou"].ask(GetTask(task: task.task), as: .city("430200")).nodes.map(\.site) == ["liling"])
        // At the hub a person of one city sees that city's part.
        #expect(try hub.ask(GetTask(task: task.task), as: .city("430200")).nodes.map(\.site) == ["liling"])
        #expect(throws: Refusal.self) { try hub.ask(GetTask(task: task.task), as: .city("430300")) }

        let reminded = try await hub.tell(RemindTask(task: task.task), as: .province)
        #expect(reminded.sites == ["liuyang", "wangcheng"])
        await network.settle()
        #expect(try liuyang.ask(GetAssignment(task: task.task), as: .window("430181")).reminders == 1)

        _ = try await hub.tell(CloseTask(task: task.task, reason: "汇总完毕"), as: .province)
        await network.settle()
        #expect(try liuyang.ask(GetAssignment(task: task.task), as: .window("430181")).state == .closed)
        #expect(try hub.ask(GetTask(task: task.task), as: .province).nodes.map(\.state) == [.closed, .closed, .done])
        #expect(try network["changsha"].ask(FindTasks(open: true), as: .city("430100")).items.isEmpty)
        let late = await #expect(throws: Refusal.self) { try await liuyang.tell(ReportAssignment(task: task.task, percent: 90, note: "迟了"), as: .window("430181")) }
        #expect(late?.code == "coordination.task-closed")
    }

    @Test("市级人员只能向辖区内下发；没有该类平台的地区、过期的期限逐项指出")
    func refusals() async throws {
        let network = try await network()
        let outside = await #expect(throws: Refusal.self) { try await issue(network, as: .city("430100")) }
        #expect(outside?.code == "coordination.region-not-yours")
        let wrong = await #expect(throws: Refusal.self) {
            try await network["hunan"].tell(
                IssueTask(title: "x", text: "要求", kind: .county, regions: [RegionCode("430300")].compactMap { $0 }, due: try #require(Day("2026-03-01"))), as: .province)
        }
        #expect(wrong?.faults.map(\.field) == ["/due", "/regions"])
        #expect(try network["hunan"].ask(FindTasks(), as: .province).items.isEmpty)
    }

    @Test("下级不能向上级下发；没有启用本插件的站点显示暂未送达")
    func onlyFromAbove() async throws {
        var sites = [SiteEntry].small
        for index in sites.indices { sites[index].plugins = sites[index].id == "liling" ? [] : ["coordination"] }
        sites[5].plugins = ["nothing"]
        let network = try await TestNetwork([InstalledPlugin(Coordination.self)], sites: sites)
        let task = try await issue(network)
        #expect(try network["hunan"].ask(GetTask(task: task.task), as: .province).nodes.map(\.state) == [.delivered, .delivered, .held])
        #expect(throws: Refusal.self) { try network["changsha"].ask(GetAssignment(task: task.task), as: .city("430100")) }
    }

    @Test("到期前自动催办，每天一次；已办结的不催")
    func remindsByItself() async throws {
        let network = try await network()
        let task = try await issue(network, regions: ["430200"])
        await network.advance(by: .seconds(10 * 86_400))
        #expect(try network["liling"].ask(GetAssignment(task: task.task), as: .window("430281")).reminders == 0)
        await network.advance(by: .seconds(6 * 86_400))
        await network.advance(by: .seconds(3600))
        #expect(try network["liling"].ask(GetAssignment(task: task.task), as: .window("430281")).reminders == 1)
        _ = try await network["liling"].tell(ReportAssignment(task: task.task, percent: 100, note: "完成"), as: .window("430281"))
        await network.settle()
        await network.advance(by: .seconds(2 * 86_400))
        #expect(try network["liling"].ask(GetAssignment(task: task.task), as: .window("430281")).reminders == 1)
    }

    @Test("页面：下发、跟踪、签收和上报都能办，错误留在表单上")
    func pages() async throws {
        let network = try await network()
        let hub = network["hunan"], liuyang = network["liuyang"]
        guard case .page(let faulty) = try await hub.post("/coordination/new", [("title", "")], as: .province) else { throw Refusal.notFound }
        #expect(faulty.status == 422)
        guard case .redirect(let address, _) = try await hub.post(
            "/coordination/new", [("title", "演示任务"), ("text", "请报送。"), ("kind", "county"), ("regions", "430100"), ("due", "2026-03-20")], as: .province)
        else { throw Refusal.notFound }
        #expect(address == "/hunan/coordination/tasks/hunan-2026-0001")
        await network.settle()
        guard case .page(let shown) = try await hub.get("/coordination/tasks/hunan-2026-0001", as: .province) else { throw Refusal.notFound }
        #expect(shown.content.description.contains("浏阳市平台") && shown.content.description.contains("已送达") && !shown.content.description.contains("醴陵"))
        _ = try await liuyang.post("/coordination/assignments/hunan-2026-0001/accept", [], as: .window("430181"))
        _ = try await liuyang.post("/coordination/assignments/hunan-2026-0001/report", [("percent", "100"), ("note", "完成")], as: .window("430181"))
        await network.settle()
        guard case .page(let front) = try await hub.get("/coordination/", as: .province) else { throw Refusal.notFound }
        #expect(front.content.description.contains("待办结") || front.content.description.contains("1"))
    }
}
