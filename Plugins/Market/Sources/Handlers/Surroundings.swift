import Bus
import MarketContracts
import Messages
import Pages
import PluginKit
import Store
import Vocabulary

/// What the market shows outside its own pages: on the home page, among the to-dos, in the search box.
extension Rulebook {
    func homeBlock(_ base: String, _ snapshot: Snapshot) throws -> HTML {
        let count = try countAgencies(CountAgencies(), snapshot)
        let services: Int = try snapshot.value("SELECT count(*) FROM service WHERE state = 'listed'") ?? 0
        let free: Int = try snapshot.value("SELECT count(*) FROM service WHERE state = 'listed' AND nature = 'publicGood'") ?? 0
        let new = try snapshot.newServices(limit: 3)
        return section {
            h2("服务超市")
            StatTiles([
                StatTiles.Stat("活跃服务机构", Format.count(count.active), unit: "家", note: "已入驻 \(Format.count(count.admitted)) 家", asOf: snapshot.now, href: "\(base)/agencies"),
                StatTiles.Stat("在架服务", Format.count(services), unit: "项", asOf: snapshot.now, href: "\(base)/services"),
                StatTiles.Stat("公益服务", Format.count(free), unit: "项", asOf: snapshot.now, href: "\(base)/services?nature=publicGood"),
            ])
            if !new.isEmpty { ServiceCards(new, base: base, self) }
        }
    }

    /// What waits: for agencies, what was sent back and qualifications that end; for staff, what is to be reviewed.
    func catalogueTodos(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        var items: [TodoItem] = []
        if let code = actor.organisation, Rights.isAgency(actor, code) { items += try agencyTodos(code, snapshot) }
        guard actor.holds(.windowStaff, .cityStaff, .provinceStaff) else { return items }
        items += try snapshot.rows(
            "SELECT code, title, region, state_since FROM agency WHERE state = 'submitted' AND is_local = 1 ORDER BY state_since LIMIT 500"
        ) { row in
            (code: try row.get(0, as: CreditCode.self), title: try row.get(1, as: String.self), region: try row.get(2, as: RegionCode.self), since: try row.get(3, as: Timestamp.self))
        }.filter { Rights.isStaff(actor, in: $0.region) }.map { one in
            TodoItem(title: "\(one.title)：机构入驻", path: "/agencies/\(one.code)", step: "审核", since: one.since, due: deadline(5, after: one.since))
        }
        items += try snapshot.rows(
            """
            SELECT s.id, s.title, a.region, s.state_since FROM service s JOIN agency a ON a.code = s.agency
            WHERE s.state = 'submitted' AND s.is_local = 1 ORDER BY s.state_since LIMIT 500
            """
        ) { row in
            (id: try row.get(0, as: MessageID.self), title: try row.get(1, as: String.self), region: try row.get(2, as: RegionCode.self), since: try row.get(3, as: Timestamp.self))
        }.filter { Rights.isStaff(actor, in: $0.region) }.map { one in
            TodoItem(title: "\(one.title)：服务上架", path: "/services/\(one.id)", step: "审核", since: one.since, due: deadline(3, after: one.since))
        }
        return items
    }

    private func agencyTodos(_ code: CreditCode, _ snapshot: Snapshot) throws -> [TodoItem] {
        var items: [TodoItem] = []
        if let state = try snapshot.first("SELECT state, state_since FROM agency WHERE code = ?", code, as: {
            (state: try $0.coded(0, as: AgencyState.self), since: try $0.get(1, as: Timestamp.self))
        }), state.state == .returned || state.state == .draft {
            items.append(TodoItem(title: "完善入驻资料", path: "/desk/profile", step: state.state == .returned ? "补正" : "提交", since: state.since))
        }
        items += try snapshot.rows("SELECT id, title, state_since FROM service WHERE agency = ? AND state = 'returned'", code) { row in
            TodoItem(title: "\(try row.get(1, as: String.self))：退回修改", path: "/desk/services/\(try row.get(0, as: MessageID.self))", step: "修改", since: try row.get(2))
        }
        let soon = snapshot.now.day + 30
        items += try snapshot.rows(
            "SELECT title, valid_until, entered_at FROM qualification WHERE agency = ? AND valid_until <= ? ORDER BY valid_until", code, soon
        ) { row in
            TodoItem(
                title: "资质到期：\(try row.get(0, as: String.self))", path: "/desk", step: "更新资质", since: try row.get(2), due: (try row.get(1, as: Day.self)).end)
        }
        return items
    }

    /// Services and agencies for the site's one search box.
    func siteSearch(_ text: String, _ snapshot: Snapshot) throws -> [SearchResult] {
        let text = String(text.prefix(60))
        let services = try CatalogueSearch.services.find(text, limit: 20, in: snapshot).compactMap { hit -> SearchResult? in
            guard let id = MessageID(hit.key), let card = try snapshot.serviceCard(id) else { return nil }
            return SearchResult(
                title: card.title, path: "/services/\(id)", summary: "服务 · \(title(ofCategory: card.category)) · \(card.agencyName) · \(card.price.shown)",
                score: 1 + hit.score / (hit.score + 10))
        }
        let agencies = try CatalogueSearch.agencies.find(text, limit: 10, in: snapshot).compactMap { hit -> SearchResult? in
            guard let code = CreditCode(hit.key), let card = try snapshot.agencyCard(code) else { return nil }
            return SearchResult(
                title: card.name, path: "/agencies/\(code)", summary: "服务机构 · \(title(of: card.region)) · \(card.services) 项服务",
                score: 1 + hit.score / (hit.score + 10))
        }
        return services + agencies
    }
}
