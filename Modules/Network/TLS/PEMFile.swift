import CLinux
import COpenSSL
import Glibc

/// A file of certificates, keys or lists, read whole: what was checked is what is used.
struct PEMFile {
    let path: String
    let bytes: [UInt8]
    private static let largest = 4 << 20

    /// - Throws: `NetworkError` `file-missing`, `file-unreadable`.
    init(_ path: String) throws {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw PEMFile.unreadable(path, errno) }
        defer { close(descriptor) }
        var found: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0, found.count + count <= PEMFile.largest else { throw PEMFile.unreadable(path, count < 0 ? errno : EFBIG) }
            if count == 0 { break }
            found += piece[..<count]
        }
        bytes = found
    }

    /// Everything of one kind in the file, in its order. The caller owns what the closure made.
    func all(_ next: (OpaquePointer) -> OpaquePointer?) -> [OpaquePointer] {
        guard let memory = BIO_new_mem_buf(bytes, Int32(bytes.count)) else { return [] }
        defer { BIO_free(memory) }
        var found: [OpaquePointer] = []
        while let one = next(memory) { found.append(one) }
        ERR_clear_error()
        return found
    }

    /// When, how large and which file it is; changes when somebody replaces or rewrites it.
    static func stamp(_ path: String) -> [Int] {
        var status = stat()
        guard stat(path, &status) == 0 else { return [] }
        return [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_size), Int(status.st_ino)]
    }

    private static func unreadable(_ path: String, _ number: Int32) -> NetworkError {
        number == ENOENT
            ? NetworkError("file-missing", "找不到文件“\(path)”。请检查路径，或重新生成证书。", log: "file missing")
            : NetworkError("file-unreadable", "无法读取文件“\(path)”。请检查文件权限和大小。", log: "file not readable")
    }
}

extension NetworkError {
    /// What OpenSSL says of a file, in a sentence that names it.
    static func openSSL(_ code: String, _ sentence: String) -> NetworkError {
        let reason = ERR_reason_error_string(ERR_peek_last_error()).map { String(cString: $0) } ?? "unknown"
        ERR_clear_error()
        return NetworkError(code, "\(sentence)。", log: "OpenSSL: \(reason)")
    }
}
