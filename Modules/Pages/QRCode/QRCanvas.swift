/// The symbol while it is drawn: which modules are dark, and which belong to the patterns that data must not touch.
struct QRCanvas {
    let version: Int
    private let size: Int
    private(set) var rows: [[Bool]]
    private var isFixed: [[Bool]]

    init(version: Int) {
        self.version = version
        size = 17 + 4 * version
        rows = Array(repeating: Array(repeating: false, count: size), count: size)
        isFixed = rows
    }

    // MARK: - Function patterns (§6.3)

    mutating func drawFunctionPatterns() {
        for index in 0..<size {
            fix(6, index, index % 2 == 0)
            fix(index, 6, index % 2 == 0)
        }
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] { finder(x, y) }
        let centres = QRTables.alignments(version)
        for (i, x) in centres.enumerated() {
            for (j, y) in centres.enumerated() {
                let isCorner = (i == 0 && j == 0) || (i == 0 && j == centres.count - 1) || (i == centres.count - 1 && j == 0)
                if !isCorner { alignment(x, y) }
            }
        }
        format(mask: 0)
        if version >= 7 { versionBits() }
    }

    private mutating func fix(_ x: Int, _ y: Int, _ isDark: Bool) {
        rows[y][x] = isDark
        isFixed[y][x] = true
    }

    /// The eye with its separator.
    private mutating func finder(_ x: Int, _ y: Int) {
        for dy in -4...4 {
            for dx in -4...4 where (0..<size).contains(x + dx) && (0..<size).contains(y + dy) {
                let distance = max(abs(dx), abs(dy))
                fix(x + dx, y + dy, distance != 2 && distance != 4)
            }
        }
    }

    private mutating func alignment(_ x: Int, _ y: Int) {
        for dy in -2...2 { for dx in -2...2 { fix(x + dx, y + dy, max(abs(dx), abs(dy)) != 1) } }
    }

    /// Level and mask with their BCH code, twice; and the one module that is always dark (§7.9).
    private mutating func format(mask: Int) {
        // Level M is 00.
        let data = mask
        var rest = data
        for _ in 0..<10 { rest = rest << 1 ^ (rest >> 9) * 0x537 }
        let bits = (data << 10 | rest) ^ 0x5412
        func bit(_ index: Int) -> Bool { bits >> index & 1 == 1 }
        for index in 0...5 { fix(8, index, bit(index)) }
        fix(8, 7, bit(6))
        fix(8, 8, bit(7))
        fix(7, 8, bit(8))
        for index in 9..<15 { fix(14 - index, 8, bit(index)) }
        for index in 0..<8 { fix(size - 1 - index, 8, bit(index)) }
        for index in 8..<15 { fix(8, size - 15 + index, bit(index)) }
        fix(8, size - 8, true)
    }

    /// The version with its BCH code, twice (§7.10).
    private mutating func versionBits() {
        var rest = version
        for _ in 0..<12 { rest = rest << 1 ^ (rest >> 11) * 0x1F25 }
        let bits = version << 12 | rest
        for index in 0..<18 {
            let isDark = bits >> index & 1 == 1
            let (long, short) = (size - 11 + index % 3, index / 3)
            fix(long, short, isDark)
            fix(short, long, isDark)
        }
    }

    // MARK: - Data (§7.7) and masks (§7.8)

    /// In columns of two from the right, up and down in turn, around the patterns.
    mutating func place(_ codewords: [UInt8]) {
        var index = 0
        var right = size - 1
        var goesUp = true
        while right >= 1 {
            if right == 6 { right = 5 }
            for step in 0..<size {
                let y = goesUp ? size - 1 - step : step
                for x in [right, right - 1] where !isFixed[y][x] && index < codewords.count * 8 {
                    rows[y][x] = codewords[index >> 3] >> UInt8(7 - index & 7) & 1 == 1
                    index += 1
                }
            }
            right -= 2
            goesUp.toggle()
        }
    }

    mutating func apply(mask: Int) {
        for y in 0..<size {
            for x in 0..<size where !isFixed[y][x] && Self.flips(mask, x, y) { rows[y][x].toggle() }
        }
        format(mask: mask)
    }

    private static func flips(_ mask: Int, _ x: Int, _ y: Int) -> Bool {
        switch mask {
        case 0: (x + y) % 2 == 0
        case 1: y % 2 == 0
        case 2: x % 3 == 0
        case 3: (x + y) % 3 == 0
        case 4: (x / 3 + y / 2) % 2 == 0
        case 5: x * y % 2 + x * y % 3 == 0
        case 6: (x * y % 2 + x * y % 3) % 2 == 0
        default: ((x + y) % 2 + x * y % 3) % 2 == 0
        }
    }

    /// How hard the symbol is to read, table 11.
    var penalty: Int {
        var sum = 0
        for index in 0..<size { sum += Self.penalty(rows[index]) + Self.penalty(rows.map { $0[index] }) }
        for y in 0..<size - 1 {
            for x in 0..<size - 1 where rows[y][x] == rows[y][x + 1] && rows[y][x] == rows[y + 1][x] && rows[y][x] == rows[y + 1][x + 1] {
                sum += 3
            }
        }
        let dark = rows.reduce(0) { $0 + $1.count { $0 } }
        let total = size * size
        sum += (abs(dark * 20 - total * 10) + total - 1) / total * 10 - (dark * 20 == total * 10 ? 0 : 10)
        return sum
    }

    /// Runs of five or more, and what looks like an eye, in one line.
    private static func penalty(_ line: [Bool]) -> Int {
        var sum = 0
        var run = 1
        for index in 1...line.count {
            if index < line.count, line[index] == line[index - 1] {
                run += 1
                continue
            }
            if run >= 5 { sum += run - 2 }
            run = 1
        }
        let eye = [true, false, true, true, true, false, true]
        for start in 0...(line.count - 7) where Array(line[start..<start + 7]) == eye {
            let before = start >= 4 && !line[start - 4..<start].contains(true)
            let after = start + 11 <= line.count && !line[start + 7..<start + 11].contains(true)
            if before || after { sum += 40 }
        }
        return sum
    }
}
