import FoundationEssentials
import Identity
import Messages
import Store
import Trunk
import Vocabulary

/// What a backup says of itself, `manifest.json`.
struct BackupManifest: Codable, Sendable {
    struct Part: Codable, Sendable, Hashable {
        /// Below the backup's folder: `hunan/registry.sqlite`.
        var path: String
        /// Entries of its log.
        var entries: Int64
        /// Hash of the last entry, hexadecimal.
        var head: String
    }

    var format = 1
    var program = ShuniuProgram.version
    var time: Timestamp
    var parts: [Part]
    /// How many attachments stand in the sites' `files` folders.
    var attachments: Int
    /// Of a site on its way to another host, which is no backup.
    var move: SitePackage.Move?
}

/// `shuniu backup`: a consistent copy of a data folder beside a running host.
enum BackupCommand {
    static let spec = CommandSpec(
        name: "backup", summary: "在线备份数据目录：每个数据库一致的副本和全部附件；主机运行时也可使用",
        options: [
            CommandSpec.configs, CommandSpec.data,
            .init(name: "to", value: "目录", help: "新的备份目录，须不存在或为空", isRequired: true),
            .init(name: "site", value: "站点", help: "只备份这些站点", repeats: true),
        ],
        notes: ["每个数据库先复制、核对结构和日志哈希链，再计入备份；附件在数据库之后复制，因此引用的附件一定在内。", "站点密钥（_site.key）和站点互联的证书与私钥（_trunk）在备份内，请像保管密码一样保管备份；主机的证书私钥和配置文件不在备份内，请另行保管。"]
    ) { call in
        let source = try call["data"] ?? call.configuration().dataFolder
        let target = call["to"] ?? ""
        let files = try LogCommands.storeFiles(in: source).filter {
            call.all("site").isEmpty || call.all("site").contains($0.site)
        }
        guard !files.isEmpty else { throw CommandProblem.refused("数据目录 \(source) 中没有可备份的站点。请核对 --data 和 --site。") }
        let there = (try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []
        guard there.isEmpty else { throw CommandProblem.refused("目录 \(target) 不为空，未作任何改动。请指定一个新目录，例如按日期命名。") }
        let manifest = try copy(files, from: source, to: target, now: call.program.clock.now, say: call.terminal.say)
        try PrivateFile.create("\(target)/manifest.json", String(decoding: try JSON.encode(manifest), as: UTF8.self))
        call.terminal.say("备份完成：\(manifest.parts.count) 个数据库，\(manifest.attachments) 个附件，位于 \(target)。请把该目录存到另一台机器。")
    }

    /// Copies these databases and what belongs to their sites; the manifest is for the caller to write, last.
    static func copy(_ files: [LogCommands.File], from source: String, to target: String, now: Timestamp, say: (String) -> Void) throws -> BackupManifest {
        try PrivateFile.makeFolder(target)
        var parts = try files.map { try copy($0, to: target) }
        // A plug-in that was copied after another one may have read beyond that one's copy: those are copied again, a few times.
        var overtaken = try overtaken(files, parts, in: target)
        for _ in 0..<3 where !overtaken.isEmpty {
            let behind = Set(overtaken.map(\.source))
            for (index, file) in files.enumerated() where behind.contains("\(file.site)/\(file.plugin)") { parts[index] = try copy(file, to: target) }
            overtaken = try self.overtaken(files, parts, in: target)
        }
        // Of what is still behind in a busy network the cursors go back: nothing that is said after a restore is taken for read.
        for one in overtaken { try StoreFile.limitCursor(one.cursor, in: one.path, to: one.end) }
        for part in parts { say("已备份 \(part.path)：\(part.entries) 条日志") }
        var attachments = 0
        for site in Set(files.map(\.site)).sorted() {
            try SiteKeyFile.copy(from: "\(source)/\(site)", to: "\(target)/\(site)")
            try LinkFiles.copy(from: "\(source)/\(site)", to: "\(target)/\(site)")
            attachments += try Attachments.copy(from: "\(source)/\(site)/files", to: "\(target)/\(site)/files")
        }
        return BackupManifest(time: now, parts: parts, attachments: attachments)
    }
}

extension BackupCommand {
    /// One database, checked, over an older copy if there is one.
    private static func copy(_ file: LogCommands.File, to target: String) throws -> BackupManifest.Part {
        try PrivateFile.makeFolder("\(target)/\(file.site)")
        let path = "\(file.site)/\(file.plugin).sqlite"
        try StoreView(path: file.path).backup(to: "\(target)/\(path)")
        // Counted in the copy, not in the source, which goes on.
        guard case .intact(let count, let head) = try StoreView(path: "\(target)/\(path)").verifyLog() else {
            throw CommandProblem.refused("\(file.site)/\(file.plugin) 的日志有误，备份中止。请先运行 shuniu log verify。")
        }
        return .init(path: path, entries: count, head: head.hexadecimal)
    }

