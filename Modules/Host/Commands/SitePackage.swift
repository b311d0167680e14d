import FoundationEssentials
import Identity
import Messages
import Store
import Trunk
import Vocabulary

/// A site on its way to another host: a backup of its folder, its configuration, and the epoch from which it counts there.
enum SitePackage {
    /// What the manifest says of a move.
    struct Move: Codable, Sendable, Hashable {
        var site: String
        var epoch: Int64
    }

    /// Writes the package; the manifest, which makes it one, comes last and by `seal`.
    ///
    /// The site must not run: whatever is written afterwards would be lost.
    static func write(_ site: String, dataFolder: String, configs: String, to target: String, epoch: Int64, now: Timestamp, say: (String) -> Void) throws -> BackupManifest {
        let files = try LogCommands.storeFiles(in: dataFolder).filter { $0.site == site }
        guard !files.isEmpty else { throw CommandProblem.refused("数据目录 \(dataFolder) 中没有站点 \(site) 的数据。请核对 --data 和 --site。") }
        var manifest = try BackupCommand.copy(files, from: dataFolder, to: target, now: now, say: say)
        manifest.move = Move(site: site, epoch: epoch)
        let folder = "\(dataFolder)/\(site)"
        // Keys of receipts and whatever else stands beside the databases.
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where isLoose(name) {
            let copy = "\(target)/\(site)/\(name)"
            guard !FileManager.default.fileExists(atPath: copy) else { continue }
            try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: copy)
        }
        let configuration = "\(configs)/sites/\(site)"
        if !configs.isEmpty, FileManager.default.fileExists(atPath: configuration) { try FileManager.default.copyItem(atPath: configuration, toPath: "\(target)/config") }
        return manifest
    }

    static func seal(_ manifest: BackupManifest, in target: String) throws {
        try PrivateFile.create("\(target)/manifest.json", String(decoding: try JSON.encode(manifest), as: UTF8.self))
    }

    /// Takes a package up: checks everything, puts the folder in place, and the configuration where there is none.
    ///
    /// - Returns: whether the configuration came with it.
    static func take(from source: String, dataFolder: String, configs: String, now: Timestamp, say: (String) -> Void) throws -> (site: String, configured: Bool) {
        let manifest = try RestoreCommand.manifest(in: source)
        guard let move = manifest.move, SiteID.problem(move.site) == nil, !manifest.parts.isEmpty, manifest.parts.allSatisfy({ $0.path.hasPrefix("\(move.site)/") }) else {
            throw CommandProblem.refused("\(source) 是备份，不是站点迁移包。恢复备份请用 shuniu restore；迁移请先在原主机运行 shuniu site move --to。")
        }
        let folder = "\(dataFolder)/\(move.site)"
        let stoodHere = FileManager.default.fileExists(atPath: folder)
        if stoodHere {
            guard let mark = MovedSite.read(folder) else {
                throw CommandProblem.refused("数据目录 \(dataFolder) 中已有站点 \(move.site)，未作任何改动。若确为旧数据，请先移走该目录。")
            }
            guard move.epoch >= mark.epoch else {
                throw CommandProblem.refused("迁移包早于站点 \(move.site) 从本机迁出的时间（任期 \(move.epoch)，本机记录 \(mark.epoch)），未作任何改动。请换用站点最近一次迁出的包。")
            }
        }
        try PrivateFile.makeFolder(dataFolder)
        let aside = "\(dataFolder)/_moved-\(move.site)-\(now.milliseconds)"
        let target = "\(configs)/sites/\(move.site)"
        let hasConfiguration = FileManager.default.fileExists(atPath: "\(source)/config") && !FileManager.default.fileExists(atPath: target)
        var isAside = false
        var isPlaced = false
        do {
            // It stood here once; what it left, with the mark that it moved, is kept aside once the package is known to be good.
            _ = try RestoreCommand.place(manifest, from: source, to: dataFolder, say: say) {
                guard stoodHere else { return }
                try FileManager.default.moveItem(atPath: folder, toPath: aside)
                isAside = true
            }
            isPlaced = true
            for name in try FileManager.default.contentsOfDirectory(atPath: "\(source)/\(move.site)").sorted() where isLoose(name) {
                let copy = "\(folder)/\(name)"
                if !FileManager.default.fileExists(atPath: copy) { try FileManager.default.copyItem(atPath: "\(source)/\(move.site)/\(name)", toPath: copy) }
            }
            let files = TrunkFolder(site: move.site, in: folder)
            // The first host that starts it has it.
            if FileManager.default.fileExists(atPath: files.path) { try files.save(SiteStand(epoch: move.epoch)) }
            guard hasConfiguration else { return (move.site, false) }
            try PrivateFile.makeFolder("\(configs)/sites")
            try FileManager.default.copyItem(atPath: "\(source)/config", toPath: target)
            return (move.site, true)
        } catch {
            // As it was before: the package still has everything.
            if isPlaced { try FileManager.default.removeItem(atPath: folder) }
            if isAside { try FileManager.default.moveItem(atPath: aside, toPath: folder) }
            throw error
        }
    }

    /// A single file that no other step copies.
    private static func isLoose(_ name: String) -> Bool {
        name.hasPrefix("_") && name != MovedSite.fileName && name != "_trunk" && name != "_crashes" && name != SiteKey.fileName
            && ![".sqlite", ".lock", "-wal", "-shm", ".partial", ".new"].contains { name.hasSuffix($0) }
    }
}
