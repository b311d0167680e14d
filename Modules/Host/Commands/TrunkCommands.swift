import Bus
import Messages
import Pages
import Trunk
import Vocabulary

/// `shuniu site …`, `shuniu trunk status`: links between sites of different hosts.
enum TrunkCommands {
    private static let common = [CommandSpec.configs, CommandSpec.data, CommandSpec.site]
    private static let child = CommandSpec.Option(name: "child", value: "站点", help: "下级站点的标识", isRequired: true)

    static let all = [invite, join, leave, exclude, move, status, resume, key]

    static let invite = CommandSpec(
        name: "site invite", summary: "在上级一侧发放一次性令牌，供其他主机上的下级站点加入；24 小时内有效，只显示一次", options: common + [child], place: .host
    ) { call in
        guard let host = call.desk?.host else { return }
        let site = try call.site(host.configuration).id
        let child = call["child"] ?? ""
        let token = try await host.invite(child, to: site, by: call.user.actor)
        call.terminal.say("令牌：\(token)")
        let origin = host.configuration.origin ?? "https://<本机域名>:\(host.port)"
        call.terminal.say("在下级主机上运行：shuniu site join --site \(child) --parent \(origin)/\(site) --token <令牌>")
    }

    static let join = CommandSpec(
        name: "site join", summary: "把本机的一个站点接入其他主机上的上级站点；私钥在本机生成，证书由上级签发",
        options: common + [
            .init(name: "parent", value: "网址", help: "上级站点首页的地址，https://主机[:端口]/站点标识", isRequired: true),
            .init(name: "token", value: "令牌", help: "上级发放的一次性令牌", isRequired: true),
            .init(name: "ca", value: "文件", help: "上级主机证书的根证书（PEM）；由公共机构签发时不用写", isFile: true),
        ], notes: ["站点的 site.json5 中 parent 须为上级站点的标识。"], place: .hostOrHere
    ) { call in
        let configuration = try call.configuration()
        let site = try call.site(configuration)
        var place = try ParentPlace(url: call["parent"] ?? "")
        let folder = configuration.folder(of: site.id)
        if let authority = call.files["ca"] {
            try PrivateFile.makeFolder(folder)
            try PrivateFile.makeFolder("\(folder)/_trunk")
            let path = "\(folder)/_trunk/\(TrunkFolder.parentAuthority)"
            try PrivateFile.replace(path, Array(authority.text.utf8), mode: 0o644)
            place.authority = path
        }
        let token = call["token"] ?? ""
        let parent: SiteEntry
        if let host = call.desk?.host {
            parent = try await host.join(site.entry, to: place, token: token, by: call.user.actor)
        } else {
            parent = try await Host.join(site.entry, folder: folder, to: place, token: token, now: call.program.clock.now)
        }
        call.terminal.say("站点 \(site.id) 已接入 \(parent.title)（\(parent.id)）。\(call.desk == nil ? "主机下次启动时开始互联。" : "已开始互联，可用 shuniu trunk status 查看。")")
    }

    static let leave = CommandSpec(
        name: "site leave", summary: "结束本机的一个站点与其他主机上的上级的互联；数据保留，私钥删除", options: common, place: .hostOrHere
    ) { call in
        let configuration = try call.configuration()
        let site = try call.site(configuration).id
        let isTold: Bool
        if let host = call.desk?.host { isTold = try await host.leave(site, by: call.user.actor) } else { isTold = try await Host.leave(site, folder: configuration.folder(of: site)) }
        call.terminal.say(isTold ? "站点 \(site) 已退出，上级已知。" : "站点 \(site) 已退出；上级未能联系上，请其运行 shuniu site exclude。")
    }

    static let exclude = CommandSpec(
        name: "site exclude", summary: "在上级一侧移出一个已加入的下级站点：其证书从此被拒绝，已收到的数据保留", options: common + [child], place: .host
    ) { call in
        guard let host = call.desk?.host else { return }
        let site = try call.site(host.configuration).id
        let child = call["child"] ?? ""
        try await host.exclude(child, from: site, by: call.user.actor)
        call.terminal.say("已移出 \(child)。如需恢复，请重新发放令牌。")
    }

