import Messages
import Pages
import Trunk
import Vocabulary

extension TrunkCommands {
    /// `shuniu trunk status --reconcile`: every line, and at the end whether all is well.
    ///
    /// - Throws: where anything differs that does not mend itself, so that a script hears of it.
    static func reconcile(_ host: Host, days: Int, _ terminal: Terminal) async throws {
        var all: [ChildReconciliation] = []
        for site in host.sites.map(\.card.id) { all += try await host.reconcile(site, days: days) }
        guard !all.isEmpty else { return terminal.say("本机没有其他主机上的下级站点。") }
        let lines = all.flatMap(\.lines)
        if !lines.isEmpty {
            terminal.table(
                ["日期", "下级", "来源", "类型", "下级条数", "本机条数", "待传", "结论"],
                lines.map { ["\($0.day)", $0.child, $0.source, $0.type.description, String($0.there), String($0.here), String($0.waiting), $0.verdict] })
        }
        for child in all { if let trouble = child.trouble { terminal.say("\(child.child)：\(trouble)") } }
        let wrong = lines.filter { !$0.isGood }.count
        let silent = all.filter { $0.trouble != nil }.count
        guard wrong == 0, silent == 0 else {
            throw CommandProblem.refused("\(wrong) 项不一致或待处理，\(silent) 个下级未能核对。请按各条结论处理；待传的内容会自动补齐。")
        }
        terminal.say("全部一致：\(lines.count) 项。")
    }
}
