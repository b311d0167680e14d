import Messages
import PluginKit
import RegistryContracts
import Store
import Vocabulary

/// What nodes are looked for; every part that is `nil` does not narrow.
struct NodeFilter {
    var id: NodeID?
    var kind: NodeKind?
    var region: RegionCode?
    var stage: Stage?
    /// Words of its name, number or units, by the search index.
    var text: String?
    var carrierPark: String?
    var chain: String?
    /// Only nodes that counted as recognised on this day.
    var countedOn: Day?
    /// Only nodes directly below this one on the day.
    var parent: NodeID?
}

extension SQLReading {
    /// Nodes as they were on a day, ordered by region, kind and identifier.
    func nodeCards(_ filter: NodeFilter, on day: Day, limit: Int = -1, after place: NodePlace? = nil) throws -> [NodeCard] {
        let range = filter.region?.codesBelow
        return try rows(
            """
            SELECT n.id, n.kind, n.title, n.region, p.parent, b.credit_code, b.name, o.credit_code, o.name, o.mode, n.stage,
              n.recognised_on, n.exited_on, n.recognition_document, n.carrier_park, n.chain, n.unit, n.is_backfilled, n.application
            \(Self.nodeSource)
              AND (?13 IS NULL OR (n.region, instr(\(Self.kindOrder), n.kind), n.id) > (?13, instr(\(Self.kindOrder), ?14), ?15))
            ORDER BY n.region, instr(\(Self.kindOrder), n.kind), n.id LIMIT ?12
            """, day.description, filter.id?.description, filter.kind?.rawValue, range?.lowerBound, range?.upperBound,
            filter.stage?.rawValue, try NodeSearch.numbers(filter.text, in: self), filter.carrierPark, filter.chain, filter.countedOn?.description,
            filter.parent?.description, limit, place?.region, place?.kind.rawValue,
            place?.id.description, as: NodeCard.init(row:))
    }

    private static var kindOrder: String { "'hub city county cluster park base'" }

    func countNodes(_ filter: NodeFilter, on day: Day) throws -> Int {
        let range = filter.region?.codesBelow
        return try value(
            "SELECT count(*) \(Self.nodeSource)", day.description, filter.id?.description, filter.kind?.rawValue,
            range?.lowerBound, range?.upperBound, filter.stage?.rawValue, try NodeSearch.numbers(filter.text, in: self), filter.carrierPark, filter.chain,
            filter.countedOn?.description, filter.parent?.description) ?? 0
    }

    /// Joins each node with its parent and units of the day; a day before recognition shows the first ones.
    private static var nodeSource: String {
        """
        FROM node n
        LEFT JOIN placement p ON p.node = n.id AND p.from_day <= max(?1, n.recognised_on)
          AND (p.until_day IS NULL OR p.until_day > max(?1, n.recognised_on))
        LEFT JOIN party b ON b.node = n.id AND b.part = 'builder' AND b.from_day <= max(?1, n.recognised_on)
          AND (b.until_day IS NULL OR b.until_day > max(?1, n.recognised_on))
        LEFT JOIN party o ON o.node = n.id AND o.part = 'operatingUnit' AND o.from_day <= max(?1, n.recognised_on)
          AND (o.until_day IS NULL OR o.until_day > max(?1, n.recognised_on))
        WHERE (?2 IS NULL OR n.id = ?2) AND (?3 IS NULL OR n.kind = ?3) AND (?4 IS NULL OR n.region BETWEEN ?4 AND ?5)
          AND (?6 IS NULL OR n.stage = ?6)
          AND (?7 IS NULL OR n.id IN (SELECT value FROM json_each(?7)))
          AND (?8 IS NULL OR instr(n.carrier_park, ?8) > 0) AND (?9 IS NULL OR instr(n.chain, ?9) > 0)
          AND (?10 IS NULL OR (n.recognised_on <= ?10 AND (n.exited_on IS NULL OR n.exited_on > ?10)))
          AND (?11 IS NULL OR p.parent = ?11)
        """
    }

