import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What the hotline shows outside its own pages: among the to-dos and in the search box.
extension Rulebook {
    /// Orders that wait for this person, the nearest due first; at most fifty.
    func todos(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        let sight = try Sight(of: actor, in: snapshot)
        let seen = sight.condition
        return try snapshot.allRows(
            """
            SELECT \(OrderRow.cardColumns), o.pending IS NOT NULL FROM work_order o INDEXED BY work_order_open LEFT JOIN unit u ON u.id = o.owner_unit
            WHERE o.is_open = 1 AND \(seen.sql) ORDER BY coalesce(o.due_at, 9223372036854775807), o.id LIMIT 200
            """, binding: seen.values
        ) { (card: try snapshot.card($0), hasRequest: try $0.get(19) as Bool) }.filter { waits($0.card, $0.hasRequest, for: sight) }.prefix(50).map { item in
            TodoItem(
                title: "\(item.card.title)（\(item.card.number)）", path: "/orders/\(item.card.number)",
                step: item.hasRequest && !isOwner(item.card, sight) ? "审批申请" : item.card.state.title, since: item.card.registeredAt, due: item.card.due)
        }
    }

    private func isOwner(_ card: OrderCard, _ sight: Sight) -> Bool { card.owner.map { sight.units.contains($0.description) } ?? false }

    private func waits(_ card: OrderCard, _ hasRequest: Bool, for sight: Sight) -> Bool {
        switch card.state {
        case .registered, .dispatching, .returned, .answered, .concluded: sight.reaches(card.region)
        case .dispatched: isOwner(card, sight)
        case .handling:
            isOwner(card, sight) && !card.isSuspended
                || hasRequest && (sight.actor.holds(.cityStaff, in: card.region) || sight.actor.holds(.provinceStaff, in: card.region))
        case .archived, .refused: false
        }
    }

    func search(_ text: String, _ snapshot: Snapshot) throws -> [SearchResult] {
        let found = try findOrders(FindOrders(q: String(text.prefix(60)), limit: 20), snapshot).items
            + findOrders(FindOrders(q: String(text.prefix(60)), closed: true, limit: 10), snapshot).items
        return found.enumerated().map { index, card in
            SearchResult(
                title: card.title, path: "/orders/\(card.number)",
                summary: "工单 \(card.number)，\(card.state.title)，\(title(of: card.region))", score: card.number.description == text ? 3 : 1 / Double(index + 1))
        }
    }
}
