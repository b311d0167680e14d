import COpenSSL
import Glibc

/// A small authority of one's own: issues server and client certificates and takes them back. EC P-256, SHA-256.
///
/// It keeps nothing; whoever uses it keeps key, serials and revocations (`shuniu ca`).
public final class CertificateAuthority: Sendable {
    public let certificate: Certificate
    private let key: SigningKey

    /// What a certificate is for.
    public enum Purpose: String, Sendable, CaseIterable { case server, client }

    /// What shall be certified.
    public struct Subject: Sendable, Hashable {
        /// The common name, 1…64 characters.
        public var name: String
        /// The organisation; for partners their credit code stands here.
        public var organisation: String?
        /// DNS names (a leading `*.` is a wildcard) or addresses; needed for servers.
        public var hosts: [String]

        public init(_ name: String, organisation: String? = nil, hosts: [String] = []) {
            self.name = name
            self.organisation = organisation
            self.hosts = hosts
        }
    }

    /// When something holds, in seconds since 1970.
    public struct Span: Sendable, Hashable {
        public var from: Int64
        public var until: Int64

        public init(from: Int64, until: Int64) {
            self.from = from
            self.until = until
        }

        /// From a day before `now`, so that clocks which go a little wrong agree, for so many days after it.
        public static func days(_ days: Int, now: Int64) -> Span {
            Span(from: now - 86_400, until: now + Int64(days) * 86_400)
        }
    }

    /// An authority that exists.
    /// - Throws: `CryptoError` `certificate` when it is none, or the key is another's.
    public init(certificate: Certificate, key: SigningKey) throws {
        guard certificate.isAuthority else { throw CryptoError("certificate", "not the certificate of an authority") }
        defer { ERR_clear_error() }
        guard X509_check_private_key(certificate.handle, key.handle) == 1 else {
            throw CryptoError("certificate", "the key belongs to another certificate")
        }
        self.certificate = certificate
        self.key = key
    }

    /// A new authority that signs its own certificate; keep the key.
    public static func create(_ name: String, _ span: Span) throws -> (authority: CertificateAuthority, key: SigningKey) {
        let key = try SigningKey.generate()
        let made = try Blank(Subject(name), span, publicKey: key.handle)
        guard X509_set_issuer_name(made.handle, X509_get_subject_name(made.handle)) == 1 else { throw Self.failure() }
        try made.add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0", issuer: made.handle)
        try made.add(NID_key_usage, "critical,keyCertSign,cRLSign", issuer: made.handle)
        try made.add(NID_subject_key_identifier, "hash", issuer: made.handle)
        let certificate = try made.signed(with: key)
        return (try CertificateAuthority(certificate: certificate, key: key), key)
    }

    /// A certificate and a new key for it.
    public func issue(_ subject: Subject, _ purpose: Purpose, _ span: Span) throws -> (certificate: Certificate, key: SigningKey) {
        let key = try SigningKey.generate()
        return (try certify(key.handle, subject, purpose, span), key)
    }

    /// A certificate for the key of a PKCS#10 request (PEM), which must be signed by it. Only the key is taken from the
    /// request; the subject is what the caller says.
    /// - Throws: `CryptoError` `request` when it is none, not signed by its key, or the key is too weak (less than 112 bits).
    public func issue(request pem: [UInt8], _ subject: Subject, _ purpose: Purpose, _ span: Span) throws -> Certificate {
        guard let request = try PEM.read(pem, { PEM_read_bio_X509_REQ($0, nil, nil, nil) }) else {
            throw CryptoError.openSSL("request", "no certificate request in PEM")
        }
        defer {
            X509_REQ_free(request)
            ERR_clear_error()
        }
        guard let publicKey = X509_REQ_get0_pubkey(request), X509_REQ_verify(request, publicKey) == 1 else {
            throw CryptoError.openSSL("request", "the request is not signed by its key")
        }
        guard EVP_PKEY_get_security_bits(publicKey) >= 112 else { throw CryptoError("request", "the key is too weak") }
        return try certify(publicKey, subject, purpose, span)
    }

