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
        // The same exhibitor may stand at exhibitions of several sites: one booth of each.
        var exhibitors: Set<CreditCode> = []
        let cards = try snapshot.rows("SELECT card FROM listing ORDER BY is_featured DESC, is_local DESC, site, id LIMIT 60") {
            try JSON.decode(BoothCard.self, from: Array(try $0.get(0, as: String.self).utf8))
        }.filter { exhibitors.insert($0.exhibitor.code).inserted }.prefix(3)
        return section {
            h2("网上博览会")
            if cards.isEmpty {
                p("展位审核通过后会显示在这里。", .class("muted"))
            } else {
                CardGrid(
                    cards.map { card in
                        Card(
                            card.title, href: "\(card.site.map { "/\($0)/expo" } ?? base)/booths/\(card.id)", text: card.exhibitor.name,
                            state: card.isFeatured ? StateBadge("推荐", .info) : nil, notes: [title(of: card.region), card.hallTitle, "\(card.exhibits) 件展品"])
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

    /// For whoever has favourites: their broadcasts of the next days, and new notices of their exhibitions. What is past goes by itself.
    func alerts(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        let week = Duration.seconds(7 * 86_400)
        let shown = "b.state = 'approved' AND e.state = 'published'"
        let from = "favourite f JOIN booth b ON b.id = f.booth JOIN exhibition e ON e.id = b.exhibition"
        let lives = try snapshot.rows(
            """
            SELECT b.id, b.title, l.title, l.starts_at FROM \(from) JOIN live l ON l.booth = b.id
            WHERE f.actor = ?1 AND \(shown) AND l.starts_at BETWEEN ?2 AND ?3 ORDER BY l.starts_at LIMIT 20
            """, actor.id, snapshot.now, snapshot.now.advanced(by: week)
        ) { row in
            let start: Timestamp = try row.get(3)
            return TodoItem(
                title: "直播：\(try row.get(2, as: String.self))（\(try row.get(1, as: String.self))）", path: "/booths/\(try row.get(0, as: BoothID.self))", step: "收藏展位的直播",
                since: start.advanced(by: .seconds(-7 * 86_400)), due: start)
        }
        let notices = try snapshot.rows(
            """
            SELECT DISTINCT e.id, e.title, e.notice_at FROM \(from)
            WHERE f.actor = ?1 AND \(shown) AND e.notice IS NOT NULL AND e.notice_at > ?2 ORDER BY e.notice_at DESC LIMIT 10
            """, actor.id, snapshot.now.advanced(by: .seconds(-7 * 86_400))
        ) { row in
            TodoItem(
                title: "公告：\(try row.get(1, as: String.self))", path: "/exhibitions/\(try row.get(0, as: ExhibitionID.self))", step: "收藏展位所在展会的公告", since: try row.get(2))
        }
        return lives + notices
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
