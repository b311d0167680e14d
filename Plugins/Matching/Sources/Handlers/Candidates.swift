import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Who could answer a demand, found without reading what everybody offers.
///
/// All but the wording is reckoned for everybody by SQLite. Then agencies come by the most that they could reach with it, and no more services are
/// read once nobody could pass the last one found.
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

    /// What an agency's services say without their titles.
    private struct Reach {
        var serves: Bool
        var isAffordable: Bool
    }

    /// - Parameter category: only services of this one count; `nil`: all.
    private func best(_ limit: Int, for need: Ranking.Need, besides left: Set<CreditCode>, category: String?, _ snapshot: Snapshot) throws -> [Candidate] {
        let reaches = try reaches(for: need, category, snapshot)
        var found: [Candidate] = []
        for one in try contenders(for: need, category, reaches, snapshot).sorted(by: { $0.most > $1.most }) {
            if found.count == limit, let last = found.last, one.most < last.score { break }
            guard let agency = try agency(one.code, reaches[one.code], for: need, category, snapshot), !left.contains(agency.party.code),
                let candidate = Ranking.rank(agency, for: need)
            else { continue }
            let place = found.firstIndex { ($0.score, candidate.agency.code) < (candidate.score, $0.agency.code) } ?? found.endIndex
            found.insert(candidate, at: place)
            if found.count > limit { found.removeLast() }
        }
        return found
    }

    private func reaches(for need: Ranking.Need, _ category: String?, _ snapshot: Snapshot) throws -> [String: Reach] {
        // Codes hold digits only; a division below the own one begins like it.
        let places = regions.ancestors(of: need.region).map(\.code.description) + [need.region.significant]
        var found: [String: Reach] = [:]
        try snapshot.each(
            """
            SELECT agency, max(\(places.map { "instr(' ' || regions, ' \($0)') > 0" }.joined(separator: " OR "))),
              max(category = ?2 AND (price_kind = 'free' OR coalesce(amount <= ?3, 0)))
            FROM offer WHERE is_listed = 1 AND \(category == nil ? "?1 IS NULL" : "category = ?1") GROUP BY agency
            """, binding: [category, need.category, need.budget]
        ) { row in
            found[try row.get(0)] = Reach(serves: try row.get(1, as: Int.self) == 1, isAffordable: try row.get(2, as: Int.self) == 1)
            return true
        }
        return found
    }

    /// Whoever has the category or offers it, with the most points that are possible.
    private func contenders(
        for need: Ranking.Need, _ category: String?, _ reaches: [String: Reach], _ snapshot: Snapshot
    ) throws -> [(code: String, most: Int)] {
        let above = regions.ancestors(of: need.region).map(\.code.description).joined(separator: ","), own = need.region.codesBelow
        var found: [(code: String, most: Int)] = []
        var silent = category == nil ? [:] : reaches
        func read(_ condition: String, _ argument: String?) throws {
            try snapshot.each(
                """
                SELECT code, region BETWEEN ?3 AND ?4 OR instr(?5, region) > 0, (instr(categories, ' ' || ?2 || ' ') > 0) * \(Ranking.forCategory)
                  + is_core * \(Ranking.forCore) + CASE WHEN rated >= 5 THEN satisfied * \(Ranking.forSatisfaction) / rated ELSE 0 END
                  + min(completed, \(Ranking.forOrders))
                FROM agency WHERE is_open = 1 AND \(condition)
                """, binding: [argument, need.category, own.lowerBound, own.upperBound, above]
            ) { row in
                let code: String = try row.get(0), reach = reaches[code]
                silent[code] = nil
                let place = try row.get(1, as: Int.self) == 1 ? Ranking.forNearness : reach?.serves ?? false ? Ranking.forServing : 0
                let services = reach.map { Ranking.forWording + ($0.isAffordable ? Ranking.forPrice : 0) } ?? 0
                found.append((code, try row.get(2, as: Int.self) + place + services))
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

    private func agency(_ code: String, _ reach: Reach?, for need: Ranking.Need, _ category: String?, _ snapshot: Snapshot) throws -> Ranking.Agency? {
        let closest =
            try reach == nil
            ? nil
            : snapshot.rows(
                "SELECT title FROM offer WHERE is_listed = 1 AND agency = ?1 AND \(category == nil ? "?2 IS NULL" : "category = ?2") ORDER BY id", code, category
            ) { row in
                let title: String = try row.get(0)
                return Ranking.Offer(title: title, wording: Wording.coverage(of: title, by: need.pairs))
            }.max { $0.wording < $1.wording }
        return try snapshot.first("SELECT code, title, region, categories, is_core, completed, rated, satisfied FROM agency WHERE code = ?", code) { row in
            Ranking.Agency(
                party: DemandParty(code: try row.get(0), name: try row.get(1)), region: try row.get(2),
                hasCategory: (try row.get(3, as: String.self)).contains(" \(need.category) "), isCore: try row.get(4), completed: try row.get(5),
                rated: try row.get(6), satisfied: try row.get(7), serves: reach?.serves ?? false, isAffordable: reach?.isAffordable ?? false, closest: closest)
        }
    }
}
