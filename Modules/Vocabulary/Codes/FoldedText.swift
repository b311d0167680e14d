/// What a person typed as a code or a number, with its form made uniform: at most 32 ASCII bytes and the place of the first
/// character that is none.
///
/// People paste codes with spaces, hyphens of all kinds, invisible marks and full-width characters; all of these are folded
/// away before a rule looks at the text, so that a rule's refusal is about the code.
struct FoldedText {
    private(set) var bytes = SIMD32<UInt8>()
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
        for scalar in text.unicodeScalars {
            guard let folded = Self.fold(scalar) else {
                if stranger == nil { stranger = (scalar, count + 1) }
                append(0xFF)
                continue
            }
            switch folded {
            case 0: continue
            case UInt8(ascii: " ") where separators == .dropped || count == 0: continue
            case UInt8(ascii: "-") where separators == .dropped: continue
            default: append(folded)
            }
        }
        while count > 0, count <= 32, bytes[count - 1] == UInt8(ascii: " ") { count -= 1 }
    }

    subscript(index: Int) -> UInt8 { bytes[index] }

    private mutating func append(_ byte: UInt8) {
        if count < 32 { bytes[count] = byte }
        count += 1
    }

    /// The text from `start` on, as it stands after folding.
    func text(from start: Int = 0, to end: Int? = nil) -> String {
        String(unsafeUninitializedCapacity: 32) { target in
            var length = 0
            for index in start..<Swift.min(end ?? count, 32) {
                target[length] = bytes[index] == 0xFF ? UInt8(ascii: "?") : bytes[index]
                length += 1
            }
            return length
        }
    }

    /// The upper-case ASCII byte a scalar stands for; 0 for an invisible one, `nil` for a stranger.
    private static func fold(_ scalar: Unicode.Scalar) -> UInt8? {
        switch scalar.value {
        case 0x61...0x7A: UInt8(scalar.value - 32)
        case 0x09...0x0D, 0x20, 0xA0, 0x2000...0x200A, 0x202F, 0x3000: UInt8(ascii: " ")
        case 0x21...0x7E: UInt8(scalar.value)
        case 0xFF41...0xFF5A: UInt8(scalar.value - 0xFF41 + 65)
        case 0x2010...0x2015, 0x2212, 0xFE63, 0xFF0D: UInt8(ascii: "-")
        case 0xFF01...0xFF5E: UInt8(scalar.value - 0xFF01 + 0x21)
        case 0x200B...0x200F, 0x2060, 0xFEFF: 0
        default: nil
        }
    }
}
