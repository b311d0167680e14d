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
        let teller = DemoTeller(demonstration, of: manifest.id)
        let today = demonstration.now.day
        if own.kind == .hub, !map.below(own.id, kind: .county).isEmpty {
            try await teller.tell(
                IssueTask(
                    title: "演示：二季度中小企业运行情况报送", text: "演示：请汇总本县市区中小企业运行情况，按附表口径报送，并说明突出困难。", kind: .county, due: today + 14), key: "report")
            try await teller.tell(
                IssueTask(title: "演示：惠企政策宣讲活动", text: "演示：请各县市区窗口组织一场政策宣讲，报送时间、地点和人数。", kind: .county, due: today + 2), key: "event")
        }
        let waiting = try teller.ask(FindAssignments(open: true, limit: 50)).items
        for (index, card) in waiting.sorted(by: { $0.task < $1.task }).enumerated() where card.title.hasPrefix("演示") {
            try await teller.tell(AcceptAssignment(task: card.task), key: "accept \(card.task)")
            if index == 0 { try await teller.tell(ReportAssignment(task: card.task, percent: 40, note: "演示：已收到 9 家企业的数据，其余正在核对。"), key: "progress \(card.task)") }
        }
    }
}
