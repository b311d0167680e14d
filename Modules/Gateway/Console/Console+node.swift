import Bus
import Messages
import Pages
import Store
import Vocabulary

extension ConsoleChapter {
    /// 站点版本: what one site of the network runs beside what the uppermost one and this one run, and what of it waits here.
    ///
    /// - Source: demand D13 (统一标准)
    static func nodePage(_ visit: Visit) throws -> PageReply {
        let here = visit.site.card.id
        let network = visit.site.bus.network
        let map = network?.map ?? SiteMap()
        guard let id = visit.request.parameters["node"], let node = map[id], let own = map[here] else { throw Refusal.notFound }
        let hub = map.above(id).last.flatMap { map[$0] }
        let conformity = Conformity(node, with: hub)
        let waiting = try waiting(of: id, visit)
        let unanswered = try visit.site.bus.plugs.flatMap { plug in try plug.file.read { try $0.sentUnanswered(limit: 1000) } }.filter { $0.site == id }
        let link = Conformity.link(node, with: own)
        let isGood = conformity.isGood && link.tone != .danger && !waiting.contains { !$0.isGood }
        return .page(
            Page(title: node.title, trail: visit.consoleTrail(.links)) {
                Notice(title: isGood ? "符合" : "有待处理", tone: isGood ? .success : .warning) {
                    p(sentence(node, conformity, waiting, hub, map, here))
                }
                h2("程序与互联协议")
                DataTable(
                    "程序与互联协议", columns: [.text("项目"), .text("该站点"), .text("基准"), .text("本站点"), .text("结论")],
                    rows: programRows(node, hub ?? node, own))
                h2("插件与版本")
                DataTable(
                    "插件与版本", columns: [.text("插件"), .text("该站点"), .text("基准"), .text("本站点"), .text("结论")],
                    rows: Set(node.plugins).union(hub?.plugins ?? []).sorted().map { plugin in
                        let verdict = Conformity.verdict(plugin, of: node, with: hub ?? node)
                        return [
                            .text(plugin), .text(version(plugin, of: node)), .text(version(plugin, of: hub ?? node)), .text(version(plugin, of: own)),
                            .state(verdict.title, verdict.tone),
                        ]
                    }, empty: EmptyState("该站点没有启用插件"))
                h2("本站点尚未接收的消息")
                DataTable(
                    "本站点尚未接收的消息", columns: [.text("来源"), .text("类型与版本"), .number("数量", unit: "条"), .text("结论")],
                    rows: waiting.map { [.text($0.source), .text($0.type.description), .number($0.count), .state($0.title, $0.isGood ? .info : .danger)] },
                    empty: EmptyState("没有", hint: id == here ? "本站点自己的消息不在此列。" : "该站点的消息，本站点都已接收。"))
                h2("发往该站点、尚未答复的命令")
                DataTable(
                    "尚未答复的命令", columns: [.text("命令"), .text("对象"), .text("发出时间"), .text("期限"), .text("状态"), .text("说明")],
                    rows: unanswered.prefix(100).map { sent in
                        [
                            .text(sent.type.description), .text(sent.subject), .moment(sent.sentAt), .moment(sent.deadline),
                            sent.isOverdue(at: visit.request.now) ? .state("逾期未答复", .danger) : sent.state == .held ? .state("暂存", .warning) : .state("传送中", .info),
                            .text(sent.message),
                        ]
                    }, empty: EmptyState("没有未答复的命令"))
            })
    }

    private static func programRows(_ node: SiteEntry, _ hub: SiteEntry, _ own: SiteEntry) -> [[DataTable.Cell]] {
        func spoken(_ site: SiteEntry) -> String { site.protocols.map { "版本 \($0.sorted().map(String.init).joined(separator: "、"))" } ?? "不详" }
        let (program, link) = (Conformity.program(node, with: hub), Conformity.link(node, with: own))
        return [
            [.text("程序版本"), .text(node.program ?? "不详"), .text(hub.program ?? "不详"), .text(own.program ?? "不详"), .state(program.title, program.tone)],
            [.text("互联协议"), .text(spoken(node)), .text(spoken(hub)), .text(spoken(own)), .state(link.title, link.tone)],
        ]
    }

    private struct Waiting {
        var source: String
        var type: WireName
        var count: Int
        var title: String
        var isGood: Bool
    }

    /// What of a site's logs plug-ins of this one have not taken in, by type and reason.
    private static func waiting(of node: String, _ visit: Visit) throws -> [Waiting] {
        struct Key: Hashable {
            var source: String
            var type: WireName
            var why: Untaken
        }
        guard let network = visit.site.bus.network else { return [] }
        let found = try Set(network.sources.filter { $0.site == node }.map(\.id)).flatMap { source in
            try network.untaken(of: source, at: visit.site.card.id).map { Key(source: source, type: $0.type, why: $0.why) }
        }
        return Dictionary(grouping: found) { $0 }.map { key, all in
            switch key.why {
            case .parked: Waiting(source: key.source, type: key.type, count: all.count, title: "待处理", isGood: false)
            case .newer: Waiting(source: key.source, type: key.type, count: all.count, title: "等待本站点升级", isGood: false)
            case .refused(let reason): Waiting(source: key.source, type: key.type, count: all.count, title: "已拒收：\(reason)", isGood: true)
            }
        }.sorted { ($0.source, $0.type.description, $0.title) < ($1.source, $1.type.description, $1.title) }
    }

    private static func version(_ plugin: String, of site: SiteEntry) -> String {
        site.plugins.contains(plugin) ? site.versions?[plugin] ?? "不详" : "未启用"
    }

    private static func sentence(_ node: SiteEntry, _ conformity: Conformity, _ waiting: [Waiting], _ hub: SiteEntry?, _ map: SiteMap, _ here: String) -> String {
        let parent = node.parent.map { "上级为\(map[$0]?.title ?? $0)" } ?? "为最上级站点"
        let versions =
            hub == nil ? (node.parent == nil ? "其版本即为基准" : "最上级站点不在网络中，无从比较版本")
            : conformity.difference.map { "与最上级站点的版本不同：\($0)" } ?? (conformity.isGood ? "各插件与最上级站点版本一致" : "版本不详")
        let newer = waiting.filter { $0.title == "等待本站点升级" }.reduce(0) { $0 + $1.count }, parked = waiting.filter { $0.title == "待处理" }.reduce(0) { $0 + $1.count }
        var parts = ["\(node.title)（\(node.id)）\(parent)，\(versions)。"]
        if let protocols = node.protocols, let ours = map[here]?.protocols, LinkProtocol.common(protocols, ours) == nil {
            parts.append("两站点支持的互联协议版本没有交集，升级较旧的一方之前不能直接互联。")
        }
        if newer > 0 { parts.append("其消息有 \(newer) 条版本较新，待本站点升级后自动送达。") }
        if parked > 0 { parts.append("其消息有 \(parked) 条未能接收，请在“待处理消息”中处理。") }
        return parts.joined()
    }
}
