import Bus
import CoordinationContracts
import Messages
public import PluginKit
import Store
import Vocabulary

extension Coordination {
    /// At the hub two tasks for the counties below; at a site that got them, a receipt and some progress. All of it says that it is invented.
    public static func demonstrate(_ demonstration: Demonstration) async throws {
        guard let map = demonstration.bus.network?.map, let own = map[demonstration.site] else { return }
        let bus = demonstration.bus
        let today = demonstration.now.day
        if own.kind == .hub, !map.below(own.id, kind: .county).isEmpty {
            try await tell(
                1,
                IssueTask(
                    title: "演示：二季度中小企业运行情况报送", text: "演示：请汇总本县市区中小企业运行情况，按附表口径报送，并说明突出困难。", kind: .county, due: today + 14), to: bus)
            try await tell(
                2, IssueTask(title: "演示：惠企政策宣讲活动", text: "演示：请各县市区窗口组织一场政策宣讲，报送时间、地点和人数。", kind: .county, due: today + 2), to: bus)
        }
        let waiting = try bus.ask(FindAssignments(open: true, limit: 50), as: .system("coordination-demo")).items
        for (index, card) in waiting.sorted(by: { $0.task < $1.task }).enumerated() where card.title.hasPrefix("演示") {
            try await tell(UInt64(10 + index * 2), AcceptAssignment(task: card.task), to: bus)
            if index == 0 { try await tell(11, ReportAssignment(task: card.task, percent: 40, note: "演示：已收到 9 家企业的数据，其余正在核对。"), to: bus) }
        }
    }

    /// With an id that is the same at every run, so that a second run changes nothing; no real command can have it.
    private static func tell<C: Command>(_ count: UInt64, _ command: C, to bus: SiteBus) async throws {
        _ = try await bus.tell(command, as: .system("coordination-demo"), id: MessageID(high: 0x0000_0000_00DE_7000, low: 0x8000_0000_0000_0000 | count))
    }
}
