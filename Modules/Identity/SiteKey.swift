import Crypto
import Messages
import Vocabulary

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The key under which a site seals what must not be readable in its files: 32 random bytes in a file of their own, mode 0600.
///
/// It is never used itself; each purpose has a key derived from it.
public struct SiteKey: Sendable, CustomStringConvertible {
    public static let fileName = "_site.key"
    private let bytes: [UInt8]

    /// - Parameter bytes: 32 bytes.
    public init(_ bytes: [UInt8]) {
        precondition(bytes.count == AES256GCM.keyLength, "a site key has 32 bytes")
        self.bytes = bytes
    }

    public var description: String { "site key ‹secret›" }

    /// The key for one purpose, 32 bytes: HMAC-SHA-256 of the purpose's name.
    public func key(for purpose: String) -> [UInt8] { Digest.sha256.mac(key: bytes, "shuniu/\(purpose)".utf8) }

    /// The key under which a plug-in seals its own secrets; no other plug-in's opens them.
    public func secrets(of plugin: String) -> [UInt8] { key(for: "plugin/\(plugin)") }

    /// Reads the key of a site's folder, or makes one where there is none yet.
    ///
    /// - Throws: `identity.site-key` (500) when the file cannot be read or made, has another size, or others may read it.
    public static func load(folder: String) throws -> SiteKey {
        let path = "\(folder)/\(fileName)"
        if let found = try read(path) { return found }
        let fresh = Secrets.random(AES256GCM.keyLength)
        let draft = "\(path).\(Secrets.random(4).hexadecimal)"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw problem(path, "不能写入：\(String(cString: strerror(errno)))。请检查目录权限。") }
        let isWritten = write(descriptor, fresh, fresh.count) == fresh.count && fsync(descriptor) == 0
        close(descriptor)
        defer { unlink(draft) }
        // Whole or not at all, and never over one that is there.
        guard isWritten, link(draft, path) == 0 || errno == EEXIST else {
            throw problem(path, "不能写入：\(String(cString: strerror(errno)))。请检查磁盘空间和目录权限。")
        }
        let directory = open(folder, O_RDONLY | O_CLOEXEC)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
        guard let key = try read(path) else { throw problem(path, "写入后无法读取。请检查磁盘。") }
        return key
    }

    private static func read(_ path: String) throws -> SiteKey? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw problem(path, "不能读取：\(String(cString: strerror(errno)))。请检查权限。")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw problem(path, "其他用户可读。请执行 chmod 600 \(path)。")
        }
        var bytes = [UInt8](repeating: 0, count: 64)
        guard system(descriptor, &bytes) == AES256GCM.keyLength else { throw problem(path, "应为 32 字节。请从备份取回该文件。") }
        return SiteKey(Array(bytes.prefix(AES256GCM.keyLength)))
    }

    private static func system(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Int {
        let count = bytes.count
        return bytes.withUnsafeMutableBytes { buffer in
            #if canImport(Glibc)
                Glibc.read(descriptor, buffer.baseAddress, count)
            #else
                Darwin.read(descriptor, buffer.baseAddress, count)
            #endif
        }
    }

    static func problem(_ path: String, _ what: String) -> Refusal {
        Refusal(
            "identity.site-key", status: 500, message: "站点密钥文件 \(path) \(what)", log: "site key \(path) is not usable")
    }
}
