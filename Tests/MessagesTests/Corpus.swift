import Foundation
import Testing

/// Texts of `Fixtures/`, one a line. A byte is written `\xNN`, lower case.
enum Corpus {
    static func lines(_ name: String) throws -> [String] {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)")
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    static func bytes(_ line: String) -> [UInt8] {
        var out: [UInt8] = []
        var rest = Substring(line)
        while let first = rest.first {
            let digits = rest.dropFirst(2).prefix(2)
            if rest.hasPrefix("\\x"), digits.count == 2, digits == digits.lowercased(), let byte = UInt8(digits, radix: 16) {
                out.append(byte)
                rest = rest.dropFirst(4)
            } else {
                out += String(first).utf8
                rest = rest.dropFirst()
            }
        }
        return out
    }
}

/// A small generator whose runs repeat (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
