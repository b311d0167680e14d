import Crypto
import Identity
import FoundationEssentials
import Messages
import PluginKit
import Vocabulary

/// `shuniu plugin …`, `shuniu enable`, `shuniu disable`: the switchboard.
enum PluginCommands {
    private static let common = [CommandSpec.configs, CommandSpec.data]
    private static let plugin = CommandSpec.Option(name: "plugin", value: "插件", help: "插件标识", isRequired: true)

    private static let accept = CommandSpec.Option(name: "accept", value: nil, help: "接受该版本新增的消息范围（受理、发送、接收的消息），记入审计")

    static let all = [list, install, remove, release, erase, pack, enable, disable]

    static let list = CommandSpec(
        name: "plugin list", summary: "列出可用的插件、版本、签名，以及在哪些站点启用、运行得怎样", options: common, place: .hostOrHere
    ) { call in
        let configuration = try call.configuration()
        let shelf = PackageShelf(dataFolder: configuration.dataFolder).entries()
        let plugins = call.desk?.host.plugins ?? call.program.installed + configuration.packages
        call.terminal.table(
            ["插件", "版本", "来源", "名称", "启用的站点"],
            plugins.map { plugin in
                let id = plugin.manifest.id
                let entry = shelf.good.first { $0.id == id }
                let sites = configuration.sites.filter { $0.plugins[id] != nil }.map(\.id)
                let shown = sites.count > 6 ? "\(sites.prefix(6).joined(separator: "、")) 等 \(sites.count) 个" : sites.joined(separator: "、")
                let source = entry.map { $0.signer.map { "插件包（\($0) 签名）" } ?? "插件包（无签名）" } ?? "本程序"
                return [id, plugin.manifest.version, source, plugin.manifest.title, sites.isEmpty ? "-" : shown]
            })
        for (id, reason) in shelf.bad { call.terminal.say("不能使用：\(id)：\(reason)") }
        let processes = call.desk?.host.sites.flatMap { $0.supervisors.map(\.health) } ?? []
        guard !processes.isEmpty else { return }
        call.terminal.say("")
        call.terminal.table(
            ["站点", "插件", "进程", "状态", "内存", "处理器时间", "异常"],
            processes.map { health in
                [
                    health.site, health.plugin, health.pid.map { String($0) } ?? "-", health.phase.words, "\(health.resident >> 20) MiB",
                    "\(health.processor.components.seconds) 秒", String(health.restarts),
                ]
            })
        for health in processes {
            if case .quarantined(let reason, let since) = health.phase {
                call.terminal.say("\(health.site) 的 \(health.plugin) 自 \(since) 起被隔离：\(reason)。查明原因后：shuniu plugin release \(health.plugin) --site \(health.site)")
            }
        }
    }

