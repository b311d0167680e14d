import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What happens to an order is told to everybody who may hear it; of a confidential one only organisations that need to know it are told.
protocol OrderEvent: Event {
    var onlyFor: CreditCode? { get set }
}

extension OrderAdvanced: OrderEvent {}
extension OrderRated: OrderEvent {}
extension OrderDue: OrderEvent {}

extension Transaction {
    func announce(_ event: some OrderEvent, of row: OrderRow) throws {
        guard row.card.isConfidential else { return try announce(event) }
        for organisation in try audience(of: row) {
            var told = event
            told.onlyFor = organisation
            try announce(told)
        }
    }

    /// Who handles a confidential order now or did until this step, who assists, and the hotline it came from.
    private func audience(of row: OrderRow) throws -> [CreditCode] {
        let codes = try rows(
            """
            SELECT credit_code FROM unit WHERE id IN (
                SELECT owner_unit FROM work_order WHERE id = ?1 UNION SELECT unit FROM co_unit WHERE work_order = ?1 UNION SELECT ?2)
            UNION SELECT organisation FROM transfer WHERE work_order = ?1
            """, row.id, row.card.owner, as: { try $0.get(0) as CreditCode? })
        return codes.compactMap { $0 }.sorted { $0.description < $1.description }
    }
}
