import COpenSSL
import Glibc
import Synchronization

/// A certificate with its key, and whom it asks for certificates in turn. Reloading swaps it for new connections.
///
/// TLS 1.2 and 1.3, ALPN `http/1.1`, sessions resumed by ticket.
public final class TLSContext: Sendable {
    /// OpenSSL's context, freed when the last user lets go of it.
    fileprivate final class Loaded: @unchecked Sendable {
        let context: OpaquePointer
        let warnings: [String]
        let certificateFile: String
        let keyFile: String

        init(context: OpaquePointer, warnings: [String], certificateFile: String, keyFile: String) {
            self.context = context
            self.warnings = warnings
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }

        deinit { SSL_CTX_free(context) }
    }

    private let clientCA: String?
    fileprivate let current: Mutex<Loaded>

    /// Reads PEM files. The certificate file holds the server's certificate first, then its chain.
    /// - Parameter clientCA: authorities whose client certificates are accepted; clients are then asked for one, but
    ///   need not have one.
    /// - Throws: `NetworkError` that names the file: missing, unreadable, not PEM, key of another certificate.
    public init(certificateFile: String, keyFile: String, clientCA: String? = nil) throws {
        self.clientCA = clientCA
        current = Mutex(try TLSContext.load(certificateFile, keyFile, clientCA))
    }

    /// Reads the same files again; open connections keep what they have. After an error the old ones stay in use.
    public func reload() throws {
        let old = current.withLock { $0 }
        try prepare(certificateFile: old.certificateFile, keyFile: old.keyFile).install()
    }

    /// A certificate that was read and found good, not yet in use.
    public struct Prepared: Sendable {
        fileprivate let fresh: Loaded
        fileprivate let context: TLSContext

        /// Uses it for connections that come from now on.
        public func install() { context.current.withLock { $0 = fresh } }
    }

    /// Reads other files, or the same again, without using them yet.
    ///
    /// - Throws: as `init`.
    public func prepare(certificateFile: String, keyFile: String) throws -> Prepared {
        Prepared(fresh: try TLSContext.load(certificateFile, keyFile, clientCA), context: self)
    }

    /// Sentences about what will soon or already fail, such as an expired certificate; empty when all is well.
    public var warnings: [String] { current.withLock { $0.warnings } }

    /// Whether clients are asked for a certificate.
    var asksForCertificate: Bool { clientCA != nil }

    /// The server's side of a connection.
    func newSession(_ descriptor: Int32) -> OpaquePointer? {
        let loaded = current.withLock { $0 }
        guard let session = SSL_new(loaded.context) else { return nil }
        guard SSL_set_fd(session, descriptor) == 1 else {
            SSL_free(session)
            return nil
        }
        SSL_set_accept_state(session)
        return session
    }

