import Bus
import Messages
import PluginKit
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    func findNodes(_ query: FindNodes, _ snapshot: Snapshot) throws -> Listing<NodeCard> {
        let limit = try query.checkedLimit()
        var input = InputRules()
        input.optionalText("text", "查找文字", query.text, 1...60)
        try input.refuseIfFaulty()
        let filter = NodeFilter(
            kind: query.kind, region: query.region, stage: query.stage, text: query.text, carrierPark: query.carrierPark,
            chain: query.chain, countedOn: query.asOf)
        let day = query.asOf ?? snapshot.now.day
        let place = try query.after?.position(NodePlace.self)
        return try Listing(
            probing: snapshot.nodeCards(filter, on: day, limit: limit + 1, after: place), limit: limit,
            total: snapshot.countNodes(filter, on: day)
        ) { NodePlace(region: $0.region, kind: $0.kind, id: $0.id) }
    }

    func getNode(_ query: GetNode, _ snapshot: Snapshot) throws -> NodeDetail {
        let today = snapshot.now.day
        let card = try snapshot.requireNode(query.id, on: today)
        let ticks = try snapshot.steps(of: card.application).map { StageClock.Tick(to: $0.to, at: $0.happenedAt) }
        return NodeDetail(
            node: card, parties: try snapshot.parties(of: card.id), placements: try snapshot.placements(of: card.id),
            children: try snapshot.nodeCards(NodeFilter(countedOn: today, parent: card.id), on: today),
            stages: StageClock.periods(ticks))
    }

    func getTree(_ query: GetTree, _ snapshot: Snapshot) throws -> NetworkTree {
        let day = query.day ?? snapshot.now.day
        if let root = query.root { _ = try snapshot.requireNode(root, on: day) }
        let cards = Dictionary(
            try snapshot.nodeCards(NodeFilter(countedOn: day), on: day).map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
        return NetworkTree(
            day: day, nodes: Tree(try snapshot.edges()).descendants(of: query.root, on: day).compactMap { cards[$0] })
    }

    func countNodes(_ query: CountNodes, _ snapshot: Snapshot) throws -> NodeCounts {
        let day = query.day ?? snapshot.now.day
        let found: [(NodeKind, Int)] = try snapshot.rows(
            """
            SELECT kind, count(*) FROM node WHERE recognised_on <= ?1 AND (exited_on IS NULL OR exited_on > ?1) GROUP BY kind
            """, day.description
        ) { (try $0.coded(0), try $0.get(1)) }
        let counts = Dictionary(found, uniquingKeysWith: +)
        let underWay = try snapshot.rows("SELECT stage, count(*) FROM application GROUP BY stage") {
            (try $0.coded(0) as Stage, try $0.get(1) as Int)
        }
        return NodeCounts(
            day: day, kinds: NodeKind.allCases.map { KindCount(kind: $0, count: counts[$0] ?? 0) },
            county: try coverage(.county, on: day, region: nil, snapshot).ratio,
            underWay: underWay.filter { $0.0.isUnderWay }.reduce(0) { $0 + $1.1 })
    }
}