    static let install = CommandSpec(
        name: "plugin install", summary: "安装插件包，或安装已有插件的新版本；新版本先在数据副本上试运行，再切换",
        options: common + [
            .init(name: "grant-network", value: nil, help: "准许该插件使用网络（仅当包内声明需要）"),
            accept,
            .init(name: "unsigned", value: nil, help: "接受没有签名、或签名公钥不在 packages.trustedKeys 中的包；仅限自己编写的插件"),
        ],
        notes: ["签名公钥列在 host.json5 的 packages.trustedKeys。安装后用 shuniu enable <插件> --site <站点> 启用。"], place: .hostOrHere,
        operand: .init(name: "package", value: "文件", help: "插件包（tar）的路径", isRequired: true, isPath: true)
    ) { call in
        let configuration = try call.configuration()
        let path = call["package"] ?? ""
        guard let data = FileManager.default.contents(atPath: path) else { throw CommandProblem.refused("文件 \(path) 不存在或不能读取。") }
        let package = try PluginPackage(Array(data))
        let id = package.manifest.id, version = package.manifest.version
        let keys = try configuration.trustedKeys.map { path -> TrustedKey in
            guard let text = PrivateFile.text(path) else { throw CommandProblem.refused("公钥文件 \(path) 不能读取，请核对 packages.trustedKeys。") }
            return TrustedKey(name: path.split(separator: "/").last.map(String.init) ?? path, key: try VerifyingKey(pem: Array(text.utf8)))
        }
        let signer = package.signer(among: keys)
        guard signer != nil || call.has("unsigned") else {
            throw CommandProblem.refused(
                package.signature == nil
                    ? "插件包 \(id) \(version) 没有签名，未安装。请向提供方索取签名的包；自己编写的插件可加 --unsigned。"
                    : "插件包 \(id) \(version) 的签名不是任何受信公钥（packages.trustedKeys）所作，或内容已被改动，未安装。")
        }
        guard !call.program.installed.contains(where: { $0.manifest.id == id && $0.package == nil }) else {
            throw CommandProblem.refused("本程序已包含插件“\(id)”，不能安装同名的插件包。")
        }
        let network = package.manifest.network ?? false
        if network, !call.has("grant-network") { call.terminal.say("提示：该插件声明需要网络，未获准许，将在没有网络的情况下运行。") }
        let shelf = PackageShelf(dataFolder: configuration.dataFolder)
        let entry = try? shelf.entry(id)
        let before = entry?.version
        let enabled = configuration.sites.filter { $0.plugins[id] != nil }.map(\.id)
        let scope = MessageScope(package.declaration)
        // Of one that was enabled before anything was noted, what it declared then counts.
        let accepted = try shelf.accepted(id) ?? (enabled.isEmpty ? nil : entry.map { MessageScope($0.package.declaration) })
        let widened = accepted.map { scope.beyond($0).lines } ?? []
        call.terminal.say("消息范围（\(id) \(version)）：\(scope.rights.count) 项")
        for line in scope.lines { call.terminal.say("  \(line)\(widened.contains(line) ? "【新增】" : "")") }
        for line in accepted?.beyond(scope).lines ?? [] { call.terminal.say("  \(line)【新版本不再使用】") }
        guard widened.isEmpty || enabled.isEmpty || call.has("accept") else { throw Refusal.widened(id, version, widened) }
        // What is accepted stands in the audit trail of the sites that run it, which a running host keeps.
        guard widened.isEmpty || enabled.isEmpty || call.desk != nil else {
            throw CommandProblem.refused("插件 \(id) 已在 \(enabled.joined(separator: "、")) 启用，扩大消息范围须记入审计，只能在主机运行时接受。请启动主机后重试，未作任何改动。")
        }
        try shelf.unpack(package, signer: signer, network: network && call.has("grant-network"))
        let noted = try shelf.accepted(id)
        do {
            if let accepted { try shelf.accept(id, call.has("accept") && !enabled.isEmpty ? MessageScope(accepted.rights.union(scope.rights)) : accepted) }
            try shelf.use(id, version)
            if let desk = call.desk { _ = try await desk.host.reload(desk.log, desk.reread) }
        } catch {
            // Back to what was: the running host has not changed.
            if let before { try shelf.use(id, before) }
            try? shelf.accept(id, noted)
            try? shelf.remove(id, version: before == nil ? nil : version)
            throw error
        }
        call.terminal.say(
            before.map { "已将 \(package.declaration.manifest.title)（\(id)）由 \($0) 更换为 \(version)。" } ?? "已安装 \(package.declaration.manifest.title)（\(id) \(version)）。")
        if call.has("accept"), !widened.isEmpty {
            for site in call.desk?.host.sites ?? [] where enabled.contains(site.card.id) {
                try await site.identity.recordPlugin(
                    .pluginAccepted, "\(id) \(version)：\(widened.joined(separator: "、"))", by: call.user.actor, address: "console")
            }
        }
        if let signer { call.terminal.say("签名：\(signer.name)") }
        if !widened.isEmpty, !call.has("accept") || enabled.isEmpty { call.terminal.say("提示：消息范围比已接受的多 \(widened.count) 项，启用时须加 --accept。") }
        if before == nil { call.terminal.say("下一步：shuniu enable \(id) --site <站点>") }
    }

