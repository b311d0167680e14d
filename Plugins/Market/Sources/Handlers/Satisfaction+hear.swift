import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// D12: satisfaction of a region, over the orders of its enterprises and the classes held there, always with who did not rate.
extension Rulebook {
    func getSatisfaction(_ query: GetSatisfaction, _ snapshot: Snapshot) throws -> Satisfaction {
        let range = query.region?.codesBelow
        // Ratings travel with their city only; those of one county or agency are known where its orders are.
        let isWide = query.agency == nil && query.region.map { $0 == $0.city } ?? true
        let orders = try isWide ? counted(in: range, snapshot) : read(query.agency, range, snapshot)
        guard query.agency == nil, let classes = try classes(in: range, snapshot) else { return orders }
        return Satisfaction(
            satisfied: orders.satisfied + classes.satisfied, rated: orders.rated + classes.rated, unrated: orders.unrated + classes.unrated,
            enteredByStaff: orders.enteredByStaff,
            parts: [SatisfactionPart(kind: .orders, satisfied: orders.satisfied, rated: orders.rated, unrated: orders.unrated), classes])
    }

    /// By the counts of the cities, whatever the number of orders.
    private func counted(in range: ClosedRange<String>?, _ snapshot: Snapshot) throws -> Satisfaction {
        try snapshot.first(
            """
            SELECT coalesce(sum(satisfied), 0), coalesce(sum(rated), 0), coalesce(sum(max(completed - rated - staff, 0)), 0), coalesce(sum(staff), 0)
            FROM satisfaction_city WHERE ?1 IS NULL OR city BETWEEN ?1 AND ?2
            """, range?.lowerBound, range?.upperBound
        ) { Satisfaction(satisfied: try $0.get(0), rated: try $0.get(1), unrated: try $0.get(2), enteredByStaff: try $0.get(3)) }
            ?? Satisfaction(satisfied: 0, rated: 0, unrated: 0)
    }

    private func read(_ agency: CreditCode?, _ range: ClosedRange<String>?, _ snapshot: Snapshot) throws -> Satisfaction {
        try snapshot.first(
            """
            SELECT coalesce(sum(r.is_staff_entered = 0 AND r.score >= 4), 0), coalesce(sum(r.is_staff_entered = 0), 0),
              coalesce(sum(r.order_ IS NULL), 0), coalesce(sum(r.is_staff_entered = 1), 0)
            FROM order_ o LEFT JOIN rating r ON r.order_ = o.id
            WHERE o.state IN ('confirmed', 'rated') AND (?1 IS NULL OR o.agency = ?1) AND (?2 IS NULL OR o.region BETWEEN ?2 AND ?3)
            """, agency, range?.lowerBound, range?.upperBound
        ) { Satisfaction(satisfied: try $0.get(0), rated: try $0.get(1), unrated: try $0.get(2), enteredByStaff: try $0.get(3)) }
            ?? Satisfaction(satisfied: 0, rated: 0, unrated: 0)
    }

    /// `nil` where no class was held or rated.
    private func classes(in range: ClosedRange<String>?, _ snapshot: Snapshot) throws -> SatisfactionPart? {
        let part = try snapshot.first(
            """
            SELECT coalesce(sum(satisfied), 0), coalesce(sum(rated), 0), coalesce(sum(max(taken - rated, 0)), 0) FROM class_rating
            WHERE ?1 IS NULL OR region BETWEEN ?1 AND ?2
            """, range?.lowerBound, range?.upperBound
        ) { SatisfactionPart(kind: .classes, satisfied: try $0.get(0), rated: try $0.get(1), unrated: try $0.get(2)) }
        return part.flatMap { $0.rated + $0.unrated > 0 ? $0 : nil }
    }
}
