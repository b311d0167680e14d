import COpenSSL
import Glibc

/// One X.509 certificate (RFC 5280), read only; thread-safe.
public final class Certificate: @unchecked Sendable, CustomStringConvertible {
    let handle: OpaquePointer

    /// Takes over the reference.
    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { X509_free(handle) }

    /// The first certificate of a PEM text.
    /// - Throws: `CryptoError` `certificate` when there is none.
    public convenience init(pem: [UInt8]) throws {
        guard let handle = try PEM.read(pem, { PEM_read_bio_X509($0, nil, nil, nil) }) else {
            throw CryptoError.openSSL("certificate", "no certificate in PEM")
        }
        self.init(handle)
    }

    /// A certificate from its DER bytes, without anything after them.
    /// - Throws: `CryptoError` `certificate`.
    public convenience init(der: [UInt8]) throws {
        let (handle, used) = der.withUnsafeBufferPointer { buffer -> (OpaquePointer?, Int) in
            var place = buffer.baseAddress
            let handle = d2i_X509(nil, &place, buffer.count)
            return (handle, place.flatMap { end in buffer.baseAddress.map { end - $0 } } ?? 0)
        }
        guard let handle else { throw CryptoError.openSSL("certificate", "not a certificate in DER") }
        guard used == der.count else {
            X509_free(handle)
            throw CryptoError("certificate", "bytes after the certificate")
        }
        self.init(handle)
    }

    /// Every certificate of a PEM text, in its order; at least one.
    public static func all(pem: [UInt8]) throws -> [Certificate] {
        var found: [Certificate] = []
        _ = try PEM.read(pem) { memory -> Bool? in
            while let handle = PEM_read_bio_X509(memory, nil, nil, nil) { found.append(Certificate(handle)) }
            return true
        }
        ERR_clear_error()
        guard !found.isEmpty else { throw CryptoError("certificate", "no certificate in PEM") }
        return found
    }

    public var der: [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509(handle, &bytes)
        guard count > 0, let start = bytes else { return [] }
        defer { CRYPTO_free(bytes, nil, 0) }
        return Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    public var pem: [UInt8] { PEM.write { PEM_write_bio_X509($0, handle) } }

    /// Who it is about, as RFC 4514 writes it: `CN=…,O=…`.
    public var subject: String { X509Text.name(X509_get_subject_name(handle)) }
    public var issuer: String { X509Text.name(X509_get_issuer_name(handle)) }
    public var commonName: String? { X509Text.commonName(X509_get_subject_name(handle)) }
    /// Hexadecimal, upper case, without leading zeros of whole bytes.
    public var serial: String { X509Text.serial(X509_get0_serialNumber(handle)) }
    /// Seconds since 1970, inclusive at both ends.
    public var validFrom: Int64 { X509Text.seconds(X509_get0_notBefore(handle)) }
    public var validUntil: Int64 { X509Text.seconds(X509_get0_notAfter(handle)) }
    public var isAuthority: Bool { X509_check_ca(handle) > 0 }

    /// SHA-256 of the DER bytes: `x5t#S256` of RFC 8705, and what people compare.
    public var thumbprint: [UInt8] { Digest.sha256.of(der) }

    /// Whether that certificate's key signed this one, and the names agree.
    public func isIssued(by authority: Certificate) -> Bool {
        defer { ERR_clear_error() }
        guard X509_check_issued(authority.handle, handle) == X509_V_OK else { return false }
        return X509_verify(handle, X509_get0_pubkey(authority.handle)) == 1
    }

    /// DNS names and addresses of the subject alternative name.
    public var hosts: [String] {
        guard let found = X509_get_ext_d2i(handle, NID_subject_alt_name, nil, nil) else { return [] }
        defer { shuniu_general_names_free(found) }
        let names = OpaquePointer(found)
        return (0..<OPENSSL_sk_num(names)).compactMap { place in
            guard let name = OPENSSL_sk_value(names, place) else { return nil }
            var kind: Int32 = 0
            guard let value = GENERAL_NAME_get0_value(name.assumingMemoryBound(to: GENERAL_NAME.self), &kind) else { return nil }
            let text = value.assumingMemoryBound(to: ASN1_STRING.self)
            let bytes = X509Text.bytes(text)
            switch kind {
            case GEN_DNS: return String(decoding: bytes, as: UTF8.self)
            case GEN_IPADD: return X509Text.address(bytes)
            default: return nil
            }
        }
    }

    public var description: String { "\(subject) (\(serial))" }
}

/// What the library's values look like as text and numbers.
enum X509Text {
    static func name(_ name: OpaquePointer?) -> String {
        guard let name else { return "" }
        return String(decoding: PEM.write { shuniu_name_print($0, name) >= 0 ? 1 : 0 }, as: UTF8.self)
    }

    static func commonName(_ name: OpaquePointer?) -> String? {
        let place = X509_NAME_get_index_by_NID(name, NID_commonName, -1)
        guard place >= 0, let entry = X509_NAME_get_entry(name, place), let text = X509_NAME_ENTRY_get_data(entry) else { return nil }
        var start: UnsafeMutablePointer<UInt8>?
        let count = ASN1_STRING_to_UTF8(&start, text)
        guard count >= 0, let start else { return nil }
        defer { CRYPTO_free(start, nil, 0) }
        return String(decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    }

    static func serial(_ number: UnsafePointer<ASN1_INTEGER>?) -> String {
        guard let big = ASN1_INTEGER_to_BN(number, nil) else { return "" }
        defer { BN_free(big) }
        guard let text = BN_bn2hex(big) else { return "" }
        defer { CRYPTO_free(text, nil, 0) }
        return String(cString: text)
    }

    static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return Int64(timegm(&parts))
    }

    static func bytes(_ text: UnsafePointer<ASN1_STRING>) -> [UInt8] {
        guard let start = ASN1_STRING_get0_data(text) else { return [] }
        return Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(text))))
    }

    static func address(_ bytes: [UInt8]) -> String? {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        var text = [CChar](repeating: 0, count: 64)
        guard inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
