import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Who could answer a demand: one walk over the services of its category, one over the agencies, and only those who are shown are read whole.
extension Rulebook {
    func candidates(_ query: GetCandidates, _ snapshot: Snapshot) throws -> [Candidate] {
        guard let demand = try snapshot.demandRow(query.demand), try !sides(of: snapshot.actor, demand.card, snapshot).isDisjoint(with: [.enterprise, .staff]) else {
            throw MatchingRefusal.unknown
        }
        let card = demand.card
        let need = Ranking.Need(
            category: card.category, categoryTitle: title(ofCategory: card.category), region: card.region, budget: demand.budget,
            pairs: Wording.pairs(card.title + " " + demand.description))
        let limit = min(max(query.limit ?? 10, 1), 50)
        let left = Set(try snapshot.invitations(of: card.id).map(\.agency.code) + [card.enterprise.code])
        // Who offers the category comes first; only where they are few, everybody's wording is read.
        let found = try best(limit, for: need, besides: left, category: need.category, snapshot)
        return found.count < limit ? try best(limit, for: need, besides: left, category: nil, snapshot) : found
    }

    /// What an agency's services say of it.
    private struct Reach {
        var serves = false
        var isAffordable = false
        /// The first of those whose wording is closest.
        var closest: (offer: Ranking.Offer, id: MessageID)?
    }

    /// - Parameter category: only services of this one count; `nil`: all.
    private func best(_ limit: Int, for need: Ranking.Need, besides left: Set<CreditCode>, category: String?, _ snapshot: Snapshot) throws -> [Candidate] {
        let reaches = try reaches(for: need, category, snapshot), left = Set(left.map(\.description))
        let all = try contenders(for: need, category, reaches, snapshot).filter { !left.contains($0.code) }
        return try all.sorted { ($1.score, $0.code) < ($0.score, $1.code) }.prefix(limit).compactMap { one in
            try agency(one.code, reaches[one.code], for: need, snapshot).flatMap { Ranking.rank($0, for: need) }
        }
    }

    private func reaches(for need: Ranking.Need, _ category: String?, _ snapshot: Snapshot) throws -> [String: Reach] {
        // Codes hold digits only; a division below the own one begins like it.
        let places = regions.ancestors(of: need.region).map(\.code.description) + [need.region.significant]
        var found: [String: Reach] = [:]
        try snapshot.each(
            """
            SELECT agency, \(places.map { "instr(' ' || regions, ' \($0)') > 0" }.joined(separator: " OR ")),
              category = ?2 AND (price_kind = 'free' OR coalesce(amount <= ?3, 0)), title, id
            FROM offer WHERE is_listed = 1 AND \(category == nil ? "?1 IS NULL" : "category = ?1")
            """, binding: [category, need.category, need.budget]
        ) { row in
            let title: String = try row.get(3), wording = Wording.coverage(of: title, by: need.pairs)
            let serves = try row.get(1, as: Int.self) == 1, isAffordable = try row.get(2, as: Int.self) == 1
            func add(to reach: inout Reach) throws {
                reach.serves = reach.serves || serves
                reach.isAffordable = reach.isAffordable || isAffordable
                if let closest = reach.closest, wording < closest.offer.wording { return }
                let id: MessageID = try row.get(4)
                if let closest = reach.closest, wording == closest.offer.wording, closest.id < id { return }
                reach.closest = (Ranking.Offer(title: title, wording: wording), id)
            }
            try add(to: &found[row.get(0), default: Reach()])
            return true
        }
        return found
    }

    /// Whoever has the category, or offers something that is worded like the need, with its points.
    private func contenders(
        for need: Ranking.Need, _ category: String?, _ reaches: [String: Reach], _ snapshot: Snapshot
    ) throws -> [(code: String, score: Int)] {
        let above = regions.ancestors(of: need.region).map(\.code.description).joined(separator: ","), own = need.region.codesBelow
        var found: [(code: String, score: Int)] = []
        var silent = category == nil ? [:] : reaches
        func read(_ condition: String, _ argument: String?) throws {
            try snapshot.each(
                """
                SELECT code, region BETWEEN ?3 AND ?4 OR instr(?5, region) > 0, instr(categories, ' ' || ?2 || ' ') > 0,
                  is_core * \(Ranking.forCore) + CASE WHEN rated >= 5 THEN satisfied * \(Ranking.forSatisfaction) / rated ELSE 0 END
                  + min(completed, \(Ranking.forOrders))
                FROM agency WHERE is_open = 1 AND \(condition)
                """, binding: [argument, need.category, own.lowerBound, own.upperBound, above]
            ) { row in
                let code: String = try row.get(0), reach = reaches[code]
                silent[code] = nil
                let hasCategory = try row.get(2, as: Int.self) == 1, wording = reach?.closest?.offer.wording ?? 0
                guard Ranking.counts(hasCategory: hasCategory, wording: wording) else { return true }
                let place = try row.get(1, as: Int.self) == 1 ? Ranking.forNearness : reach?.serves ?? false ? Ranking.forServing : 0
                let price = need.budget != nil && reach?.isAffordable ?? false ? Ranking.forPrice : 0
                let score = try row.get(3, as: Int.self) + (hasCategory ? Ranking.forCategory : 0) + Ranking.points(wording: wording) + place + price
                found.append((code, min(score, 100)))
                return true
            }
        }
        try read(category == nil ? "?1 IS NULL" : "instr(categories, ' ' || ?1 || ' ') > 0", category)
        // Those who offer the category without having named it.
        if !silent.isEmpty {
            try read("code IN (SELECT value FROM json_each(?1))", "[" + silent.keys.map { "\"\($0)\"" }.joined(separator: ",") + "]")
        }
        return found
    }

    private func agency(_ code: String, _ reach: Reach?, for need: Ranking.Need, _ snapshot: Snapshot) throws -> Ranking.Agency? {
        try snapshot.first("SELECT code, title, region, categories, is_core, completed, rated, satisfied FROM agency WHERE code = ?", code) { row in
            Ranking.Agency(
                party: DemandParty(code: try row.get(0), name: try row.get(1)), region: try row.get(2),
                hasCategory: (try row.get(3, as: String.self)).contains(" \(need.category) "), isCore: try row.get(4), completed: try row.get(5),
                rated: try row.get(6), satisfied: try row.get(7), serves: reach?.serves ?? false, isAffordable: reach?.isAffordable ?? false,
                closest: reach?.closest?.offer)
        }
    }
}
