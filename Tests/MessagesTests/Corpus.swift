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
