import CLinux
import Crypto
import FoundationEssentials
import Gateway
import Glibc
import Identity
import Messages
import Store
import Vocabulary

/// The erasure of what a switched-off plug-in has kept at a site: asked for by one person, with a copy of everything put aside, done by another.
///
/// The request stands as `<site>/_erasures/<plugin>.json` beside the copy, so it outlives a restart. Switching the plug-in on ends it.
struct PluginErasure: Sendable {
    /// What was asked for.
    struct Request: Codable, Sendable, Hashable {
        var plugin: String
        /// Who asked: an account's identifier, or `os:<login>`.
        var by: String
        var name: String
        var at: Timestamp
        /// Name of the copy in the same folder, its size and SHA-256.
        var copy: String
        var bytes: Int64
        var digest: String
        /// Entries of the log, as it stood.
        var entries: Int64
        /// When the data was written last; another moment, and the copy is not what would be erased.
        var written: Timestamp
    }

    let plugin: String
    let title: String
    /// The site's folder, and the plug-in's file in it.
    let site: Site
    let clock: TimeSource

    /// After so long a request must be made anew.
    static let valid: Duration = .seconds(7 * 86_400)

    static func folder(in site: String) -> String { "\(site)/_erasures" }
    private var folder: String { Self.folder(in: site.folder) }
    private var note: String { "\(folder)/\(plugin).json" }

    /// Where its data lies, inline or in a folder of its own; `nil` where there is none, or none any more.
    private var database: String? {
        ["\(site.folder)/\(plugin).sqlite", "\(PluginFolder.path(plugin, in: site.folder))/\(plugin).sqlite"].first {
            FileManager.default.fileExists(atPath: $0) && !StoreFile.isRenewed($0)
        }
    }

    var hasData: Bool { database != nil }

    func path(of request: Request) -> String { "\(folder)/\(request.copy)" }

    /// The request in force; one that is too old, or whose plug-in was switched on, is none.
    var request: Request? {
        guard !site.plugins.contains(plugin), let text = PrivateFile.text(note), let request = try? JSON.decode(Request.self, from: Array(text.utf8)),
            clock.now < request.at.advanced(by: Self.valid)
        else { return nil }
        return request
    }

    /// Puts a copy aside and notes who asked.
    ///
    /// - Throws: 409 where the plug-in is on, has no data, or somebody asked already.
    func ask(_ actor: Actor, address: String) async throws -> Request {
        guard !site.plugins.contains(plugin) else { throw Refusal.erasure("host.erasure-on", "插件“\(title)”正在使用。请先停用，再申请清除数据。", "the plug-in is on") }
        guard let database else { throw Refusal.erasure("host.erasure-nothing", "插件“\(title)”在本站点没有数据，无需清除。", "no data") }
        guard request == nil else { throw Refusal.erasure("host.erasure-asked", "已有人申请清除“\(title)”的数据，须由另一人确认或撤回。", "asked already") }
        try PrivateFile.makeFolder(folder)
        let now = clock.now
        let copy = "\(plugin)-\(now)".map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "-" }
        let name = String(copy) + ".sqlite"
        let written = Self.written(database)
        try StoreView(path: database).backup(to: "\(folder)/\(name)")
        guard let content = FileManager.default.contents(atPath: "\(folder)/\(name)") else { throw Refusal.erasureCopy }
        let entries = (try? StoreView(path: database).read { try $0.lastLogSeq() }) ?? 0
        let request = Request(
            plugin: plugin, by: actor.id, name: actor.name, at: now, copy: name, bytes: Int64(content.count),
            digest: Digest.sha256.of(Array(content)).hexadecimal, entries: entries, written: written)
        try PrivateFile.replace(note, try JSON.encode(request), mode: 0o600)
        try await site.identity.recordPlugin(.pluginErasureAsked, "\(plugin) sha256:\(request.digest)", by: actor, address: address)
        return request
    }

    /// Takes the request back; the copy goes too.
    func withdraw(_ actor: Actor, address: String) async throws {
        guard let request else { throw Refusal.notFound }
        unlink(note)
        unlink("\(folder)/\(request.copy)")
        try await site.identity.recordPlugin(.pluginErasureWithdrawn, plugin, by: actor, address: address)
    }

    /// Erases what the plug-in kept; the copy stays until the operator has carried it away.
    ///
    /// - Throws: 403 for the person who asked; 409 where the copy or the data is not what was asked about.
    func confirm(_ actor: Actor, address: String) async throws -> Request {
        guard let request else { throw Refusal.notFound }
        guard actor.id != request.by else {
            throw Refusal("host.erasure-alone", status: 403, message: "清除数据须两人办理：您是申请人，请由另一位管理员确认。", log: "the same person asked and confirmed")
        }
        guard let content = FileManager.default.contents(atPath: "\(folder)/\(request.copy)"), Digest.sha256.of(Array(content)).hexadecimal == request.digest else {
            throw Refusal.erasureCopy
        }
        guard let database, Self.written(database) == request.written else {
            throw Refusal.erasure("host.erasure-changed", "插件“\(title)”的数据在申请后有变化。请撤回后重新申请，以便导出最新的数据。", "the data changed since the copy")
        }
        // Noted first: an erasure that a power cut stops is done again, one that nobody knows of must not be.
        try await site.identity.recordPlugin(
            .pluginErased, "\(plugin) sha256:\(request.digest) 日志 \(request.entries) 条，申请人 \(request.by)", by: actor, address: address)
        // What it kept of the site's files is loose from now on: the sweep asks those that are left.
        site.face.files.loosenAll()
        try StoreFile.renew(database, clock: clock)
        Self.clear(database, plugin)
        unlink(note)
        return request
    }

    /// The rest of a plug-in's own folder, but for the renewed file.
    private static func clear(_ database: String, _ plugin: String) {
        guard database.hasSuffix("/\(plugin)/\(plugin).sqlite") else { return }
        let folder = String(database.dropLast("/\(plugin).sqlite".count))
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name != "\(plugin).sqlite" {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    private static func written(_ database: String) -> Timestamp {
        ["", "-wal"].compactMap { suffix -> Timestamp? in
            var status = stat()
            guard stat(database + suffix, &status) == 0, suffix.isEmpty || status.st_size > 0 else { return nil }
            return Timestamp(milliseconds: Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000)
        }.max() ?? Timestamp(milliseconds: 0)
    }
}

extension Refusal {
    fileprivate static func erasure(_ code: String, _ message: String, _ log: String) -> Refusal { Refusal(code, status: 409, message: message, log: log) }

    fileprivate static let erasureCopy = Refusal(
        "host.erasure-copy", status: 409, message: "申请时导出的副本不在原处或内容不符，未清除。请撤回后重新申请。", log: "the copy is gone or another")
}
