import COpenSSL
import Synchronization

/// TLS as a client speaks it: whom it believes. Sessions are made from it, one a connection; what each shows of itself is its own, so that
/// all who believe the same share one.
final class ClientTLS: Sendable {
    /// PEM files of a client certificate and its key.
    typealias Files = (file: String, key: String)

    // OpenSSL counts references; nothing is changed after `init`.
    private nonisolated(unsafe) let context: OpaquePointer
    private let verifies: Bool
    /// Kept so that the next client finds them.
    private let authorities: TrustStore?

    private struct Key: Hashable {
        var store: ObjectIdentifier
        var protocols: [String]
    }

    private struct Known {
        weak var tls: ClientTLS?
    }

    private static let known = Mutex<[Key: Known]>([:])

    /// How many there are at present that are shared.
    static var sharedCount: Int { known.withLock { $0.values.count { $0.tls != nil } } }

    /// Where the system's authorities are believed, one for all; `nil` where there is to be no TLS.
    /// - Throws: `NetworkError` when a file is missing or wrong.
    static func shared(_ trust: HTTPClient.Trust, protocols: [String]) throws -> ClientTLS? {
        guard case .system(let file) = trust else { return try ClientTLS(trust, protocols: protocols) }
        let store = try TrustStore.shared(also: file)
        let key = Key(store: ObjectIdentifier(store), protocols: protocols)
        return try known.withLock { known in
            if let tls = known[key]?.tls, tls.authorities === store { return tls }
            known = known.filter { $0.value.tls != nil }
            let fresh = try ClientTLS(trust, store, protocols: protocols)
            known[key] = Known(tls: fresh)
            return fresh
        }
    }

    /// `nil` where there is to be no TLS.
    /// - Throws: `NetworkError` when a file is missing or wrong.
    private init?(_ trust: HTTPClient.Trust, _ store: TrustStore? = nil, protocols: [String]) throws {
        if case .plain = trust { return nil }
        guard let made = SSL_CTX_new(TLS_client_method()) else { throw Self.failure("tls", "无法创建 TLS 环境") }
        context = made
        _ = shuniu_ctx_min_version(made, TLS1_2_VERSION)
        // A connection that waits for an answer needs no buffers of 34 KiB meanwhile.
        // Where writing may have to wait, it goes on in pieces, from wherever the bytes are by then.
        _ = shuniu_ctx_set_mode(made, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        var offered: [UInt8] = []
        for name in protocols { offered += [UInt8(name.utf8.count)] + Array(name.utf8) }
        if !offered.isEmpty { SSL_CTX_set_alpn_protos(made, offered, UInt32(offered.count)) }
        if case .authority(let file) = trust {
            (verifies, authorities) = (true, nil)
            guard SSL_CTX_load_verify_locations(made, file, nil) == 1 else {
                throw Self.failure("authority", "根证书文件“\(file)”无法读取。请检查路径")
            }
            SSL_CTX_set_verify(made, SSL_VERIFY_PEER, nil)
        } else if case .system(let file) = trust {
            verifies = true
            let shared = try store ?? TrustStore.shared(also: file)
            shared.give(to: made)
            authorities = shared
            SSL_CTX_set_verify(made, SSL_VERIFY_PEER, nil)
        } else {
            (verifies, authorities) = (false, nil)
        }
    }

    deinit { SSL_CTX_free(context) }

    /// Says good-bye and frees the session, where there is one; what resumes it takes the ticket's place.
    static func end(_ session: inout OpaquePointer?, keeping ticket: inout OpaquePointer?) {
        if let session {
            if SSL_is_init_finished(session) == 1 {
                if let fresh = SSL_get1_session(session) {
                    if let ticket { SSL_SESSION_free(ticket) }
                    ticket = fresh
                }
                SSL_shutdown(session)
            }
            SSL_free(session)
        }
        ERR_clear_error()
        session = nil
    }

    /// A session for the socket, before its handshake; the caller frees it.
    func session(on descriptor: Int32, for serverName: String, certificate: Files?) throws -> OpaquePointer {
        guard let fresh = SSL_new(context) else { throw Self.failure("tls", "无法创建 TLS 连接") }
        if let certificate {
            guard SSL_use_certificate_chain_file(fresh, certificate.file) == 1, SSL_use_PrivateKey_file(fresh, certificate.key, SSL_FILETYPE_PEM) == 1 else {
                SSL_free(fresh)
                throw Self.failure("client-certificate", "客户端证书“\(certificate.file)”无法使用。请检查证书与私钥")
            }
        }
        SSL_set_fd(fresh, descriptor)
        // A numeric address is no server name (RFC 6066 §3); against it stands the certificate's iPAddress, which SSL_set1_host sees to.
        if SocketAddress(serverName, port: 1) == nil { _ = shuniu_ssl_server_name(fresh, serverName) }
        if verifies, SSL_set1_host(fresh, serverName) != 1 {
            SSL_free(fresh)
            throw Self.failure("handshake", "主机名“\(serverName)”不能用于校验证书")
        }
        return fresh
    }

    static func failure(_ code: String, _ sentence: String) -> NetworkError {
        let reason = ERR_reason_error_string(ERR_peek_error()).map { String(cString: $0) } ?? "unknown"
        ERR_clear_error()
        return NetworkError(code, "\(sentence)（\(reason)）。", log: "OpenSSL: \(reason)")
    }
}
