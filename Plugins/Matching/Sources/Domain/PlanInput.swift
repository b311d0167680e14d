import MatchingContracts
import Messages
import Vocabulary

/// What a planning starts from, read in one snapshot, and how it becomes a problem of numbers.
struct PlanInput: Codable, Sendable {
    struct Party: Codable, Sendable {
        var side: MatchmakingSide
        var code: CreditCode
        var person: String
        var limit: Int
        var slots: UInt64
    }

    struct Wish: Codable, Sendable {
        var side: MatchmakingSide
        var party: CreditCode
        var other: CreditCode
        var rank: Int
    }

    struct Talk: Codable, Sendable, Hashable {
        var enterprise: CreditCode
        var agency: CreditCode
        /// From 1.
        var slot: Int
        var table: Int
        /// Talked already, or under way: stays whatever happens.
        var isPast: Bool
    }

    struct Unmet: Codable, Sendable, Hashable {
        var enterprise: CreditCode
        var agency: CreditCode
        var reason: UnmetReason
    }

    /// What the planner found, in the field's own terms.
    struct Result: Codable, Sendable {
        var talks: [Talk]
        var mutual: [Bool]
        var unmet: [Unmet]
        var wishes: Int
        var weight: Int
        var bound: Int
        var kept: Int
        var moved: Int
    }

    var revision: Int
    var slots: Int
    var tables: Int
    var parties: [Party]
    var wishes: [Wish]
    var talks: [Talk]
    var isPlanned: Bool

    private struct Pair: Hashable {
        var enterprise: CreditCode
        var agency: CreditCode
    }

    private struct Ranks {
        var enterprise: Int?
        var agency: Int?
    }

    func solve() -> Result {
        var ranks: [Pair: Ranks] = [:]
        for wish in wishes {
            let pair = wish.side == .enterprise ? Pair(enterprise: wish.party, agency: wish.other) : Pair(enterprise: wish.other, agency: wish.party)
            if wish.side == .enterprise { ranks[pair, default: Ranks()].enterprise = wish.rank - 1 } else { ranks[pair, default: Ranks()].agency = wish.rank - 1 }
        }
        let past = talks.filter(\.isPast)
        let done = Set(past.map { Pair(enterprise: $0.enterprise, agency: $0.agency) })
        let pairs = ranks.keys.sorted { ($0.enterprise, $0.agency) < ($1.enterprise, $1.agency) }
        let (enterprises, agencies) = (parties.filter { $0.side == .enterprise }, parties.filter { $0.side == .agency })
        let enterpriseIndex = Dictionary(uniqueKeysWithValues: enterprises.enumerated().map { ($1.code, $0) })
        let agencyIndex = Dictionary(uniqueKeysWithValues: agencies.enumerated().map { ($1.code, $0) })
        var persons: [String: Int] = [:]
        func problemParty(_ party: Party) -> TalkProblem.Party {
            let person = persons[party.person] ?? persons.count
            persons[party.person] = person
            let talked = past.count { party.side == .enterprise ? $0.enterprise == party.code : $0.agency == party.code }
            return TalkProblem.Party(person: person, limit: max(party.limit - talked, 0), slots: party.slots)
        }
        var wanted: [CreditCode: Int] = [:]
        for (pair, rank) in ranks where rank.enterprise != nil { wanted[pair.agency, default: 0] += 1 }
        var problem = TalkProblem(
            enterprises: enterprises.map(problemParty), agencies: agencies.map(problemParty), wishes: [], slots: slots, tables: tables)
        var planned: [Pair] = []
        var unmet: [Unmet] = []
        var (weight, mutual) = (0, [Pair: Bool]())
        for pair in pairs {
            guard let rank = ranks[pair] else { continue }
            let capacity = agencyIndex[pair.agency].map { agencies[$0].limit } ?? 0
            let worth = WishWeight.of(enterpriseRank: rank.enterprise, agencyRank: rank.agency, isScarce: (wanted[pair.agency] ?? 0) > capacity)
            mutual[pair] = rank.enterprise != nil && rank.agency != nil
            if done.contains(pair) {
                weight += worth
            } else if let enterprise = enterpriseIndex[pair.enterprise], let agency = agencyIndex[pair.agency] {
                planned.append(pair)
                problem.wishes.append(TalkProblem.Wish(enterprise: enterprise, agency: agency, weight: worth))
            } else {
                unmet.append(Unmet(enterprise: pair.enterprise, agency: pair.agency, reason: .notComing))
            }
        }
        let index = Dictionary(uniqueKeysWithValues: planned.enumerated().map { ($1, $0) })
        let before = talks.filter { !$0.isPast }
        let keeping = before.compactMap { talk in
            index[Pair(enterprise: talk.enterprise, agency: talk.agency)].map { PlannedSlot(wish: $0, slot: talk.slot - 1) }
        }
        let plan = isPlanned ? TalkPlanner.replan(problem, keeping: keeping) : TalkPlanner.plan(problem)
        for (wish, reason) in plan.unmet {
            unmet.append(Unmet(enterprise: planned[wish].enterprise, agency: planned[wish].agency, reason: UnmetReason(reason)))
        }
        let tablesBefore = Dictionary(before.map { (Pair(enterprise: $0.enterprise, agency: $0.agency), $0) }) { first, _ in first }
        let seats = TalkSeats.assign(
            plan.talks.map { talk in
                let kept = tablesBefore[planned[talk.wish]].flatMap { $0.slot == talk.slot + 1 && $0.table <= tables ? $0.table : nil }
                return TalkSeats.Talk(agency: problem.wishes[talk.wish].agency, slot: talk.slot, table: kept)
            }, tables: tables)
        let found = zip(plan.talks, seats).map { talk, seat in
            Talk(enterprise: planned[talk.wish].enterprise, agency: planned[talk.wish].agency, slot: talk.slot + 1, table: seat, isPast: false)
        }
        let kept = Set(before).intersection(found).count
        let moved = found.count { tablesBefore[Pair(enterprise: $0.enterprise, agency: $0.agency)] != nil } - kept
        return Result(
            talks: found, mutual: found.map { mutual[Pair(enterprise: $0.enterprise, agency: $0.agency)] ?? false },
            unmet: unmet.sorted { ($0.enterprise, $0.agency) < ($1.enterprise, $1.agency) }, wishes: pairs.count, weight: weight + plan.total,
            bound: weight + plan.bound, kept: kept, moved: moved)
    }
}

extension UnmetReason {
    init(_ reason: TalkPlan.Unmet) {
        self =
            switch reason {
            case .noCommonTime: .noCommonTime
            case .enterpriseFull: .enterpriseFull
            case .agencyFull: .agencyFull
            case .tablesFull: .tablesFull
            case .noFreeTime: .noFreeTime
            }
    }
}