    static let remove = CommandSpec(
        name: "plugin remove", summary: "移除已安装的插件包；须先在所有站点停用，站点的数据保留", options: common, place: .hostOrHere, operand: plugin
    ) { call in
        let configuration = try call.configuration()
        let id = call["plugin"] ?? ""
        let shelf = PackageShelf(dataFolder: configuration.dataFolder)
        guard !shelf.versions(of: id).isEmpty else { throw CommandProblem.refused("没有安装名为“\(id)”的插件包。") }
        let sites = configuration.sites.filter { $0.plugins[id] != nil }.map(\.id)
        guard sites.isEmpty else {
            throw CommandProblem.refused("插件“\(id)”仍在 \(sites.joined(separator: "、")) 启用，未移除。请先：\(sites.map { "shuniu disable \(id) --site \($0)" }.joined(separator: "；"))")
        }
        try shelf.remove(id)
        if let desk = call.desk { _ = try await desk.host.reload(desk.log, desk.reread) }
        call.terminal.say("已移除插件“\(id)”；各站点的数据保留。")
    }

    static let release = CommandSpec(
        name: "plugin release", summary: "解除插件在一个站点的隔离，重新启动其进程", options: common + [CommandSpec.site], place: .host, operand: plugin
    ) { call in
        guard let site = try call.openSite() else { return }
        let id = call["plugin"] ?? ""
        guard let supervisor = site.supervisors.first(where: { $0.remote.id == id }) else {
            throw CommandProblem.refused("站点 \(site.card.id) 没有在自己的进程中运行的插件“\(id)”。")
        }
        guard case .quarantined = supervisor.phase else { throw CommandProblem.refused("插件“\(id)”没有被隔离，现为：\(supervisor.phase.words)。") }
        supervisor.release()
        guard await supervisor.isRunning(within: PluginSupervisor.startLimit) else { throw Refusal.notStarted(supervisor.health) }
        try await site.identity.recordPlugin(.pluginReleased, id, by: call.user.actor, address: "console")
        call.terminal.say("已解除隔离，插件“\(id)”正在运行。")
    }

    static let erase = CommandSpec(
        name: "plugin erase", summary: "清除已停用插件在一个站点的数据：一人申请并导出副本，另一人以 --confirm 确认",
        options: common + [
            CommandSpec.site, .init(name: "confirm", value: nil, help: "确认他人的申请并清除；不能是申请人本人"),
            .init(name: "withdraw", value: nil, help: "撤回申请，副本一并删除"),
        ],
        notes: ["办理人以操作系统账号或控制台账号区分，记入审计。副本在站点数据目录的 _erasures 中，确认后请移到安全的地方保管。"], place: .host, operand: plugin
    ) { call in
        guard let desk = call.desk else { return }
        let id = call["plugin"] ?? ""
        let site = try call.site(desk.host.configuration)
        let erasing = try HostBoard(host: desk.host, reload: nil).erasing(id, at: site.id)
        if call.has("withdraw") {
            try await erasing.withdraw(call.user.actor, address: "console")
            return call.terminal.say("已撤回，副本已删除，数据未动。")
        }
        if call.has("confirm") {
            let done = try await erasing.confirm(call.user.actor, address: "console")
            call.terminal.say("已清除插件“\(id)”在站点 \(site.id) 的数据（日志 \(done.entries) 条）。")
            return call.terminal.say("副本：\(erasing.path(of: done))，SHA-256 \(done.digest)。请移到安全的地方保管。")
        }
        let asked = try await erasing.ask(call.user.actor, address: "console")
        call.terminal.say("已导出副本并登记申请：\(erasing.path(of: asked))（\(asked.bytes) 字节，SHA-256 \(asked.digest)）")
        call.terminal.say("下一步：由另一人办理 shuniu plugin erase \(id) --site \(site.id) --confirm，或在控制台“清除插件数据”中确认；7 天内有效。")
    }

