import COpenSSL

/// AES-256-GCM (NIST SP 800-38D): confidential and unforgeable under one key.
///
/// A sealed value is `nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes)`; the nonce is random, so one key serves at most 2^32 values.
public enum AES256GCM {
    public static let keyLength = 32
    static let nonceLength = 12
    static let tagLength = 16

    /// Seals the bytes; `context` is authenticated with them but not stored (the same must be given to `open`).
    /// - Throws: `CryptoError` `sealed` when the key has not 32 bytes.
    public static func seal(_ plain: [UInt8], key: [UInt8], context: [UInt8] = []) throws -> [UInt8] {
        guard key.count == keyLength else { throw CryptoError("sealed", "key has \(key.count) bytes, wants 32") }
        let nonce = Secrets.random(nonceLength)
        guard let cipher = EVP_CIPHER_CTX_new() else { throw CryptoError.openSSL("sealed", "no cipher context") }
        defer { EVP_CIPHER_CTX_free(cipher) }
        var out = [UInt8](repeating: 0, count: plain.count)
        var tag = [UInt8](repeating: 0, count: tagLength)
        var count: Int32 = 0
        var rest: Int32 = 0
        guard EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            context.isEmpty || EVP_EncryptUpdate(cipher, nil, &count, context, Int32(context.count)) == 1,
            plain.isEmpty || EVP_EncryptUpdate(cipher, &out, &count, plain, Int32(plain.count)) == 1,
            EVP_EncryptFinal_ex(cipher, &tag, &rest) == 1,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, Int32(tagLength), &tag) == 1
        else { throw CryptoError.openSSL("sealed", "sealing failed") }
        return nonce + out + tag
    }

    /// The sealed bytes in plain.
    /// - Throws: `CryptoError` `sealed` for a wrong key, a wrong context, or a value that was changed.
    public static func open(_ sealed: [UInt8], key: [UInt8], context: [UInt8] = []) throws -> [UInt8] {
        guard key.count == keyLength else { throw CryptoError("sealed", "key has \(key.count) bytes, wants 32") }
        guard sealed.count >= nonceLength + tagLength else { throw CryptoError("sealed", "value is too short") }
        let nonce = Array(sealed[..<nonceLength])
        let body = Array(sealed[nonceLength..<(sealed.count - tagLength)])
        var tag = Array(sealed.suffix(tagLength))
        guard let cipher = EVP_CIPHER_CTX_new() else { throw CryptoError.openSSL("sealed", "no cipher context") }
        defer { EVP_CIPHER_CTX_free(cipher) }
        var out = [UInt8](repeating: 0, count: body.count + tagLength)
        var count: Int32 = 0
        var rest: Int32 = 0
        guard EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            context.isEmpty || EVP_DecryptUpdate(cipher, nil, &count, context, Int32(context.count)) == 1,
            body.isEmpty || EVP_DecryptUpdate(cipher, &out, &count, body, Int32(body.count)) == 1,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, Int32(tagLength), &tag) == 1,
            EVP_DecryptFinal_ex(cipher, &tag, &rest) == 1
        else {
            ERR_clear_error()
            throw CryptoError("sealed", "wrong key or changed value")
        }
        return Array(out[..<body.count])
    }
}
