/// Figures of ISO/IEC 18004 for level M: tables 1, 9 and E.1.
enum QRTables {
    static let most = 15
    /// Error correction codewords in each block, by version.
    private static let correction = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24]
    private static let blockCounts = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10]

    static func correction(_ version: Int) -> Int { correction[version - 1] }
    static func blocks(_ version: Int) -> Int { blockCounts[version - 1] }

    /// Modules that carry data and correction, whole symbols of eight.
    static func codewords(_ version: Int) -> Int {
        var modules = (16 * version + 128) * version + 64
        if version >= 2 {
            let alignments = version / 7 + 2
            modules -= (25 * alignments - 10) * alignments - 55
            if version >= 7 { modules -= 36 }
        }
        return modules / 8
    }

    static func dataCodewords(_ version: Int) -> Int { codewords(version) - correction(version) * blocks(version) }

    /// Bits of the length field in byte mode.
    static func lengthBits(_ version: Int) -> Int { version < 10 ? 8 : 16 }

    /// The smallest version that holds so many bytes.
    static func version(for count: Int) -> Int? {
        (1...most).first { 4 + lengthBits($0) + 8 * count <= 8 * dataCodewords($0) }
    }

    /// Centres of the alignment patterns, along one side.
    static func alignments(_ version: Int) -> [Int] {
        guard version > 1 else { return [] }
        let count = version / 7 + 2
        let last = 4 * version + 10
        let step = (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2
        return [6] + (0..<count - 1).map { last - step * (count - 2 - $0) }
    }
}
