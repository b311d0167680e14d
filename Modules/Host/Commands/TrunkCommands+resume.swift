import Bus
import Messages
import Pages
import Trunk

extension TrunkCommands {
    static let resume = CommandSpec(
        name: "trunk resume", summary: "站点恢复了较旧的备份、对方已有更新的内容时，让其日志从对方的编号之后继续",
        options: [CommandSpec.configs, CommandSpec.data, CommandSpec.site],
        notes: [
            "对方已有而本机失去的内容不会回到本机，逐类列出，日志中留有编号；请据此与对方核对补录。", "恢复之后本机新产生的内容改用新编号传送，不丢失、不重复。", "可重复运行。如有更新的备份，请先改用备份。",
        ], place: .host
    ) { call in
        guard let host = call.desk?.host else { return }
        let site = try call.site(host.configuration).id
        let done = try await host.resume(site, by: call.user.actor)
        guard !done.isEmpty else { return call.terminal.say("站点 \(site) 的日志与对方一致，或对方尚未连接；没有需要续传的。") }
        for log in done {
            call.terminal.say("\(log.source)：至第 \(log.from) 号双方相同，今后从第 \(log.to + 1) 号之后继续；恢复后新产生的 \(log.again) 条改号重传。")
            let types = Dictionary(grouping: log.lost, by: \.type).sorted { $0.key.description < $1.key.description }
            for (type, lost) in types {
                let times = lost.map(\.time)
                call.terminal.say("  对方已有而本机失去：\(type) \(lost.count) 条，\(times.min().map { "\($0)" } ?? "-") 至 \(times.max().map { "\($0)" } ?? "-")")
            }
        }
    }
}
