import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension SQLReading {
    private var seenColumns: String {
        "id, site, number, title, category, region, enterprise, enterprise_name, channel, state, level, due_at, created_at, updated_at, cluster"
    }

    private func seen(_ row: Row) throws -> SeenDemand {
        SeenDemand(
            site: try row.get(1),
            card: DemandCard(
                id: try row.get(0), number: try row.get(2), title: try row.get(3), category: try row.get(4), region: try row.get(5),
                enterprise: DemandParty(code: try row.get(6), name: try row.get(7)), state: try row.coded(9), level: try row.coded(10), due: try row.get(11), agency: nil,
                channel: try row.coded(8), isOnBehalf: false, cluster: try row.get(14), createdAt: try row.get(12), updatedAt: try row.get(13)))
    }

    func seenDemand(_ id: MessageID) throws -> SeenDemand? { try first("SELECT \(seenColumns) FROM seen_demand WHERE id = ?", id) { try seen($0) } }

    /// Members of a common demand that other sites keep.
    func farMembers(of cluster: MessageID) throws -> [SeenDemand] {
        try rows("SELECT \(seenColumns) FROM seen_demand WHERE cluster = ? ORDER BY id", cluster) { try seen($0) }
    }

    /// Open demands of a category in no common demand, of the sites below and of this one, the newest first.
    func mergeable(_ category: String, since: Timestamp, limit: Int, here: String) throws -> [SeenDemand] {
        let far = try rows(
            """
            SELECT \(seenColumns) FROM seen_demand WHERE category = ?1 AND created_at >= ?2 AND cluster IS NULL AND state IN ('received', 'matching', 'answered')
            ORDER BY created_at DESC LIMIT ?3
            """, category, since, limit
        ) { try seen($0) }
        let own = try demands(ofCategory: category, since: since, limit: limit).map(\.card).filter {
            $0.cluster == nil && [.received, .matching, .answered].contains($0.state)
        }.filter { card in try value("SELECT home FROM demand WHERE id = ?", card.id, as: String.self) == nil }
        return far + own.map { SeenDemand(site: here, card: $0) }
    }

    func answers(to cluster: MessageID) throws -> [DemandDetail.Answer] {
        try rows("SELECT text, at FROM common_answer WHERE cluster = ? ORDER BY id", cluster) { DemandDetail.Answer(text: try $0.get(0), at: try $0.get(1)) }
    }
}
