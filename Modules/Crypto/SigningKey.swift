import COpenSSL

/// How something is signed.
public enum SignatureAlgorithm: String, Sendable, Codable, CaseIterable {
    /// ECDSA over P-256 with SHA-256 (RFC 7518 §3.4).
    case es256 = "ES256"
    /// SM2 with SM3 (GB/T 32918, GB/T 32905), distinguishing identifier `1234567812345678` (GM/T 0009).
    case sm2 = "SM2"

    var digest: Digest { self == .es256 ? .sha256 : .sm3 }
    var curve: String { self == .es256 ? "P-256" : "SM2" }
    static let sm2Identifier = Array("1234567812345678".utf8)
}

/// A private key that signs; thread-safe, never printed.
public final class SigningKey: @unchecked Sendable, CustomStringConvertible {
    public let algorithm: SignatureAlgorithm
    let handle: OpaquePointer

    init(_ handle: OpaquePointer, _ algorithm: SignatureAlgorithm) {
        self.handle = handle
        self.algorithm = algorithm
    }

    deinit { EVP_PKEY_free(handle) }

    public var description: String { "\(algorithm.rawValue) key ‹secret›" }

    /// A new random key.
    /// - Throws: `CryptoError` `key` when this libcrypto lacks the curve.
    public static func generate(_ algorithm: SignatureAlgorithm = .es256) throws -> SigningKey {
        guard let handle = shuniu_new_ec_key(algorithm.curve) else { throw CryptoError.openSSL("key", "cannot make a key") }
        return SigningKey(handle, algorithm)
    }

    /// A key from PEM text (PKCS#8 or SEC 1, unencrypted).
    /// - Throws: `CryptoError` `key` when it is no key, or not on the algorithm's curve.
    public convenience init(pem: [UInt8], _ algorithm: SignatureAlgorithm = .es256) throws {
        self.init(try KeyShape.read(pem, "private key", on: algorithm.curve) { PEM_read_bio_PrivateKey($0, nil, nil, nil) }, algorithm)
    }

    /// PKCS#8 PEM; secret, for a file of mode 0600.
    public var pem: [UInt8] { PEM.write { PEM_write_bio_PKCS8PrivateKey($0, handle, nil, nil, 0, nil, nil) } }

    public var verifyingKey: VerifyingKey {
        EVP_PKEY_up_ref(handle)
        return VerifyingKey(handle, algorithm)
    }

    /// The signature in DER, as `openssl dgst -verify` wants it.
    public func sign(_ message: [UInt8]) throws -> [UInt8] {
        try KeyShape.withContext(
            algorithm, begin: { EVP_DigestSignInit($0, $1, algorithm.digest.algorithm, nil, handle) }
        ) { digest in
            var length = 0
            guard EVP_DigestSign(digest, nil, &length, message, message.count) == 1 else {
                throw CryptoError.openSSL("signature", "cannot sign")
            }
            var signature = [UInt8](repeating: 0, count: length)
            guard EVP_DigestSign(digest, &signature, &length, message, message.count) == 1 else {
                throw CryptoError.openSSL("signature", "cannot sign")
            }
            return Array(signature[..<length])
        }
    }

    /// The signature as two 32-byte numbers `r ‖ s`, as JWS wants it (RFC 7518 §3.4).
    public func signRaw(_ message: [UInt8]) throws -> [UInt8] { try KeyShape.raw(fromDER: sign(message)) }
}

/// A public key that checks signatures; thread-safe.
public final class VerifyingKey: @unchecked Sendable {
    public let algorithm: SignatureAlgorithm
    let handle: OpaquePointer

    init(_ handle: OpaquePointer, _ algorithm: SignatureAlgorithm) {
        self.handle = handle
        self.algorithm = algorithm
    }

    deinit { EVP_PKEY_free(handle) }

    /// A public key from PEM text (`BEGIN PUBLIC KEY`).
    /// - Throws: `CryptoError` `key` when it is none, or not on the algorithm's curve.
    public convenience init(pem: [UInt8], _ algorithm: SignatureAlgorithm = .es256) throws {
        self.init(try KeyShape.read(pem, "public key", on: algorithm.curve) { PEM_read_bio_PUBKEY($0, nil, nil, nil) }, algorithm)
    }

    /// A P-256 key from the coordinates of a JWK (RFC 7518 §6.2.1), 32 bytes each.
    /// - Throws: `CryptoError` `key` when the point does not lie on the curve.
    public convenience init(x: [UInt8], y: [UInt8]) throws {
        guard x.count == 32, y.count == 32 else { throw CryptoError("key", "coordinates must have 32 bytes each") }
        let der = KeyShape.p256Prefix + x + y
        let handle = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var place = buffer.baseAddress
            return d2i_PUBKEY(nil, &place, buffer.count)
        }
        guard let handle else { throw CryptoError.openSSL("key", "point is not on P-256") }
        self.init(handle, .es256)
    }

    public var pem: [UInt8] { PEM.write { PEM_write_bio_PUBKEY($0, handle) } }

    /// The coordinates, 32 bytes each.
    public var point: (x: [UInt8], y: [UInt8]) {
        var bytes = [UInt8](repeating: 0, count: 65)
        var length = 0
        guard EVP_PKEY_get_octet_string_param(handle, "encoded-pub-key", &bytes, 65, &length) == 1, length == 65 else {
            preconditionFailure("an EC key on a 256-bit curve has 65 bytes")
        }
        return (Array(bytes[1...32]), Array(bytes[33...64]))
    }

    /// Whether the DER signature is of this key over the message.
    public func isValid(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        let isRight = try? KeyShape.withContext(
            algorithm, begin: { EVP_DigestVerifyInit($0, $1, algorithm.digest.algorithm, nil, handle) }
        ) { EVP_DigestVerify($0, signature, signature.count, message, message.count) == 1 }
        return isRight ?? false
    }

    /// The same for `r ‖ s` of 64 bytes.
    public func isValid(raw signature: [UInt8], of message: [UInt8]) -> Bool {
        KeyShape.der(fromRaw: signature).map { isValid($0, of: message) } ?? false
    }
}

