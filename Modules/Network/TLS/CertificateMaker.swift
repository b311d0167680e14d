import Crypto
import Glibc

/// Certificates for development, tests and the first start of a host, under an authority that is forgotten with the value.
/// What makes them is `Crypto.CertificateAuthority`.
public final class CertificateMaker: Sendable {
    private let maker: CertificateAuthority

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
    /// - Throws: `CryptoError` when OpenSSL refuses, which it should not.
    public init(authority name: String = "Shuniu Development CA", days: Int = 825) throws {
        maker = try CertificateAuthority.create(name, CertificateMaker.span(from: -1, days: days)).authority
    }

    /// The authority's own certificate, for those who shall trust it.
    public var authority: [UInt8] { maker.certificate.pem }

    /// A certificate for host names or addresses (the first is its common name).
    /// - Parameters:
    ///   - from: days from today at which it begins to hold; negative for the past.
    ///   - days: length of its life from then on.
    public func issue(for hosts: [String], purpose: Purpose = .server, from: Int = -1, days: Int = 398) throws -> Pair {
        let subject = CertificateAuthority.Subject(hosts.first ?? "localhost", hosts: hosts)
        let (certificate, key) = try maker.issue(
            subject, purpose == .server ? .server : .client, CertificateMaker.span(from: from, days: days))
        return Pair(certificate: certificate.pem, key: key.pem)
    }

    /// A certificate for the key of a PKCS#10 request, for instance an RSA key.
    public func issue(request: [UInt8], for hosts: [String]) throws -> [UInt8] {
        let subject = CertificateAuthority.Subject(hosts.first ?? "localhost", hosts: hosts)
        return try maker.issue(request: request, subject, .server, CertificateMaker.span(from: -1, days: 398)).pem
    }

    /// The list of those taken back, valid for so many days; PEM.
    public func revocationList(_ certificates: [[UInt8]], days: Int = 30) throws -> [UInt8] {
        let now = Int64(time(nil))
        let revoked = try certificates.map { Revocation(serial: try Certificate(pem: $0).serial, at: now) }
        return try maker.revocationList(revoked, number: now, CertificateMaker.span(from: -1, days: days + 1)).pem
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

    private static func span(from: Int, days: Int) -> CertificateAuthority.Span {
        let start = Int64(time(nil)) + Int64(from) * 86_400
        return CertificateAuthority.Span(from: start, until: start + Int64(days) * 86_400)
    }
}
