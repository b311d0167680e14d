import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// A demand as its row holds it.
struct DemandRow: Sendable {
    var card: DemandCard
    var description: String
    var budget: Fen?
    var wantedBy: Day?
    var revision: Int
    var score: Int?
    var comment: String?
    var reason: String?
    var proof: String?
    /// The site that keeps it; `nil`: this one.
    var home: String?
    /// When somebody has to be told of its deadline next.
    var watchAt: Timestamp?
}

extension RegionCode {
    /// The city a county lies in; itself for a city or a province.
    var city: RegionCode { number % 100 == 0 ? self : RegionCode("\(number / 100)00") ?? self }

    /// Its digits without the pairs of zeros at the end, with which every division below it begins.
    var significant: String { number % 10_000 == 0 ? "\(number / 10_000)" : number % 100 == 0 ? "\(number / 100)" : description }
}

extension SQLReading {
    private var columns: String {
        """
        d.id, d.number, d.title, d.category, d.region, d.enterprise, d.enterprise_name, d.state, d.level, d.due_at, d.agency, d.agency_name,
          d.channel, d.is_on_behalf, d.cluster, d.created_at, d.updated_at
        """
    }

    private func card(_ row: Row) throws -> DemandCard {
        let agency: CreditCode? = try row.get(10)
        return DemandCard(
            id: try row.get(0), number: try row.get(1), title: try row.get(2), category: try row.get(3), region: try row.get(4),
            enterprise: DemandParty(code: try row.get(5), name: try row.get(6)), state: try row.coded(7), level: try row.coded(8), due: try row.get(9),
            agency: try agency.map { DemandParty(code: $0, name: try row.get(11)) }, channel: try row.coded(12), isOnBehalf: try row.get(13),
            cluster: try row.get(14), createdAt: try row.get(15), updatedAt: try row.get(16))
    }

    func demandRow(_ id: MessageID) throws -> DemandRow? {
        try first(
            "SELECT \(columns), d.description, d.budget, d.wanted_by, d.revision, d.score, d.comment, d.reason, d.proof, d.home, d.watch_at FROM demand d WHERE d.id = ?", id
        ) { row in
            DemandRow(
                card: try card(row), description: try row.get(17), budget: try row.get(18), wantedBy: try row.get(19), revision: try row.get(20),
                score: try row.get(21), comment: try row.get(22), reason: try row.get(23), proof: try row.get(24), home: try row.get(25), watchAt: try row.get(26))
        }
    }

    func demands(ofEnterprise code: CreditCode, _ state: DemandState?, _ category: String?, limit: Int, after id: MessageID?) throws -> [DemandCard] {
        try rows(
            """
            SELECT \(columns) FROM demand d WHERE d.enterprise = ?1 AND (?2 IS NULL OR d.state = ?2) AND (?3 IS NULL OR d.category = ?3)
              AND (?4 IS NULL OR d.id < ?4) ORDER BY d.id DESC LIMIT ?5
            """, code, state?.rawValue, category, id, limit
        ) { try card($0) }
    }

    func demands(ofAgency code: CreditCode, _ state: DemandState?, _ category: String?, limit: Int, after id: MessageID?) throws -> [DemandCard] {
        try rows(
            """
            SELECT \(columns) FROM invitation i JOIN demand d ON d.id = i.demand WHERE i.agency = ?1 AND (?2 IS NULL OR d.state = ?2)
              AND (?3 IS NULL OR d.category = ?3) AND (?4 IS NULL OR d.id < ?4) ORDER BY d.id DESC LIMIT ?5
            """, code, state?.rawValue, category, id, limit
        ) { try card($0) }
    }

    func demands(in ranges: [ClosedRange<String>], _ state: DemandState?, _ category: String?, limit: Int, after id: MessageID?) throws -> [DemandCard] {
        // Ranges hold digits only.
        let within = ranges.map { "d.region BETWEEN '\($0.lowerBound)' AND '\($0.upperBound)'" }.joined(separator: " OR ")
        guard !within.isEmpty else { return [] }
        return try rows(
            """
            SELECT \(columns) FROM demand d WHERE (\(within)) AND (?1 IS NULL OR d.state = ?1) AND (?2 IS NULL OR d.category = ?2)
              AND (?3 IS NULL OR d.id < ?3) ORDER BY d.id DESC LIMIT ?4
            """, state?.rawValue, category, id, limit
        ) { try card($0) }
    }

    func invitations(of demand: MessageID) throws -> [Invitation] {
        try rows("SELECT agency, name, state, note, invited_at, answered_at FROM invitation WHERE demand = ? ORDER BY invited_at, agency", demand) { row in
            Invitation(
                agency: DemandParty(code: try row.get(0), name: try row.get(1)), state: try row.coded(2), note: try row.get(3), invitedAt: try row.get(4),
                answeredAt: try row.get(5))
        }
    }

    func answers(of demand: MessageID) throws -> [DemandDetail.Answer] {
        try rows("SELECT text, at FROM answer WHERE demand = ? ORDER BY id", demand) { DemandDetail.Answer(text: try $0.get(0), at: try $0.get(1)) }
    }

    func members(of cluster: MessageID) throws -> [DemandCard] {
        try rows("SELECT \(columns) FROM demand d WHERE d.cluster = ? ORDER BY d.id", cluster) { try card($0) }
    }

    /// Demands of a category since a moment, the newest first, with their texts.
    func demands(ofCategory category: String, since: Timestamp, limit: Int) throws -> [(card: DemandCard, text: String)] {
        try rows(
            "SELECT \(columns), d.description FROM demand d WHERE d.category = ? AND d.created_at >= ? AND d.state <> 'withdrawn' ORDER BY d.created_at DESC LIMIT ?",
            category, since, limit
        ) { (card: try card($0), text: try $0.get(17)) }
    }
}

extension Transaction {
    func write(_ demand: DemandRow) throws {
        let card = demand.card
        try run(
            """
            INSERT INTO demand (id, number, title, category, region, enterprise, enterprise_name, state, level, due_at, agency, agency_name, channel,
              is_on_behalf, cluster, budget, wanted_by, revision, score, created_at, updated_at, comment, reason, proof, description, home, watch_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)
            ON CONFLICT (id) DO UPDATE SET state = ?8, level = ?9, due_at = ?10, agency = ?11, agency_name = ?12, cluster = ?15, revision = ?18,
              score = ?19, updated_at = ?21, comment = ?22, reason = ?23, proof = ?24, watch_at = ?27
            """, card.id, card.number, card.title, card.category, card.region, card.enterprise.code, card.enterprise.name, card.state.rawValue,
            card.level.rawValue, card.due, card.agency?.code, card.agency?.name, card.channel.rawValue, card.isOnBehalf, card.cluster, demand.budget,
            demand.wantedBy, demand.revision, demand.score, card.createdAt, card.updatedAt, demand.comment, demand.reason, demand.proof,
            demand.description, demand.home, demand.watchAt)
    }

    /// `X20260302-00001`
    func nextNumber() throws -> String {
        let day = "X" + now.day.description.replacing("-", with: "")
        let last: String? = try value("SELECT max(number) FROM demand WHERE number BETWEEN ? AND ? AND home IS NULL", "\(day)-", "\(day)-99999")
        return "\(day)-" + String(String(100_001 + (last.flatMap { Int($0.suffix(5)) } ?? 0)).suffix(5))
    }
}
