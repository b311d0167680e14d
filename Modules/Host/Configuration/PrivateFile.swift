#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files and folders that only the program's own account may use.
enum PrivateFile {
    /// The permission bits; `nil` when there is no such file.
    static func mode(_ path: String) -> UInt32? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt32(status.st_mode) & 0o777 : nil
    }

    /// Makes a folder (0700) and those above it; throws the system's reason.
    static func makeFolder(_ path: String) throws {
        guard mode(path) == nil else { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try makeFolder(String(path[..<slash])) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw CommandProblem.system("不能建立目录 \(path)", errno) }
    }

    /// Writes a new file that everybody may read (0644); an existing one is never touched.
    static func create(_ path: String, _ text: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CommandProblem.system("不能写入文件 \(path)", errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw CommandProblem.system("不能写入文件 \(path)", errno) }
            sent += count
        }
        guard fsync(descriptor) == 0 else { throw CommandProblem.system("不能写入文件 \(path)", errno) }
    }
}
