extension Fen {
    /// Why a text is no amount, as a sentence for the person who typed it.
    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case empty
        case notANumber(String)
        case grouping(String)
        /// More decimals than whole fen have.
        case tooFine(String)
        case tooLarge(String)

        public var description: String {
            switch self {
            case .empty: "请填写金额（元，最多两位小数）。"
            case .notANumber(let text): "“\(text)”不是金额：只能填写数字、小数点和千分位逗号，例如 1,234.50，请改正。"
            case .grouping(let text): "“\(text)”的千分位逗号位置不对：逗号之间应为三位数字，例如 1,234.50，请改正。"
            case .tooFine(let text): "“\(text)”小于一分：金额最多精确到分（两位小数），请改正。"
            case .tooLarge(let text): "“\(text)”超出可填写的范围（10 万亿元以内），请核对单位。"
            }
        }
    }

    /// Parses an amount in yuan as people write it: `1,234.50`, `￥1234`, `12.5万元`, full-width digits, a sign in front.
    public static func parse(yuan text: String) throws(Problem) -> Fen {
        var rest = Substring(text.filter { !$0.isWhitespace })
        if rest.isEmpty { throw .empty }
        let shown = String(text.prefix(40))
        let isNegative = rest.takePrefix(["-", "−", "－"])
        if !isNegative { _ = rest.takePrefix(["+", "＋"]) }
        _ = rest.takePrefix(["￥", "¥", "RMB", "CNY"])
        _ = rest.takeSuffix(["元", "圆"])
        // Decimals that still are whole fen: two for yuan, six for ten thousand yuan.
        let decimals = rest.takeSuffix(["万"]) ? 6 : 2
        let folded = FoldedText(String(rest), separators: .kept)
        guard (1...32).contains(folded.count) else { throw folded.count == 0 ? .notANumber(shown) : .tooLarge(shown) }

        var value: UInt64 = 0
        var fraction: Int?
        var group: Int?
        var digits = 0
        for index in 0..<folded.count {
            let byte = folded[index]
            if let digit = byte.asDigit {
                digits += 1
                if let seen = fraction {
                    if seen == decimals, digit != 0 { throw .tooFine(shown) }
                    if seen == decimals { continue }
                    fraction = seen + 1
                } else if let seen = group {
                    if seen == 3 { throw .grouping(shown) }
                    group = seen + 1
                }
                value = value * 10 + UInt64(digit)
                if value > limit { throw .tooLarge(shown) }
            } else if byte == UInt8(ascii: ","), fraction == nil {
                // The first group has one to three digits, every later one exactly three.
                guard group.map({ $0 == 3 }) ?? (1...3).contains(digits) else { throw .grouping(shown) }
                group = 0
            } else if byte == UInt8(ascii: "."), fraction == nil {
                if let group, group != 3 { throw .grouping(shown) }
                fraction = 0
            } else {
                throw .notANumber(shown)
            }
        }
        if digits == 0 || fraction == 0 { throw .notANumber(shown) }
        if fraction == nil, let group, group != 3 { throw .grouping(shown) }
        for _ in 0..<decimals - (fraction ?? 0) {
            value *= 10
            if value > limit { throw .tooLarge(shown) }
        }
        return Fen(isNegative ? -Int64(value) : Int64(value))
    }

    /// Parses as `parse(yuan:)` does; `nil` when the text is no amount.
    public init?(yuan text: String) {
        guard let amount = try? Fen.parse(yuan: text) else { return nil }
        self = amount
    }
}

extension Substring {
    fileprivate mutating func takePrefix(_ candidates: [String]) -> Bool {
        guard let found = candidates.first(where: { hasPrefix($0) }) else { return false }
        removeFirst(found.count)
        return true
    }

    fileprivate mutating func takeSuffix(_ candidates: [String]) -> Bool {
        guard let found = candidates.first(where: { hasSuffix($0) }) else { return false }
        removeLast(found.count)
        return true
    }
}
