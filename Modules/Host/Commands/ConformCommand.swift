import Bus
import Exchange
import FoundationEssentials
import Identity
import Messages
import PluginKit
import Store
import Vocabulary

/// `shuniu conform`: whether a partner keeps the protocol of the exchange; works beside a running host and changes nothing.
enum ConformCommand {
    static let spec = CommandSpec(
        name: "conform", summary: "核验合作方的对接：试探其回调地址，核对其近期调用，指出没有做到的条款",
        options: [
            CommandSpec.configs, CommandSpec.data, CommandSpec.site,
            .init(name: "partner", value: "客户端", help: "客户端标识", isRequired: true),
            .init(name: "minutes", value: "分钟", help: "核对最近多长时间的调用，1…1440，缺省 60"),
            .init(name: "calls-only", value: nil, help: "只核对调用，不向回调地址发送"),
        ],
        notes: ["条款 W1–W10（接收方）与 C1–C6（调用方）见 Modules/Exchange/PROTOCOL.md。会向对方回调地址发送 11 个测试事件，其中有故意写错的。"]
    ) { call in
        let configuration = try call.configuration()
        let site = try call.site(configuration)
        let client = call["partner"] ?? ""
        let minutes = try call.number("minutes", in: 1...1440) ?? 60
        let path = "\(configuration.folder(of: site.id))/\(PartnerExchange.fileName)"
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandProblem.refused("站点 \(site.id) 还没有与合作方的交换。请先启动主机，让合作方登记回调地址并调用。")
        }
        let now = call.program.clock.now
        let shelf = SecretShelf(key: try SiteKey.load(folder: configuration.folder(of: site.id)).key(for: SecretShelf.purpose))
        let view = try StoreView(path: path)
        let (endpoints, calls) = try view.read { snapshot in
            (
                try Conformance.endpoints(in: snapshot, of: client).map { ($0, try shelf.secrets(of: $0.id, in: snapshot, now: now)) },
                try ReceiptAudit.latest(5000, of: client, since: now.advanced(by: .seconds(-60 * minutes)), in: snapshot)
            )
        }
        guard !endpoints.isEmpty || !calls.isEmpty else {
            throw CommandProblem.refused("客户端“\(client)”在站点 \(site.id) 没有回调地址，最近 \(minutes) 分钟也没有调用。请核对 --partner 和 --site。")
        }
        var failed: [String] = []
        func show(_ title: String, _ results: [ClauseResult]) {
            call.terminal.say(title)
            call.terminal.table(["条款", "结果", "要求", "实际"], results.map { [$0.clause, $0.passed ? "通过" : "未通过", $0.title, $0.found] })
            failed += results.filter { !$0.passed }.map(\.clause)
        }
        if !call.has("calls-only") {
            for (endpoint, secrets) in endpoints {
                show(
                    "回调地址 \(endpoint.url)",
                    try Conformance.receiver(
                        endpoint, secrets: secrets, site: site.id, transport: site.exchange.transport, clock: call.program.clock, ids: call.program.ids))
            }
            if endpoints.isEmpty { call.terminal.say("没有登记回调地址，未核验 W1–W10。") }
        }
        let commands = Set(
            try Site.blueprints(
                card: site.card, settings: site.plugins, installed: call.program.installed, reference: try ReferenceData.loadLocated()
            ).flatMap { $0.wiring.commands.map(\.name) })
        show("最近 \(minutes) 分钟的调用（\(calls.count) 份回执）", Conformance.calls(calls, commands: commands))
        guard failed.isEmpty else { throw CommandProblem.refused("未通过的条款：\(failed.joined(separator: "、"))。请合作方改正后重新核验。") }
        call.terminal.say("全部条款通过。")
    }
}
