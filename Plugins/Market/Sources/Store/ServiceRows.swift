import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

private enum ServiceSQL {
    static let columns = """
        s.id, s.title, s.agency, coalesce(a.title, s.agency), s.site, s.category, s.nature, s.price_kind, s.amount, s.unit, s.modes,
          (SELECT group_concat(region, ' ') FROM service_region r WHERE r.service = s.id), s.days, s.places - s.taken, s.is_software,
          s.is_by_appointment, s.takes_vouchers, coalesce(a.is_core, 0), s.state, s.completed, s.satisfied, s.rated, s.staff_rated,
          s.trial_days
        """
    // Made once: what is looked up by thousands is found again by its address.
    static let card = "SELECT \(columns) FROM service s LEFT JOIN agency a ON a.code = s.agency WHERE s.id = ?"
    static let detail = """
        SELECT \(columns), s.summary, s.deliverables, s.opinion, s.places FROM service s LEFT JOIN agency a ON a.code = s.agency WHERE s.id = ?
        """
}

extension SQLReading {

    private func serviceCard(_ row: Row) throws -> ServiceCard {
        let regions: String? = try row.get(11)
        let completed: Int = try row.get(19)
        let rated: Int = try row.get(21)
        let staff: Int = try row.get(22)
        return ServiceCard(
            id: try row.get(0), title: try row.get(1), agency: try row.get(2), agencyName: try row.get(3), site: try row.get(4),
            category: try row.get(5), nature: try row.coded(6), price: Price(try row.coded(7), amount: try row.get(8), unit: try row.get(9)),
            modes: ServiceMode.of(bits: try row.get(10)), regions: regions?.split(separator: " ").compactMap { RegionCode(String($0)) }.sorted() ?? [],
            days: try row.get(12), placesLeft: try row.get(13), isSoftware: try row.get(14), isByAppointment: try row.get(15),
            takesVouchers: try row.get(16), isCore: try row.get(17), state: try row.coded(18), completed: completed,
            satisfaction: Satisfaction(satisfied: try row.get(20), rated: rated, unrated: max(0, completed - rated - staff), enteredByStaff: staff),
            trialDays: try row.get(23))
    }

    func serviceCard(_ id: MessageID) throws -> ServiceCard? {
        try first(ServiceSQL.card, id) { try serviceCard($0) }
    }

    /// The service with its texts; `nil` when there is none.
    func serviceDetail(_ id: MessageID) throws -> ServiceDetail? {
        try first(ServiceSQL.detail, id) { row in
            ServiceDetail(
                card: try serviceCard(row), summary: try row.get(24), deliverables: try row.get(25), places: try row.get(27), opinion: try row.get(26))
        }
    }

    /// Services of an agency, the newest first.
    func services(of agency: CreditCode, state: ListingState?, limit: Int = 200, after id: MessageID? = nil) throws -> [ServiceCard] {
        try rows(
            """
            SELECT \(ServiceSQL.columns) FROM service s LEFT JOIN agency a ON a.code = s.agency
            WHERE s.agency = ?1 AND (?2 IS NULL OR s.state = ?2) AND (?3 IS NULL OR s.id < ?3) ORDER BY s.id DESC LIMIT ?4
            """, agency, state?.rawValue, id, limit
        ) { try serviceCard($0) }
    }

    /// Listed services in the order of their entry.
    func listedServices(category: String?, limit: Int, after id: MessageID?) throws -> [ServiceCard] {
        try rows(
            """
            SELECT \(ServiceSQL.columns) FROM service s LEFT JOIN agency a ON a.code = s.agency
            WHERE s.state = 'listed' AND (?1 IS NULL OR s.category = ?1) AND \(id == nil ? "?2 IS NULL" : "s.id > ?2") ORDER BY s.id LIMIT ?3
            """, category, id, limit
        ) { try serviceCard($0) }
    }

    /// Services of this site in a state, whose agency lies in one of the regions that the closure lets through, the newest first.
    func localServices(in state: ListingState, limit: Int, after id: MessageID? = nil, where isShown: (RegionCode) -> Bool) throws -> [ServiceCard] {
        let found = try rows(
            """
            SELECT s.id, a.region FROM service s JOIN agency a ON a.code = s.agency
            WHERE s.state = ?1 AND s.is_local = 1 AND (?2 IS NULL OR s.id < ?2) ORDER BY s.id DESC LIMIT 2000
            """, state.rawValue, id
        ) { (id: try $0.get(0, as: MessageID.self), region: try $0.get(1, as: RegionCode.self)) }
        return try found.filter { isShown($0.region) }.prefix(limit).compactMap { try serviceCard($0.id) }
    }

    /// Ids of the listed services with most orders since a day, and of the newest.
    func hotServices(since day: Day, limit: Int) throws -> [ServiceCard] {
        try rows(
            """
            SELECT d.service FROM service_day d JOIN service s ON s.id = d.service
            WHERE d.day >= ? AND s.state = 'listed' GROUP BY d.service ORDER BY sum(d.orders) DESC, d.service LIMIT ?
            """, day, limit
        ) { try $0.get(0, as: MessageID.self) }.compactMap { try serviceCard($0) }
    }

    func newServices(limit: Int) throws -> [ServiceCard] {
        try rows("SELECT id FROM service WHERE state = 'listed' ORDER BY listed_at DESC, id LIMIT ?", limit) { try $0.get(0, as: MessageID.self) }
            .compactMap { try serviceCard($0) }
    }
}