    /// The verified certificate of the peer (DER).
    static func peerCertificate(of session: OpaquePointer) -> [UInt8]? {
        guard let certificate = SSL_get1_peer_certificate(session) else { return nil }
        defer { X509_free(certificate) }
        guard SSL_get_verify_result(session) == Int(X509_V_OK) else { return nil }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509(certificate, &bytes)
        guard count > 0, let start = bytes else { return nil }
        defer { CRYPTO_free(bytes, nil, 0) }
        return Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    // MARK: Loading

    private static func load(_ certificateFile: String, _ keyFile: String, _ clientCA: String?) throws -> Loaded {
        for file in [certificateFile, keyFile] + (clientCA.map { [$0] } ?? []) { try mustBeReadable(file) }
        ERR_clear_error()
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw failure("tls", "无法创建 TLS 环境", "") }
        var isKept = false
        defer { if !isKept { SSL_CTX_free(context) } }
        configure(context)
        guard SSL_CTX_use_certificate_chain_file(context, certificateFile) == 1 else {
            throw failure("certificate", "证书文件“\(certificateFile)”不是有效的 PEM 证书。请检查文件内容", certificateFile)
        }
        guard SSL_CTX_use_PrivateKey_file(context, keyFile, SSL_FILETYPE_PEM) == 1,
            SSL_CTX_check_private_key(context) == 1
        else {
            let isMismatch = shuniu_err_reason(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH
            throw isMismatch
                ? failure("key-mismatch", "私钥“\(keyFile)”与证书“\(certificateFile)”不配对。请使用同一次签发的证书与私钥", keyFile)
                : failure("key", "私钥文件“\(keyFile)”不是可用的 PEM 私钥（不得加密）。请检查文件内容", keyFile)
        }
        if let clientCA {
            guard SSL_CTX_load_verify_locations(context, clientCA, nil) == 1, let names = SSL_load_client_CA_file(clientCA)
            else { throw failure("client-ca", "客户端根证书文件“\(clientCA)”不是有效的 PEM 证书。请检查文件内容", clientCA) }
            SSL_CTX_set_client_CA_list(context, names)
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        }
        isKept = true
        return Loaded(
            context: context, warnings: warnings(context, certificateFile), certificateFile: certificateFile, keyFile: keyFile)
    }

    private static func configure(_ context: OpaquePointer) {
        _ = shuniu_ctx_min_version(context, TLS1_2_VERSION)
        shuniu_ctx_server_options(context)
        // Partial writes from the loop's shared buffer; an idle connection gives its buffers back.
        _ = shuniu_ctx_set_mode(
            context,
            Int(SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS))
        shuniu_ctx_read_ahead(context, 1)
        // Tickets carry the session; nothing is kept here.
        _ = shuniu_ctx_session_cache(context, Int(SSL_SESS_CACHE_OFF))
        SSL_CTX_set_num_tickets(context, 1)
        _ = "shuniu".withCString { text in
            text.withMemoryRebound(to: UInt8.self, capacity: 6) { SSL_CTX_set_session_id_context(context, $0, 6) }
        }
        _ = SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20")
        SSL_CTX_set_alpn_select_cb(context, { _, chosen, length, offered, count, _ in
            TLSContext.chooseProtocol(chosen, length, offered, count)
        }, nil)
    }

    /// `http/1.1` when it is offered; otherwise there is nothing to talk about (RFC 7301 §3.2).
    private static func chooseProtocol(
        _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ length: UnsafeMutablePointer<UInt8>?,
        _ offered: UnsafePointer<UInt8>?, _ count: UInt32
    ) -> Int32 {
        guard let offered else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        var place = 0
        while place < Int(count) {
            let size = Int(offered[place])
            guard place + 1 + size <= Int(count) else { break }
            if UnsafeBufferPointer(start: offered + place + 1, count: size).isText("http/1.1") {
                chosen?.pointee = offered + place + 1
                length?.pointee = UInt8(size)
                return SSL_TLSEXT_ERR_OK
            }
            place += 1 + size
        }
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }

    private static func warnings(_ context: OpaquePointer, _ file: String) -> [String] {
        guard let certificate = SSL_CTX_get0_certificate(context) else { return [] }
        var soon = time(nil) + 14 * 86_400
        if X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0 {
            return ["证书“\(file)”已过期，浏览器将拒绝连接。请换发证书后重新加载。"]
        }
        if X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0 { return ["证书“\(file)”尚未生效。请检查系统时间或证书。"] }
        if X509_cmp_time(X509_get0_notAfter(certificate), &soon) < 0 { return ["证书“\(file)”将在14天内过期。请及时换发。"] }
        return []
    }

    private static func mustBeReadable(_ file: String) throws {
        guard access(file, R_OK) != 0 else { return }
        let number = errno
        throw NetworkError(
            number == ENOENT ? "file-missing" : "file-unreadable",
            number == ENOENT ? "找不到文件“\(file)”。请检查路径，或重新生成证书。" : "无法读取文件“\(file)”。请检查文件权限。",
            log: number == ENOENT ? "file missing" : "file not readable")
    }

    private static func failure(_ code: String, _ sentence: String, _ file: String) -> NetworkError {
        let number = ERR_peek_last_error()
        let reason = ERR_reason_error_string(number).map { String(cString: $0) } ?? "unknown"
        ERR_clear_error()
        return NetworkError(code, "\(sentence)。", log: "OpenSSL: \(reason)")
    }
}
