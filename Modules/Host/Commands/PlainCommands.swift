import Pages
import Store
import Vocabulary

/// `shuniu serve`: runs the host.
enum ServeCommand {
    static let spec = CommandSpec(
        name: "serve", summary: "启动主机，直到收到 SIGTERM；SIGHUP 重新读取证书和配置",
        options: [
            CommandSpec.configs, CommandSpec.data,
            .init(name: "port", value: "端口", help: "HTTPS 端口，缺省取配置中的 listen.port"),
        ]
    ) { call in
        try await call.program.serve(try call.configuration(checkFiles: true)) { try call.configuration(checkFiles: true) }
    }
}

/// `shuniu check`: everything wrong with the configuration, without starting.
enum CheckCommand {
    static let spec = CommandSpec(
        name: "check", summary: "检查全部配置文件，一次列出所有问题，不启动",
        options: [
            CommandSpec.configs, CommandSpec.data,
            .init(name: "no-files", value: nil, help: "不检查证书和私钥文件"),
        ]
    ) { call in
        let configuration = try call.configuration(checkFiles: !call.has("no-files"))
        do { _ = try ReferenceData.loadLocated() } catch let error as ReferenceData.LoadingFailure {
            // The host would stop at its start.
            guard ReferenceData.locate() == nil else { throw CommandProblem.refused(faults(of: error)) }
            let file = error.problems.first.map { "/\($0.file)" } ?? ""
            throw CommandProblem.refused(
                "配置没有问题，但参考数据（区划、行业、节假日）不能读取：\(error.folder)\(file)，主机不能启动。请用环境变量 SHUNIU_CONFIGS 指明源码或安装包中的 Configs 目录，其中有 reference。")
        }
        let enabled = configuration.sites.map(\.plugins.count).reduce(0, +)
        call.terminal.say("配置没有问题：\(configuration.sites.count) 个站点，启用插件 \(enabled) 处，数据目录 \(configuration.dataFolder)。")
        for site in configuration.sites {
            if let parent = site.parent, !configuration.sites.contains(where: { $0.id == parent }) {
                call.terminal.say("提示：站点 \(site.id) 的上级 \(parent) 不在本机，须在其所在主机上存在。")
            }
        }
    }
}

extension CheckCommand {
    /// What is wrong with reference data that were found, the first 20 lines of it.
    private static func faults(of failure: ReferenceData.LoadingFailure) -> String {
        let most = 20
        let count = failure.problems.count
        var lines = ["配置没有问题，但参考数据（区划、行业、节假日）有 \(count) 处错误，主机不能启动。目录 \(failure.folder)："]
        for problem in failure.problems.prefix(most) {
            lines.append("  \(problem.file)\(problem.line == 0 ? "" : " 第 \(problem.line) 行")：\(problem.rule)")
        }
        if count > most { lines.append("  另有 \(count - most) 处未列出。") }
        lines.append("请改正以上文件，或从安装包的 Configs/reference 取回原文件，再运行 shuniu check。")
        return lines.joined(separator: "\n")
    }
}

/// `shuniu site …`
enum SiteCommands {
    static let list = CommandSpec(
        name: "site list", summary: "列出配置中的站点、类型、区划和启用的插件", options: [CommandSpec.configs]
    ) { call in
        let configuration = try call.configuration()
        call.terminal.table(
            ["站点", "类型", "区划", "插件", "名称"],
            configuration.sites.map { site in
                [
                    site.id + (site.id == configuration.defaultSite ? " *" : ""), site.kind.rawValue,
                    site.region?.description ?? "-",
                    site.plugins.keys.sorted().joined(separator: ","), site.card.title,
                ]
            })
    }
}

/// `shuniu version`
enum VersionCommand {
    static let spec = CommandSpec(name: "version", summary: "显示版本、插件和所用的 SQLite 版本", options: []) { call in
        call.terminal.say("shuniu \(ShuniuProgram.version)")
        call.terminal.say("SQLite \(StoreView.libraryVersion)")
        for plugin in call.program.plugins {
            call.terminal.say("插件 \(plugin.id)\(plugin.version.map { " \($0)" } ?? "")")
        }
    }
}
