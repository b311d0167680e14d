import COpenSSL

/// The few cryptographic primitives of this module, all from libcrypto.
enum Secrets {
    /// SHA-256 of the bytes; 32 bytes.
    static func sha256(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let input = Array(bytes)
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 32
        let done = EVP_Digest(input, input.count, &digest, &length, EVP_sha256(), nil)
        precondition(done == 1 && length == 32, "libcrypto has no SHA-256")
        return digest
    }

    /// HMAC-SHA-256 (RFC 2104); 32 bytes.
    static func hmac(key: [UInt8], _ bytes: some Collection<UInt8>) -> [UInt8] {
        let input = Array(bytes)
        var digest = [UInt8](repeating: 0, count: 32)
        var length = 0
        let made = EVP_Q_mac(
            nil, "HMAC", nil, "SHA256", nil, key, key.count, input, input.count, &digest, digest.count, &length)
        precondition(made != nil && length == 32, "libcrypto has no HMAC-SHA-256")
        return digest
    }

    /// Whether both are equal; the time does not tell where they differ.
    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }

    /// Bytes of the system's random generator. A machine without entropy must not hand out sessions, so failure ends the process.
    static func random(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(RAND_bytes(&bytes, Int32(count)) == 1, "the system gives no random bytes")
        return bytes
    }

    /// A uniform number below the limit (1…256), without the bias of a plain remainder.
    static func random(below limit: Int) -> Int {
        let ceiling = 256 - 256 % limit
        while true {
            for byte in random(16) where Int(byte) < ceiling { return Int(byte) % limit }
        }
    }
}

/// Base64 without padding, in the URL alphabet (RFC 4648 §5) or the standard one that PHC strings use.
enum Base64 {
    private static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encodeURL(_ bytes: [UInt8]) -> String { encode(bytes, url) }
    static func encode(_ bytes: [UInt8]) -> String { encode(bytes, standard) }
    static func decodeURL(_ text: some StringProtocol) -> [UInt8]? { decode(text, url) }
    static func decode(_ text: some StringProtocol) -> [UInt8]? { decode(text, standard) }

    private static func encode(_ bytes: [UInt8], _ alphabet: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var index = 0
        while index < bytes.count {
            let rest = min(3, bytes.count - index)
            var word = UInt32(bytes[index]) << 16
            if rest > 1 { word |= UInt32(bytes[index + 1]) << 8 }
            if rest > 2 { word |= UInt32(bytes[index + 2]) }
            for position in 0...rest { text.append(alphabet[Int(word >> UInt32(18 - 6 * position)) & 63]) }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `nil` for a foreign character, an impossible length or stray bits at the end: one value has one text.
    private static func decode(_ text: some StringProtocol, _ alphabet: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        var word: UInt32 = 0
        var bits = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            word = word << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
                word &= (1 << UInt32(bits)) - 1
            }
        }
        guard bits < 6, word == 0 else { return nil }
        return bytes
    }
}
