import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// One listed service as ranking and counting see it: small, without its texts.
private struct Candidate {
    var id: MessageID
    var category: String
    var nature: ServiceNature
    var price: Price.Kind
    var modes: Int
    var score: Int
}

/// A place in a ranked list.
private struct Rank: Codable {
    var score: Int
    var id: MessageID
}

/// Finding services: one walk over small rows gives hits, facets and ranks alike.
extension Rulebook {
    func searchServices(_ query: SearchServices, _ snapshot: Snapshot) throws -> FoundServices {
        var input = InputRules()
        input.text("text", "查找文字", query.text, 1...60)
        input.number("limit", "条数", query.limit, 1...100)
        try input.refuseIfFaulty()
        let limit = query.limit ?? 20
        var all = try candidates(query, words: query.text.flatMap(CatalogueSearch.services.join), nil, snapshot)
        var isSimilar = false
        if let text = query.text, all.isEmpty, try CatalogueSearch.services.keys(text, limit: 1, in: snapshot).isEmpty {
            let ranks = try CatalogueSearch.similar(text, CatalogueSearch.services, in: snapshot)
            all = try candidates(query, words: nil, Dictionary(ranks.compactMap { key, rank in MessageID(key).map { ($0, rank) } }) { first, _ in first }, snapshot)
            isSimilar = true
        }
        let wanted = Wanted(query)
        let place = try query.after?.position(Rank.self)
        let hits = all.filter { wanted.matches($0) }.sorted { ($1.score, $0.id) < ($0.score, $1.id) }
        let shown = hits.drop { one in place.map { ($0.score, one.id) < (one.score, $0.id) || (one.score, one.id) == ($0.score, $0.id) } ?? false }
        let page = Array(shown.prefix(limit))
        let items = try page.compactMap { candidate -> ServiceCard? in
            guard var card = try snapshot.serviceCard(candidate.id) else { return nil }
            card.reasons = reasons(card, in: query.region, hasText: query.text != nil, isSimilar: isSimilar)
            return card
        }
        return FoundServices(
            items: items, next: shown.count > limit ? try page.last.map { try Cursor(Rank(score: $0.score, id: $0.id)) } : nil, total: hits.count,
            facets: facets(all, wanted), isSimilar: isSimilar && !hits.isEmpty)
    }

    /// Every listed service that the words, the region and the agency let through, with its score; the words as a part of the SELECT, or
    /// as ranks that were found before.
    ///
    /// Score: place among the hits of the words, then nearness, core mark, satisfaction of at least five ratings, completed orders.
    private func candidates(_ query: SearchServices, words: SearchIndex.Join?, _ ranks: [MessageID: Int]?, _ snapshot: Snapshot) throws -> [Candidate] {
        if query.text != nil, words == nil, ranks?.isEmpty ?? true { return [] }
        let served = query.region.map { region in
            let path = regions.ancestors(of: region).map(\.code) + [region]
            return (own: region.codesBelow, list: "," + path.map(\.description).joined(separator: ",") + ",")
        }
        var found: [Candidate] = []
        // Of each: how well the words fit, the least first. Sorted here: SQLite would carry whole rows through its sorter, for longer than all else takes.
        var fits: [Double] = []
        try snapshot.each(
            """
            SELECT l.service, l.category, l.nature, l.price_kind, l.modes, l.completed, l.rated, l.satisfied, l.is_core, l.home, \(words?.rank ?? "0")
            FROM \(words.map { "\($0.table) JOIN listed l ON l.document = \($0.document)" } ?? "listed l")
            WHERE \(words?.condition ?? "?1 IS NULL") AND (?2 IS NULL OR l.agency = ?2) AND (?3 IS NULL OR l.is_software = ?3)
              AND (?4 IS NULL OR EXISTS (SELECT 1 FROM service_region r WHERE r.service = l.service
                AND (r.region BETWEEN ?4 AND ?5 OR instr(?6, ',' || r.region || ',') > 0)))
            """, binding: [words?.expression, query.agency, query.isSoftware, served?.own.lowerBound, served?.own.upperBound, served?.list]
        ) { row in
            let id: MessageID = try row.get(0)
            if let ranks {
                guard let rank = ranks[id] else { return true }
                fits.append(Double(rank))
            } else if words != nil {
                fits.append(try row.get(10))
            }
            var score = 0
            let rated: Int = try row.get(6)
            if let region = query.region, let home = try row.get(9, as: RegionCode?.self), region.contains(home) || home.contains(region) { score += 60_000 }
            if try row.get(8, as: Bool.self) { score += 40_000 }
            if rated >= 5 { score += try row.get(7, as: Int.self) * 100_000 / rated }
            score += min(try row.get(5, as: Int.self), 100) * 500
            found.append(
                Candidate(
                    id: id, category: try row.get(1), nature: try row.coded(2), price: try row.coded(3), modes: try row.get(4), score: score))
            return true
        }
        guard query.text != nil else { return found }
        // Rows come by document, so equal fits stay in its order.
        let order = fits.indices.sorted { (fits[$0], $0) < (fits[$1], $1) }.prefix(CatalogueSearch.most)
        let many = max(1, ranks?.count ?? order.count)
        return order.enumerated().map { place, index in
            var one = found[index]
            one.score += (many - (ranks == nil ? place : Int(fits[index]))) * 1_000_000 / many
            return one
        }
    }