    func nodeCard(_ id: NodeID, on day: Day) throws -> NodeCard? {
        try nodeCards(NodeFilter(id: id), on: day, limit: 1).first
    }

    /// The node or a refusal that says where to look.
    func requireNode(_ id: NodeID, on day: Day) throws -> NodeCard {
        guard let card = try nodeCard(id, on: day) else { throw RegistryRefusal.unknown(id) }
        return card
    }

    /// Nodes of a kind in exactly this region that have not left the network.
    func nodesInService(_ kind: NodeKind, at region: RegionCode) throws -> [(id: NodeID, title: String)] {
        try rows(
            "SELECT id, title FROM node WHERE kind = ? AND region = ? AND stage <> 'exited' ORDER BY id", kind.rawValue,
            region
        ) { (id: try $0.nodeID(0), title: try $0.get(1)) }
    }

    /// Every stretch of time in the tree; a node's last one ends when it leaves the network.
    func edges() throws -> [Tree.Edge] {
        try rows(
            """
            SELECT p.node, p.parent, p.from_day, CASE WHEN n.exited_on IS NULL THEN p.until_day
              WHEN p.until_day IS NULL OR p.until_day > n.exited_on THEN n.exited_on ELSE p.until_day END
            FROM placement p JOIN node n ON n.id = p.node
            """
        ) {
            Tree.Edge(node: try $0.nodeID(0), parent: try $0.optionalNodeID(1), from: try $0.day(2), until: try $0.optionalDay(3))
        }
    }

    /// What coverage needs of every node of a kind; `regions` turns a node's code into those of the day.
    func countedNodes(_ kind: NodeKind, regions: (RegionCode) -> [RegionCode]) throws -> [CoverageRule.CountedNode] {
        try rows("SELECT region, unit, recognised_on, exited_on FROM node WHERE kind = ?", kind.rawValue) {
            CoverageRule.CountedNode(
                kind: kind, regions: regions(try $0.get(0)), unit: try $0.get(1), recognisedOn: try $0.day(2),
                exitedOn: try $0.optionalDay(3))
        }
    }

    func parties(of node: NodeID) throws -> [PartyPeriod] {
        try rows(
            """
            SELECT part, credit_code, name, mode, from_day, until_day, reason FROM party WHERE node = ?
            ORDER BY from_day DESC, part DESC
            """, node.description
        ) {
            PartyPeriod(
                part: try $0.coded(0), organisation: Organisation(creditCode: try $0.get(1), name: try $0.get(2)),
                mode: try $0.optionalCoded(3), from: try $0.day(4), until: try $0.optionalDay(5), reason: try $0.get(6))
        }
    }

    func placements(of node: NodeID) throws -> [Placement] {
        try rows(
            """
            SELECT parent, from_day, until_day, reason FROM placement WHERE node = ? AND parent IS NOT NULL
            ORDER BY from_day DESC
            """, node.description
        ) {
            Placement(
                parent: try $0.nodeID(0), from: try $0.day(1), until: try $0.optionalDay(2), reason: try $0.get(3))
        }
    }
}

extension NodeCard {
    fileprivate init(row: Row) throws {
        self.init(
            id: try row.nodeID(0), kind: try row.coded(1), name: try row.get(2), region: try row.get(3),
            parent: try row.optionalNodeID(4), builder: Organisation(creditCode: try row.get(5), name: try row.get(6)),
            operatingUnit: Organisation(creditCode: try row.get(7), name: try row.get(8)), mode: try row.coded(9),
            stage: try row.coded(10), recognisedOn: try row.day(11), exitedOn: try row.optionalDay(12),
            recognitionDocument: try row.get(13), carrierPark: try row.get(14), chain: try row.get(15),
            unit: try row.get(16), isBackfilled: try row.get(17), application: try row.applicationID(18))
    }
}
