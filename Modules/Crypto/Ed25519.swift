import COpenSSL

/// A private Ed25519 key (RFC 8032), from its seed of 32 bytes; never printed.
public final class Ed25519Key: @unchecked Sendable {
    private let handle: OpaquePointer

    /// - Throws: `CryptoError` `key` when the seed has not 32 bytes.
    public init(seed: [UInt8]) throws {
        guard seed.count == 32, let handle = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
        else {
            throw CryptoError.openSSL("key", "no Ed25519 seed")
        }
        self.handle = handle
    }

    deinit { EVP_PKEY_free(handle) }

    /// 32 bytes.
    public var publicKey: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var length = bytes.count
        guard EVP_PKEY_get_raw_public_key(handle, &bytes, &length) == 1, length == 32 else {
            preconditionFailure("an Ed25519 key has a public key of 32 bytes")
        }
        return bytes
    }

    /// 64 bytes.
    public func sign(_ message: [UInt8]) throws -> [UInt8] {
        guard let digest = EVP_MD_CTX_new() else { throw CryptoError.openSSL("signature", "no digest context") }
        defer { EVP_MD_CTX_free(digest) }
        var signature = [UInt8](repeating: 0, count: 64)
        var length = signature.count
        guard EVP_DigestSignInit(digest, nil, nil, nil, handle) == 1,
            EVP_DigestSign(digest, &signature, &length, message, message.count) == 1
        else { throw CryptoError.openSSL("signature", "cannot sign") }
        return signature
    }
}
