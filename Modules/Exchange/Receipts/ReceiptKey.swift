public import Crypto
import Messages
import Store
import Synchronization
import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The key with which a site signs its receipts: `data/<site>/_exchange-es256.pem` or `-sm2.pem`, mode 0600, made where there is none.
public struct ReceiptKey: Sendable {
    public let key: SigningKey
    /// First 32 hexadecimal digits of SHA-256 over the public key in DER (SubjectPublicKeyInfo).
    public let id: String
    /// The public key, `BEGIN PUBLIC KEY`.
    public let publicPEM: String

    init(_ key: SigningKey) {
        self.key = key
        publicPEM = String(decoding: key.verifyingKey.pem, as: UTF8.self)
        id = Self.id(ofPEM: publicPEM) ?? ""
    }

    static func id(ofPEM pem: String) -> String? {
        let body = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        return Base64.decodePadded(body).map { String(Digest.sha256.of($0).hexadecimal.prefix(32)) }
    }

    /// Reads the site's key, or makes one.
    /// - Throws: a `Refusal` naming the file when others may read it, or when it is no such key.
    public static func load(folder: String, _ algorithm: SignatureAlgorithm) throws -> ReceiptKey {
        let path = path(folder, algorithm)
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & 0o077 == 0 else {
                throw trouble(path, "他人可读", "请执行 chmod 600", "is readable by others")
            }
            guard let bytes = read(path), let key = try? SigningKey(pem: bytes, algorithm) else {
                throw trouble(path, "不是 \(algorithm.rawValue) 私钥", "请恢复原文件，或移走它以生成新密钥", "is no \(algorithm.rawValue) key")
            }
            return ReceiptKey(key)
        }
        let key = try SigningKey.generate(algorithm)
        guard write(path, key.pem) else { throw trouble(path, "不能写入", "请检查目录权限", "cannot be written") }
        return ReceiptKey(key)
    }

    static func path(_ folder: String, _ algorithm: SignatureAlgorithm) -> String {
        "\(folder)/_exchange-\(algorithm.rawValue.lowercased()).pem"
    }

    private static func trouble(_ path: String, _ what: String, _ next: String, _ log: String) -> Refusal {
        Refusal("exchange.key", status: 500, message: "回执签名密钥文件 \(path) \(what)。\(next)后重试。", log: "receipt key \(path) \(log)")
    }

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count > 0 ? Array(bytes[..<count]) : nil
    }

    private static func write(_ path: String, _ bytes: [UInt8]) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return Glibc.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
    }
}

/// The key of one site, made when the first receipt needs it; a site without partners has neither key nor file.
final class ReceiptKeyHolder: Sendable {
    private let folder: String
    private let algorithm: SignatureAlgorithm
    private let state = Mutex<(key: ReceiptKey?, isPublished: Bool, since: Timestamp?)>((nil, false, nil))

    init(folder: String, algorithm: SignatureAlgorithm) {
        self.folder = folder
        self.algorithm = algorithm
    }

    /// Reads the key where there is one, to hear of trouble early.
    func loadIfThere() throws { if access(ReceiptKey.path(folder, algorithm), F_OK) == 0 { _ = try key() } }

    var known: ReceiptKey? { state.withLock { $0.key } }
    /// Since when the key signs; `nil` before it is published.
    var since: Timestamp? { state.withLock { $0.since } }

    /// Reads since when the key signs, where it has signed before.
    func loadAge(_ file: StoreFile) throws {
        guard let key = known else { return }
        let since: Timestamp? = try file.read { try $0.value("SELECT since FROM signing_key WHERE id = ? AND until IS NULL", key.id) }
        state.withLock { $0.since = since }
    }

    func key() throws -> ReceiptKey {
        if let known { return known }
        let key = try ReceiptKey.load(folder: folder, algorithm)
        state.withLock { $0.key = key }
        return key
    }

    /// Writes the public key into the file, once; a key of before gets its end.
    func publish(_ key: ReceiptKey, _ writer: StoreWriter) throws {
        if state.withLock({ $0.isPublished }) { return }
        try writer.run("UPDATE signing_key SET until = ? WHERE until IS NULL AND id <> ?", writer.now, key.id)
        try writer.run(
            "INSERT INTO signing_key(id, algorithm, pem, since) VALUES(?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET until = NULL", key.id,
            algorithm.rawValue, key.publicPEM, writer.now)
        let since: Timestamp? = try writer.value("SELECT since FROM signing_key WHERE id = ?", key.id)
        state.withLock { $0.since = since }
    }

    /// What `publish` wrote is on disk.
    func published() { state.withLock { $0.isPublished = true } }
}