    /// Cursors of the copies that stand beyond the end of the copied log, `site/plugin`, which they read.
    private static func overtaken(
        _ files: [LogCommands.File], _ parts: [BackupManifest.Part], in target: String
    ) throws -> [(path: String, cursor: String, source: String, end: Int64)] {
        let ends = Dictionary(uniqueKeysWithValues: zip(files.map { "\($0.site)/\($0.plugin)" }, parts.map(\.entries)))
        return try zip(files, parts).flatMap { file, part in
            let path = "\(target)/\(part.path)"
            return try StoreView(path: path).read { try $0.cursors() }.compactMap { cursor, seq in
                let source = cursor.contains("/") ? cursor : "\(file.site)/\(cursor)"
                return ends[source].flatMap { end in end < seq ? (path, cursor, source, end) : nil }
            }
        }
    }
}

/// The site's key goes where its files go: without it sealed values cannot be read.
enum SiteKeyFile {
    static func copy(from source: String, to target: String) throws {
        let path = "\(source)/\(SiteKey.fileName)"
        guard FileManager.default.fileExists(atPath: path) else { return }
        _ = try SiteKey.load(folder: source)
        // Keeps the mode, 0600.
        try FileManager.default.copyItem(atPath: path, toPath: "\(target)/\(SiteKey.fileName)")
    }
}

/// Authority, certificate and key of a site's links: without them a restored site could speak with nobody.
enum LinkFiles {
    static func copy(from source: String, to target: String) throws {
        let folder = TrunkFolder.folder(of: source)
        guard FileManager.default.fileExists(atPath: folder) else { return }
        let copy = TrunkFolder.folder(of: target)
        try PrivateFile.makeFolder(copy)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where !name.hasSuffix(".new") {
            // Keeps the mode, 0600 for keys.
            try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(copy)/\(name)")
        }
    }
}

/// Attachments of a site, `files/ab/cdef…`, named by their SHA-256.
enum Attachments {
    /// How many there are, by their names.
    static func count(in source: String) throws -> Int {
        try ((try? FileManager.default.contentsOfDirectory(atPath: source)) ?? []).filter { $0.count == 2 }.reduce(0) { count, folder in
            try count + FileManager.default.contentsOfDirectory(atPath: "\(source)/\(folder)").filter { $0.utf8.count == 62 }.count
        }
    }

    /// Copies what is there, checking each against its name; returns how many.
    static func copy(from source: String, to target: String) throws -> Int {
        var count = 0
        for folder in (try? FileManager.default.contentsOfDirectory(atPath: source))?.sorted() ?? []
        where folder.count == 2 {
            for name in try FileManager.default.contentsOfDirectory(atPath: "\(source)/\(folder)").sorted()
            where name.count == 62 {
                let path = "\(source)/\(folder)/\(name)"
                guard let data = FileManager.default.contents(atPath: path),
                    SHA256Digest.of(Array(data)).description == folder + name
                else {
                    throw CommandProblem.refused("附件 \(path) 的内容与其 SHA-256 不符或不可读，操作中止。请从较早的备份取回该文件后重试。")
                }
                try PrivateFile.makeFolder("\(target)/\(folder)")
                try data.write(to: URL(filePath: "\(target)/\(folder)/\(name)"))
                count += 1
            }
        }
        return count
    }
}