    static let key = CommandSpec(
        name: "trunk key", summary: "生成一个网络密钥文件（0600），供经 NATS 互联的各主机共用：写入 host.json5 的 trunk.key",
        options: [.init(name: "out", value: "文件", help: "新文件的路径；已有的文件不会改动", isRequired: true, isPath: true)],
        notes: ["请用安全的途径复制到网络中的每台主机。更换：各主机先把新密钥加在文件末行，再移到首行，最后删去旧密钥，每步之后重新启动。"]
    ) { call in
        let path = call["out"] ?? ""
        try PrivateFile.create(path, Array(NetworkKeys.fresh().utf8), mode: 0o600)
        call.terminal.say("已写入 \(path)。请在各主机的 host.json5 中填写 trunk.key。")
    }
    static let move = CommandSpec(
        name: "site move", summary: "把站点迁到另一台主机：原主机 --to 导出并停用，新主机 --from 接收；身份、数据、投递位置和互联证书随之迁移",
        options: [
            CommandSpec.configs, CommandSpec.data, .init(name: "site", value: "站点", help: "站点标识；--from 时不用写"),
            .init(name: "to", value: "目录", help: "导出到这个新目录；此后本机不再运行该站点", isPath: true),
            .init(name: "address", value: "网址", help: "新主机的地址 https://主机[:端口]，与 --to 同用；下级站点据此自动改连"),
            .init(name: "from", value: "目录", help: "接收迁移包", isPath: true),
            .init(name: "take", value: nil, help: "由本机接管该站点：撤销本机的迁出，或启用从别处拷来的站点目录"),
        ],
        notes: [
            "迁移包内有站点密钥和互联私钥，请像保管密码一样保管，接收后删除。", "同一迁移包只能由一台主机接收：互联的对方只认第一台，其余及更早的副本一律拒绝。",
            "--take 使其他主机上的同一站点从此被互联的对方拒绝，请先确认那里已停用。",
        ], place: .hostOrHere, run: { call in try await moveSite(call) })

    static let status = CommandSpec(
        name: "trunk status", summary: "列出与其他主机的互联：状态、最近联系、待传条数、证书有效期", 
        options: [
            CommandSpec.configs, CommandSpec.data, .init(name: "reconcile", value: nil, help: "逐日、逐类与下级核对条数和链值，说明差异"),
            .init(name: "days", value: "天数", help: "核对最近几天，1…31，缺省 7"),
        ], place: .host
    ) { call in
        guard let host = call.desk?.host else { return }
        let days = try call.number("days", in: 1...31) ?? 7
        if call.has("reconcile") { return try await reconcile(host, days: days, call.terminal) }
        let links = host.links
        guard !links.isEmpty else { return call.terminal.say("本机没有与其他主机的互联。") }
        call.terminal.table(
            ["站点", "方向", "对方", "状态", "最近联系", "待传", "最早一条", "证书有效至"],
            links.map { link in
                [
                    link.site, link.direction, link.place, link.state, link.lastContact.map { "\($0)" } ?? "-", String(link.waiting),
                    link.waitingSince.map { "\($0)" } ?? "-", link.certificateUntil.map { String("\($0)".prefix(10)) } ?? "-",
                ]
            })
        for link in links {
            if let trouble = link.trouble { call.terminal.say("\(link.site) → \(link.peer)：\(trouble)") }
            for source in link.rewound {
                call.terminal.say("\(link.site) → \(link.peer)：日志 \(source) 在本机恢复过较旧的备份，对方已有另外的内容，暂停传送。如有更新的备份请改用；否则运行 shuniu trunk resume --site \(source.prefix { $0 != "/" })。")
            }
        }
    }
}
