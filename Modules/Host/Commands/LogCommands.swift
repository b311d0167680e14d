import Exchange
import FoundationEssentials
import Messages
import Store
import Vocabulary

/// `shuniu log …`: the hash-chained logs of a data folder; both work beside a running host.
enum LogCommands {
    private static let site = CommandSpec.Option(name: "site", value: "站点", help: "只看一个站点")
    private static let plugin = CommandSpec.Option(name: "plugin", value: "插件", help: "只看一个插件；账号与审计为 _identity")

    static let verify = CommandSpec(
        name: "log verify", summary: "核对事件日志的哈希链，指出被改动或缺失的条目",
        options: [CommandSpec.configs, CommandSpec.data, site, plugin]
    ) { call in
        let files = try LogCommands.files(call)
        var broken = 0
        for file in files {
            do {
                switch try StoreView(path: file.path).verifyLog() {
                case .intact(let count, let head):
                    call.terminal.say("\(file.site)/\(file.plugin)：完好，共 \(count) 条，末条 \(head.hexadecimal.prefix(16))")
                    if file.plugin + ".sqlite" == PartnerExchange.fileName { broken += try receipts(file, call) }
                case .broken(let seq, let what):
                    broken += 1
                    call.terminal.say("\(file.site)/\(file.plugin)：第 \(seq) 条有误（\(explain(what))）")
                }
            } catch {
                broken += 1
                call.terminal.say("\(file.site)/\(file.plugin)：无法核对（\(error)）")
            }
        }
        guard broken == 0 else {
            throw CommandProblem.refused(
                "\(files.count) 个日志中有 \(broken) 个有误。请保留现场，用 shuniu restore 把最近的备份恢复到新的数据目录后比对。")
        }
        call.terminal.say("\(files.count) 个日志全部完好。")
    }

    static let tail = CommandSpec(
        name: "log tail", summary: "显示一个日志的最后若干条（不含个人信息）",
        options: [
            CommandSpec.configs, CommandSpec.data, CommandSpec.site,
            .init(name: "plugin", value: "插件", help: "插件标识", isRequired: true),
            .init(name: "count", value: "条数", help: "1…1000，缺省 20"),
            .init(name: "payload", value: nil, help: "同时显示事件内容；可能含个人信息，仅限有权人员"),
        ]
    ) { call in
        guard call["plugin"] != "_identity" else {
            throw CommandProblem.refused("账号与审计日志只由审计管理员在控制台“审计”中查阅和导出；本命令只能用 log verify 核对其完整性。")
        }
        guard let file = try LogCommands.files(call).first else { return }
        let count = try call.number("count", in: 1...1000) ?? 20
        let entries = try StoreView(path: file.path).read { snapshot in
            try snapshot.log(after: max(0, try snapshot.lastLogSeq() - Int64(count)), limit: count)
        }
        for entry in entries {
            let line =
                "\(entry.seq)  \(entry.time)  \(entry.type)  \(entry.subject ?? "-")  \(entry.actor.kind.rawValue)/\(entry.actor.id)"
            call.terminal.say(call.has("payload") ? "\(line)  \(String(decoding: entry.payload, as: UTF8.self))" : line)
        }
    }

    // MARK: - Inside

    /// Roots, order and signatures of the receipts; 1 when something does not hold.
    private static func receipts(_ file: File, _ call: Invocation) throws -> Int {
        switch try StoreView(path: file.path).read({ try ReceiptAudit.verify($0) }) {
        case .intact(let receipts, let batches):
            call.terminal.say("\(file.site)/\(file.plugin)：回执完好，共 \(receipts) 份、\(batches) 批，签名有效")
            return 0
        case .broken(let seq, let what):
            call.terminal.say("\(file.site)/\(file.plugin)：第 \(seq) 条中的回执有误（\(what)）")
            return 1
        }
    }

    struct File: Sendable {
        var site: String
        var plugin: String
        var path: String
    }

    private static func files(_ call: Invocation) throws -> [File] {
        let folder = try call["data"] ?? call.configuration().dataFolder
        let all = try storeFiles(in: folder)
        let found = all.filter { file in
            (call["site"].map { $0 == file.site } ?? true) && (call["plugin"].map { $0 == file.plugin } ?? true)
        }
        guard !found.isEmpty else {
            let known = all.prefix(20).map { "\($0.site)/\($0.plugin)" }.joined(separator: "、")
            throw CommandProblem.refused(
                "数据目录 \(folder) 中没有符合条件的日志。\(known.isEmpty ? "" : "现有：\(known)。")请核对 --data、--site、--plugin。")
        }
        return found
    }

    /// Every store file of a data folder, sorted by site and plug-in.
    static func storeFiles(in folder: String) throws -> [File] {
        guard FileManager.default.fileExists(atPath: folder) else {
            throw CommandProblem.refused("数据目录 \(folder) 不存在。请用 --data 指明，或先启动一次主机。")
        }
        let sites = try FileManager.default.contentsOfDirectory(atPath: folder).filter { SiteID.problem($0) == nil }
            .sorted()
        return try sites.flatMap { site in
            try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(site)").sorted().compactMap { name in
                if name.hasSuffix(".sqlite") { return File(site: site, plugin: String(name.dropLast(7)), path: "\(folder)/\(site)/\(name)") }
                // One that runs in its own process has a folder of its own.
                let own = "\(folder)/\(site)/\(name)/\(name).sqlite"
                return FileManager.default.fileExists(atPath: own) ? File(site: site, plugin: name, path: own) : nil
            }
        }
    }

    private static func explain(_ what: String) -> String {
        switch what {
        case "entry is missing": "条目缺失"
        case "entry cannot be read": "条目无法读取"
        case "previous hash differs": "与前一条的哈希不符"
        case "hash differs from content": "内容与哈希不符"
        default: what
        }
    }
}
