/// From bytes to the codewords of the symbol: header, padding, Reed–Solomon, interleaving (§7.4–7.6).
enum QRData {
    static func codewords(_ bytes: [UInt8], version: Int) -> [UInt8] {
        let capacity = QRTables.dataCodewords(version)
        var bits: [Bool] = []
        func append(_ value: Int, _ count: Int) { for bit in stride(from: count - 1, through: 0, by: -1) { bits.append(value >> bit & 1 == 1) } }
        append(0b0100, 4)
        append(bytes.count, QRTables.lengthBits(version))
        for byte in bytes { append(Int(byte), 8) }
        append(0, min(4, capacity * 8 - bits.count))
        append(0, (8 - bits.count % 8) % 8)
        var data = stride(from: 0, to: bits.count, by: 8).map { start in bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) } }
        for padding in [UInt8(0xEC), 0x11].repeated(capacity - data.count) { data.append(padding) }

        let count = QRTables.blocks(version)
        let short = capacity / count
        let longs = capacity % count
        var blocks: [[UInt8]] = []
        var start = 0
        for index in 0..<count {
            let length = short + (index >= count - longs ? 1 : 0)
            blocks.append(Array(data[start..<start + length]))
            start += length
        }
        let corrections = blocks.map { ReedSolomon.remainder($0, count: QRTables.correction(version)) }
        var all: [UInt8] = []
        for index in 0...short { for block in blocks where index < block.count { all.append(block[index]) } }
        for index in 0..<QRTables.correction(version) { for block in corrections { all.append(block[index]) } }
        return all
    }
}

extension [UInt8] {
    /// The elements again and again, so many in all.
    fileprivate func repeated(_ count: Int) -> [UInt8] { (0..<Swift.max(0, count)).map { self[$0 % self.count] } }
}

/// Reed–Solomon over GF(2⁸) with x⁸ + x⁴ + x³ + x² + 1.
enum ReedSolomon {
    static func remainder(_ data: [UInt8], count: Int) -> [UInt8] {
        let divisor = generator(count)
        var rest = [UInt8](repeating: 0, count: count)
        for byte in data {
            let factor = byte ^ rest.removeFirst()
            rest.append(0)
            for index in 0..<count { rest[index] ^= multiply(divisor[index], factor) }
        }
        return rest
    }

    /// (x − 2⁰)(x − 2¹)…, without the leading one.
    private static func generator(_ count: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count - 1) + [1]
        var root: UInt8 = 1
        for _ in 0..<count {
            for index in 0..<count {
                result[index] = multiply(result[index], root)
                if index + 1 < count { result[index] ^= result[index + 1] }
            }
            root = multiply(root, 2)
        }
        return result
    }

    static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var result = 0
        for bit in stride(from: 7, through: 0, by: -1) {
            result = result << 1 ^ (result >> 7) * 0x11D
            if right >> UInt8(bit) & 1 == 1 { result ^= Int(left) }
        }
        return UInt8(result)
    }
}
