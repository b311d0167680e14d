import COpenSSL
import Crypto

/// Which client certificates are good: issued by a listed authority, in time, for clients, and not revoked.
final class PeerVerification: @unchecked Sendable {
    let store: OpaquePointer
    /// Names of the authorities, told to clients so that they offer no other certificate, and browsers without one do not ask.
    let names: OpaquePointer
    private(set) var terms: [TLSTerm] = []

    /// - Throws: `NetworkError` `client-ca` or `revocation-list` that names the file.
    init(authorities: [String], lists: [String]) throws {
        guard let store = X509_STORE_new(), let names = OPENSSL_sk_new_null() else {
            throw NetworkError.openSSL("tls", "无法创建证书库")
        }
        self.store = store
        self.names = names
        // Who is listed is trusted, also where it is not the root.
        var flags = UInt(X509_V_FLAG_PARTIAL_CHAIN)
        if !lists.isEmpty { flags |= UInt(X509_V_FLAG_CRL_CHECK) }
        X509_STORE_set_flags(store, flags)
        var issuers: [(authority: Certificate, file: String)] = []
        for path in authorities {
            let file = try PEMFile(path)
            guard let certificates = try? Certificate.all(pem: file.bytes), certificates.allSatisfy(\.isAuthority) else {
                throw NetworkError.openSSL("client-ca", "客户端根证书文件“\(path)”不是有效的根证书（PEM）。请检查文件内容")
            }
            for handle in file.all({ PEM_read_bio_X509($0, nil, nil, nil) }) {
                defer { X509_free(handle) }
                guard X509_STORE_add_cert(store, handle) == 1, let name = X509_NAME_dup(X509_get_subject_name(handle)) else {
                    throw NetworkError.openSSL("client-ca", "客户端根证书文件“\(path)”无法使用。请检查文件内容")
                }
                OPENSSL_sk_push(names, UnsafeRawPointer(name))
            }
            issuers += certificates.map { ($0, path) }
            terms += certificates.map { TLSTerm(kind: .clientAuthority, file: path, subject: $0.subject, until: $0.validUntil) }
        }
        try addLists(lists, issuers)
    }

    deinit {
        X509_STORE_free(store)
        shuniu_names_free(names)
    }

    private func addLists(_ paths: [String], _ issuers: [(authority: Certificate, file: String)]) throws {
        var covered: Set<String> = []
        for path in paths {
            let file = try PEMFile(path)
            let handles = file.all { PEM_read_bio_X509_CRL($0, nil, nil, nil) }
            defer { for handle in handles { X509_CRL_free(handle) } }
            guard !handles.isEmpty, let list = try? RevocationList(pem: file.bytes) else {
                throw NetworkError.openSSL("revocation-list", "吊销列表“\(path)”不是有效的 CRL（PEM）。请检查文件内容")
            }
            guard let issuer = issuers.first(where: { list.isIssued(by: $0.authority) }) else {
                throw NetworkError(
                    "revocation-list", "吊销列表“\(path)”不是由所配置的任何根证书签发的。请更换列表，或补充其根证书。",
                    log: "revocation list of an unknown authority")
            }
            covered.insert(issuer.authority.serial)
            for handle in handles {
                guard X509_STORE_add_crl(store, handle) == 1 else {
                    throw NetworkError.openSSL("revocation-list", "吊销列表“\(path)”无法使用。请检查文件内容")
                }
            }
            if let until = list.validUntil {
                terms.append(TLSTerm(kind: .revocationList, file: path, subject: list.issuer, until: until))
            }
        }
        guard !paths.isEmpty, let open = issuers.first(where: { !covered.contains($0.authority.serial) }) else { return }
        throw NetworkError(
            "revocation-list", "根证书“\(open.file)”没有对应的吊销列表，其签发的证书将全部被拒绝。请补充列表，或删除该根证书。",
            log: "an authority has no revocation list")
    }

    /// Whether a certificate would be accepted now.
    func accepts(_ certificate: OpaquePointer) -> Bool {
        guard let context = X509_STORE_CTX_new() else { return false }
        defer {
            X509_STORE_CTX_free(context)
            ERR_clear_error()
        }
        guard X509_STORE_CTX_init(context, store, certificate, nil) == 1, X509_STORE_CTX_set_default(context, "ssl_client") == 1
        else { return false }
        return X509_verify_cert(context) == 1
    }
}