/// The forms that keys and signatures of elliptic curves take.
enum KeyShape {
    /// A key of that curve from PEM text; the caller owns it.
    static func read(_ pem: [UInt8], _ what: String, on curve: String, _ reader: (OpaquePointer) -> OpaquePointer?) throws -> OpaquePointer {
        guard let handle = try PEM.read(pem, reader) else { throw CryptoError.openSSL("key", "no \(what) in PEM") }
        guard isOn(curve, handle) else {
            EVP_PKEY_free(handle)
            throw CryptoError("key", "\(what) is not on \(curve)")
        }
        return handle
    }

    /// SubjectPublicKeyInfo of P-256 up to the uncompressed point's coordinates (RFC 5480).
    static let p256Prefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
        0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ]

    static func isOn(_ curve: String, _ key: OpaquePointer) -> Bool {
        var name = [CChar](repeating: 0, count: 64)
        var length = 0
        guard EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1 else {
            ERR_clear_error()
            return false
        }
        let text = String(decoding: name.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return text == (curve == "P-256" ? "prime256v1" : curve)
    }

    /// Runs the body with a fresh digest context, begun by `start`; for SM2 the standard identifier is set right after.
    static func withContext<T>(
        _ algorithm: SignatureAlgorithm,
        begin start: (OpaquePointer, UnsafeMutablePointer<OpaquePointer?>) -> Int32, _ body: (OpaquePointer) throws -> T
    ) throws -> T {
        guard let digest = EVP_MD_CTX_new() else { throw CryptoError.openSSL("signature", "no digest context") }
        defer { EVP_MD_CTX_free(digest) }
        // Owned by the digest context.
        var key: OpaquePointer?
        guard start(digest, &key) == 1 else { throw CryptoError.openSSL("signature", "cannot begin") }
        if algorithm == .sm2 {
            let identifier = SignatureAlgorithm.sm2Identifier
            guard EVP_PKEY_CTX_set1_id(key, identifier, Int32(identifier.count)) == 1 else {
                throw CryptoError.openSSL("signature", "cannot set the SM2 identifier")
            }
        }
        return try body(digest)
    }

    static func raw(fromDER der: [UInt8]) throws -> [UInt8] {
        let signature = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var place = buffer.baseAddress
            return d2i_ECDSA_SIG(nil, &place, buffer.count)
        }
        guard let signature else { throw CryptoError.openSSL("signature", "not a DER signature") }
        defer { ECDSA_SIG_free(signature) }
        var raw = [UInt8](repeating: 0, count: 64)
        let done = raw.withUnsafeMutableBufferPointer { buffer -> Bool in
            guard let start = buffer.baseAddress else { return false }
            return BN_bn2binpad(ECDSA_SIG_get0_r(signature), start, 32) == 32
                && BN_bn2binpad(ECDSA_SIG_get0_s(signature), start + 32, 32) == 32
        }
        guard done else { throw CryptoError.openSSL("signature", "numbers are too large") }
        return raw
    }

    /// `nil` unless 64 bytes.
    static func der(fromRaw raw: [UInt8]) -> [UInt8]? {
        guard raw.count == 64, let signature = ECDSA_SIG_new() else { return nil }
        defer { ECDSA_SIG_free(signature) }
        guard let r = BN_bin2bn(raw, 32, nil), let s = BN_bin2bn(Array(raw[32...]), 32, nil),
            ECDSA_SIG_set0(signature, r, s) == 1
        else { return nil }
        var length = i2d_ECDSA_SIG(signature, nil)
        guard length > 0 else { return nil }
        var der = [UInt8](repeating: 0, count: Int(length))
        der.withUnsafeMutableBufferPointer { buffer in
            var place = buffer.baseAddress
            length = i2d_ECDSA_SIG(signature, &place)
        }
        return der
    }
}

/// PEM text in memory.
enum PEM {
    static func read<T>(_ text: [UInt8], _ body: (OpaquePointer) -> T?) throws -> T? {
        guard text.count <= 1 << 20, let memory = BIO_new_mem_buf(text, Int32(text.count)) else {
            throw CryptoError("key", "PEM text is too large")
        }
        defer { BIO_free(memory) }
        return body(memory)
    }

    static func write(_ body: (OpaquePointer) -> Int32) -> [UInt8] {
        guard let memory = BIO_new(BIO_s_mem()) else { return [] }
        defer { BIO_free(memory) }
        guard body(memory) == 1 else { return [] }
        var start: UnsafeMutablePointer<CChar>?
        let count = shuniu_bio_bytes(memory, &start)
        guard let start, count > 0 else { return [] }
        return UnsafeRawBufferPointer(start: start, count: count).map { $0 }
    }
}
