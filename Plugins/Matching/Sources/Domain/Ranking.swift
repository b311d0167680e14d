import MatchingContracts
import Vocabulary

/// Ranks agencies for a demand as values, with the reason for every point (0…100).
enum Ranking {
    struct Offer: Sendable {
        var title: String
        var category: String
        /// How much of its title the need has, percent.
        var wording: Int
        var serves: Bool
        /// Lowest price in fen; `nil` by quote.
        var amount: Fen?
        var isFree: Bool
    }

    struct Agency: Sendable {
        var party: DemandParty
        var region: RegionCode
        var hasCategory: Bool
        var isCore: Bool
        var completed: Int
        var rated: Int
        var satisfied: Int
        var offers: [Offer]
    }

    struct Need: Sendable {
        var category: String
        var categoryTitle: String
        var region: RegionCode
        var budget: Fen?
        var pairs: Set<UInt64>
    }

    /// `nil`: neither category nor wording fits.
    static func rank(_ agency: Agency, for need: Need) -> Candidate? {
        var score = 0
        var reasons: [String] = []
        let best = agency.offers.max { $0.wording < $1.wording }
        let wording = best?.wording ?? 0
        guard agency.hasCategory || wording >= 40 else { return nil }
        if agency.hasCategory {
            score += 30
            reasons.append("类别相符（\(need.categoryTitle)）")
        }
        if wording > 0, let best {
            score += min(25, wording / 4)
            if wording >= 20 { reasons.append("服务“\(best.title)”用词相近") }
        }
        if need.region.contains(agency.region) || agency.region.contains(need.region) {
            score += 15
            reasons.append("本地机构")
        } else if agency.offers.contains(where: { $0.serves }) {
            score += 10
            reasons.append("服务到当地")
        }
        if agency.isCore {
            score += 10
            reasons.append("核心服务机构")
        }
        if agency.rated >= 5 {
            score += agency.satisfied * 10 / agency.rated
            reasons.append("满意度 \(agency.satisfied)/\(agency.rated)")
        }
        if agency.completed > 0 {
            score += min(5, agency.completed)
            reasons.append("已完成 \(agency.completed) 单")
        }
        let fitting = agency.offers.filter { $0.category == need.category }
        if let budget = need.budget, fitting.contains(where: { $0.isFree || ($0.amount.map { $0 <= budget } ?? false) }) {
            score += 5
            reasons.append("价格在预算内")
        }
        return Candidate(agency: agency.party, region: agency.region, score: min(score, 100), reasons: reasons, service: best?.title)
    }
}
