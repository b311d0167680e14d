import CLinux
import COpenSSL
import Glibc

/// Makes a small authority of one's own and server and client certificates under it: for development, tests and the
/// first start of a host. EC P-256, SHA-256.
public final class CertificateMaker {
    private let key: OpaquePointer
    private let certificate: OpaquePointer

    /// A certificate and its key as PEM text.
    public struct Pair: Sendable {
        /// The certificate.
        public let certificate: [UInt8]
        /// The private key; secret.
        public let key: [UInt8]
    }

    /// What a certificate is for.
    public enum Purpose: Sendable { case server, client }

    /// A new authority of that name, valid from a day ago for so many days.
    /// - Throws: `NetworkError` when OpenSSL refuses, which it should not.
    public init(authority name: String = "Shuniu Development CA", days: Int = 825) throws {
        let fresh = try CertificateMaker.newKey()
        do {
            certificate = try CertificateMaker.make(
                name, hosts: [], from: -1, days: days, key: fresh, issuer: nil, issuerKey: fresh, purpose: nil)
            key = fresh
        } catch {
            EVP_PKEY_free(fresh)
            throw error
        }
    }

    deinit {
        X509_free(certificate)
        EVP_PKEY_free(key)
    }

    /// The authority's own certificate, for those who shall trust it.
    public var authority: [UInt8] { CertificateMaker.text { PEM_write_bio_X509($0, certificate) } }

    /// A certificate for host names or addresses (the first is its common name).
    /// - Parameters:
    ///   - from: days from today at which it begins to hold; negative for the past.
    ///   - days: length of its life from then on.
    public func issue(
        for hosts: [String], purpose: Purpose = .server, from: Int = -1, days: Int = 398
    ) throws -> Pair {
        let own = try CertificateMaker.newKey()
        defer { EVP_PKEY_free(own) }
        let made = try CertificateMaker.make(
            hosts.first ?? "localhost", hosts: hosts, from: from, days: days, key: own, issuer: certificate,
            issuerKey: key, purpose: purpose)
        defer { X509_free(made) }
        return Pair(
            certificate: CertificateMaker.text { PEM_write_bio_X509($0, made) },
            key: CertificateMaker.text { PEM_write_bio_PrivateKey($0, own, nil, nil, 0, nil, nil) })
    }

    /// Writes `ca.pem`, `server.pem` and `server.key` (mode 0600) into a folder that exists.
    /// - Returns: the three paths.
    /// - Throws: `NetworkError` that names the file which could not be written.
    public static func writeDevelopmentFiles(
        in folder: String, hosts: [String] = ["localhost", "127.0.0.1", "::1"]
    ) throws -> (authority: String, certificate: String, key: String) {
        let maker = try CertificateMaker()
        let server = try maker.issue(for: hosts)
        let paths = (authority: folder + "/ca.pem", certificate: folder + "/server.pem", key: folder + "/server.key")
        try write(maker.authority, to: paths.authority, mode: 0o644)
        try write(server.certificate, to: paths.certificate, mode: 0o644)
        try write(server.key, to: paths.key, mode: 0o600)
        return paths
    }

    /// Writes a file anew with these rights.
    public static func write(_ bytes: [UInt8], to path: String, mode: Int) throws {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
        guard descriptor >= 0 else { throw NetworkError.system("file-write", "无法写入文件“\(path)”", errno) }
        defer { close(descriptor) }
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count else { throw NetworkError.system("file-write", "无法写入文件“\(path)”", errno) }
    }

    // MARK: Making

    private static func newKey() throws -> OpaquePointer {
        guard let key = shuniu_new_ec_key("P-256") else { throw failure() }
        return key
    }

    private static func make(
        _ name: String, hosts: [String], from: Int, days: Int, key: OpaquePointer, issuer: OpaquePointer?,
        issuerKey: OpaquePointer, purpose: Purpose?
    ) throws -> OpaquePointer {
        guard let made = X509_new() else { throw failure() }
        var isKept = false
        defer { if !isKept { X509_free(made) } }
        X509_set_version(made, 2)
        var random = [UInt8](repeating: 0, count: 16)
        guard RAND_bytes(&random, 16) == 1, let number = BN_bin2bn(random, 16, nil) else { throw failure() }
        defer { BN_free(number) }
        guard BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made)) != nil,
            X509_gmtime_adj(X509_getm_notBefore(made), from * 86_400) != nil,
            X509_gmtime_adj(X509_getm_notAfter(made), (from + days) * 86_400) != nil,
            X509_set_pubkey(made, key) == 1, let subject = X509_get_subject_name(made),
            X509_NAME_add_entry_by_txt(subject, "CN", Int32(0x1000), Array(name.utf8), Int32(name.utf8.count), -1, 0) == 1,
            X509_set_issuer_name(made, issuer.map { X509_get_subject_name($0) } ?? subject) == 1
        else { throw failure() }
        let isAuthority = issuer == nil
        try add(made, issuer ?? made, NID_basic_constraints, isAuthority ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE")
        try add(made, issuer ?? made, NID_key_usage, isAuthority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature")
        try add(made, issuer ?? made, NID_subject_key_identifier, "hash")
        if let purpose {
            try add(made, issuer ?? made, NID_ext_key_usage, purpose == .server ? "serverAuth" : "clientAuth")
            let names = hosts.map { $0.contains(":") || isIPv4($0) ? "IP:\($0)" : "DNS:\($0)" }
            if !names.isEmpty { try add(made, issuer ?? made, NID_subject_alt_name, names.joined(separator: ",")) }
        }
        guard X509_sign(made, issuerKey, EVP_sha256()) > 0 else { throw failure() }
        isKept = true
        return made
    }

    private static func add(_ made: OpaquePointer, _ issuer: OpaquePointer, _ kind: Int32, _ value: String) throws {
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer, made, nil, nil, 0)
        guard let piece = X509V3_EXT_conf_nid(nil, &context, kind, value) else { throw failure() }
        defer { X509_EXTENSION_free(piece) }
        guard X509_add_ext(made, piece, -1) == 1 else { throw failure() }
    }

    private static func isIPv4(_ host: String) -> Bool {
        var address = in_addr()
        return inet_pton(AF_INET, host, &address) == 1
    }

    private static func text(_ write: (OpaquePointer) -> Int32) -> [UInt8] {
        guard let memory = BIO_new(BIO_s_mem()) else { return [] }
        defer { BIO_free(memory) }
        guard write(memory) == 1 else { return [] }
        var start: UnsafeMutablePointer<CChar>?
        let count = shuniu_bio_bytes(memory, &start)
        guard let start, count > 0 else { return [] }
        return UnsafeRawBufferPointer(start: start, count: count).map { $0 }
    }

    private static func failure() -> NetworkError {
        let reason = ERR_reason_error_string(ERR_peek_last_error()).map { String(cString: $0) } ?? "unknown"
        ERR_clear_error()
        return NetworkError("certificate-maker", "无法生成证书：\(reason)。请检查主机名是否正确。", log: "OpenSSL: \(reason)")
    }
}
