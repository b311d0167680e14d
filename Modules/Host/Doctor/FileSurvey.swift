import CLinux
import Glibc
import Vocabulary

/// The data folder's files: which others may use, and which belong to somebody else. Attachments are counted by their folder only.
struct FileSurvey {
    /// Files and folders that the group or everybody may read or write.
    private(set) var open: [String] = []
    /// Those whose owner is not the folder's.
    private(set) var foreign: [String] = []
    private let owner: uid_t

    init(_ folder: String) {
        var status = stat()
        owner = stat(folder, &status) == 0 ? status.st_uid : geteuid()
        look(folder)
        for name in Self.names(folder) {
            let path = "\(folder)/\(name)"
            // Sites; in the host's own folders, certificates and packages are public, keys are not.
            if name.hasPrefix("_") {
                for file in Self.names(path) where file.hasSuffix(".key") { look("\(path)/\(file)") }
            } else {
                look(path)
                lookInside(path, depth: 2)
            }
        }
    }

    func isFolder(_ path: String) -> Bool { Self.status(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false }

    private mutating func look(_ path: String) {
        guard let status = Self.status(path), status.st_mode & S_IFMT != S_IFLNK else { return }
        if status.st_uid != owner { foreign.append(path) }
        if status.st_mode & 0o077 != 0 { open.append(path) }
    }

    /// Attachments are many: of those only the folder.
    private mutating func lookInside(_ folder: String, depth: Int) {
        for name in Self.names(folder) {
            let path = "\(folder)/\(name)"
            look(path)
            if depth > 1, name != "files", isFolder(path) { lookInside(path, depth: depth - 1) }
        }
    }

    /// What a folder holds, sorted; empty where it cannot be read.
    static func names(_ folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    /// When the file was written last.
    static func time(_ path: String) -> Timestamp? {
        status(path).map { Timestamp(milliseconds: Int64($0.st_mtim.tv_sec) * 1000 + Int64($0.st_mtim.tv_nsec) / 1_000_000) }
    }

    /// The latest time of a site's files.
    static func newest(_ folder: String) -> Timestamp? {
        names(folder).flatMap { site in names("\(folder)/\(site)").compactMap { time("\(folder)/\(site)/\($0)") } }.max()
    }
}