    static let pack = CommandSpec(
        name: "plugin pack", summary: "把一个目录打成插件包；登记表由程序以 --declare 运行得出",
        options: [
            .init(name: "out", value: "文件", help: "写到哪里；缺省 <插件>-<版本>.tar"),
            .init(
                name: "program", value: "[架构=]路径", help: "目录内的程序，例如 hello.py；多种架构各写一次，例如 x86_64=bin/hello-x86、aarch64=bin/hello-arm", isRequired: true,
                repeats: true),
            .init(name: "architecture", value: "架构", help: "没有写明架构的程序属于哪种：x86_64、aarch64，脚本写 any；缺省为本机"),
            .init(name: "network", value: nil, help: "声明需要网络，由运维人员准许"),
            .init(name: "key", value: "文件", help: "签名私钥（PEM，P-256）；不写则不签名"),
        ], operand: .init(name: "folder", value: "目录", help: "放着程序及其文件的目录", isRequired: true, isPath: true)
    ) { call in
        let packed = try await PackageMaker.pack(
            folder: call["folder"] ?? "", programs: PackageMaker.programs(call.all("program"), architecture: call["architecture"]),
            network: call.has("network"), key: call["key"])
        let path = call["out"] ?? "\(packed.manifest.id)-\(packed.manifest.version).tar"
        try PrivateFile.create(path, packed.bytes, mode: 0o644)
        call.terminal.say("已写入 \(path)：\(packed.manifest.id) \(packed.manifest.version)，\(packed.count) 个文件，程序适用于 \(packed.manifest.programs.keys.sorted().joined(separator: "、"))，\(call["key"] == nil ? "没有签名" : "已签名")")
    }

    static let enable = CommandSpec(
        name: "enable", summary: "在一个站点启用插件；先列出将要发生的变化，要么全部生效，要么保持原样",
        options: common + [
            CommandSpec.site, .init(name: "settings", value: "文件", help: "插件设置（JSON5）；不写则用上次的设置或缺省值", isFile: true),
            .init(name: "dry-run", value: nil, help: "只列出变化，不启用"), accept,
        ], place: .hostOrHere, operand: plugin
    ) { call in
        let board = try call.pluginSwitch()
        let id = call["plugin"] ?? "", site = call["site"] ?? ""
        let preflight = try board.preflight(id, at: site, settings: call.files["settings"]?.text)
        for line in preflight.lines { call.terminal.say(line) }
        if call.has("dry-run") { return call.terminal.say("以上为启用后的变化，尚未启用。") }
        let accepted = try await board.enable(id, at: site, settings: call.files["settings"]?.text, accepts: call.has("accept"))
        if let identity = try call.openSite()?.identity {
            try await identity.recordPlugin(.pluginEnabled, id, by: call.user.actor, address: "console")
            if !accepted.isEmpty {
                try await identity.recordPlugin(.pluginAccepted, "\(id)：\(accepted.joined(separator: "、"))", by: call.user.actor, address: "console")
            }
        }
        call.terminal.say(call.desk == nil ? "已写入配置，主机下次启动时生效。" : "已在站点 \(site) 启用 \(id)。")
    }

    static let disable = CommandSpec(
        name: "disable", summary: "在一个站点停用插件；数据和设置保留，再次启用后继续", options: common + [CommandSpec.site], place: .hostOrHere, operand: plugin
    ) { call in
        let id = call["plugin"] ?? "", site = call["site"] ?? ""
        try await call.pluginSwitch().disable(id, at: site)
        try await call.openSite()?.identity.recordPlugin(.pluginDisabled, id, by: call.user.actor, address: "console")
        call.terminal.say(call.desk == nil ? "已写入配置，主机下次启动时生效。" : "已在站点 \(site) 停用 \(id)，数据和设置保留。")
    }
}

extension Invocation {
    func pluginSwitch() throws -> PluginSwitch {
        let configuration = try configuration()
        guard let desk else {
            return PluginSwitch(
                configuration: configuration, installed: program.installed + configuration.packages, reference: try ReferenceData.loadLocated(),
                reload: nil)
        }
        return desk.host.pluginSwitch(reload: { _ = try await desk.host.reload(desk.log, desk.reread) })
    }
}

extension PluginSupervisor.Phase {
    /// For programs.
    var name: String {
        switch self {
        case .stopped: "stopped"
        case .starting: "starting"
        case .running: "running"
        case .waiting: "waiting"
        case .quarantined: "quarantined"
        }
    }

    /// In Chinese, for lists.
    var words: String {
        switch self {
        case .stopped: "已停止"
        case .starting: "正在启动"
        case .running: "运行中"
        case .waiting: "等待重新启动"
        case .quarantined: "已隔离"
        }
    }
}
