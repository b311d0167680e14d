import Bus
import FoundationEssentials
import Messages
import PluginKit
import Vocabulary

/// What enabling a plug-in at a site will change, worked out before anything does.
struct Preflight: Sendable {
    var plugin: Manifest
    var site: String
    /// Chinese lines for people, in the order in which they matter.
    var lines: [String]

    /// - Parameter enabled: the settings of the site's plug-ins with the new one.
    /// - Throws: a `Refusal` naming every unmet need and every fault together.
    init(_ id: String, at site: SiteConfiguration, enabled: [String: JSONValue], installed: [InstalledPlugin], reference: ReferenceData, folder: String) throws {
        guard let one = installed.first(where: { $0.manifest.id == id }) else { throw Refusal.noPlugin(id, installed) }
        let blueprints = try Site.blueprints(card: site.card, settings: enabled, installed: installed, reference: reference)
        guard let blueprint = blueprints.first(where: { $0.manifest.id == id }) else { throw Refusal.noPlugin(id, installed) }
        let wiring = blueprint.wiring
        let own = one.package != nil || site.ownProcess.contains(id)
        plugin = one.manifest
        self.site = site.id
        lines = [
            "插件：\(one.manifest.title)（\(id) \(one.manifest.version)），\(own ? "在自己的进程中运行，内存上限见 processes.memoryMegabytes" : "在主机进程内运行")"
        ]
        let data = [folder + "/\(id).sqlite", folder + "/\(id)/\(id).sqlite"].contains { FileManager.default.fileExists(atPath: $0) }
        lines.append(data ? "数据：沿用该站点以前的数据，执行尚未执行的迁移" : "数据：新建数据库\(one.package == nil ? "，\(wiring.migrations.count) 个迁移" : "")")
        var flows: [String] = []
        for other in blueprints where other.manifest.id != id {
            let name = other.manifest.title
            let heard = wiring.reactions.filter { $0.origin != .network }.map(\.name).filter { other.wiring.announced.contains($0) }
            let told = other.wiring.reactions.filter { $0.origin != .network }.map(\.name).filter { wiring.announced.contains($0) }
            let sent = wiring.sent.filter { $0.plugin == other.manifest.id }, received = other.wiring.sent.filter { $0.plugin == id }
            let asked = wiring.asked.filter { $0.plugin == other.manifest.id }
            for message in heard + received.sorted(by: Self.order) { flows.append("\(name) → 本插件：\(message)") }
            for message in told + sent.sorted(by: Self.order) { flows.append("本插件 → \(name)：\(message)") }
            for message in asked.sorted(by: Self.order) { flows.append("本插件查询 \(name)：\(message)") }
        }
        for reaction in wiring.reactions where reaction.origin != .here { flows.append("其他站点 → 本插件：\(reaction.name)") }
        for (name, reach) in wiring.reaches.sorted(by: { Self.order($0.key, $1.key) }) {
            flows.append(wiring.sent.contains(name) ? "本插件 → 其他站点：\(name)" : reach == .upward ? "本插件 → 上级各站点：\(name)" : "本插件 → 全网：\(name)")
        }
        lines.append(flows.isEmpty ? "消息：与其他插件没有往来" : "消息：开始流动 \(flows.count) 种")
        lines += flows.map { "  " + $0 }
        let missing = (wiring.reactions.filter { $0.origin != .network }.map(\.name) + wiring.sent.sorted(by: Self.order) + wiring.asked.sorted(by: Self.order)).filter { name in
            !blueprints.contains { $0.manifest.id == name.plugin }
        }
        for name in missing { lines.append("  提示：\(name) 所属插件 \(name.plugin) 未在本站点启用，该消息不会到达") }
        lines.append("页面 \(blueprint.pages.count) 个，接口 \(blueprint.endpoints.count) 个，导航 \(blueprint.navigation.map(\.title).joined(separator: "、"))")
        let roles = Set((blueprint.pages.map(\.access) + wiring.commands.map(\.access) + wiring.queries.map(\.access)).flatMap(Self.roles))
        lines.append("用到的角色：\(roles.isEmpty ? "无" : roles.sorted().joined(separator: "、"))")
    }

    private static func order(_ left: WireName, _ right: WireName) -> Bool { left.description < right.description }

    private static func roles(_ access: Access) -> [String] {
        guard case .roles(let roles) = access else { return [] }
        return roles.map { role in Role.wellKnown.first { $0.role == role }?.title ?? role.rawValue }
    }
}

extension Refusal {
    static func noPlugin(_ id: String, _ installed: [InstalledPlugin]) -> Refusal {
        let known = installed.map(\.manifest.id).sorted()
        let hint = Nearest.name(to: id, among: known).map { "是否想写“\($0)”？" } ?? ""
        return Refusal(
            "host.no-plugin", status: 404, message: "没有插件“\(id)”。\(hint)现有插件：\(known.joined(separator: "、"))。", log: "no such plug-in")
    }
}
