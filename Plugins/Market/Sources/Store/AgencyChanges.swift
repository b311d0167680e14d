import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Transaction {
    /// Writes an agency's public record, its categories and its words in the index.
    func write(_ change: AgencyChanged, site: String, isLocal: Bool, categories names: [String]) throws {
        try run(
            """
            INSERT INTO agency (code, site, is_local, title, region, state, is_core, revision, state_since, active_at, entered_at, opinion, summary, address)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?9, ?10, ?11, nullif(?12, ''))
            ON CONFLICT (code) DO UPDATE SET site = ?2, is_local = ?3, title = ?4, region = ?5,
              state_since = CASE WHEN state = ?6 THEN state_since ELSE ?9 END, state = ?6, is_core = ?7, revision = ?8, active_at = ?9,
              opinion = coalesce(?10, opinion), summary = ?11, address = nullif(coalesce(?12, address), '')
            """, change.agency, site, isLocal, change.title, change.region, change.state.rawValue, change.isCore, change.revision, now,
            change.opinion, change.summary, change.address)
        try run("UPDATE listed SET is_core = ?, home = ? WHERE agency = ?", change.isCore, change.region, change.agency)
        try run("DELETE FROM agency_category WHERE agency = ?", change.agency)
        for category in Set(change.categories) { try run("INSERT INTO agency_category VALUES (?, ?)", change.agency, category) }
        let isShown = change.state == .approved || change.state == .suspended
        let key = change.agency.description
        if isShown {
            try CatalogueSearch.agencies.put(key, [change.title, key, names.joined(separator: " "), change.summary], in: store)
        } else {
            try CatalogueSearch.agencies.remove(key, in: store)
        }
    }

    /// Where the agency works, as events say it: `""` for nowhere known. A site whose record begins later has no other that it could keep.
    func address(of agency: CreditCode) throws -> String { try value("SELECT coalesce(address, '') FROM agency WHERE code = ?", agency) ?? "" }

    /// The agency's record as it stands, one revision further.
    func next(_ card: AgencyCard, state: AgencyState? = nil, isCore: Bool? = nil, action: AgencyAction? = nil, opinion: String? = nil) throws -> AgencyChanged {
        let revision: Int = try value("SELECT revision FROM agency WHERE code = ?", card.code) ?? 0
        return AgencyChanged(
            agency: card.code, revision: revision + 1, title: card.name, region: card.region, categories: card.categories, summary: card.summary,
            state: state ?? card.state, isCore: isCore ?? card.isCore, action: action, opinion: opinion, address: try address(of: card.code))
    }

    /// A sign of life of the agency (D11), to ten minutes, which are nothing among the months that count: one with many orders is not written anew for
    /// each.
    func noteActivity(of agency: CreditCode) throws {
        try run("UPDATE agency SET active_at = ?1 WHERE code = ?2 AND coalesce(active_at, 0) < ?1 - 600000", now, agency)
    }
}
