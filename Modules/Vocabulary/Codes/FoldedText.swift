/// What a person typed as a code or a number, with its form made uniform: at most 32 ASCII bytes and the place of the first
/// character that is none.
///
/// People paste codes with spaces, hyphens of all kinds, invisible marks and full-width characters; all of these are folded
/// away before a rule looks at the text, so that a rule's refusal is about the code.
struct FoldedText {
    // Thirty-two bytes in place; an array would be an allocation per text.
    private var storage: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    /// Characters after folding; may exceed 32, the bytes behind are not kept.
    private(set) var count = 0
    /// The first character outside ASCII that folding does not know, and its place from 1.
    private(set) var stranger: (scalar: Unicode.Scalar, position: Int)?

    enum Separators {
        /// Spaces and hyphens say nothing inside a code.
        case dropped
        /// They separate the parts of a telephone number; only outer white space goes.
        case kept
    }

    init(_ text: String, separators: Separators) {
        var text = text
        // Nearly every text is ASCII; the scalars are decoded only where one is not.
        let isASCII = text.withUTF8 { bytes in
            for byte in bytes {
                guard byte < 0x80, let folded = Self.fold(UInt32(byte)) else { return false }
                take(folded, separators)
            }
            return true
        }
        if !isASCII {
            count = 0
            for scalar in text.unicodeScalars {
                if let folded = Self.fold(scalar.value) {
                    take(folded, separators)
                } else {
                    if stranger == nil { stranger = (scalar, count + 1) }
                    append(0xFF)
                }
            }
        }
        while count > 0, count <= 32, self[count - 1] == UInt8(ascii: " ") { count -= 1 }
    }

    subscript(index: Int) -> UInt8 { withUnsafeBytes(of: storage) { $0[index] } }

    private mutating func take(_ folded: UInt8, _ separators: Separators) {
        switch folded {
        case 0: return
        case UInt8(ascii: " ") where separators == .dropped || count == 0: return
        case UInt8(ascii: "-") where separators == .dropped: return
        default: append(folded)
        }
    }

    private mutating func append(_ byte: UInt8) {
        if count < 32 { withUnsafeMutableBytes(of: &storage) { $0[count] = byte } }
        count += 1
    }

    /// The text from `start` on, as it stands after folding.
    func text(from start: Int = 0, to end: Int? = nil) -> String {
        String(unsafeUninitializedCapacity: 32) { target in
            var length = 0
            for index in start..<Swift.min(end ?? count, 32) {
                target[length] = self[index] == 0xFF ? UInt8(ascii: "?") : self[index]
                length += 1
            }
            return length
        }
    }

    /// The upper-case ASCII byte a scalar stands for; 0 for an invisible one, `nil` for a stranger.
    private static func fold(_ scalar: UInt32) -> UInt8? {
        switch scalar {
        case 0x61...0x7A: UInt8(scalar - 32)
        case 0x09...0x0D, 0x20, 0xA0, 0x2000...0x200A, 0x202F, 0x3000: UInt8(ascii: " ")
        case 0x21...0x7E: UInt8(scalar)
        case 0xFF41...0xFF5A: UInt8(scalar - 0xFF41 + 65)
        case 0x2010...0x2015, 0x2212, 0xFE63, 0xFF0D: UInt8(ascii: "-")
        case 0xFF01...0xFF5E: UInt8(scalar - 0xFF01 + 0x21)
        case 0x200B...0x200F, 0x2060, 0xFEFF: 0
        default: nil
        }
    }
}
