import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What agencies are looked for; every part that is `nil` does not narrow.
struct AgencyFilter {
    var code: CreditCode?
    var states: [AgencyState]?
    var category: String?
    var region: RegionCode?
    var isCore: Bool?
    /// Codes found by words, as a JSON array.
    var codes: String?
}

extension SQLReading {
    /// Agencies ordered by region and code.
    func agencyCards(_ filter: AgencyFilter, limit: Int = -1, after place: AgencyPlace? = nil) throws -> [AgencyCard] {
        let states = filter.states.map { "," + $0.map(\.rawValue).joined(separator: ",") + "," }
        let range = filter.region?.codesBelow
        // Where a code or a region narrows, the statement says so itself: SQLite takes no index for what may or may not narrow.
        let code = filter.code == nil ? "?1 IS NULL" : "a.code = ?1"
        let region = range == nil ? "?4 IS NULL AND ?5 IS NULL" : "a.region BETWEEN ?4 AND ?5"
        return try rows(
            """
            SELECT a.code, a.title, a.region, a.site, (SELECT group_concat(category, ' ') FROM agency_category c WHERE c.agency = a.code),
              a.state, a.is_core, a.summary, (SELECT count(*) FROM service s WHERE s.agency = a.code AND s.state = 'listed'),
              a.completed, a.satisfied, a.rated, a.staff_rated, a.financing, a.saving, a.jobs
            FROM agency a WHERE \(code) AND (?2 IS NULL OR instr(?2, ',' || a.state || ',') > 0)
              AND (?3 IS NULL OR EXISTS (SELECT 1 FROM agency_category c WHERE c.agency = a.code AND c.category = ?3))
              AND \(region) AND (?6 IS NULL OR a.is_core = ?6)
              AND (?7 IS NULL OR a.code IN (SELECT value FROM json_each(?7)))
              AND (?8 IS NULL OR (a.region, a.code) > (?8, ?9))
            ORDER BY a.region, a.code LIMIT ?10
            """, filter.code, states, filter.category, range?.lowerBound, range?.upperBound, filter.isCore, filter.codes, place?.region,
            place?.code, limit
        ) { row in
            let categories: String? = try row.get(4)
            let completed: Int = try row.get(9)
            let rated: Int = try row.get(11)
            let staff: Int = try row.get(12)
            return AgencyCard(
                code: try row.get(0), name: try row.get(1), region: try row.get(2), site: try row.get(3),
                categories: categories?.split(separator: " ").map(String.init).sorted() ?? [], state: try row.coded(5), isCore: try row.get(6),
                summary: try row.get(7), services: try row.get(8), completed: completed,
                satisfaction: Satisfaction(
                    satisfied: try row.get(10), rated: rated, unrated: max(0, completed - rated - staff), enteredByStaff: staff),
                effects: Effects(
                    financing: Fen.some(try row.get(13)), saving: Fen.some(try row.get(14)), jobs: (try row.get(15, as: Int.self)).nonZero))
        }
    }

    func agencyCard(_ code: CreditCode) throws -> AgencyCard? { try agencyCards(AgencyFilter(code: code), limit: 1).first }

    /// Name and site of an agency that may be asked; `nil` where there is none such.
    func approvedAgency(_ code: CreditCode) throws -> (party: Party, site: String)? {
        try first("SELECT title, site FROM agency WHERE code = ? AND state = 'approved'", code) {
            (Party(code: code, name: try $0.get(0)), try $0.get(1))
        }
    }

    func agencyOpinion(_ code: CreditCode) throws -> String? {
        try value("SELECT opinion FROM agency WHERE code = ?", code)
    }

    func qualifications(of agency: CreditCode) throws -> [Qualification] {
        try rows(
            """
            SELECT number, title, serial, issuer, valid_until, digest, document_name, document_type, document_length FROM qualification
            WHERE agency = ? ORDER BY number
            """, agency
        ) { row in
            let digest: String? = try row.get(5)
            return Qualification(
                number: try row.get(0), title: try row.get(1), serial: try row.get(2), issuer: try row.get(3), validUntil: try row.get(4),
                document: try digest.map { AttachmentReference(digest: $0, name: try row.get(6), type: try row.get(7), length: try row.get(8)) })
        }
    }
}

/// A place in the list of agencies.
struct AgencyPlace: Codable {
    var region: RegionCode
    var code: CreditCode
}

extension Fen {
    /// Nothing instead of zero.
    static func some(_ fen: Int64) -> Fen? { fen == 0 ? nil : Fen(fen) }
}

extension Int {
    var nonZero: Int? { self == 0 ? nil : self }
}
