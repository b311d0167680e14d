import Bus
import MarketContracts
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// From an agreed demand to an order at Market, and back: the order's end is the demand's.
extension Rulebook {
    /// The order is the enterprise's own, so it needs no confirmation; Market asks the agency for its quote.
    func order(_ command: OrderForDemand, _ tx: Transaction) throws -> DemandReceipt {
        guard let demand = try tx.demandRow(command.demand) else { throw MatchingRefusal.unknown }
        let card = demand.card
        guard try sides(of: tx.actor, card, tx).contains(.enterprise), demand.home == nil else { throw MatchingRefusal.unknown }
        guard card.state == .agreed, let agency = card.agency else { throw MatchingRefusal.notOrderable(card.state) }
        let subject = "demand/\(card.id)"
        guard try ordered(subject, tx)?.agency != agency.code else { throw MatchingRefusal.ordered(agency.name) }
        let isOpen: Int? = try tx.value("SELECT 1 FROM agency WHERE code = ? AND is_open = 1", agency.code)
        guard isOpen != nil else { throw MatchingRefusal.agencyClosed(agency.name) }
        try tx.follow(subject)
        try tx.send(
            PlaceOrder(
                agencies: [agency.code], title: card.title, category: card.category, description: demand.description, budget: demand.budget,
                wantedBy: demand.wantedBy.flatMap { $0 < tx.now.day ? nil : $0 }, enterprise: Party(code: card.enterprise.code, name: card.enterprise.name),
                region: card.region, channel: .matching), subject: subject)
        try tx.announce(DemandOrdered(demand: card.id, agency: agency.code))
        return receipt(demand)
    }

    /// A confirmed order is a delivered demand.
    func hear(_ event: OrderAdvanced, _ tx: Transaction) throws {
        guard event.channel == .matching, event.to == .confirmed, var demand = try demand(orderedFrom: event.agency?.code, tx), demand.card.state == .agreed
        else { return }
        demand.proof = "订单 \(event.number) 已交付，企业已确认。"
        try move(&demand, .deliver, to: .delivered, tx)
    }

    /// The rating of its order is the demand's; one that staff entered is not the enterprise's word.
    func rate(_ event: ServiceRated, _ tx: Transaction) throws {
        guard !event.isStaffEntered, tx.envelope.site == tx.site, var demand = try demand(orderedFrom: event.agency, tx), demand.card.state == .delivered
        else { return }
        demand.score = event.score
        try move(&demand, .rate, to: .rated, tx)
    }

    /// The demand of this story that was ordered from the agency.
    private func demand(orderedFrom agency: CreditCode?, _ tx: Transaction) throws -> DemandRow? {
        let entries = try tx.store.log(correlation: tx.envelope.correlation, limit: 500)
        guard let entry = entries.last(where: { $0.type == DemandOrdered.name }), let subject = entry.subject else { return nil }
        let event = try JSON.decode(DemandOrdered.self, from: entry.payload)
        return try event.agency == agency && ordered(subject, tx)?.agency == agency ? tx.demandRow(event.demand) : nil
    }

    /// What was ordered last for a demand.
    private func ordered(_ subject: String, _ tx: Transaction) throws -> DemandOrdered? {
        try tx.store.log(subject: subject, limit: 500).last { $0.type == DemandOrdered.name }.map { try JSON.decode(DemandOrdered.self, from: $0.payload) }
    }

    // MARK: - The story

    func story(_ id: String, _ snapshot: Snapshot) throws -> StorySubject? {
        guard let id = MessageID(id) else { return nil }
        let card = try getDemand(GetDemand(id: id), snapshot).card
        return StorySubject("需求 \(card.number) \(card.title)") { happening in
            happening.event(DemandAdvanced.self).map { $0.action.map { "需求\($0.title)" } ?? "提出需求" }
        }
    }
}
