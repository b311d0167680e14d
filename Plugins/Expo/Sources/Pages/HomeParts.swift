import Bus
import ExpoContracts
import Messages
import Pages
import PluginKit
import Store
import Vocabulary

/// What the expo shows outside its own pages: on the home page, among the to-dos, in the search box.
extension Fair {
    /// Featured booths, else the first ones.
    func homeBlock(_ base: String, _ snapshot: Snapshot) throws -> HTML {
        let cards = try snapshot.rows("SELECT card FROM listing ORDER BY is_featured DESC, site, id LIMIT 3") {
            try JSON.decode(BoothCard.self, from: Array(try $0.get(0, as: String.self).utf8))
        }
        return section {
            h2("网上博览会")
            if cards.isEmpty {
                p("展位审核通过后会显示在这里。", .class("muted"))
            } else {
                CardGrid(
                    cards.map { card in
                        Card(
                            card.title, href: "\(card.site.map { "/\($0)/expo" } ?? base)/booths/\(card.id)", text: card.exhibitor.name,
                            state: card.isFeatured ? StateBadge("推荐", .info) : nil, notes: [card.hallTitle, "\(card.exhibits) 件展品"])
                    })
                p { a("逛展馆", href: "\(base)/") }
            }
        }
    }

    /// For staff: booths to review. For exhibitors: leads that wait, and those to be followed up.
    func todos(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        var items: [TodoItem] = []
        if Rights.isStaff(actor) {
            let waiting = try snapshot.rows(
                "SELECT \(BoothRow.columns) FROM \(BoothRow.tables) WHERE b.state = 'applied' AND e.state = 'published' ORDER BY b.since LIMIT 50", as: BoothRow.init(row:))
            items += waiting.filter { Rights.manages(actor, $0.exhibition.region) }.map {
                TodoItem(title: "\($0.title)（\($0.exhibitor.name)）", path: "/booths/\($0.id)", step: "参展审核", since: $0.since)
            }
        }
        guard let own = actor.organisation, actor.holds(.enterprise, .agency) else { return items }
        let stale = snapshot.now.advanced(by: .seconds(-settings.leadDays * 86_400))
        let leads = try snapshot.rows(
            """
            SELECT \(LeadRow.columns) FROM \(LeadRow.tables) WHERE b.exhibitor_code = ?1
              AND (l.state = 'new' OR l.follow_up <= ?2 OR (l.state = 'contacted' AND l.follow_up IS NULL AND l.since < ?3)) ORDER BY l.since LIMIT 50
            """, own, snapshot.now.day, stale, as: LeadRow.init(row:)
        ).map(\.card)
        return items
            + leads.map { lead in
                TodoItem(
                    title: "\(lead.organisation ?? "个人访客")：\(lead.kind.title)", path: "/leads/\(lead.id)", step: lead.state == .new ? "联系访客" : "跟进线索", since: lead.since,
                    due: lead.followUp?.end)
            }
    }

    func search(_ text: String, _ snapshot: Snapshot) throws -> [SearchResult] {
        try BoothSearch.index.find(String(text.prefix(60)), limit: 20, in: snapshot).compactMap { hit in
            // The search box leads to this site's own pages.
            guard let card = try shown(hit.key, snapshot), card.site == nil else { return nil }
            return SearchResult(
                title: card.title, path: "/booths/\(card.id)", summary: "\(card.exhibitor.name) · \(card.hallTitle) · \(card.exhibits) 件展品",
                score: 1 + hit.score / (hit.score + 10))
        }
    }
}
