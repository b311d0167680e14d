import Bus
import FoundationEssentials
import Messages
import Store
import Trunk
import Vocabulary

/// `shuniu restore`: a backup into an empty data folder, everything checked before anything is put in place.
enum RestoreCommand {
    static let spec = CommandSpec(
        name: "restore", summary: "把备份恢复到空的数据目录，先核对再就位",
        options: [
            .init(name: "from", value: "目录", help: "备份目录", isRequired: true),
            .init(name: "data", value: "目录", help: "数据目录，须不存在或没有任何站点；写了 --site 时，只须没有该站点", isRequired: true),
            .init(name: "site", value: "站点", help: "只恢复备份中的这个站点，数据目录中的其他站点不动"),
        ],
        notes: ["核对：每个数据库的结构（integrity_check）、日志哈希链、日志条数和末条哈希，每个附件的 SHA-256。任何一项不符则不恢复。"]
    ) { call in
        let source = call["from"] ?? "", target = call["data"] ?? ""
        var manifest = try RestoreCommand.manifest(in: source)
        if let move = manifest.move {
            throw CommandProblem.refused("\(source) 是站点 \(move.site) 的迁移包，不是备份。请用 shuniu site move --from \(source) 接收。")
        }
        var there = ((try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []).filter { !$0.hasPrefix("_") }
        var overtaken: [Overtaken] = []
        if let site = call["site"] {
            try manifest.keep(site, in: source)
            guard !there.contains(site) else {
                throw CommandProblem.refused("数据目录 \(target) 中已有站点 \(site)，未作任何改动。请恢复到另一个数据目录；确实要替换的，先停下主机并把 \(target)/\(site) 移走。")
            }
            overtaken = try RestoreCommand.overtaken(site, manifest, in: source, by: target)
            there = []
        }
        guard there.isEmpty else {
            throw CommandProblem.refused(
                "数据目录 \(target) 不为空（\(there.sorted().prefix(5).joined(separator: "、"))），未作任何改动。请恢复到新的目录，再修改配置中的 dataFolder。"
            )
        }
        let clock = call.program.clock
        let (sites, attachments) = try place(manifest, from: source, to: target, say: call.terminal.say) {
            // What is said after the restore comes under numbers that nobody beside it has had.
            for log in overtaken { try NumberPassed.append(upTo: log.to, toFile: "\(target)/_restoring/\(log.path)", clock: clock, ids: .system(clock)) }
        }
        for site in sites {
            // Restoring is taking up: what ran before counts no more at the other ends of its links.
            let files = TrunkFolder(site: site, in: "\(target)/\(site)")
            if FileManager.default.fileExists(atPath: files.path) { try files.save(.next(after: try files.stand(), now: call.program.clock.now)) }
        }
        for log in overtaken {
            call.terminal.say(
                "\(log.source)：本机的 \(log.readers.joined(separator: "、")) 已收到第 \(log.end + 1)…\(log.to) 号，备份中没有；这些编号已跳过，日志中留有记录，今后的消息不会漏收。请与这些站点核对补录。")
        }
        call.terminal.say(
            "恢复完成：\(sites.count) 个站点，\(manifest.parts.count) 个数据库，\(attachments) 个附件，备份时间 \(manifest.time)。")
        if let site = call["site"] {
            call.terminal.say("下一步：在该主机的配置中加入 sites/\(site)/（站点设置不在备份内）并启动主机；主机正在运行的，须重新启动主机，不能只重新读取配置（在自己的进程中运行的插件会漏收消息）。然后用 shuniu log verify --data \(target) --site \(site) 核对。")
        }
    }

    /// A log of which sites beside the restored one have heard more than the backup holds.
    private struct Overtaken {
        var source: String
        /// Below the data folder.
        var path: String
        var end: Int64
        var to: Int64
        /// `site/plugin`.
        var readers: [String]
    }

    /// Cursors of the sites that stand in the data folder behind the ends of the logs in the backup.
    private static func overtaken(_ site: String, _ manifest: BackupManifest, in source: String, by target: String) throws -> [Overtaken] {
        guard FileManager.default.fileExists(atPath: target) else { return [] }
        var found: [String: Overtaken] = [:]
        for part in manifest.parts {
            let log = "\(site)/\((part.path.split(separator: "/").last ?? "").dropLast(7))"
            let end = try StoreView(path: "\(source)/\(part.path)").read { try $0.lastLogSeq() }
            found[log] = Overtaken(source: log, path: part.path, end: end, to: end, readers: [])
        }
        for file in try LogCommands.storeFiles(in: target) where file.site != site {
            for (log, cursor) in try StoreView(path: file.path).read({ try $0.cursorsOfOtherSites() }) {
                guard var one = found[log], cursor > one.end else { continue }
                one.to = max(one.to, cursor)
                one.readers.append("\(file.site)/\(file.plugin)")
                found[log] = one
            }
        }
        return found.values.filter { $0.to > $0.end }.sorted { $0.source < $1.source }
    }

    static func manifest(in source: String) throws -> BackupManifest {
        guard let data = FileManager.default.contents(atPath: "\(source)/manifest.json") else {
            throw CommandProblem.refused("\(source) 不是备份目录（缺少 manifest.json）。备份未完成时没有此文件，请换用完整的备份。")
        }
        guard let manifest = try? JSON.decode(BackupManifest.self, from: Array(data)), manifest.format == 1 else {
            throw CommandProblem.refused("\(source)/manifest.json 无法读取或由更新版本的程序写成。请换用完整的备份，或升级程序。")
        }
        return manifest
    }

    /// Puts the sites in place, all or none, after everything was checked.
    ///
    /// - Parameter ready: called when everything was checked, before anything is put in place.
    static func place(
        _ manifest: BackupManifest, from source: String, to target: String, say: (String) -> Void, ready: () throws -> Void = {}
    ) throws -> (sites: [String], attachments: Int) {
        try check(manifest, in: source)
        let staging = "\(target)/_restoring"
        try? FileManager.default.removeItem(atPath: staging)
        var attachments = 0
        let sites = Set(manifest.parts.compactMap { $0.path.split(separator: "/").first.map(String.init) }).sorted()
        do {
            for site in sites { try PrivateFile.makeFolder("\(staging)/\(site)") }
            for part in manifest.parts {
                try StoreView(path: "\(source)/\(part.path)").backup(to: "\(staging)/\(part.path)")
                try compare(part, with: "\(staging)/\(part.path)")
                say("已核对 \(part.path)：\(part.entries) 条日志完好")
            }
            for site in sites {
                try SiteKeyFile.copy(from: "\(source)/\(site)", to: "\(staging)/\(site)")
                try LinkFiles.copy(from: "\(source)/\(site)", to: "\(staging)/\(site)")
                attachments += try Attachments.copy(from: "\(source)/\(site)/files", to: "\(staging)/\(site)/files")
            }
            guard attachments == manifest.attachments else {
                throw CommandProblem.refused("备份应有 \(manifest.attachments) 个附件，实有 \(attachments) 个，未恢复。请换用完整的备份。")
            }
            try ready()
            for site in sites {
                try FileManager.default.moveItem(atPath: "\(staging)/\(site)", toPath: "\(target)/\(site)")
            }
        } catch {
            try? FileManager.default.removeItem(atPath: staging)
            throw error
        }
        try? FileManager.default.removeItem(atPath: staging)
        return (sites, attachments)
    }

    /// Names in a manifest come from outside: nothing may lead out of the two folders.
    private static func check(_ manifest: BackupManifest, in source: String) throws {
        for part in manifest.parts {
            let names = part.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            let isGood =
                names.count == 2 && SiteID.problem(names[0]) == nil && names[1].hasSuffix(".sqlite")
                && names[1].utf8.allSatisfy {
                    (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 || $0 == 95
                }
            guard isGood else { throw CommandProblem.refused("manifest.json 中的路径“\(part.path)”不合规，未恢复。请换用完整的备份。") }
            try compare(part, with: "\(source)/\(part.path)")
        }
    }

    private static func compare(_ part: BackupManifest.Part, with path: String) throws {
        let view = try StoreView(path: path)
        try view.checkIntegrity()
        switch try view.verifyLog() {
        case .intact(let count, let head) where count == part.entries && head.hexadecimal == part.head: return
        case .intact(let count, _):
            throw CommandProblem.refused("\(part.path) 有 \(count) 条日志，与备份清单（\(part.entries) 条）不符，未恢复。请换用完整的备份。")
        case .broken(let seq, _):
            throw CommandProblem.refused("\(part.path) 的第 \(seq) 条日志有误，未恢复。请换用完整的备份。")
        }
    }
}

extension BackupManifest {
    /// Leaves of the backup only what belongs to one site.
    ///
    /// - Throws: `CommandProblem` naming the sites that there are.
    fileprivate mutating func keep(_ site: String, in source: String) throws {
        let sites = Set(parts.compactMap { $0.path.split(separator: "/").first.map(String.init) })
        guard sites.contains(site) else {
            let hint = Nearest.name(to: site, among: Array(sites)).map { "是否想写“\($0)”？" } ?? ""
            throw CommandProblem.refused("备份 \(source) 中没有站点“\(site)”。\(hint)备份中有：\(sites.sorted().joined(separator: "、"))。")
        }
        parts.removeAll { !$0.path.hasPrefix(site + "/") }
        // The manifest counts those of all sites.
        attachments -= try sites.subtracting([site]).reduce(0) { try $0 + Attachments.count(in: "\(source)/\($1)/files") }
    }
}
