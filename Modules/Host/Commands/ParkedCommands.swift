import Bus
import Identity
import Messages
import Pages
import Store
import Vocabulary

/// `shuniu parked …`: messages that a plug-in of a running host could not handle, and what a person does about them.
enum ParkedCommands {
    private static let common = [CommandSpec.configs, CommandSpec.data, CommandSpec.site]
    private static let plugin = CommandSpec.Option(name: "plugin", value: "插件", help: "接收消息的插件", isRequired: true)
    private static let reason = CommandSpec.Option(name: "reason", value: "理由", help: "5 至 500 字，记入审计，请勿填写个人信息", isRequired: true)
    private static let number = CommandSpec.Option(name: "id", value: "编号", help: "shuniu parked list 列出的编号", isRequired: true)

    static let all = [list, show, replay, repair, discard]

    static let list = CommandSpec(name: "parked list", summary: "列出一个站点搁置的消息：原因、尝试次数、时间", options: common, place: .host) { call in
        guard let site = try call.openSite() else { return }
        let parked = try await site.bus.parked()
        if parked.isEmpty { return call.terminal.say("站点 \(site.card.id) 没有搁置的消息。") }
        call.terminal.table(
            ["插件", "编号", "消息", "对象", "来源", "尝试", "搁置时间", "原因"],
            parked.map { plugin, message in
                [
                    plugin, String(message.id), "\(message.type)", message.subject ?? "-", "\(message.source)#\(message.seq)", String(message.attempts),
                    "\(message.parkedAt)", message.cause,
                ]
            })
    }

    static let show = CommandSpec(
        name: "parked show", summary: "显示一条搁置消息的内容和格式；个人信息以占位代替", options: common + [plugin], place: .host, operand: number
    ) { call in
        guard let (site, plugin, message) = try await call.parked() else { return }
        let content = try await site.bus.content(plugin: plugin, parked: message.id)
        call.terminal.say("\(message.type)，来自 \(message.source) 日志第 \(message.seq) 条，尝试 \(message.attempts) 次：\(message.cause)")
        if let repaired = content.repaired { call.terminal.say("已由 \(repaired.by) 于 \(repaired.time) 修正：\(repaired.reason)") }
        call.terminal.say(content.payload.indented())
        call.terminal.say("格式：")
        call.terminal.say(content.schema.indented())
    }

    static let replay = CommandSpec(
        name: "parked replay", summary: "重新投递一条搁置的消息，同一对象的后续消息随后投递", options: common + [plugin], place: .host, operand: number
    ) { call in
        guard let (site, plugin, message) = try await call.parked() else { return }
        try await site.bus.replay(plugin: plugin, parked: message.id)
        try await site.identity.recordMessage(.messageReplayed, plugin, message, reason: nil, by: call.user.actor, address: "console")
        try await report(message, plugin, site, call)
    }

    static let repair = CommandSpec(
        name: "parked repair", summary: "修正一条搁置消息的内容并重新投递；来源的日志不变",
        options: common + [plugin, .init(name: "content", value: "文件", help: "修正后的内容（JSON），由 shuniu parked show 的输出改成", isRequired: true, isFile: true), reason],
        place: .host, operand: number
    ) { call in
        guard let (site, plugin, message) = try await call.parked() else { return }
        let reason = call["reason"] ?? ""
        try await site.bus.repair(plugin: plugin, parked: message.id, payload: Array((call.files["content"]?.text ?? "").utf8), reason: reason, by: call.user.actor)
        try await site.identity.recordMessage(.messageRepaired, plugin, message, reason: reason, by: call.user.actor, address: "console")
        try await report(message, plugin, site, call)
    }

    static let discard = CommandSpec(
        name: "parked discard", summary: "放弃一条搁置的消息，不能恢复", options: common + [plugin, reason], place: .host, operand: number
    ) { call in
        guard let (site, plugin, message) = try await call.parked() else { return }
        let reason = call["reason"] ?? ""
        guard (5...500).contains(reason.count) else { throw Refusal.parkedReason(reason) }
        try await site.bus.discard(plugin: plugin, parked: message.id, reason: reason, by: call.user.actor)
        try await site.identity.recordMessage(.messageDiscarded, plugin, message, reason: reason, by: call.user.actor, address: "console")
        call.terminal.say("已放弃，理由已留存。")
    }

    /// How the delivery ended, where it ends soon.
    private static func report(_ message: ParkedMessage, _ plugin: String, _ site: Site, _ call: Invocation) async throws {
        for _ in 0..<100 {
            let now = try await site.bus.parked().first { $0.plugin == plugin && $0.message.id == message.id }?.message
            guard let now else { return call.terminal.say("已投递。") }
            guard now.attempts == message.attempts else { throw CommandProblem.refused("投递再次失败（第 \(now.attempts) 次）：\(now.cause)。消息仍在搁置。") }
            try await Task.sleep(for: .milliseconds(50))
        }
        call.terminal.say("正在投递，结果请用 shuniu parked list 查看。")
    }
}

extension Invocation {
    /// The parked message that the options name, and where it is.
    fileprivate func parked() async throws -> (site: Site, plugin: String, message: ParkedMessage)? {
        guard let site = try openSite() else { return nil }
        let plugin = self["plugin"] ?? "", id = self["id"] ?? ""
        let there = try await site.bus.parked()
        guard let found = there.first(where: { $0.plugin == plugin && String($0.message.id) == id }) else {
            let known = there.prefix(10).map { "\($0.plugin) \($0.message.id)" }
            throw CommandProblem.refused("站点 \(site.card.id) 的插件“\(plugin)”没有编号为 \(id) 的搁置消息。\(known.isEmpty ? "该站点没有搁置的消息。" : "现有：\(known.joined(separator: "、"))。")")
        }
        return (site, plugin, found.message)
    }
}
