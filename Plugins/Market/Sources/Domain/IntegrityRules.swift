import MarketContracts
import Vocabulary

/// What looks like a made-up order, as values; evaluation weighs it later (反刷单).
enum IntegrityRules {
    /// What is known when an order is confirmed.
    struct Facts: Sendable, Hashable {
        /// Whether one account acted on both sides.
        var sharesPerson = false
        /// Whether both sides gave the same telephone number.
        var sharesTelephone = false
        /// Whether the service was wanted where the agency works.
        var sharesAddress = false
        /// Confirmed orders the other way round within half a year.
        var reverse = 0
        /// Confirmed orders of the same pair within 24 hours, this one counted.
        var sameDay = 1
        /// From request to delivery.
        var milliseconds: Int64 = .max
        var isBackfilled = false
    }

    static let burst = 5
    static let instant: Int64 = 10 * 60_000

    static func signals(_ facts: Facts) -> [(signal: IntegritySignal, detail: String)] {
        var found: [(IntegritySignal, String)] = []
        let shared = (facts.sharesPerson ? ["同一账号在订单两方办理过步骤"] : []) + (facts.sharesTelephone ? ["双方留的联系电话相同"] : [])
            + (facts.sharesAddress ? ["服务地址与机构办公地址相同"] : [])
        if !shared.isEmpty { found.append((.selfDealing, shared.joined(separator: "；"))) }
        if facts.reverse > 0 { found.append((.reciprocal, "半年内双方互为服务方，反向已确认 \(facts.reverse) 单")) }
        if facts.sameDay >= burst { found.append((.burst, "24 小时内同一对单位第 \(facts.sameDay) 单")) }
        if !facts.isBackfilled, facts.milliseconds < instant { found.append((.instant, "从提出到交付不足 \(facts.milliseconds / 60_000 + 1) 分钟")) }
        return found
    }

    /// Whether two addresses are the same place, however they are typed: width, case, spaces and punctuation do not count, nor whether the province and
    /// the words for divisions are written (“湖南省长沙市岳麓区…” and “长沙岳麓…”).
    static func isSame(_ one: String, _ other: String) -> Bool {
        let (one, other) = (plain(one), plain(other))
        return one.count >= 5 && one == other
    }

    private static func plain(_ address: String) -> String {
        let narrow = String(String.UnicodeScalarView(address.unicodeScalars.map { (0xFF01...0xFF5E).contains($0.value) ? Unicode.Scalar($0.value - 0xFEE0) ?? $0 : $0 }))
        var folded = ""
        var isApart = false
        for character in narrow.lowercased() {
            guard character.isLetter || character.isNumber, !"省市州县区".contains(character) else {
                isApart = true
                continue
            }
            // 1-23号 is not 12-3号.
            if isApart, isDigit(character), let last = folded.last, isDigit(last) { folded.append("-") }
            folded.append(character)
            isApart = false
        }
        return folded.hasPrefix("湖南") ? String(folded.dropFirst(2)) : folded
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
}
