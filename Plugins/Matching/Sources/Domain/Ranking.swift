import MatchingContracts
import Vocabulary

/// Ranks agencies for a demand as values, with the reason for every point (0…100).
enum Ranking {
    /// The most that each reason counts.
    static let forCategory = 30, forWording = 25, forNearness = 15, forServing = 10, forCore = 10, forSatisfaction = 10, forOrders = 5, forPrice = 5

    struct Offer: Sendable {
        var title: String
        /// How much of its title the need has, percent.
        var wording: Int
    }

    struct Agency: Sendable {
        var party: DemandParty
        var region: RegionCode
        var hasCategory: Bool
        var isCore: Bool
        var completed: Int
        var rated: Int
        var satisfied: Int
        /// Whether one of its services is for the place; whether one of the category costs no more than the budget.
        var serves: Bool
        var isAffordable: Bool
        /// The one of its services whose wording is closest.
        var closest: Offer?
    }

    struct Need: Sendable {
        var category: String
        var categoryTitle: String
        var region: RegionCode
        var budget: Fen?
        var pairs: Set<UInt64>
    }

    /// Whether an agency is spoken of at all.
    static func counts(hasCategory: Bool, wording: Int) -> Bool { hasCategory || wording >= 40 }

    static func points(wording: Int) -> Int { min(forWording, wording / 4) }

    /// `nil`: neither category nor wording fits.
    static func rank(_ agency: Agency, for need: Need) -> Candidate? {
        var score = 0
        var reasons: [String] = []
        let best = agency.closest
        let wording = best?.wording ?? 0
        guard counts(hasCategory: agency.hasCategory, wording: wording) else { return nil }
        if agency.hasCategory {
            score += forCategory
            reasons.append("类别相符（\(need.categoryTitle)）")
        }
        if wording > 0, let best {
            score += points(wording: wording)
            if wording >= 20 { reasons.append("服务“\(best.title)”用词相近") }
        }
        if need.region.contains(agency.region) || agency.region.contains(need.region) {
            score += forNearness
            reasons.append("本地机构")
        } else if agency.serves {
            score += forServing
            reasons.append("服务到当地")
        }
        if agency.isCore {
            score += forCore
            reasons.append("核心服务机构")
        }
        if agency.rated >= 5 {
            score += agency.satisfied * forSatisfaction / agency.rated
            reasons.append("满意度 \(agency.satisfied)/\(agency.rated)")
        }
        if agency.completed > 0 {
            score += min(forOrders, agency.completed)
            reasons.append("已完成 \(agency.completed) 单")
        }
        if need.budget != nil, agency.isAffordable {
            score += forPrice
            reasons.append("价格在预算内")
        }
        return Candidate(agency: agency.party, region: agency.region, score: min(score, 100), reasons: reasons, service: best?.title)
    }
}
