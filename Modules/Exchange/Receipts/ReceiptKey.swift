import Bus
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
    public static func load(folder: String, _ algorithm: SignatureAlgorithm) throws -> ReceiptKey { try load(path(folder, algorithm), algorithm) }

    static func load(_ path: String, _ algorithm: SignatureAlgorithm) throws -> ReceiptKey {
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

    /// Where the key lies that signs next, from when it is published until it takes over.
    static func nextPath(_ folder: String, _ algorithm: SignatureAlgorithm) -> String { path(folder, algorithm) + ".next" }

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
        // Under another name until it is whole: half a key would stand in the way of every later one.
        let partial = path + ".partial"
        unlink(partial)
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        let isWhole = Glibc.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        // Never over a key that is there already.
        let isThere = isWhole && link(partial, path) == 0
        unlink(partial)
        return isThere
    }
}

/// The key of one site, made when the first receipt needs it; a site without partners has neither key nor file.
final class ReceiptKeyHolder: Sendable {
    private let folder: String
    private let algorithm: SignatureAlgorithm
    private let state = Mutex(State())

    private struct State {
        var key: ReceiptKey?
        var isPublished = false
        var since: Timestamp?
        /// When the next key takes over; `nil`: none is published yet.
        var turn: Timestamp?
        /// The last step of the renewal failed.
        var isStuck = false
        /// No further try before.
        var nextTry = Timestamp(milliseconds: 0)
    }

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
        guard let next = try next(mayMake: false) else { return }
        let turn: Timestamp? = try file.read { try $0.value("SELECT since FROM signing_key WHERE id = ? AND until IS NULL", next.id) }
        state.withLock { $0.turn = turn }
    }

    // MARK: - Renewal

    /// The key does not renew itself: somebody must look why.
    var isStuck: Bool { state.withLock { $0.isStuck } }

    private func stuck(_ reason: String, _ log: (BusLog.Level, String, String) -> Void) {
        state.withLock { $0.isStuck = true }
        log(.error, "receipt-key", reason)
    }

    /// How long before it signs a key is published: thirty days, or a quarter of a key's time.
    static func lead(_ age: Duration) -> Duration { min(.seconds(30 * 86_400), age / 4) }

    /// Cheap; four times a second. Publishes the next key in time, and lets it take over when its day has come.
    ///
    /// - Parameter age: how long a key signs.
    func renew(age: Duration, _ file: StoreFile, _ work: Activity, clock: TimeSource, log: @escaping @Sendable (BusLog.Level, String, String) -> Void) {
        let now = clock.now
        let (mustTurn, mustPublish) = state.withLock { state -> (Bool, Bool) in
            guard let since = state.since, now >= state.nextTry else { return (false, false) }
            let mustTurn = state.turn.map { now >= $0 } ?? false
            let mustPublish = state.turn == nil && now >= since.advanced(by: age).advanced(by: .zero - Self.lead(age))
            if mustTurn || mustPublish { state.nextTry = now.advanced(by: .seconds(60)) }
            return (mustTurn, mustPublish)
        }
        if mustTurn { takeOver(log) }
        guard mustPublish else { return }
        do {
            guard let next = try next(mayMake: true) else { return }
            let (algorithm, turn) = (algorithm, now.advanced(by: Self.lead(age)))
            work.begin()
            file.enqueue { writer in
                try writer.run(
                    "INSERT INTO signing_key(id, algorithm, pem, since) VALUES(?, ?, ?, ?) ON CONFLICT(id) DO NOTHING", next.id, algorithm.rawValue,
                    next.publicPEM, turn)
            } then: { [self] result in
                switch result {
                case .success:
                    state.withLock { state in
                        state.turn = turn
                        state.isStuck = false
                    }
                    log(.info, "receipt-key-published", "the next key that signs receipts is published; it takes over at \(turn)")
                case .failure(let error): stuck("the next key cannot be published: \(error)", log)
                }
                work.end()
            }
        } catch { stuck("the next key cannot be made: \(error)", log) }
    }

    private func next(mayMake: Bool) throws -> ReceiptKey? {
        let path = ReceiptKey.nextPath(folder, algorithm)
        guard mayMake || access(path, F_OK) == 0 else { return nil }
        return try ReceiptKey.load(path, algorithm)
    }

    /// The file of the next key comes in the place of the other, whose private half is needed no more.
    private func takeOver(_ log: (BusLog.Level, String, String) -> Void) {
        do {
            guard let next = try next(mayMake: false) else { return state.withLock { $0.turn = nil } }
            guard rename(ReceiptKey.nextPath(folder, algorithm), ReceiptKey.path(folder, algorithm)) == 0 else {
                return stuck("the next key cannot take over: \(String(cString: strerror(errno)))", log)
            }
            state.withLock { state in
                state.key = next
                state.since = state.turn
                state.turn = nil
                state.isPublished = false
                state.isStuck = false
            }
            log(.info, "receipt-key-renewed", "another key signs receipts from now on; those of the one before stay verifiable")
        } catch { stuck("the next key cannot be read: \(error)", log) }
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
        // One that is published but does not sign yet goes on.
        try writer.run("UPDATE signing_key SET until = ?1 WHERE until IS NULL AND id <> ?2 AND since <= ?1", writer.now, key.id)
        try writer.run(
            "INSERT INTO signing_key(id, algorithm, pem, since) VALUES(?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET until = NULL", key.id,
            algorithm.rawValue, key.publicPEM, writer.now)
        let since: Timestamp? = try writer.value("SELECT since FROM signing_key WHERE id = ?", key.id)
        state.withLock { if $0.key?.id == key.id { $0.since = since } }
    }

    /// What `publish` wrote is on disk.
    func published(_ id: String) { state.withLock { if $0.key?.id == id { $0.isPublished = true } } }
}
