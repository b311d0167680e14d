import Bus
import CLinux
import FoundationEssentials
import Glibc
import Messages
import Pages
import PluginKit
import Store
import Vocabulary

/// What enabling a plug-in at a site will change, worked out before anything does.
struct Preflight: Sendable {
    var plugin: Manifest
    var site: String
    /// Chinese lines for people, in the order in which they matter.
    var lines: [String]
    /// What it does with messages beyond what was accepted, Chinese, one line each.
    var widened: [String]

    /// What its process may need.
    struct Memory: Sendable {
        /// Most bytes of one process.
        var limit: UInt64
        /// What it has at sites where it runs, bytes.
        var running: [Int64] = []
    }

    /// - Parameter enabled: the settings of the site's plug-ins with the new one.
    /// - Throws: a `Refusal` naming every unmet need and every fault together.
    init(_ id: String, at site: SiteConfiguration, enabled: [String: JSONValue], installed: [InstalledPlugin], reference: ReferenceData, folder: String, memory: Memory) throws {
        guard let one = installed.first(where: { $0.manifest.id == id }) else { throw Refusal.noPlugin(id, installed) }
        let blueprints = try Site.blueprints(card: site.card, settings: enabled, installed: installed, reference: reference, accepting: id)
        guard let blueprint = blueprints.first(where: { $0.manifest.id == id }) else { throw Refusal.noPlugin(id, installed) }
        let wiring = blueprint.wiring
        let own = one.package != nil || site.ownProcess.contains(id)
        plugin = one.manifest
        self.site = site.id
        widened = one.package?.unaccepted ?? []
        lines = ["插件：\(one.manifest.title)（\(id) \(one.manifest.version)），\(own ? "在自己的进程中运行" : "在主机进程内运行")"]
        lines.append(own ? Self.forecast(memory, last: MeasuredMemory(site: folder)[id]) : "内存：在主机进程内，数据库缓存按需增长")
        lines += Self.pending(id, one, wiring.migrations, folder)
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
        lines.append("页面：\(blueprint.pages.count) 个，在 /\(site.id)/\(id) 之下")
        lines += blueprint.pages.map { "  \($0.route.method) \($0.route.pattern)（\(Self.words($0.access))）" }
        lines.append("接口：\(blueprint.endpoints.count + blueprint.interfaces.count) 个，在 /api/\(site.id)/\(id) 之下")
        lines += blueprint.endpoints.map { "  \($0.route.method) \($0.route.pattern) \($0.title)" }
        lines += blueprint.interfaces.map { "  \($0.route.method) \($0.route.pattern)\($0.message.map { "（\($0)）" } ?? "")" }
        lines.append("导航：\(blueprint.navigation.isEmpty ? "无" : blueprint.navigation.map(\.title).joined(separator: "、"))")
        let roles = Set((blueprint.pages.map(\.access) + wiring.commands.map(\.access) + wiring.queries.map(\.access)).flatMap(Self.roles))
        lines.append("用到的角色：\(roles.isEmpty ? "无" : roles.sorted().joined(separator: "、"))")
        if let package = one.package {
            let scope = MessageScope(package.declaration).lines
            lines.append("消息范围：\(scope.count) 项")
            lines += scope.map { "  \($0)\(widened.contains($0) ? "【新增，须接受】" : "")" }
        }
    }

    private static func mebibytes(_ bytes: Int64) -> String { "\((bytes + (1 << 19)) >> 20) MiB" }

    private static func forecast(_ memory: Memory, last: Int64?) -> String {
        let limit = "上限 \(mebibytes(Int64(clamping: memory.limit)))（processes.memoryMegabytes）"
        if let most = memory.running.max(), let least = memory.running.min() {
            return "内存：在其他 \(memory.running.count) 个站点现用 \(least == most ? mebibytes(most) : "\(mebibytes(least)) 至 \(mebibytes(most))")，\(limit)"
        }
        return last.map { "内存：本站点上次运行时为 \(mebibytes($0))，\(limit)" } ?? "内存：尚未测得，\(limit)"
    }

    /// What becomes of its data: how large it is, and the migrations that were not applied yet, by number and name.
    private static func pending(_ id: String, _ plugin: InstalledPlugin, _ migrations: [Migration], _ folder: String) -> [String] {
        var applied = 0
        var line = "数据：新建数据库"
        if let file = [folder + "/\(id).sqlite", folder + "/\(id)/\(id).sqlite"].first(where: { FileManager.default.fileExists(atPath: $0) }) {
            var status = stat()
            _ = stat(file, &status)
            line = "数据：沿用该站点以前的数据（\(Format.size(bytes: Int64(status.st_size)))）"
            guard let last = try? StoreView(path: file).read({ try $0.value("SELECT coalesce(max(number), 0) FROM _migration", as: Int.self) }) else {
                return [line + (plugin.package == nil ? "，待执行的迁移不能读出" : "，迁移由插件自行执行")]
            }
            applied = last
        }
        // A package's own program knows its migrations.
        if plugin.package != nil { return [line + (applied > 0 ? "，已执行至迁移 \(applied)，其后的由插件自行执行" : "，迁移由插件自行执行")] }
        let left = migrations.filter { $0.number > applied }
        return [line + (left.isEmpty ? "，没有待执行的迁移" : "，待执行迁移 \(left.count) 个")] + left.map { "  \($0.number) \($0.name)" }
    }

    private static func words(_ access: Access) -> String {
        switch access {
        case .roles: roles(access).joined(separator: "、")
        case .anyone: "任何人"
        case .signedIn: "登录用户"
        case .system: "系统"
        }
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
