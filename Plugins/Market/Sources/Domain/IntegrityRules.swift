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
        if !shared.isEmpty { found.append((.selfDealing, shared.joined(separator: "；"))) }
        if facts.reverse > 0 { found.append((.reciprocal, "半年内双方互为服务方，反向已确认 \(facts.reverse) 单")) }
        if facts.sameDay >= burst { found.append((.burst, "24 小时内同一对单位第 \(facts.sameDay) 单")) }
        if !facts.isBackfilled, facts.milliseconds < instant { found.append((.instant, "从提出到交付不足 \(facts.milliseconds / 60_000 + 1) 分钟")) }
        return found
    }
}
