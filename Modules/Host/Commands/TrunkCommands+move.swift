import FoundationEssentials
import Identity
import Messages
import Pages
import Trunk
import Vocabulary

extension TrunkCommands {
    /// `shuniu site move`: out, in, or taken over where it is.
    static func moveSite(_ call: Invocation) async throws {
        let chosen = ["to", "from", "take"].filter { call.has($0) }
        guard chosen.count == 1 else { throw CommandProblem.usage("--to、--from、--take 须选且只选一个。") }
        guard call.has("from") || call.has("site") else { throw CommandProblem.usage("缺少必填选项 --site。") }
        switch chosen[0] {
        case "to": try await out(call)
        case "from": try await receive(call)
        default: try await take(call)
        }
    }

    private static func out(_ call: Invocation) async throws {
        let target = call["to"] ?? ""
        guard let host = call.desk?.host else {
            throw CommandProblem.refused("没有主机在运行。迁出须由运行中的主机办理，以确保所有文件已关闭。请先运行 shuniu serve。")
        }
        let site = try call.site(host.configuration).id
        try await host.moveOut(site, to: target, address: call["address"], by: call.user.actor)
        call.terminal.say("站点 \(site) 已导出到 \(target)，本机从此不再运行它。")
        call.terminal.say("在新主机上运行：shuniu site move --from <目录>，然后启动或 shuniu reload。")
        call.terminal.say("若其上级在本机，新主机还须 shuniu site join；若要撤销，在本机运行 shuniu site move --site \(site) --take。")
    }

    private static func receive(_ call: Invocation) async throws {
        let host = call.desk?.host
        let (dataFolder, configs) =
            if let host { (host.configuration.dataFolder, host.configuration.configs) } else { (try call.dataFolder(), call["configs"] ?? "Configs") }
        let (site, configured) = try SitePackage.take(from: call["from"] ?? "", dataFolder: dataFolder, configs: configs, now: call.program.clock.now, say: call.terminal.say)
        call.terminal.say("站点 \(site) 已就位\(configured ? "，配置在 \(configs)/sites/\(site)" : "；配置目录中已有该站点的配置，未改动")。")
        guard let desk = call.desk else { return call.terminal.say("主机下次启动时运行它。") }
        _ = try await desk.host.reload(desk.log, desk.reread)
        try await desk.host.sites.first { $0.card.id == site }?.identity.recordLink(.siteMovedIn, site, by: call.user.actor, address: "console")
        call.terminal.say(
            desk.host.sites.contains { $0.card.id == site } ? "已开始运行，可用 shuniu trunk status 查看互联。" : "主机的配置中没有该站点，请补上后运行 shuniu reload。")
    }

    private static func take(_ call: Invocation) async throws {
        let wanted = call["site"] ?? ""
        if let problem = SiteID.problem(wanted) { throw CommandProblem.refused(problem) }
        let folder = "\(try call.desk?.host.configuration.dataFolder ?? call.dataFolder())/\(wanted)"
        guard FileManager.default.fileExists(atPath: folder) else { throw CommandProblem.refused("没有目录 \(folder)。请核对 --site 和 --data。") }
        let files = TrunkFolder(site: wanted, in: folder)
        if FileManager.default.fileExists(atPath: files.path) {
            let mark = MovedSite.read(folder)
            let before = [try files.stand()?.epoch, mark?.epoch].compactMap { $0 }.max().map { SiteStand(epoch: $0) }
            try files.save(.next(after: before, now: call.program.clock.now))
        }
        if MovedSite.read(folder) != nil { try MovedSite.remove(from: folder) }
        call.terminal.say("站点 \(wanted) 由本机接管；其他主机上的同一站点从此被互联的对方拒绝。")
        guard let desk = call.desk else { return call.terminal.say("主机下次启动时运行它。") }
        _ = try await desk.host.reload(desk.log, desk.reread)
        try await desk.host.sites.first { $0.card.id == wanted }?.identity.recordLink(.siteMovedIn, wanted, by: call.user.actor, address: "console")
    }
}
