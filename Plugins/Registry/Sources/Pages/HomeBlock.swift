import Bus
import Messages
import Pages
import PluginKit
import RegistryContracts
import Store
import Vocabulary

/// What the registry shows outside its own pages: on the home page, among the to-dos, in the search box.
extension Rulebook {
    /// Figures of the network with their date, and the tile map of the province.
    func homeBlock(_ base: String, _ snapshot: Snapshot) throws -> HTML {
        let day = snapshot.now.day
        let counts = try countNodes(CountNodes(day: day), snapshot)
        // The network is registered at the hub; elsewhere a map of nothing would only puzzle.
        guard counts.underWay > 0 || counts.kinds.contains(where: { $0.count > 0 }) else { return HTML {} }
        let counties = try coverage(.county, on: day, region: nil, snapshot)
        return section {
            h2("平台网络")
            StatTiles(
                counts.kinds.map { item in
                    StatTiles.Stat(
                        item.kind.title, Format.count(item.count), unit: "个", asOf: day.start,
                        href: QueryLink.make("\(base)/nodes", [("kind", item.kind.rawValue)]))
                } + [
                    StatTiles.Stat(
                        "县市区覆盖率", counties.ratio.percent,
                        note: "\(counties.ratio.numerator)/\(counties.ratio.denominator) 个县市区", asOf: day.start,
                        href: "\(base)/coverage"),
                    StatTiles.Stat("在办申报", Format.count(counts.underWay), unit: "件", asOf: day.start),
                ])
            TileMap(
                "各市州综合窗口平台覆盖情况", measure: "县市区覆盖", unit: "县市区",
                counties.cities.map { city in
                    TileMap.Tile(city.region, city.title, city.covered, of: city.eligible, href: "\(base)/map/\(city.region)")
                })
        }
    }

    /// Applications on which this person can act, with the deadline of their stage.
    func todos(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        try snapshot.applications().filter { Rights.maySee(actor, region: $0.card.region) && isWaiting($0, for: actor) }
            .map { row in
                TodoItem(
                    title: "\(row.card.name)（\(row.card.id)）", path: "/applications/\(row.card.id)",
                    step: row.card.stage.title, since: row.card.stageSince, due: row.card.due?.end)
            }
    }

    /// Nodes by name, number, unit, park or chain, the best first; then those of a division that is named.
    func search(_ text: String, _ snapshot: Snapshot) throws -> [SearchResult] {
        let text = String(text.prefix(60))
        let today = snapshot.now.day
        var scores: [NodeID: Double] = [:]
        for hit in try NodeSearch.index.find(text, limit: 50, in: snapshot) {
            // bm25 is comparable within one search only; its order is kept below what is named exactly.
            guard let id = NodeID(hit.key) else { continue }
            scores[id] = 1 + hit.score / (hit.score + 10)
        }
        var cards = try scores.keys.compactMap { try snapshot.nodeCards(NodeFilter(id: $0, countedOn: today), on: today, limit: 1).first }
        let named = gazetteer.regions.regions(named: text, within: gazetteer.province, on: today).map(\.code)
        for region in named + [RegionCode(text)].compactMap({ $0 }) {
            let more = try snapshot.nodeCards(NodeFilter(region: region, countedOn: today), on: today, limit: 20)
            cards += more.filter { card in !cards.contains { $0.id == card.id } }
        }
        return cards.map { card in
            SearchResult(
                title: card.name, path: "/nodes/\(card.id)",
                summary: "\(card.kind.title)，\(gazetteer.longTitle(of: card.region))，运营单位：\(card.operatingUnit.name)",
                score: card.id.description == text ? 3 : scores[card.id] ?? 0.5)
        }.sorted { ($0.score, $1.path) > ($1.score, $0.path) }
    }
}

extension RegionCode {
    /// The province the default settings speak of.
    static var hunan: RegionCode {
        guard let code = RegionCode("430000") else { preconditionFailure("430000 is a region code") }
        return code
    }
}
