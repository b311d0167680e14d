/// Plans one-to-one talks (一对一洽谈) without clash: the optimum without slots first, then slots by exchanging along chains as in the
/// proof of Kőnig's theorem, so that where everybody can at any time the plan is the optimum itself; last, exchanges wish by wish.
/// Deterministic.
/// - Source: D. Kőnig, Math. Ann. 77 (1916) 453–465: the edges of a bipartite graph need as many colours as its largest degree
enum TalkPlanner {
    static func plan(_ problem: TalkProblem) -> TalkPlan {
        let best = TalkBound.solve(problem)
        var table = TalkTable(problem)
        for wish in sorted(best.wishes, problem) { insert(wish, &table, ignoringTables: true) }
        level(&table)
        improve(&table)
        return finish(table, bound: best.bound)
    }

    /// Plans anew after something was cancelled, with least change: who keeps their talk keeps slot and table; only what has become
    /// impossible is moved or dropped, and only room that became free is filled.
    static func replan(_ problem: TalkProblem, keeping talks: [PlannedSlot]) -> TalkPlan {
        var table = TalkTable(problem)
        var displaced: [Int] = []
        for talk in talks.sorted(by: { ($1.slot, $0.wish) < ($0.slot, $1.wish) }).reversed() {
            let isFree = talk.slot < problem.slots && table.free(talk.wish) & (1 << UInt64(talk.slot)) != 0
            if isFree, table.load[talk.slot] < problem.tables, table.isWithinLimits(talk.wish) {
                table.place(talk.wish, in: talk.slot)
            } else {
                displaced.append(talk.wish)
            }
        }
        let rest = problem.wishes.indices.filter { table.slotOf[$0] < 0 && !displaced.contains($0) }
        for wish in sorted(displaced, problem) + sorted(rest, problem) where table.isWithinLimits(wish) {
            if let slot = table.best(wish) { table.place(wish, in: slot) }
        }
        return finish(table, bound: TalkBound.solve(problem).bound)
    }

    private static func sorted(_ wishes: [Int], _ problem: TalkProblem) -> [Int] {
        wishes.sorted { (problem.wishes[$1].weight, $0) < (problem.wishes[$0].weight, $1) }
    }

    /// Places a wish, moving others within two slots where need be; false where it cannot.
    @discardableResult
    private static func insert(_ wish: Int, _ table: inout TalkTable, ignoringTables: Bool) -> Bool {
        if let slot = table.best(wish, ignoringTables: ignoringTables) {
            table.place(wish, in: slot)
            return true
        }
        let problem = table.problem
        let (enterprise, agency) = table.persons(wish)
        guard enterprise != agency else { return false }
        let common = problem.common(problem.wishes[wish])
        for one in 0..<problem.slots where common & (1 << UInt64(one)) != 0 && table.talk(of: enterprise, in: one) < 0 {
            for other in 0..<problem.slots where other != one && table.talk(of: agency, in: other) < 0 {
                let chain = table.chain(from: agency, one, other)
                // A person on both sides can close the chain at the enterprise.
                let isClear = !chain.contains { table.persons($0).0 == enterprise || table.persons($0).1 == enterprise }
                guard isClear, table.canExchange(chain, one, other) else { continue }
                let moved = chain.count { table.slotOf[$0] == one }
                let there = table.load[other] + moved - (chain.count - moved), here = table.load[one] - moved + (chain.count - moved) + 1
                guard ignoringTables || (there <= problem.tables && here <= problem.tables) else { continue }
                table.exchange(chain, one, other)
                table.place(wish, in: one)
                return true
            }
        }
        return false
    }

    /// Brings every slot down to the number of tables, by exchanging with a slot that has room; the lightest talk goes where none does.
    private static func level(_ table: inout TalkTable) {
        let problem = table.problem
        for slot in 0..<problem.slots {
            while table.load[slot] > problem.tables {
                if relieve(slot, &table) { continue }
                let here = problem.wishes.indices.filter { table.slotOf[$0] == slot }
                guard let lightest = here.min(by: { (problem.wishes[$0].weight, $1) < (problem.wishes[$1].weight, $0) }) else { break }
                table.remove(lightest)
            }
        }
    }

