import FoundationEssentials
import Messages
package import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Where a site stands, and since which move: the fence that keeps two hosts from running the same site.
///
/// Every deliberate taking up (joining, moving, restoring) gives a later epoch; the sites at the other ends of its links refuse an earlier
/// one, and the same one from another host. Kept in `data/<site>/_trunk/stand.json`, so that it travels with the site's folder.
/// - Source: fencing tokens, as in Gray and Cheriton, "Leases", SOSP 1989; Kleppmann, "Designing Data-Intensive Applications", 8
package struct SiteStand: Codable, Sendable, Hashable {
    /// Milliseconds since 1970 at which the site was taken up; only compared.
    package var epoch: Int64
    /// The host that runs the site; empty: whoever starts it first.
    package var host: String

    package init(epoch: Int64, host: String = "") {
        self.epoch = epoch
        self.host = host
    }

    /// The one that follows, taken up now.
    package static func next(after stand: SiteStand?, now: Timestamp, host: String = "") -> SiteStand {
        let (after, isTooFar) = (stand?.epoch ?? 0).addingReportingOverflow(1)
        return SiteStand(epoch: max(now.milliseconds, isTooFar ? .max : after), host: host)
    }
}

/// Says in a site's folder that the site was moved away: its host runs it no more. `data/<site>/_moved.json`.
package struct MovedSite: Codable, Sendable, Hashable {
    package static let fileName = "_moved.json"

    /// That the package carries.
    package var epoch: Int64
    package var time: Timestamp
    /// Where its links find it from now on, `https://host[:port]`; `nil`: they must be told.
    package var address: String?

    package init(epoch: Int64, time: Timestamp, address: String? = nil) {
        self.epoch = epoch
        self.time = time
        self.address = address
    }

    /// What the folder says; `nil`: the site is here. A mark that cannot be read counts as one: rather not run than run twice.
    package static func read(_ folder: String) -> MovedSite? {
        let path = "\(folder)/\(fileName)"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let bytes = FileManager.default.contents(atPath: path).map { Array($0) } ?? []
        return (try? JSON.decode(MovedSite.self, from: bytes)) ?? MovedSite(epoch: 0, time: Timestamp(milliseconds: 0))
    }

    package func write(to folder: String) throws { try DurableFile.write(try JSON.encode(self), to: "\(folder)/\(Self.fileName)", mode: 0o600) }

    package static func remove(from folder: String) throws {
        try FileManager.default.removeItem(atPath: "\(folder)/\(fileName)")
        try DurableFile.sync(folder: folder)
    }
}

/// The name under which this host is known to the other ends of links: random, made once, in `data/_host.json`, outside every site's folder.
package enum HostName {
    private struct Card: Codable { var id: String }

    package static func load(dataFolder: String, make: () -> String) throws -> String {
        let path = "\(dataFolder)/_host.json"
        if let data = FileManager.default.contents(atPath: path) { return try JSON.decode(Card.self, from: Array(data)).id }
        let id = make()
        try DurableFile.write(try JSON.encode(Card(id: id)), to: path, mode: 0o600)
        return id
    }
}

/// Files that are there whole or not at all, also after a power cut.
enum DurableFile {
    static func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws {
        let fresh = path + ".new"
        unlink(fresh)
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Refusal.fileNotWritten(path, errno) }
        defer { close(descriptor) }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Refusal.fileNotWritten(path, errno) }
            sent += count
        }
        guard fsync(descriptor) == 0, rename(fresh, path) == 0 else { throw Refusal.fileNotWritten(path, errno) }
        try sync(folder: path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".")
    }

    static func sync(folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Refusal.fileNotWritten(folder, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Refusal.fileNotWritten(folder, errno) }
    }
}

extension Refusal {
    static func fileNotWritten(_ path: String, _ code: Int32) -> Refusal {
        Refusal(
            "trunk.file-not-written", status: code == ENOSPC || code == EDQUOT ? 507 : 500,
            message: "文件 \(path) 无法写入（\(String(cString: strerror(code)))）。请检查磁盘空间和目录权限后重试。", log: "cannot write \(path): \(String(cString: strerror(code)))")
    }

    /// The other end knows a later taking up of the site.
    static func olderEpoch(_ site: String, _ theirs: SiteStand, known: SiteStand) -> Refusal {
        theirs.epoch == known.epoch
            ? Refusal(
                "trunk.two-hosts", status: 409, message: "站点 \(site) 已在另一台主机上运行，拒绝互联。请停止其中一处；正式迁移请用 shuniu site move。",
                log: "site \(site) runs on another host with the same epoch")
            : Refusal(
                "trunk.older-epoch", status: 409, message: "站点 \(site) 已迁移或恢复到另一处，此处的副本较旧，拒绝互联。请停用此处的站点。",
                log: "site \(site) was taken up elsewhere later")
    }

    /// The other end does not say where the site stands, though it did before.
    static func standWanted(_ site: String) -> Refusal {
        Refusal(
            "trunk.stand-wanted", status: 409, message: "站点 \(site) 没有说明由哪台主机运行（stand），而本方已有记录，拒绝互联。请升级该站点所在主机的程序。",
            log: "site \(site) does not say where it stands, though it is known")
    }

    /// The site's folder came from another host without being moved.
    static func foreignFolder(_ site: String) -> Refusal {
        Refusal(
            "trunk.foreign-folder", status: 409, message: "站点 \(site) 的数据目录来自另一台主机，没有开始互联。请确认那台主机已停用该站点，再用 shuniu site move --site \(site) --take 接管。",
            log: "the folder of site \(site) belongs to another host")
    }

    static func movedAway(_ site: String, to address: String?) -> Refusal {
        Refusal(
            "trunk.moved", status: 410, message: "站点 \(site) 已迁往\(address.map { " \($0)" } ?? "其他主机")。", log: "site \(site) was moved away",
            faults: address.map { [Refusal.Fault(field: "address", value: $0, message: "新地址")] } ?? [])
    }
}
