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
    static func create(_ path: String, _ text: String) throws { try create(path, Array(text.utf8), mode: 0o644) }

    /// Writes a new file with these rights, to the disk; an existing one is never touched.
    static func create(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        try write(bytes, to: path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    }

    /// Puts a new file in the place of one, so that a reader sees the old or the new one, whole.
    static func replace(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        let fresh = path + ".new"
        unlink(fresh)
        try create(fresh, bytes, mode: mode)
        guard rename(fresh, path) == 0 else { throw CommandProblem.system("不能写入文件 \(path)", errno) }
    }

    /// Adds to the end of a file that exists.
    static func append(_ path: String, _ bytes: [UInt8]) throws { try write(bytes, to: path, O_WRONLY | O_APPEND | O_CLOEXEC, 0) }

    /// The whole file as text; `nil` when it is not there or not readable.
    static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            guard count > 0 else { return nil }
            bytes += piece[..<count]
        }
    }

    private static func write(_ bytes: [UInt8], to path: String, _ flags: Int32, _ mode: UInt32) throws {
        let descriptor = open(path, flags, mode)
        guard descriptor >= 0 else { throw CommandProblem.system("不能写入文件 \(path)", errno) }
        defer { close(descriptor) }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw CommandProblem.system("不能写入文件 \(path)", errno) }
            sent += count
        }
        guard fsync(descriptor) == 0 else { throw CommandProblem.system("不能写入文件 \(path)", errno) }
    }
}
