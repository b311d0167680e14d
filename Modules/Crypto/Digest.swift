import COpenSSL

/// Digests and message authentication by libcrypto.
public enum Digest: String, Sendable, CaseIterable {
    case sha1, sha256, sm3

    /// The digest's length in bytes.
    public var length: Int { self == .sha1 ? 20 : 32 }

    /// The digest of the bytes.
    public func of(_ input: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: length)
        var count: UInt32 = 0
        let done = EVP_Digest(input, input.count, &digest, &count, algorithm, nil)
        precondition(done == 1 && Int(count) == length, "libcrypto has no \(rawValue)")
        return digest
    }

    /// The digest of bytes that lie in another collection.
    public func of(_ bytes: some Collection<UInt8>) -> [UInt8] { of(Array(bytes)) }

    /// HMAC (RFC 2104) with this digest; a key of any length.
    public func mac(key: [UInt8], _ bytes: some Collection<UInt8>) -> [UInt8] {
        let input = Array(bytes)
        var digest = [UInt8](repeating: 0, count: length)
        var count = 0
        let made = EVP_Q_mac(nil, "HMAC", nil, name, nil, key, key.count, input, input.count, &digest, digest.count, &count)
        precondition(made != nil && count == length, "libcrypto has no HMAC with \(rawValue)")
        return digest
    }

    var algorithm: OpaquePointer? {
        switch self {
        case .sha1: Self.fetched.sha1
        case .sha256: Self.fetched.sha256
        case .sm3: Self.fetched.sm3
        }
    }

    /// Fetched once: a fetch for each digest costs more than the digest of a short text. Immutable after that (EVP_MD_fetch(3)).
    nonisolated(unsafe) private static let fetched = (
        sha1: EVP_MD_fetch(nil, "SHA1", nil), sha256: EVP_MD_fetch(nil, "SHA256", nil), sm3: EVP_MD_fetch(nil, "SM3", nil)
    )

    var name: String {
        switch self {
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sm3: "SM3"
        }
    }
}

/// Random bytes, comparison in constant time, and texts of bytes.
public enum Secrets {
    /// Whether both are equal; the time does not tell where they differ.
    public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }

    /// Bytes of the system's random generator. A machine without entropy must not hand out secrets, so failure ends the process.
    public static func random(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(RAND_bytes(&bytes, Int32(count)) == 1, "the system gives no random bytes")
        return bytes
    }

    /// A uniform number below the limit (1…256), without the bias of a plain remainder.
    public static func random(below limit: Int) -> Int {
        let ceiling = 256 - 256 % limit
        while true {
            for byte in random(16) where Int(byte) < ceiling { return Int(byte) % limit }
        }
    }
}