    private static func relieve(_ slot: Int, _ table: inout TalkTable) -> Bool {
        let problem = table.problem
        for other in 0..<problem.slots where other != slot && table.load[other] < problem.tables {
            var seen: Set<Int> = []
            for wish in problem.wishes.indices where table.slotOf[wish] == slot && !seen.contains(wish) {
                let chain = table.chain(from: table.persons(wish).0, slot, other)
                seen.formUnion(chain)
                let surplus = 2 * chain.count { table.slotOf[$0] == slot } - chain.count
                guard surplus == 1, table.canExchange(chain, slot, other) else { continue }
                table.exchange(chain, slot, other)
                return true
            }
        }
        return false
    }

    /// Adds what can be added, then lets heavier wishes take the place of lighter ones, until nothing changes.
    private static func improve(_ table: inout TalkTable) {
        let problem = table.problem
        let order = sorted(Array(problem.wishes.indices), problem)
        for _ in 0..<20 {
            var hasChanged = false
            for wish in order where table.slotOf[wish] < 0 {
                if table.isWithinLimits(wish), insert(wish, &table, ignoringTables: false) {
                    hasChanged = true
                } else if let (slot, out) = replacement(for: wish, table) {
                    for one in out { table.remove(one) }
                    table.place(wish, in: slot)
                    hasChanged = true
                }
            }
            if !hasChanged { return }
        }
    }

    /// A slot, and lighter talks that have to go for the wish.
    private static func replacement(for wish: Int, _ table: TalkTable) -> (slot: Int, out: [Int])? {
        let problem = table.problem
        let one = problem.wishes[wish]
        let (enterprise, agency) = table.persons(wish)
        guard enterprise != agency else { return nil }
        func lightest(_ isOne: (Int) -> Bool) -> Int? {
            problem.wishes.indices.filter { table.slotOf[$0] >= 0 && isOne($0) }.min { (problem.wishes[$0].weight, $0) < (problem.wishes[$1].weight, $1) }
        }
        // Nobody's lightest talk weighs more than a heavier wish could gain: looked for only where limits bind.
        let ofEnterprise = table.talksOfEnterprise[one.enterprise] >= problem.enterprises[one.enterprise].limit ? lightest { problem.wishes[$0].enterprise == one.enterprise } : nil
        let ofAgency = table.talksOfAgency[one.agency] >= problem.agencies[one.agency].limit ? lightest { problem.wishes[$0].agency == one.agency } : nil
        for slot in 0..<problem.slots where problem.common(one) & (1 << UInt64(slot)) != 0 {
            var out = Set([table.talk(of: enterprise, in: slot), table.talk(of: agency, in: slot)].filter { $0 >= 0 })
            if let ofEnterprise, !out.contains(where: { problem.wishes[$0].enterprise == one.enterprise }) { out.insert(ofEnterprise) }
            if let ofAgency, !out.contains(where: { problem.wishes[$0].agency == one.agency }) { out.insert(ofAgency) }
            guard out.reduce(0, { $0 + problem.wishes[$1].weight }) < one.weight else { continue }
            let left = table.load[slot] - out.count { table.slotOf[$0] == slot }
            if left < problem.tables { return (slot, out.sorted()) }
        }
        return nil
    }

    private static func finish(_ table: TalkTable, bound: Int) -> TalkPlan {
        let problem = table.problem
        var plan = TalkPlan(talks: [], total: 0, bound: bound, unmet: [:])
        for (index, wish) in problem.wishes.enumerated() {
            if table.slotOf[index] >= 0 {
                plan.talks.append(PlannedSlot(wish: index, slot: table.slotOf[index]))
                plan.total += wish.weight
            } else {
                plan.unmet[index] = reason(index, table)
            }
        }
        return plan
    }

    private static func reason(_ index: Int, _ table: TalkTable) -> TalkPlan.Unmet {
        let problem = table.problem
        let wish = problem.wishes[index]
        if problem.common(wish) == 0 || table.persons(index).0 == table.persons(index).1 { return .noCommonTime }
        if table.talksOfAgency[wish.agency] >= problem.agencies[wish.agency].limit { return .agencyFull }
        if table.talksOfEnterprise[wish.enterprise] >= problem.enterprises[wish.enterprise].limit { return .enterpriseFull }
        return table.free(index) != 0 ? .tablesFull : .noFreeTime
    }
}
