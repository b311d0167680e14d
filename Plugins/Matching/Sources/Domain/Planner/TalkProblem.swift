/// What is to be planned: who comes, when each can, who wants to talk to whom, and the hall. Indices stand for parties and persons.
struct TalkProblem: Sendable {
    /// One side's organisation.
    struct Party: Sendable {
        /// Who speaks for it; two parties with the same person never talk at once, on whichever side they stand.
        var person: Int
        /// Most talks, 1…
        var limit: Int
        /// Slots in which it can, a bit each, the first slot the lowest.
        var slots: UInt64
    }

    /// Somebody wants this talk; one wish a pair.
    struct Wish: Sendable, Hashable {
        var enterprise: Int
        var agency: Int
        /// Above 0; see `WishWeight`.
        var weight: Int
    }

    var enterprises: [Party]
    var agencies: [Party]
    var wishes: [Wish]
    /// 1…64
    var slots: Int
    /// Talks at once.
    var tables: Int

    var everySlot: UInt64 { slots >= 64 ? .max : (1 << UInt64(slots)) - 1 }

    /// Slots in which both sides of a wish can.
    func common(_ wish: Wish) -> UInt64 { enterprises[wish.enterprise].slots & agencies[wish.agency].slots & everySlot }

    var personCount: Int { ((enterprises + agencies).map(\.person).max() ?? -1) + 1 }
}

/// A wish that has its slot.
struct PlannedSlot: Sendable, Hashable {
    /// Index into the problem's wishes.
    var wish: Int
    /// From 0.
    var slot: Int
}

/// A plan without clash, and how good it can be at most.
struct TalkPlan: Sendable {
    var talks: [PlannedSlot]
    /// Sum of the planned wishes' weights.
    var total: Int
    /// No plan can have more: the optimum where talks need no slots of their own (a b-matching).
    var bound: Int
    /// Why each other wish was not planned.
    var unmet: [Int: Unmet]

    enum Unmet: String, Sendable, Hashable, CaseIterable {
        case noCommonTime, enterpriseFull, agencyFull, tablesFull, noFreeTime
    }
}