    /// The list of what was taken back. The number must grow from list to list.
    public func revocationList(_ revoked: [Revocation], number: Int64, _ span: Span) throws -> RevocationList {
        guard let made = X509_CRL_new() else { throw Self.failure() }
        let list = RevocationList(made)
        let from = ASN1_TIME_set(nil, Int(span.from)), until = ASN1_TIME_set(nil, Int(span.until))
        defer {
            ASN1_TIME_free(from)
            ASN1_TIME_free(until)
        }
        guard X509_CRL_set_version(made, 1) == 1,
            X509_CRL_set_issuer_name(made, X509_get_subject_name(certificate.handle)) == 1,
            X509_CRL_set1_lastUpdate(made, from) == 1, X509_CRL_set1_nextUpdate(made, until) == 1
        else { throw Self.failure() }
        for one in revoked { try Self.add(one, to: made) }
        X509_CRL_sort(made)
        guard let count = ASN1_INTEGER_new() else { throw Self.failure() }
        defer { ASN1_INTEGER_free(count) }
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, certificate.handle, nil, nil, made, 0)
        guard ASN1_INTEGER_set_int64(count, number) == 1,
            X509_CRL_add1_ext_i2d(made, NID_crl_number, count, 0, 0) == 1,
            let mark = X509V3_EXT_conf_nid(nil, &context, NID_authority_key_identifier, "keyid:always")
        else { throw Self.failure() }
        defer { X509_EXTENSION_free(mark) }
        guard X509_CRL_add_ext(made, mark, -1) == 1, X509_CRL_sign(made, key.handle, EVP_sha256()) > 0 else { throw Self.failure() }
        return list
    }

    private static func add(_ one: Revocation, to list: OpaquePointer) throws {
        var number: OpaquePointer?
        guard !one.serial.isEmpty, one.serial.utf8.count <= 40, one.serial.allSatisfy(\.isHexDigit),
            BN_hex2bn(&number, one.serial) > 0, let number
        else { throw CryptoError("certificate", "serial is not hexadecimal") }
        defer { BN_free(number) }
        let serial = BN_to_ASN1_INTEGER(number, nil), at = ASN1_TIME_set(nil, Int(one.at))
        defer {
            ASN1_INTEGER_free(serial)
            ASN1_TIME_free(at)
        }
        guard let entry = X509_REVOKED_new() else { throw failure() }
        var isKept = false
        defer { if !isKept { X509_REVOKED_free(entry) } }
        guard X509_REVOKED_set_serialNumber(entry, serial) == 1, X509_REVOKED_set_revocationDate(entry, at) == 1 else { throw failure() }
        // "Unspecified" is said by saying nothing (RFC 5280 §5.3.1).
        if one.reason != .unspecified {
            guard let reason = ASN1_ENUMERATED_new() else { throw failure() }
            defer { ASN1_ENUMERATED_free(reason) }
            guard ASN1_ENUMERATED_set(reason, one.reason.rawValue) == 1,
                X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, reason, 0, 0) == 1
            else { throw failure() }
        }
        guard X509_CRL_add0_revoked(list, entry) == 1 else { throw failure() }
        isKept = true
    }

    private func certify(_ publicKey: OpaquePointer, _ subject: Subject, _ purpose: Purpose, _ span: Span) throws -> Certificate {
        guard purpose == .client || !subject.hosts.isEmpty else { throw CryptoError("certificate", "a server needs a host name") }
        guard subject.hosts.allSatisfy(HostName.isGood) else { throw CryptoError("certificate", "not a host name or address") }
        let made = try Blank(subject, span, publicKey: publicKey)
        let issuer = certificate.handle
        guard X509_set_issuer_name(made.handle, X509_get_subject_name(issuer)) == 1 else { throw Self.failure() }
        try made.add(NID_basic_constraints, "critical,CA:FALSE", issuer: issuer)
        try made.add(NID_key_usage, "critical,digitalSignature", issuer: issuer)
        try made.add(NID_ext_key_usage, purpose == .server ? "serverAuth" : "clientAuth", issuer: issuer)
        try made.add(NID_subject_key_identifier, "hash", issuer: issuer)
        try made.add(NID_authority_key_identifier, "keyid:always", issuer: issuer)
        if !subject.hosts.isEmpty {
            let names = subject.hosts.map { (HostName.isAddress($0) ? "IP:" : "DNS:") + $0 }
            try made.add(NID_subject_alt_name, names.joined(separator: ","), issuer: issuer)
        }
        return try made.signed(with: key)
    }

    private static func failure() -> CryptoError { .openSSL("certificate", "cannot make it") }

    /// A certificate that is being made.
    private struct Blank {
        private let made: Certificate
        var handle: OpaquePointer { made.handle }

        init(_ subject: Subject, _ span: Span, publicKey: OpaquePointer) throws {
            guard (1...64).contains(subject.name.count), subject.organisation.map({ (1...64).contains($0.count) }) ?? true else {
                throw CryptoError("certificate", "a name has 1 to 64 characters")
            }
            guard [subject.name, subject.organisation ?? ""].allSatisfy({ $0.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 } }) else {
                throw CryptoError("certificate", "a name has no control characters")
            }
            guard span.from < span.until else { throw CryptoError("certificate", "it would end before it begins") }
            guard let made = X509_new() else { throw CertificateAuthority.failure() }
            self.made = Certificate(made)
            var random = Secrets.random(16)
            // Positive and never shorter than 16 bytes of hexadecimal text.
            random[0] = random[0] & 0x7F | 0x40
            guard let number = BN_bin2bn(random, 16, nil), let name = X509_get_subject_name(made) else {
                throw CertificateAuthority.failure()
            }
            defer { BN_free(number) }
            guard X509_set_version(made, 2) == 1, BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made)) != nil,
                ASN1_TIME_set(X509_getm_notBefore(made), Int(span.from)) != nil,
                ASN1_TIME_set(X509_getm_notAfter(made), Int(span.until)) != nil, X509_set_pubkey(made, publicKey) == 1,
                Self.add("CN", subject.name, to: name), subject.organisation.map({ Self.add("O", $0, to: name) }) ?? true
            else { throw CertificateAuthority.failure() }
        }

        func add(_ kind: Int32, _ value: String, issuer: OpaquePointer) throws {
            var context = X509V3_CTX()
            X509V3_set_ctx(&context, issuer, handle, nil, nil, 0)
            guard let piece = X509V3_EXT_conf_nid(nil, &context, kind, value) else { throw CertificateAuthority.failure() }
            defer { X509_EXTENSION_free(piece) }
            guard X509_add_ext(handle, piece, -1) == 1 else { throw CertificateAuthority.failure() }
        }

        func signed(with key: SigningKey) throws -> Certificate {
            guard X509_sign(handle, key.handle, EVP_sha256()) > 0 else { throw CertificateAuthority.failure() }
            return made
        }

        private static func add(_ field: String, _ value: String, to name: OpaquePointer) -> Bool {
            let utf8: Int32 = 0x1000
            return X509_NAME_add_entry_by_txt(name, field, utf8, Array(value.utf8), Int32(value.utf8.count), -1, 0) == 1
        }
    }
}

/// Names of hosts as certificates hold them.
enum HostName {
    static func isAddress(_ host: String) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        return inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1
    }

    /// Letters, digits, hyphens and dots, with `*.` in front at most: nothing that would start another entry.
    static func isGood(_ host: String) -> Bool {
        if isAddress(host) { return true }
        let labels = (host.hasPrefix("*.") ? host.dropFirst(2) : host[...]).split(separator: ".", omittingEmptySubsequences: false)
        return host.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.utf8.first != 45 && label.utf8.last != 45
                    && label.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 }
            }
    }
}
