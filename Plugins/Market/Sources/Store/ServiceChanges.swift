import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Transaction {
    /// Writes a service's public record and its words in the index.
    func write(_ change: ServiceChanged, site: String, isLocal: Bool, category name: String) throws {
        try run(
            """
            INSERT INTO service (id, agency, site, is_local, title, category, nature, price_kind, amount, unit, modes, days, places, taken,
              takes_vouchers, is_software, is_by_appointment, state, revision, state_since, listed_at, entered_at, opinion, deliverables, summary, trial_days)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?20, ?22, ?23, ?24, ?25)
            ON CONFLICT (id) DO UPDATE SET site = ?3, is_local = ?4, title = ?5, category = ?6, nature = ?7, price_kind = ?8, amount = ?9,
              unit = ?10, modes = ?11, days = ?12, places = ?13, taken = ?14, takes_vouchers = ?15, is_software = ?16, is_by_appointment = ?17,
              state_since = CASE WHEN state = ?18 THEN state_since ELSE ?20 END, state = ?18, revision = ?19, listed_at = ?21,
              opinion = coalesce(?22, opinion), deliverables = ?23, summary = ?24, trial_days = ?25
            """, change.service, change.agency, site, isLocal, change.title, change.category, change.nature.rawValue, change.price.kind.rawValue,
            change.price.amount, change.price.unit, ServiceMode.bits(change.modes), change.days, change.places, change.taken,
            change.takesVouchers, change.isSoftware, change.isByAppointment, change.state.rawValue, change.revision, now, change.listedAt,
            change.opinion, change.deliverables, change.summary, change.trialDays)
        try run("DELETE FROM service_region WHERE service = ?", change.service)
        for region in Set(change.regions) { try run("INSERT INTO service_region VALUES (?, ?)", change.service, region) }
        try indexService(change.service, category: name)
    }

    /// The words of a listed service; one that is not listed is found by nobody.
    func indexService(_ id: MessageID, category name: String) throws {
        let key = id.description
        let texts = try first(
            """
            SELECT s.title, coalesce(a.title, ''), s.summary || ' ' || s.deliverables FROM service s LEFT JOIN agency a ON a.code = s.agency
            WHERE s.id = ? AND s.state = 'listed'
            """, id
        ) { [try $0.get(0, as: String.self), try $0.get(1, as: String.self), name, try $0.get(2, as: String.self)] }
        if let texts {
            // An order changes the figures of a service, not its words.
            let kept = try first("SELECT title, agency, category, body FROM service_search WHERE key = ?", key) { row in
                try (0..<4).map { try row.get($0, as: String.self) }
            }
            if kept != texts { try CatalogueSearch.services.put(key, texts, in: store) }
        } else {
            try CatalogueSearch.services.remove(key, in: store)
        }
        try list(id)
    }

    /// Writes the small row that a search walks over, or takes it away.
    private func list(_ id: MessageID) throws {
        try run("DELETE FROM listed WHERE service = ?", id)
        guard let document = try CatalogueSearch.services.document(of: id.description, in: store) else { return }
        try run(
            """
            INSERT INTO listed
            SELECT ?2, s.id, s.agency, s.category, s.nature, s.price_kind, s.modes, s.is_software, coalesce(a.is_core, 0), a.region, s.completed, s.rated,
              s.satisfied
            FROM service s LEFT JOIN agency a ON a.code = s.agency WHERE s.id = ?1
            """, id, document)
    }

    /// The service's record as it stands, one revision further.
    func next(_ detail: ServiceDetail, state: ListingState, action: ListingAction? = nil, opinion: String? = nil) throws -> ServiceChanged {
        let card = detail.card
        let stored = try first("SELECT revision, places, taken, listed_at FROM service WHERE id = ?", card.id) { row in
            (revision: try row.get(0, as: Int.self), places: try row.get(1, as: Int?.self), taken: try row.get(2, as: Int.self), listedAt: try row.get(3, as: Timestamp?.self))
        }
        return ServiceChanged(
            service: card.id, agency: card.agency, revision: (stored?.revision ?? 0) + 1, title: card.title, category: card.category,
            nature: card.nature, price: card.price, modes: card.modes, regions: card.regions, summary: detail.summary,
            deliverables: detail.deliverables, days: card.days, places: stored?.places, taken: stored?.taken ?? 0,
            takesVouchers: card.takesVouchers, isSoftware: card.isSoftware, isByAppointment: card.isByAppointment, state: state,
            listedAt: state == .listed && card.state != .listed ? now : stored?.listedAt, action: action, opinion: opinion, trialDays: card.trialDays)
    }
}
