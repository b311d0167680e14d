import Bus
import Gateway
import Messages
import Pages
import PluginKit
import Vocabulary

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `shuniu status` and `shuniu reload`: of the host that serves the data folder.
enum HostCommands {
    private static let common = [CommandSpec.configs, CommandSpec.data]

    static let reload = CommandSpec(
        name: "reload", summary: "让运行中的主机重新读取配置和证书，与 SIGHUP 相同，并列出变化或全部问题", options: common,
        notes: ["要么全部生效，要么保持原样。监听地址和端口、数据目录、线程数须重新启动才会改变。"], place: .host
    ) { call in
        guard let desk = call.desk else { return }
        let report = try await desk.host.reload(desk.log, desk.reread)
        call.terminal.say(report.changes.isEmpty ? "已重新读取，没有变化。" : "已重新读取，\(report.changes.count) 处变化：")
        for change in report.changes { call.terminal.say("  \(change.message)") }
        for value in report.needsRestart {
            call.terminal.say("  \(value.key)：现为 \(value.running)，改为 \(value.wanted) 须重新启动主机。")
        }
    }

    static let status = CommandSpec(
        name: "status", summary: "显示运行中的主机：版本、地址、站点、插件和搁置的消息",
        options: common + [.init(name: "json", value: nil, help: "逐行输出 JSON，供程序使用")], place: .host
    ) { call in
        guard let host = call.desk?.host else { return }
        let report = host.report()
        let now = host.surroundings.clock.now
        var sites: [SiteState] = []
        for site in host.sites { sites.append(try await SiteState(site)) }
        if call.has("json") {
            call.terminal.record([
                "version": .string(report.version), "process": .integer(Int64(getpid())), "startedAt": .string("\(report.startedAt)"),
                "address": .string(host.configuration.address), "port": .integer(Int64(host.port)),
                "adminPort": host.adminPort.map { .integer(Int64($0)) } ?? .null, "memoryBytes": .integer(report.memory),
                "dataFolder": .string(host.configuration.dataFolder),
            ])
            for site in sites { call.terminal.record(site.record) }
            return
        }
        call.terminal.say(
            "枢纽 \(report.version)，进程 \(getpid())，监听 \(host.configuration.address):\(host.port)，启动于 \(report.startedAt)，内存 \(report.memory >> 20) MiB")
        for term in report.terms where term.until < now.advanced(by: .seconds(30 * 86_400)) {
            call.terminal.say("\(term.title)将于 \(term.until) 到期，请及时更换。")
        }
        let standard = host.configuration.defaultSite
        call.terminal.table(
            ["站点", "插件", "搁置", "名称"],
            sites.flatMap { site in
                let name = site.id + (site.id == standard ? " *" : "")
                guard !site.plugins.isEmpty else { return [[name, "-", "-", site.title]] }
                return site.plugins.enumerated().map { index, plugin in
                    [index == 0 ? name : "", "\(plugin.id) \(plugin.version)", String(plugin.parked), index == 0 ? site.title : ""]
                }
            })
    }

    /// What `status` tells of a site.
    private struct SiteState {
        struct Plugin {
            var id: String
            var version: String
            var parked: Int
            /// Of one in its own process.
            var process: PluginHealth?
        }

        var id: String
        var title: String
        var plugins: [Plugin]

        init(_ site: Site) async throws {
            id = site.card.id
            title = site.card.title
            let parked = Dictionary(grouping: try await site.bus.parked(), by: \.plugin)
            plugins = site.face.parts.map { part in
                let manifest = part.blueprint.manifest
                return Plugin(id: manifest.id, version: manifest.version.description, parked: parked[manifest.id]?.count ?? 0,
                    process: site.supervisors.first { $0.remote.id == manifest.id }?.health)
            }
        }

        var record: JSONValue {
            [
                "site": .string(id), "title": .string(title),
                "plugins": .array(
                    plugins.map { plugin in
                        var record: [JSONValue.Member] = [
                            .init("id", .string(plugin.id)), .init("version", .string(plugin.version)), .init("parked", .integer(Int64(plugin.parked))),
                        ]
                        if let process = plugin.process {
                            record += [
                                .init("state", .string(process.phase.name)), .init("process", process.pid.map { .integer(Int64($0)) } ?? .null),
                                .init("memoryBytes", .integer(process.resident)), .init("faults", .integer(Int64(process.restarts))),
                            ]
                        }
                        return .object(record)
                    }),
            ]
        }
    }
}
