import FoundationEssentials
import Glibc
import Messages
import PluginKit

/// The installed packages of a host: `<data>/_plugins/<id>/<version>/…`, and which version is in use, `<id>/active`.
struct PackageShelf: Sendable {
    let folder: String

    init(dataFolder: String) { folder = "\(dataFolder)/_plugins" }

    /// One installed plug-in as it is used.
    struct Entry: Sendable {
        var id: String
        var version: String
        /// All versions on the shelf, the newest first.
        var versions: [String]
        var package: InstalledPackage
        /// Whose key signed it; `nil`: nobody's that was trusted then.
        var signer: String?
    }

    /// Beside the files of a version: how it came in.
    struct Note: Codable, Sendable {
        var signer: String?
        var network: Bool
        var program: String
    }

    /// Everything installed.
    ///
    /// - Returns: what can be used, and what cannot with the reason in Chinese.
    func entries() -> (good: [Entry], bad: [(id: String, reason: String)]) {
        var good: [Entry] = []
        var bad: [(String, String)] = []
        for id in names(in: folder) where PluginID.problem(id) == nil {
            do { good.append(try entry(id)) } catch { bad.append((id, (error as? Refusal)?.message ?? "\(error)")) }
        }
        return (good, bad)
    }

    func entry(_ id: String) throws -> Entry {
        let own = "\(folder)/\(id)"
        let versions = versions(of: id)
        guard let active = PrivateFile.text("\(own)/active")?.filter({ !$0.isWhitespace }), versions.contains(active) else {
            throw Refusal.shelf(id, "没有指明使用哪个版本（\(own)/active）")
        }
        return try entry(id, active)
    }

    private func entry(_ id: String, _ version: String) throws -> Entry {
        let place = "\(folder)/\(id)/\(version)"
        guard let note = PrivateFile.text("\(place)/.installed"), let text = PrivateFile.text("\(place)/\(PluginPackage.declarationName)") else {
            throw Refusal.shelf(id, "\(place) 不完整")
        }
        let installed = try JSON.decode(Note.self, from: Array(note.utf8))
        let declaration = try JSON.decode(Declaration.self, from: Array(text.utf8))
        let accepted = try accepted(id)
        return Entry(
            id: id, version: version, versions: versions(of: id),
            package: InstalledPackage(
                declaration: declaration, executable: "\(place)/\(installed.program)", folder: place, network: installed.network,
                unaccepted: accepted.map { MessageScope(declaration).beyond($0).lines } ?? []),
            signer: installed.signer)
    }

    func versions(of id: String) -> [String] {
        names(in: "\(folder)/\(id)").compactMap { name in SemanticVersion(name).map { (name, $0) } }.sorted { $0.1 > $1.1 }.map(\.0)
    }

    /// Unpacks a package beside what is in use; `use` takes it into use.
    ///
    /// - Throws: a `Refusal`; then nothing is left behind.
    func unpack(_ package: PluginPackage, signer: TrustedKey?, network: Bool) throws {
        let id = package.manifest.id, version = package.manifest.version
        guard let program = package.program else {
            let others = package.manifest.programs.keys.sorted().joined(separator: "、")
            throw Refusal.package([
                .init(
                    field: "programs", value: others,
                    message: "包内没有适用于本机处理器（\(PluginPackage.architecture)）的程序，只有 \(others) 的。请向提供方索取含 \(PluginPackage.architecture) 的包。")
            ])
        }
        let target = "\(folder)/\(id)/\(version)"
        if PrivateFile.mode(target) != nil {
            throw Refusal.package([.init(field: "version", value: version, message: "插件 \(id) \(version) 已经安装。更换内容须使用新的版本号。")])
        }
        let draft = "\(folder)/\(id)/.\(version).new"
        try? FileManager.default.removeItem(atPath: draft)
        do {
            try PrivateFile.makeFolder(draft)
            for file in package.files {
                if let slash = file.path.lastIndex(of: "/") { try PrivateFile.makeFolder("\(draft)/\(file.path[..<slash])") }
                try PrivateFile.create("\(draft)/\(file.path)", file.content, mode: file.isExecutable ? 0o500 : 0o400)
            }
            let note = Note(signer: signer?.name, network: network, program: program)
            try PrivateFile.create("\(draft)/.installed", try JSON.encode(note), mode: 0o400)
            guard rename(draft, target) == 0 else { throw CommandProblem.system("不能写入 \(target)", errno) }
        } catch {
            try? FileManager.default.removeItem(atPath: draft)
            throw error
        }
    }

    /// From the next reading of the configuration on, this version is the one in use.
    func use(_ id: String, _ version: String) throws { try PrivateFile.replace("\(folder)/\(id)/active", Array((version + "\n").utf8), mode: 0o600) }

    /// Takes a version away, or the whole plug-in.
    func remove(_ id: String, version: String? = nil) throws {
        let path = version.map { "\(folder)/\(id)/\($0)" } ?? "\(folder)/\(id)"
        try FileManager.default.removeItem(atPath: path)
    }

    private func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }
}

extension Refusal {
    static func shelf(_ id: String, _ what: String) -> Refusal {
        Refusal(
            "host.package-broken", status: 500, message: "已安装的插件“\(id)”不能使用：\(what)。请重新安装（shuniu plugin install）。",
            log: "installed plug-in \(id) cannot be used")
    }
}
