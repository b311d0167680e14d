import COpenSSL
import Crypto
import Glibc

/// One of OpenSSL's contexts: certificates for the same host names, at most one of each kind of key.
final class ServerContext: @unchecked Sendable {
    let handle: OpaquePointer
    private(set) var warnings: [String] = []
    private(set) var terms: [TLSTerm] = []

    /// What the callbacks need; OpenSSL's context holds it, so it lives as long as the last connection.
    final class Facts: @unchecked Sendable {
        let tickets: TicketKeys
        let verification: PeerVerification?
        /// Contexts by host name, for the one that new connections begin with.
        let others: [String: ServerContext]
        let clock: @Sendable () -> Int64
        fileprivate(set) var staples: [(certificate: OpaquePointer, staple: Staple)] = []

        init(
            _ tickets: TicketKeys, _ verification: PeerVerification?, _ others: [String: ServerContext],
            _ clock: @escaping @Sendable () -> Int64
        ) {
            self.tickets = tickets
            self.verification = verification
            self.others = others
            self.clock = clock
        }

        deinit { for one in staples { X509_free(one.certificate) } }

        static let place = shuniu_ctx_new_index { _, facts, _, _, _, _ in
            if let facts { Unmanaged<Facts>.fromOpaque(facts).release() }
        }

        static func of(_ session: OpaquePointer?) -> Facts? {
            guard let session, let context = SSL_get_SSL_CTX(session), let facts = SSL_CTX_get_ex_data(context, place) else { return nil }
            return Unmanaged<Facts>.fromOpaque(facts).takeUnretainedValue()
        }

        /// The context for a host name, exactly or by `*.`.
        func context(for host: String) -> ServerContext? {
            let host = host.lowercased()
            if let exact = others[host] { return exact }
            return host.firstIndex(of: ".").flatMap { others["*" + host[$0...]] }
        }
    }

    init(
        _ pairs: [TLSSettings.Pair], _ tickets: TicketKeys, _ verification: PeerVerification?, others: [String: ServerContext],
        _ clock: @escaping @Sendable () -> Int64
    ) throws {
        guard let handle = SSL_CTX_new(TLS_server_method()) else { throw NetworkError.openSSL("tls", "无法创建 TLS 环境") }
        self.handle = handle
        let facts = Facts(tickets, verification, others, clock)
        SSL_CTX_set_ex_data(handle, Facts.place, Unmanaged.passRetained(facts).toOpaque())
        configure()
        if let verification {
            SSL_CTX_set1_cert_store(handle, verification.store)
            SSL_CTX_set_client_CA_list(handle, SSL_dup_CA_list(verification.names))
            // Asked, not demanded: browsers have none. A bad one ends the handshake with its alert.
            SSL_CTX_set_verify(handle, SSL_VERIFY_PEER, nil)
        }
        var kinds: [Int32: String] = [:]
        for pair in pairs { try use(pair, &kinds, facts) }
    }

    deinit { SSL_CTX_free(handle) }

    // MARK: Files

    private func use(_ pair: TLSSettings.Pair, _ kinds: inout [Int32: String], _ facts: Facts) throws {
        let file = try PEMFile(pair.certificateFile), keyFile = try PEMFile(pair.keyFile)
        let chain = file.all { PEM_read_bio_X509($0, nil, nil, nil) }
        defer { for certificate in chain { X509_free(certificate) } }
        guard let certificate = chain.first, SSL_CTX_use_certificate(handle, certificate) == 1 else {
            throw NetworkError.openSSL("certificate", "证书文件“\(file.path)”不是有效的 PEM 证书。请检查文件内容")
        }
        let kind = EVP_PKEY_get_base_id(X509_get0_pubkey(certificate))
        if let other = kinds.updateValue(file.path, forKey: kind) {
            throw NetworkError(
                "certificate-twice", "证书“\(other)”与“\(file.path)”用于相同的主机名，且密钥类型相同。请只保留一张，或改用另一种密钥（ECDSA、RSA 各一）。",
                log: "two certificates with the same kind of key for the same hosts")
        }
        let keys = keyFile.all { PEM_read_bio_PrivateKey($0, nil, { _, _, _, _ in 0 }, nil) }
        defer { for key in keys { EVP_PKEY_free(key) } }
        guard let key = keys.first else {
            throw NetworkError.openSSL("key", "私钥文件“\(keyFile.path)”不是可用的 PEM 私钥（不得加密）。请检查文件内容")
        }
        guard X509_check_private_key(certificate, key) == 1, SSL_CTX_use_PrivateKey(handle, key) == 1 else {
            throw NetworkError.openSSL(
                "key-mismatch", "私钥“\(keyFile.path)”与证书“\(file.path)”不配对。请使用同一次签发的证书与私钥")
        }
        for link in chain.dropFirst() where shuniu_ctx_add1_chain(handle, link) != 1 {
            throw NetworkError.openSSL("certificate", "证书文件“\(file.path)”中的证书链无法使用。请检查文件内容")
        }
        let now = facts.clock()
        note(try Certificate(pem: file.bytes), file.path, now)
        guard let path = pair.ocspFile else { return }
        let issuer = chain.dropFirst().first { X509_check_issued($0, certificate) == X509_V_OK }
        let (staple, warning) = try Staple.read(path, certificate: certificate, issuer: issuer, now: now)
        if let warning { warnings.append(warning) }
        if let staple {
            X509_up_ref(certificate)
            facts.staples.append((certificate, staple))
            terms.append(TLSTerm(kind: .ocspResponse, file: path, subject: "", until: staple.until))
        }
    }