    /// What the filters ask of a candidate; each trait can be left out for its own facet.
    private struct Wanted {
        enum Trait { case category, nature, price, mode }
        let category: String?
        let nature: ServiceNature?
        let price: Price.Kind?
        let mode: Int?

        init(_ query: SearchServices) {
            category = query.category
            nature = query.nature
            price = query.price
            mode = query.mode.map { ServiceMode.bits([$0]) }
        }

        func matches(_ one: Candidate, besides trait: Trait? = nil) -> Bool {
            (trait == .category || category == nil || one.category == category) && (trait == .nature || nature == nil || one.nature == nature)
                && (trait == .price || price == nil || one.price == price) && (trait == .mode || mode.map { one.modes & $0 != 0 } ?? true)
        }
    }

    private func facets(_ all: [Candidate], _ wanted: Wanted) -> [Facet] {
        var byCategory: [String: Int] = [:]
        var byNature: [ServiceNature: Int] = [:]
        var byPrice: [Price.Kind: Int] = [:]
        var byMode = [Int](repeating: 0, count: ServiceMode.allCases.count)
        for one in all {
            if wanted.matches(one, besides: .category) { byCategory[one.category, default: 0] += 1 }
            if wanted.matches(one, besides: .nature) { byNature[one.nature, default: 0] += 1 }
            if wanted.matches(one, besides: .price) { byPrice[one.price, default: 0] += 1 }
            if wanted.matches(one, besides: .mode) { for bit in byMode.indices where one.modes & 1 << bit != 0 { byMode[bit] += 1 } }
        }
        func values(_ list: [(String, String, Int)]) -> [Facet.Value] {
            list.filter { $0.2 > 0 }.map { Facet.Value(value: $0.0, title: $0.1, count: $0.2) }
        }
        return [
            Facet(field: "category", title: "服务类别", values: values(categories.map { ($0.id, $0.name, byCategory[$0.id] ?? 0) })),
            Facet(field: "nature", title: "服务性质", values: values(ServiceNature.allCases.map { ($0.rawValue, $0.title, byNature[$0] ?? 0) })),
            Facet(
                field: "mode", title: "服务方式", values: values(ServiceMode.allCases.enumerated().map { ($0.element.rawValue, $0.element.title, byMode[$0.offset]) })),
            Facet(field: "price", title: "计价方式", values: values(Price.Kind.allCases.map { ($0.rawValue, $0.title, byPrice[$0] ?? 0) })),
        ]
    }

    /// Why it stands where it stands, in words.
    private func reasons(_ card: ServiceCard, in region: RegionCode?, hasText: Bool, isSimilar: Bool) -> [String] {
        var reasons: [String] = []
        if isSimilar { reasons.append("用词相近") }
        if let region, card.regions.contains(where: { region.contains($0) }) { reasons.append("本地服务") }
        if card.isCore { reasons.append("核心服务机构") }
        if card.satisfaction.rated >= 5, !card.satisfaction.isBelowTarget { reasons.append("满意度高") }
        if card.completed > 0 { reasons.append("已完成 \(card.completed) 单") }
        return reasons
    }
}
