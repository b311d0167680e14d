/// Base64 (RFC 4648): without padding in the URL alphabet (§5) or in the standard one that PHC strings use, and the padded standard form.
public enum Base64 {
    private static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// URL alphabet, no padding.
    public static func encodeURL(_ bytes: [UInt8]) -> String { encode(bytes, url) }
    /// Standard alphabet, no padding.
    public static func encode(_ bytes: [UInt8]) -> String { encode(bytes, standard) }
    /// Standard alphabet with `=` to a multiple of four.
    public static func encodePadded(_ bytes: [UInt8]) -> String {
        encode(bytes, standard, padded: true)
    }
    /// The inverse of `encodeURL`; `nil` for a foreign character, an impossible length or stray bits at the end: one value has one text.
    public static func decodeURL(_ text: some StringProtocol) -> [UInt8]? { decode(text, url) }
    /// The inverse of `encode`; as strict.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? { decode(text, standard) }
    /// The inverse of `encodePadded`; the padding must be there and right.
    public static func decodePadded(_ text: String) -> [UInt8]? {
        guard text.utf8.count % 4 == 0 else { return nil }
        let bare = text.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard bare <= 2 else { return nil }
        return decode(text.dropLast(bare), standard)
    }

    private static func encode(_ bytes: [UInt8], _ alphabet: [UInt8], padded: Bool = false) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
            alphabet.withUnsafeBufferPointer { alphabet in
                var index = 0, place = 0
                while index < bytes.count {
                    let rest = min(3, bytes.count &- index)
                    var word = UInt32(bytes[index]) << 16
                    if rest > 1 { word |= UInt32(bytes[index &+ 1]) << 8 }
                    if rest > 2 { word |= UInt32(bytes[index &+ 2]) }
                    for position in 0..<4 {
                        let isThere = position <= rest
                        guard isThere || padded else { break }
                        text[place] = isThere ? alphabet[Int(word &>> UInt32(18 &- 6 &* position)) & 63] : UInt8(ascii: "=")
                        place &+= 1
                    }
                    index &+= 3
                }
                return place
            }
        }
    }

    private static func decode(_ text: some StringProtocol, _ alphabet: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        var word: UInt32 = 0
        var bits = 0
        for character in text.utf8 {
            guard let value = Self.value(of: character, alphabet) else { return nil }
            word = word << 6 | value
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

    private static func value(of character: UInt8, _ alphabet: [UInt8]) -> UInt32? {
        switch character {
        case 65...90: UInt32(character) - 65
        case 97...122: UInt32(character) - 71
        case 48...57: UInt32(character) + 4
        case alphabet[62]: 62
        case alphabet[63]: 63
        default: nil
        }
    }
}
