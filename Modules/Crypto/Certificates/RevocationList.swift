import COpenSSL

/// A certificate that its authority took back.
public struct Revocation: Sendable, Hashable {
    /// Why, as RFC 5280 §5.3.1 numbers it.
    public enum Reason: Int, Sendable, CaseIterable {
        case unspecified = 0, keyCompromise = 1, affiliationChanged = 3, superseded = 4, cessationOfOperation = 5
    }

    /// Hexadecimal, as `Certificate.serial`.
    public var serial: String
    /// Seconds since 1970.
    public var at: Int64
    public var reason: Reason

    public init(serial: String, at: Int64, reason: Reason = .unspecified) {
        self.serial = serial
        self.at = at
        self.reason = reason
    }
}

/// A certificate revocation list (RFC 5280 §5), read only; thread-safe.
public final class RevocationList: @unchecked Sendable {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { X509_CRL_free(handle) }

    /// - Throws: `CryptoError` `certificate` when the PEM text holds no list.
    public convenience init(pem: [UInt8]) throws {
        guard let handle = try PEM.read(pem, { PEM_read_bio_X509_CRL($0, nil, nil, nil) }) else {
            throw CryptoError.openSSL("certificate", "no revocation list in PEM")
        }
        self.init(handle)
    }

    public var pem: [UInt8] { PEM.write { PEM_write_bio_X509_CRL($0, handle) } }
    public var issuer: String { X509Text.name(X509_CRL_get_issuer(handle)) }
    /// Seconds since 1970.
    public var madeAt: Int64 { X509Text.seconds(X509_CRL_get0_lastUpdate(handle)) }
    /// Until when it may be used; `nil`: not said.
    public var validUntil: Int64? { X509_CRL_get0_nextUpdate(handle).map { X509Text.seconds($0) } }

    /// Serials in the list.
    public var serials: Set<String> {
        guard let entries = X509_CRL_get_REVOKED(handle) else { return [] }
        return Set(
            (0..<OPENSSL_sk_num(entries)).compactMap { place in
                OPENSSL_sk_value(entries, place).map { X509Text.serial(X509_REVOKED_get0_serialNumber(OpaquePointer($0))) }
            })
    }

    public func isIssued(by authority: Certificate) -> Bool {
        defer { ERR_clear_error() }
        return X509_NAME_cmp(X509_CRL_get_issuer(handle), X509_get_subject_name(authority.handle)) == 0
            && X509_CRL_verify(handle, X509_get0_pubkey(authority.handle)) == 1
    }
}
