import Testing

@testable import MatchingPlugin

@Suite("洽谈排定")
struct PlannerTests {
    /// A generator whose numbers depend on the seed only.
    struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(sides))
        }

        /// Everybody there at every round, or each at three of four; some persons speak for two.
        mutating func problem(_ enterprises: Int, _ agencies: Int, _ slots: Int, tables: Int, wishes: Int, isFree: Bool) -> TalkProblem {
            func one(_ person: Int, _ limit: Int, _ dice: inout Dice) -> TalkProblem.Party {
                TalkProblem.Party(
                    person: person, limit: 1 + dice.roll(limit),
                    slots: isFree ? .max : (0..<slots).reduce(0) { $0 | (dice.roll(4) > 0 ? 1 << UInt64($1) : 0) })
            }
            var left = (0..<enterprises).map { one($0, 4, &self) }
            var right = (0..<agencies).map { one(enterprises + $0, slots, &self) }
            if !isFree, enterprises > 2 {
                left[0].person = left[1].person
                right[0].person = left[2].person
            }
            var pairs: [Int: Int] = [:]
            for enterprise in 0..<enterprises {
                for rank in 0..<wishes {
                    let pair = enterprise * agencies + roll(agencies)
                    pairs[pair] = pairs[pair] ?? WishWeight.of(enterpriseRank: rank, agencyRank: roll(3) == 0 ? roll(9) : nil, isScarce: roll(5) == 0)
                }
            }
            return TalkProblem(
                enterprises: left, agencies: right,
                wishes: pairs.sorted { $0.key < $1.key }.map { TalkProblem.Wish(enterprise: $0.key / agencies, agency: $0.key % agencies, weight: $0.value) },
                slots: slots, tables: tables)
        }
    }

    /// Every rule, one after the other; empty: none is broken.
    static func faults(_ plan: TalkPlan, of problem: TalkProblem) -> [String] {
        var faults: [String] = []
        var persons: Set<[Int]> = [], pairs: Set<TalkProblem.Wish> = []
        var (rooms, left, right) = ([Int: Int](), [Int: Int](), [Int: Int]())
        for talk in plan.talks {
            let wish = problem.wishes[talk.wish]
            if problem.common(wish) & (1 << UInt64(talk.slot)) == 0 { faults.append("somebody is not there: \(talk)") }
            if !persons.insert([problem.enterprises[wish.enterprise].person, talk.slot]).inserted { faults.append("two talks at once: \(talk)") }
            if !persons.insert([problem.agencies[wish.agency].person, talk.slot]).inserted { faults.append("two talks at once: \(talk)") }
            if !pairs.insert(wish).inserted { faults.append("a pair twice: \(talk)") }
            rooms[talk.slot, default: 0] += 1
            left[wish.enterprise, default: 0] += 1
            right[wish.agency, default: 0] += 1
        }
        if rooms.values.contains(where: { $0 > problem.tables }) { faults.append("more talks than tables") }
        if left.contains(where: { $1 > problem.enterprises[$0].limit }) || right.contains(where: { $1 > problem.agencies[$0].limit }) {
            faults.append("more talks than the maximum")
        }
        let total = plan.talks.reduce(0) { $0 + problem.wishes[$1.wish].weight }
        if total != plan.total || total > plan.bound { faults.append("total \(total), said \(plan.total), bound \(plan.bound)") }
        if Set(plan.talks.map(\.wish)).union(plan.unmet.keys).count != problem.wishes.count { faults.append("a wish is neither met nor explained") }
        // Nothing that could simply be added is left out.
        for (wish, reason) in plan.unmet {
            let one = problem.wishes[wish]
            let ends = [problem.enterprises[one.enterprise].person, problem.agencies[one.agency].person]
            let isFull = (left[one.enterprise] ?? 0, right[one.agency] ?? 0) == (problem.enterprises[one.enterprise].limit, right[one.agency] ?? 0)
                || (right[one.agency] ?? 0) == problem.agencies[one.agency].limit
            let room = (0..<problem.slots).contains { slot in
                problem.common(one) & (1 << UInt64(slot)) != 0 && ends[0] != ends[1] && !ends.contains { persons.contains([$0, slot]) }
                    && (rooms[slot] ?? 0) < problem.tables
            }
            if !isFull, room { faults.append("\(one) could be added, but is said to be \(reason)") }
        }
        return faults
    }

    @Test("四十三·一对一洽谈：在随机实例上穷举检查，人、桌、轮次、场次上限一概不冲突，分数不超过上限", arguments: [true, false])
    func noClash(isFree: Bool) {
        var dice = Dice(state: 7)
        for number in 0..<300 {
            let problem = dice.problem(1 + dice.roll(12), 1 + dice.roll(6), 1 + dice.roll(6), tables: 1 + dice.roll(5), wishes: 1 + dice.roll(4), isFree: isFree)
            let plan = TalkPlanner.plan(problem)
            #expect(Self.faults(plan, of: problem) == [], "instance \(number)")
            // Where everybody is there at every round, the bound is reached.
            if isFree { #expect(plan.total == plan.bound, "instance \(number)") }
        }
    }

    /// Tries every choice of wishes and rounds.
    private static func best(_ problem: TalkProblem, from wish: Int = 0, _ table: TalkTable) -> Int {
        guard wish < problem.wishes.count else { return 0 }
        var most = best(problem, from: wish + 1, table)
        guard table.isWithinLimits(wish) else { return most }
        for slot in 0..<problem.slots where table.free(wish) & (1 << UInt64(slot)) != 0 && table.load[slot] < problem.tables {
            var next = table
            next.place(wish, in: slot)
            most = max(most, problem.wishes[wish].weight + best(problem, from: wish + 1, next))
        }
        return most
    }

    @Test("The bound is never below the optimum found by trying everything, and plans are within a tenth of it on average")
    func bound() {
        var dice = Dice(state: 11)
        var (planned, possible) = (0, 0)
        for number in 0..<60 {
            let problem = dice.problem(4, 3, 3, tables: 1 + dice.roll(3), wishes: 2, isFree: false)
            let plan = TalkPlanner.plan(problem)
            let optimum = Self.best(problem, TalkTable(problem))
            #expect(plan.total <= optimum && optimum <= plan.bound, "instance \(number)")
            planned += plan.total
            possible += optimum
        }
        #expect(planned * 10 >= possible * 9, "\(planned) of \(possible)")
    }

    @Test("After a cancellation nobody's talk moves; only what became impossible goes, and only free room is filled")
    func leastChange() {
        var dice = Dice(state: 13)
        for number in 0..<150 {
            var problem = dice.problem(4 + dice.roll(10), 2 + dice.roll(5), 2 + dice.roll(5), tables: 1 + dice.roll(5), wishes: 3, isFree: number % 2 == 0)
            let before = TalkPlanner.plan(problem)
            let gone = dice.roll(problem.agencies.count)
            problem.agencies[gone].slots = 0
            let after = TalkPlanner.replan(problem, keeping: before.talks)
            #expect(Self.faults(after, of: problem) == [], "instance \(number)")
            let possible = Set(before.talks.filter { problem.wishes[$0.wish].agency != gone })
            #expect(possible.isSubset(of: Set(after.talks)), "instance \(number)")
        }
        // A table fewer: each round gives up no more than it must.
        let problem = dice.problem(10, 6, 4, tables: 5, wishes: 4, isFree: true)
        let before = TalkPlanner.plan(problem)
        var smaller = problem
        smaller.tables = 4
        let after = TalkPlanner.replan(smaller, keeping: before.talks)
        let surplus = (0..<4).reduce(0) { sum, slot in sum + max(0, before.talks.count { $0.slot == slot } - 4) }
        #expect(Set(before.talks).subtracting(after.talks).count == surplus && PlannerTests.faults(after, of: smaller) == [])
    }

    @Test("Tables: never two talks at one, and an agency stays where it sits while it can")
    func tables() {
        let talks = (0..<6).flatMap { agency in (0..<4).map { TalkSeats.Talk(agency: agency, slot: $0, table: nil) } }
        let own = TalkSeats.assign(talks, tables: 6)
        #expect(Set(zip(talks, own).map { [$0.slot, $1] }).count == talks.count)
        for agency in 0..<6 { #expect(Set(zip(talks, own).filter { $0.0.agency == agency }.map(\.1)).count == 1) }
        // Fewer tables than agencies: they share over the rounds.
        let shared = (0..<6).flatMap { agency in [agency % 2, 2 + agency % 2].map { TalkSeats.Talk(agency: agency, slot: $0, table: agency == 5 ? 3 : nil) } }
        let seats = TalkSeats.assign(shared, tables: 3)
        #expect(Set(zip(shared, seats).map { [$0.slot, $1] }).count == shared.count && seats.allSatisfy { (1...3).contains($0) })
        #expect(zip(shared, seats).filter { $0.0.agency == 5 }.allSatisfy { $0.1 == 3 })
    }

    @Test("Weights: earlier wishes, wishes of both sides and scarce services weigh more")
    func weights() {
        #expect((0..<9).map { WishWeight.of(enterpriseRank: $0, agencyRank: nil, isScarce: false) } == [10, 8, 6, 5, 4, 3, 2, 1, 1])
        #expect(WishWeight.of(enterpriseRank: 0, agencyRank: 1, isScarce: true) == 10 + 8 + 5 + 4)
        #expect(WishWeight.of(enterpriseRank: nil, agencyRank: 0, isScarce: true) == 10)
    }
}
