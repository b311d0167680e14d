import Bus
import MarketContracts
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What is offered, kept from what the market tells.
extension Rulebook {
    func hear(_ event: AgencyChanged, _ tx: Transaction) throws {
        try tx.run(
            """
            INSERT INTO agency (code, title, region, categories, is_core, is_open, revision, key, site)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT (code) DO UPDATE SET title = ?2, region = ?3, categories = ?4, is_core = ?5, is_open = ?6, revision = ?7, key = coalesce(?8, key),
              site = ?9 WHERE revision < ?7
            """, event.agency, event.title, event.region, " " + event.categories.joined(separator: " ") + " ", event.isCore, event.state == .approved,
            event.revision, event.key, tx.envelope.site)
    }

    func hear(_ event: ServiceChanged, _ tx: Transaction) throws {
        try tx.run(
            """
            INSERT INTO offer (id, agency, title, category, regions, price_kind, amount, is_listed, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT (id) DO UPDATE SET title = ?3, category = ?4, regions = ?5, price_kind = ?6, amount = ?7, is_listed = ?8, revision = ?9
              WHERE revision < ?9
            """, event.service, event.agency, event.title, event.category, event.regions.map(\.description).joined(separator: " "),
            event.price.kind.rawValue, event.price.amount, event.state == .listed, event.revision)
    }

    func hear(_ event: ServiceCompleted, _ tx: Transaction) throws {
        try tx.run("UPDATE agency SET completed = completed + 1 WHERE code = ?", event.agency)
    }

    func hear(_ event: ServiceRated, _ tx: Transaction) throws {
        try rate(event, tx)
        guard !event.isStaffEntered else { return }
        let satisfied = (event.score >= 4 ? 1 : 0) - ((event.previous ?? 0) >= 4 ? 1 : 0)
        try tx.run(
            "UPDATE agency SET rated = rated + ?, satisfied = satisfied + ? WHERE code = ?", event.previous == nil ? 1 : 0, satisfied, event.agency)
    }
}
