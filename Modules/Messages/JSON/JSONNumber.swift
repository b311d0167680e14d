extension JSONDocument {
    /// An integer, exactly. `12.0` and `1e3` are integers too; `1.5` and what does not fit are refused.
    @inline(__always)
    func integer<I: FixedWidthInteger>(_ type: I.Type, at index: Int) throws -> I {
        let token = tokens[index]
        guard token.kind == .integer else { return try integerSlowly(type, at: index) }
        var position = Int(token.start)
        let end = Int(token.end)
        let negative = base[position] == 0x2D
        if negative { position &+= 1 }
        // Eighteen digits fit without a check.
        guard end &- position <= 18 else { return try integerSlowly(type, at: index) }
        var magnitude: Int64 = 0
        while position < end {
            magnitude = magnitude &* 10 &+ Int64(base[position] &- 0x30)
            position &+= 1
        }
        guard let value = I(exactly: negative ? 0 &- magnitude : magnitude) else { throw range(index) }
        return value
    }

    @inline(never)
    private func integerSlowly<I: FixedWidthInteger>(_ type: I.Type, at index: Int) throws -> I {
        let token = tokens[index]
        if token.kind == .whole || token.kind == .real {
            guard let value: I = packedInteger(token) else { throw range(index) }
            return value
        }
        guard token.kind == .integer || token.kind == .fraction else { throw mismatch("an integer", at: index) }
        let negative = base[Int(token.start)] == 0x2D
        // Significant digits without leading and trailing zeros, and the power of ten behind them.
        var digits: [UInt8] = []
        var exponent = 0
        var position = Int(token.start) + (negative ? 1 : 0)
        let end = Int(token.end)
        var inFraction = false
        while position < end {
            let byte = base[position]
            if byte == 0x2E {
                inFraction = true
            } else if byte | 0x20 == 0x65 {
                exponent += writtenExponent(position + 1, end)
                break
            } else {
                digits.append(byte - 0x30)
                if inFraction { exponent -= 1 }
            }
            position += 1
        }
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        var value: I = 0
        guard !digits.isEmpty else { return value }
        guard exponent >= 0, exponent < 40 else { throw range(index) }
        for digit in digits + Array(repeating: 0, count: exponent) {
            let (product, wide) = value.multipliedReportingOverflow(by: 10)
            let next = I(truncatingIfNeeded: digit)
            let (sum, over) = negative ? product.subtractingReportingOverflow(next) : product.addingReportingOverflow(next)
            guard !wide, !over else { throw range(index) }
            value = sum
        }
        return value
    }

    /// The exponent as written, bounded so that it cannot overflow.
    private func writtenExponent(_ start: Int, _ end: Int) -> Int {
        var position = start
        let negative = base[position] == 0x2D
        if negative || base[position] == 0x2B { position += 1 }
        var value = 0
        while position < end {
            value = min(value * 10 + Int(base[position] - 0x30), 1_000_000_000)
            position += 1
        }
        return negative ? -value : value
    }

    /// The nearest double; refused beyond ±1.8e308.
    func double(at index: Int) throws -> Double {
        let token = tokens[index]
        if token.kind == .whole || token.kind == .real { return packedDouble(token) }
        guard token.kind == .integer || token.kind == .fraction else { throw mismatch("a number", at: index) }
        let end = Int(token.end)
        var position = Int(token.start)
        let negative = base[position] == 0x2D
        if negative { position += 1 }
        var mantissa: UInt64 = 0
        var scale = 0
        var exact = end - position <= 19
        while exact, position < end {
            let byte = base[position]
            if byte == 0x2E {
                scale = position - end + 1
            } else if byte | 0x20 == 0x65 {
                exact = false
            } else {
                mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30)
            }
            position += 1
        }
        // Both operands exact, so the one division rounds correctly (Clinger 1990).
        if exact, mantissa <= 1 << 53, scale >= -22 {
            let value = Double(mantissa) / Self.powersOfTen[-scale]
            return negative ? -value : value
        }
        let text = String(
            decoding: UnsafeBufferPointer(start: base + Int(token.start), count: Int(token.end - token.start)), as: UTF8.self)
        guard let value = Double(text), value.isFinite else { throw range(index) }
        return value
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    func range(_ index: Int) -> JSONError {
        error(.range, index, "the number does not fit the type exactly")
    }

    func mismatch(_ expected: String, at index: Int) -> JSONError {
        error(.mismatch, index, "\(expected) is expected, found \(tokens[index].kind.name)")
    }

    func error(_ kind: JSONError.Kind, _ index: Int, _ reason: String) -> JSONError {
        let offset = Int(tokens[index].start) - (tokens[index].kind == .string ? 1 : 0)
        return JSONError(kind, at: JSONError.pointer(path(to: index)), offset: offset, reason)
    }
}

extension JSONDocument.Kind {
    var name: String {
        switch self {
        case .null: "null"
        case .yes, .no: "a boolean"
        case .integer, .fraction, .whole, .real: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
