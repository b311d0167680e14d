import FoundationEssentials
import Glibc
import Messages
import PluginKit
import Vocabulary

/// Turns plug-ins on and off at sites: a file in the configuration, and the host that reads it again.
///
/// A plug-in is on while `sites/<site>/plugins/<plugin>.json5` is there. Turned off, the file waits as `.<plugin>.json5`, so that its
/// settings are there again when it is turned on. Where the host does not take the change, the file goes back.
struct PluginSwitch {
    let configuration: HostConfiguration
    let installed: [InstalledPlugin]
    let reference: ReferenceData
    /// How much memory a plug-in's process has at sites where it runs, in bytes.
    var running: @Sendable (String) -> [Int64] = { _ in [] }
    /// Reads the configuration again; `nil` where no host runs: then the next start does.
    let reload: (() async throws -> Void)?

    private func site(_ id: String) throws -> SiteConfiguration {
        if let site = configuration.sites.first(where: { $0.id == id }) { return site }
        let known = configuration.sites.map(\.id)
        throw CommandProblem.refused(
            "没有站点“\(id)”。\(Nearest.name(to: id, among: known).map { "是否想写“\($0)”？" } ?? "")现有站点：\(known.prefix(20).joined(separator: "、"))。")
    }

    private func path(_ plugin: String, _ site: String, isOn: Bool) -> String {
        "\(configuration.configs)/sites/\(site)/plugins/\(isOn ? "" : ".")\(plugin).json5"
    }

    /// What turning it on will change.
    ///
    /// - Parameter settings: JSON5; `nil`: those of the last time, or the defaults.
    func preflight(_ plugin: String, at siteID: String, settings: String? = nil) throws -> Preflight {
        let site = try site(siteID)
        guard site.plugins[plugin] == nil else {
            throw Refusal("host.plugin-on", status: 409, message: "站点 \(siteID) 已启用插件“\(plugin)”，无需再次启用。", log: "already enabled")
        }
        var enabled = site.plugins
        enabled[plugin] = try JSON5.parse(Array(text(plugin, siteID, settings).utf8))
        return try Preflight(
            plugin, at: site, enabled: enabled, installed: installed, reference: reference, folder: configuration.folder(of: siteID),
            memory: .init(limit: configuration.processMemory, running: running(plugin)))
    }

    private func text(_ plugin: String, _ site: String, _ given: String?) -> String {
        given ?? PrivateFile.text(path(plugin, site, isOn: false)) ?? "{}\n"
    }

    /// Turns it on; all or nothing.
    ///
    /// - Parameter accepts: what it does with messages beyond what was accepted before is accepted, too. Of one that was never on, turning
    ///   it on accepts what the forecast has shown.
    /// - Returns: what was accepted with it, Chinese, one line each.
    /// - Throws: a `Refusal` with every problem; then the configuration is as it was.
    func enable(_ plugin: String, at siteID: String, settings: String? = nil, accepts: Bool = false) async throws -> [String] {
        let forecast = try preflight(plugin, at: siteID, settings: settings)
        guard accepts || forecast.widened.isEmpty else { throw Refusal.widened(plugin, forecast.plugin.version, forecast.widened) }
        let shelf = PackageShelf(dataFolder: configuration.dataFolder)
        guard let package = installed.first(where: { $0.manifest.id == plugin })?.package else {
            try await turnOn(plugin, at: siteID, settings: settings)
            return []
        }
        let scope = MessageScope(package.declaration)
        let before = try shelf.accepted(plugin)
        try shelf.accept(plugin, MessageScope((before?.rights ?? []).union(scope.rights)))
        do { try await turnOn(plugin, at: siteID, settings: settings) } catch {
            try? shelf.accept(plugin, before)
            throw error
        }
        return scope.beyond(before ?? MessageScope([])).lines
    }

    private func turnOn(_ plugin: String, at siteID: String, settings: String?) async throws {
        let on = path(plugin, siteID, isOn: true), off = path(plugin, siteID, isOn: false)
        try PrivateFile.makeFolder("\(configuration.configs)/sites/\(siteID)/plugins")
        let before = PrivateFile.text(off)
        try PrivateFile.create(on, text(plugin, siteID, settings))
        unlink(off)
        do { try await reload?() } catch {
            unlink(on)
            if let before { try? PrivateFile.create(off, before) }
            throw error
        }
    }

    /// Turns it off; its data and its settings stay.
    ///
    /// - Throws: a `Refusal` naming the plug-ins that need it; then nothing is changed.
    func disable(_ plugin: String, at siteID: String) async throws {
        let site = try site(siteID)
        guard site.plugins[plugin] != nil else {
            throw Refusal(
                "host.plugin-off", status: 409, message: "站点 \(siteID) 没有启用插件“\(plugin)”。已启用：\(site.plugins.keys.sorted().joined(separator: "、"))。",
                log: "not enabled")
        }
        let needing = installed.filter { site.plugins[$0.manifest.id] != nil && $0.manifest.needs.contains(plugin) }.map(\.manifest)
        guard needing.isEmpty else {
            throw Refusal(
                "host.plugin-needed", status: 409,
                message: "站点 \(siteID) 的 \(needing.map { "“\($0.id)”" }.joined(separator: "、")) 需要“\(plugin)”，不能停用。请先停用它们。", log: "needed by others",
                faults: needing.map { .init(field: "plugins/\($0.id)", value: plugin, message: "需要插件“\(plugin)”，请先停用。") })
        }
        let on = path(plugin, siteID, isOn: true), off = path(plugin, siteID, isOn: false)
        guard rename(on, off) == 0 else { throw CommandProblem.system("不能移动 \(on)", errno) }
        do { try await reload?() } catch {
            rename(off, on)
            throw error
        }
    }
}