    private func note(_ certificate: Certificate, _ file: String, _ now: Int64) {
        terms.append(TLSTerm(kind: .certificate, file: file, subject: certificate.subject, until: certificate.validUntil))
        if certificate.validUntil < now {
            warnings.append("证书“\(file)”已过期，浏览器将拒绝连接。请换发证书后重新加载。")
        } else if certificate.validFrom > now {
            warnings.append("证书“\(file)”尚未生效。请检查系统时间或证书。")
        } else if certificate.validUntil < now + 14 * 86_400 {
            warnings.append("证书“\(file)”将在14天内过期。请及时换发。")
        }
    }

    // MARK: Rules

    private func configure() {
        _ = shuniu_ctx_min_version(handle, TLS1_2_VERSION)
        shuniu_ctx_server_options(handle)
        // Partial writes from the loop's shared buffer; an idle connection gives its buffers back.
        _ = shuniu_ctx_set_mode(
            handle, Int(SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS))
        shuniu_ctx_read_ahead(handle, 1)
        // Tickets carry the session; nothing is kept here.
        _ = shuniu_ctx_session_cache(handle, Int(SSL_SESS_CACHE_OFF))
        SSL_CTX_set_num_tickets(handle, 1)
        _ = "shuniu".withCString { text in
            text.withMemoryRebound(to: UInt8.self, capacity: 6) { SSL_CTX_set_session_id_context(handle, $0, 6) }
        }
        _ = SSL_CTX_set_cipher_list(handle, "ECDHE+AESGCM:ECDHE+CHACHA20")
        _ = shuniu_ctx_groups(handle, "X25519:P-256:P-384")
        SSL_CTX_set_alpn_select_cb(
            handle, { _, chosen, length, offered, count, _ in ServerContext.chooseProtocol(chosen, length, offered, count) }, nil)
        _ = shuniu_ctx_name_callback(handle) { session, _, _ in ServerContext.chooseHost(session) }
        _ = shuniu_ctx_status_callback(handle) { session, _ in ServerContext.staple(session) }
        SSL_CTX_set_tlsext_ticket_key_evp_cb(handle) { session, name, start, cipher, mac, isSealing in
            ServerContext.ticketKey(session, name, start, cipher, mac, isSealing == 1)
        }
        SSL_CTX_set_session_ticket_cb(
            handle, nil, { session, resumed, _, _, status, _ in ServerContext.mayResume(session, resumed, status) }, nil)
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

    /// Another context where the client names a host that has one. An unknown name gets the first: the certificate tells.
    private static func chooseHost(_ session: OpaquePointer?) -> Int32 {
        guard let session, let name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name), let facts = Facts.of(session) else {
            return SSL_TLSEXT_ERR_NOACK
        }
        guard !facts.others.isEmpty, let other = facts.context(for: String(cString: name)) else { return SSL_TLSEXT_ERR_OK }
        return SSL_set_SSL_CTX(session, other.handle) == nil ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_OK
    }

    /// The response about the certificate that was chosen, while it holds.
    private static func staple(_ session: OpaquePointer?) -> Int32 {
        guard let session, let facts = Facts.of(session), let certificate = SSL_get_certificate(session),
            let found = facts.staples.first(where: { X509_cmp($0.certificate, certificate) == 0 })?.staple,
            found.until > facts.clock(), shuniu_ssl_staple(session, found.bytes, found.bytes.count) == 1
        else { return SSL_TLSEXT_ERR_NOACK }
        return SSL_TLSEXT_ERR_OK
    }

    /// Key for a ticket: 1 found, 2 found but seal anew, 0 unknown (a full handshake), -1 failure.
    private static func ticketKey(
        _ session: OpaquePointer?, _ name: UnsafeMutablePointer<UInt8>?, _ start: UnsafeMutablePointer<UInt8>?,
        _ cipher: OpaquePointer?, _ mac: OpaquePointer?, _ isSealing: Bool
    ) -> Int32 {
        guard let facts = Facts.of(session), let name, let start, let cipher, let mac else { return -1 }
        if isSealing {
            let key = facts.tickets.sealing()
            guard RAND_bytes(start, 16) == 1 else { return -1 }
            name.update(from: key.name, count: 16)
            var macKey = key.mac
            guard EVP_EncryptInit_ex2(cipher, EVP_aes_256_cbc(), key.cipher, start, nil) == 1, shuniu_ticket_mac(mac, &macKey) == 1
            else { return -1 }
            return 1
        }
        guard let (key, isOld) = facts.tickets.opening(Array(UnsafeBufferPointer(start: name, count: 16))) else { return 0 }
        var macKey = key.mac
        guard shuniu_ticket_mac(mac, &macKey) == 1, EVP_DecryptInit_ex2(cipher, EVP_aes_256_cbc(), key.cipher, start, nil) == 1
        else { return -1 }
        return isOld ? 2 : 1
    }

    /// A session with a client certificate that is no longer good is not taken up: the full handshake then refuses it by name.
    private static func mayResume(_ session: OpaquePointer?, _ resumed: OpaquePointer?, _ status: Int32) -> Int32 {
        switch status {
        case SSL_TICKET_SUCCESS, SSL_TICKET_SUCCESS_RENEW:
            if let resumed, let peer = SSL_SESSION_get0_peer(resumed) {
                guard let verification = Facts.of(session)?.verification, verification.accepts(peer) else {
                    return SSL_TICKET_RETURN_IGNORE_RENEW
                }
            }
            return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW
        default: return SSL_TICKET_RETURN_IGNORE_RENEW
        }
    }
}
