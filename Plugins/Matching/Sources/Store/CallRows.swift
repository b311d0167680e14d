import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension SQLReading {
    private var callColumns: String { "id, site, region, category, title, text, until, is_open, published_at, revision" }

    private func call(_ row: Row) throws -> AgencyCall {
        AgencyCall(
            id: try row.get(0), site: try row.get(1), region: try row.get(2), category: try row.get(3), title: try row.get(4), text: try row.get(5),
            until: try row.get(6), isOpen: try row.get(7), publishedAt: try row.get(8), revision: try row.get(9))
    }

    func call(_ id: MessageID) throws -> AgencyCall? { try first("SELECT \(callColumns) FROM call_ WHERE id = ?", id) { try call($0) } }

    /// Those that end first in front; at most 200.
    func calls(runningOn day: Day, all: Bool, category: String?) throws -> [AgencyCall] {
        try rows(
            """
            SELECT \(callColumns) FROM call_ WHERE (?1 OR (is_open = 1 AND until >= ?2)) AND (?3 IS NULL OR category = ?3)
            ORDER BY is_open = 1 AND until >= ?2 DESC, until, id LIMIT 200
            """, all, day, category
        ) { try call($0) }
    }

    func offers(to call: MessageID) throws -> [CallOffer] {
        try rows("SELECT agency, agency_name, service, title, at FROM call_offer WHERE call = ? AND refusal IS NULL ORDER BY at, service", call) { row in
            CallOffer(agency: DemandParty(code: try row.get(0), name: try row.get(1)), service: try row.get(2), title: try row.get(3), at: try row.get(4))
        }
    }

    /// Listed services of an admitted agency in a category, with the regions that they serve.
    func listedOffers(of agency: CreditCode, _ category: String) throws -> [(offer: CallOffer, regions: [RegionCode])] {
        try rows(
            """
            SELECT o.agency, a.title, o.id, o.title, o.regions FROM offer o JOIN agency a ON a.code = o.agency
            WHERE o.agency = ? AND o.category = ? AND o.is_listed = 1 AND a.is_open = 1 ORDER BY o.id
            """, agency, category
        ) { row in
            (
                CallOffer(
                    agency: DemandParty(code: try row.get(0), name: try row.get(1)), service: try row.get(2), title: try row.get(3), at: Timestamp(milliseconds: 0)),
                try row.get(4, as: String.self).split(separator: " ").compactMap { RegionCode(String($0)) }
            )
        }
    }
}

extension Transaction {
    func write(_ call: AgencyCall) throws {
        try run(
            """
            INSERT INTO call_ (id, site, region, category, title, text, until, is_open, published_at, revision, is_local)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            ON CONFLICT (id) DO UPDATE SET is_open = ?8, revision = ?10
            """, call.id, call.site, call.region, call.category, call.title, call.text, call.until, call.isOpen, call.publishedAt, call.revision,
            call.site == site)
    }

    /// `false`: it was offered before.
    func write(_ offer: CallOffer, to call: MessageID) throws -> Bool {
        try run(
            """
            INSERT INTO call_offer (call, service, agency, agency_name, title, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (call, service) DO UPDATE SET refusal = NULL, at = ?6 WHERE refusal IS NOT NULL
            """, call, offer.service, offer.agency.code, offer.agency.name, offer.title, offer.at) == 1
    }
}
