/// Who talks in which slot while a plan is made: at most one talk a person and slot, always.
struct TalkTable {
    let problem: TalkProblem
    /// The slot of each wish; -1: none.
    private(set) var slotOf: [Int]
    /// By person × slots + slot: the wish, or -1.
    private var at: [Int]
    /// Slots in which a person talks.
    private var busy: [UInt64]
    private(set) var load: [Int]
    private(set) var talksOfEnterprise: [Int]
    private(set) var talksOfAgency: [Int]

    init(_ problem: TalkProblem) {
        self.problem = problem
        slotOf = Array(repeating: -1, count: problem.wishes.count)
        at = Array(repeating: -1, count: problem.personCount * problem.slots)
        busy = Array(repeating: 0, count: problem.personCount)
        load = Array(repeating: 0, count: problem.slots)
        talksOfEnterprise = Array(repeating: 0, count: problem.enterprises.count)
        talksOfAgency = Array(repeating: 0, count: problem.agencies.count)
    }

    func persons(_ wish: Int) -> (Int, Int) {
        let one = problem.wishes[wish]
        return (problem.enterprises[one.enterprise].person, problem.agencies[one.agency].person)
    }

    func talk(of person: Int, in slot: Int) -> Int { at[person * problem.slots + slot] }

    func isWithinLimits(_ wish: Int) -> Bool {
        let one = problem.wishes[wish]
        return talksOfEnterprise[one.enterprise] < problem.enterprises[one.enterprise].limit
            && talksOfAgency[one.agency] < problem.agencies[one.agency].limit
    }

    /// Slots in which both can and neither talks.
    func free(_ wish: Int) -> UInt64 {
        let (one, other) = persons(wish)
        return one == other ? 0 : problem.common(problem.wishes[wish]) & ~busy[one] & ~busy[other]
    }

    mutating func place(_ wish: Int, in slot: Int) {
        set(wish, slot)
        talksOfEnterprise[problem.wishes[wish].enterprise] += 1
        talksOfAgency[problem.wishes[wish].agency] += 1
    }

    mutating func remove(_ wish: Int) {
        clear(wish)
        talksOfEnterprise[problem.wishes[wish].enterprise] -= 1
        talksOfAgency[problem.wishes[wish].agency] -= 1
    }

    private mutating func set(_ wish: Int, _ slot: Int) {
        let (one, other) = persons(wish)
        slotOf[wish] = slot
        at[one * problem.slots + slot] = wish
        at[other * problem.slots + slot] = wish
        busy[one] |= 1 << UInt64(slot)
        busy[other] |= 1 << UInt64(slot)
        load[slot] += 1
    }

    private mutating func clear(_ wish: Int) {
        let slot = slotOf[wish]
        let (one, other) = persons(wish)
        slotOf[wish] = -1
        at[one * problem.slots + slot] = -1
        at[other * problem.slots + slot] = -1
        busy[one] &= ~(1 << UInt64(slot))
        busy[other] &= ~(1 << UInt64(slot))
        load[slot] -= 1
    }

    /// The free slot with the fewest talks that has a table left.
    func best(_ wish: Int, ignoringTables: Bool = false) -> Int? {
        var slots = free(wish)
        var best = -1
        while slots != 0 {
            let slot = slots.trailingZeroBitCount
            slots &= slots - 1
            if best < 0 || load[slot] < load[best] { best = slot }
        }
        return best >= 0 && (ignoringTables || load[best] < problem.tables) ? best : nil
    }

    /// All talks that hang together in two slots, from a person on (a Kempe chain).
    func chain(from person: Int, _ one: Int, _ other: Int) -> [Int] {
        var found: [Int] = []
        // To the one side, then to the other: a person has at most one talk in each of the two slots.
        for first in [one, other] {
            var (node, slot) = (person, first)
            while true {
                let wish = talk(of: node, in: slot)
                guard wish >= 0, !(found.contains(wish)) else { break }
                found.append(wish)
                let (a, b) = persons(wish)
                node = a == node ? b : a
                slot = slot == one ? other : one
            }
        }
        return found
    }

    /// Whether every talk of a chain may be in the other of the two slots.
    func canExchange(_ chain: [Int], _ one: Int, _ other: Int) -> Bool {
        chain.allSatisfy { problem.common(problem.wishes[$0]) & (1 << UInt64(slotOf[$0] == one ? other : one)) != 0 }
    }

    mutating func exchange(_ chain: [Int], _ one: Int, _ other: Int) {
        let targets = chain.map { slotOf[$0] == one ? other : one }
        for wish in chain { clear(wish) }
        for (wish, slot) in zip(chain, targets) { set(wish, slot) }
    }
}
