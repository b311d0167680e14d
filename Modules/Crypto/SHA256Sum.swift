import COpenSSL
import Vocabulary

/// A SHA-256 by value: it takes no memory of its own and is written where its text stands.
public struct SHA256Sum: Sendable, Hashable {
    // Big-endian.
    private let one, two, three, four: UInt64

    public init(of input: UnsafeRawBufferPointer) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let done = withUnsafeMutableBytes(of: &words) { place in
            shuniu_sha256(input.baseAddress, input.count, place.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        precondition(done == 1, "libcrypto has no SHA-256")
        (one, two, three, four) = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    }

    public init(of input: [UInt8]) { self = input.withUnsafeBytes { SHA256Sum(of: $0) } }

    /// The digest as `Digest.sha256` gives it, 32 bytes.
    public var bytes: [UInt8] {
        [one, two, three, four].flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
    }

    /// Writes the 32 bytes.
    public func write(bytes place: UnsafeMutableRawPointer) {
        place.storeBytes(of: one.bigEndian, as: UInt64.self)
        place.storeBytes(of: two.bigEndian, toByteOffset: 8, as: UInt64.self)
        place.storeBytes(of: three.bigEndian, toByteOffset: 16, as: UInt64.self)
        place.storeBytes(of: four.bigEndian, toByteOffset: 24, as: UInt64.self)
    }

    /// 64 lower-case digits.
    public var hexadecimal: String {
        String(unsafeUninitializedCapacity: 64) { text in
            guard let place = text.baseAddress else { return 0 }
            write(hexadecimal: place)
            return 64
        }
    }

    /// Writes 64 lower-case digits.
    public func write(hexadecimal place: UnsafeMutablePointer<UInt8>) {
        HexadecimalDigits.write(one, to: place)
        HexadecimalDigits.write(two, to: place + 16)
        HexadecimalDigits.write(three, to: place + 32)
        HexadecimalDigits.write(four, to: place + 48)
    }

    /// Writes 44 characters: Base64 with its padding (RFC 4648 §4).
    public func write(base64 place: UnsafeMutablePointer<UInt8>) {
        let letters = Self.letters.utf8Start
        var words = (one.bigEndian, two.bigEndian, three.bigEndian, four.bigEndian)
        withUnsafeBytes(of: &words) { bytes in
            for group in 0..<11 {
                let from = group &* 3
                var word = Int(bytes[from]) << 16 | Int(bytes[from &+ 1]) << 8
                if group < 10 { word |= Int(bytes[from &+ 2]) }
                let to = place + group &* 4
                to[0] = letters[word >> 18]
                to[1] = letters[word >> 12 & 63]
                to[2] = letters[word >> 6 & 63]
                to[3] = group < 10 ? letters[word & 63] : UInt8(ascii: "=")
            }
        }
    }

    private static let letters: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
}
