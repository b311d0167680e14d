import FoundationEssentials
import Messages
import Vocabulary

/// `shuniu init`: writes a first configuration that `shuniu check` accepts.
enum InitCommand {
    static let spec = CommandSpec(
        name: "init", summary: "生成带注释的配置文件和数据目录；不覆盖已有文件",
        options: [
            CommandSpec.configs, .init(name: "data", value: "目录", help: "数据目录，缺省为配置目录旁的 data"),
            .init(name: "site", value: "站点", help: "第一个站点的标识", repeats: false),
            .init(name: "title", value: "名称", help: "站点名称"),
            .init(name: "kind", value: "类型", help: "hub、city、county、cluster、park、base；缺省 hub"),
            .init(name: "region", value: "代码", help: "六位区划代码"),
            .init(name: "plugin", value: "插件", help: "要启用的插件；缺省全部", repeats: true),
            .init(name: "port", value: "端口", help: "HTTPS 端口，缺省 8443"),
            .init(name: "demo", value: nil, help: "建立试用站点：湖南省枢纽、长沙、株洲、浏阳、一个示例园区和合作方联调用的沙箱"),
        ],
        notes: [
            "例：shuniu init --site hunan --title 湖南省中小企业公共服务平台 --kind hub --region 430000",
            "之后：放入证书（或用 Tools/start 生成试用证书），用 shuniu account add 开设账号，用 shuniu serve 启动。",
        ], run: run)

    private struct NewSite {
        var id: String
        var values: [String: JSONValue]
    }

    private static let demo: [NewSite] = [
        ("hunan", "湖南省中小企业公共服务平台", "hub", "430000", nil), ("changsha", "长沙市中小企业公共服务平台", "city", "430100", "hunan"),
        ("zhuzhou", "株洲市中小企业公共服务平台", "city", "430200", "hunan"),
        ("liuyang", "浏阳市中小企业公共服务窗口平台", "county", "430181", "changsha"),
        ("demo-park", "示例园区中小企业服务窗口（试用）", "park", "430181", "liuyang"),
        ("sandbox", "湖南省中小企业公共服务平台（沙箱）", "hub", "430000", nil),
    ].map { id, title, kind, region, parent in
        var values: [String: JSONValue] = ["title": .string(title), "kind": .string(kind), "region": .string(region)]
        values["footer"] = ["主办单位：湖南省中小企业服务中心（演示）", "服务时间：工作日 8:30—17:30", "本站为试用站点，所载单位和人员均为虚构"]
        if id == "sandbox" {
            values["sandbox"] = true
            values["subtitle"] = "合作方联调，数据均为虚构"
            // A partner's receiver under development stands beside the demo host.
            values["exchange.allowedNetworks"] = ["127.0.0.0/8"]
        }
        if let parent { values["parent"] = .string(parent) }
        // For trying out; a real site asks its administrators for a second factor.
        values["identity.secondFactor.requiredRoles"] = .array([])
        return NewSite(id: id, values: values)
    }

    @Sendable private static func run(_ call: Invocation) async throws {
        let folder = call["configs"] ?? "Configs"
        guard call.has("demo") != call.has("site") else {
            throw CommandProblem.usage("请给出 --site，或用 --demo 建立试用站点（二者选一）。")
        }
        let sites = try call.has("demo") ? demo : [newSite(call)]
        let plugins = call.all("plugin").isEmpty ? call.program.plugins.map(\.id) : call.all("plugin")
        for id in plugins where !call.program.plugins.contains(where: { $0.id == id }) {
            let hint = Nearest.name(to: id, among: call.program.plugins.map(\.id)).map { "是否想写“\($0)”？" } ?? ""
            throw CommandProblem.refused(
                "本程序没有插件“\(id)”。\(hint)可用的插件：\(call.program.plugins.map(\.id).joined(separator: "、"))。")
        }
        var host: [String: JSONValue] = ["defaultSite": .string(sites[0].id)]
        if let port = try call.number("port", in: 0...65_535) {
            host["listen.port"] = .integer(Int64(port))
            // As far from the port as the defaults are, so that two hosts of one machine do not collide.
            host["listen.adminPort"] = .integer(Int64(port == 0 ? 0 : port > 64_535 ? port - 1000 : port + 1000))
        }
        var data = folder + "/../data"
        if let wanted = call["data"] {
            data = wanted.hasPrefix("/") ? wanted : FileManager.default.currentDirectoryPath + "/" + wanted
            host["dataFolder"] = .string(data)
            host["tls.certificate"] = .string(data + "/_tls/server.pem")
            host["tls.key"] = .string(data + "/_tls/server.key")
        }
        var files = [("\(folder)/host.json5", SettingTable.host.example(host, samples: false))]
        for site in sites {
            var values = site.values
            if values["sandbox"] == true { values["exchange.authority"] = .string((call["data"] == nil ? "../data" : data) + "/_tls/ca.pem") }
            files.append(("\(folder)/sites/\(site.id)/site.json5", SettingTable.site.example(values, samples: false)))
            for plugin in plugins {
                files.append(("\(folder)/sites/\(site.id)/plugins/\(plugin).json5", pluginFile(plugin)))
            }
        }
        let existing = files.map(\.0).filter { FileManager.default.fileExists(atPath: $0) }
        guard existing.isEmpty else {
            throw CommandProblem.refused(
                "以下文件已存在，未作任何改动：\(existing.joined(separator: "、"))。请改用其他 --configs 目录，或先移走这些文件。")
        }
        for (path, text) in files {
            try PrivateFile.makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
            try PrivateFile.create(path, text)
            call.terminal.say("已写入 \(path)")
        }
        try PrivateFile.makeFolder(data)
        call.terminal.say("数据目录 \(data)")
        call.terminal.say(
            "下一步：shuniu account add --site \(sites[0].id) --login <登录名> --name <姓名> --role security-administrator")
    }

    private static func newSite(_ call: Invocation) throws -> NewSite {
        let id = call["site"] ?? ""
        var values: [String: JSONValue] = [
            "title": .string(call["title"] ?? "\(id) 中小企业公共服务平台"), "kind": .string(call["kind"] ?? "hub"),
        ]
        if let region = call["region"] { values["region"] = .string(region) }
        var problems = SiteID.problem(id).map { [$0] } ?? []
        problems += SettingTable.site.problems(in: .object(values.map { .init($0.key, $0.value) })).map {
            "--\($0.key)：\($0.message)"
        }
        guard problems.isEmpty else { throw CommandProblem.refused(problems.sorted().joined(separator: "\n")) }
        return NewSite(id: id, values: values)
    }

    static func pluginFile(_ id: String) -> String {
        """
        // 插件 \(id) 在本站点的设置。有此文件即启用；移走此文件即停用，数据保留。
        // 缺省值见插件说明（Plugins/ 下的 README.md）；写错的键会被 shuniu check 指出。
        {}

        """
    }
}
