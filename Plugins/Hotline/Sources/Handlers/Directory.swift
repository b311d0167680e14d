import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Handling units and the knowledge base.
extension Rulebook {
    func setUnit(_ command: SetUnit, _ tx: Transaction) throws -> Done {
        guard try Sight(of: tx.actor, in: tx).reaches(command.region) else { throw HotlineRefusal.region(command.region) }
        var input = InputRules()
        input.text("title", "单位名称", command.title, 2...60)
        for category in command.categories where !settings.categories.contains(where: { $0.code == category }) {
            input.add("categories", "没有代码为“\(category.prefix(10))”的事项类别。请从列表中选择。", value: category)
        }
        if let old = try tx.unit(command.id), old.region != command.region, try !Sight(of: tx.actor, in: tx).reaches(old.region) {
            throw HotlineRefusal.region(old.region)
        }
        let old = try tx.unit(command.id)
        let (closed, open) = (command.closedDays ?? old?.closedDays ?? [], command.openDays ?? old?.openDays ?? [])
        OwnDays.check(closed, open, &input)
        try input.refuseIfFaulty(HotlineRefusal.invalid)
        try tx.run(
            """
            INSERT INTO unit (id, name, region, credit_code, categories, makes_up, is_active, closed_days, open_days) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, region = excluded.region, credit_code = excluded.credit_code,
              categories = excluded.categories, makes_up = excluded.makes_up, is_active = excluded.is_active,
              closed_days = excluded.closed_days, open_days = excluded.open_days
            """, command.id, command.title, command.region, command.creditCode, command.categories.joined(separator: " "),
            command.worksMakeUpDays, command.isActive, OwnDays.text(closed), OwnDays.text(open))
        if let unit = try tx.unit(command.id) { try tx.announce(UnitSet(unit: unit)) }
        return Done()
    }

    /// The unit whose categories name the matter most closely, and of those the one nearest to its region, in front.
    func findUnits(_ query: FindUnits, _ snapshot: Snapshot) throws -> UnitList {
        let units = try snapshot.rows("SELECT \(HandlingUnit.columns) FROM unit WHERE is_active = 1 ORDER BY id", as: HandlingUnit.init(row:))
        func fit(_ unit: HandlingUnit) -> (category: Int, region: Int) {
            let category = query.category.flatMap { wanted in unit.categories.filter { wanted.hasPrefix($0) }.map(\.utf8.count).max() } ?? 0
            let region = query.region.map { wanted in unit.region == wanted ? 3 : unit.region.contains(wanted) ? (unit.region.number % 10_000 == 0 ? 1 : 2) : 0 } ?? 0
            return (category, region)
        }
        let ranked = units.map { (unit: $0, fit: fit($0)) }.sorted { left, right in
            let (one, other) = ((left.fit.region > 0 ? left.fit.category : 0, left.fit.region), (right.fit.region > 0 ? right.fit.category : 0, right.fit.region))
            return one == other ? left.unit.id < right.unit.id : one > other
        }
        return UnitList(
            units: ranked.map { unit, fit in
                guard let category = query.category, fit.category > 0, fit.region > 0 else { return .init(unit: unit, reason: nil) }
                return .init(unit: unit, reason: "承办“\(categoryTitle(String(category.prefix(fit.category))))”，管辖\(title(of: unit.region))")
            })
    }

    func putArticle(_ command: PutArticle, _ tx: Transaction) throws -> Article {
        var input = InputRules()
        input.text("title", "标题", command.title, 4...80)
        input.text("body", "内容", command.body, 10...8000)
        if !settings.categories.contains(where: { $0.code == command.category }) {
            input.add("category", "没有代码为“\(command.category.prefix(10))”的类别。请从列表中选择。", value: command.category)
        }
        for link in command.links where !(link.address.hasPrefix("/") && !link.address.hasPrefix("//")) && !link.address.hasPrefix("https://") {
            input.add("links", "关联地址须以“/”（本站）或“https://”开头。请改正。", value: link.address)
        }
        try input.refuseIfFaulty(HotlineRefusal.invalid)
        if let id = command.id {
            let changed = try tx.run(
                "UPDATE article SET title = ?, body = ?, category = ?, links = ?, is_public = ?, changed_at = ? WHERE id = ?", command.title,
                command.body, command.category, String(decoding: JSON.encode(command.links), as: UTF8.self), command.isPublic, tx.now, id)
            guard changed == 1 else { throw HotlineRefusal.make("article-unknown", "没有编号为 \(id) 的知识条目。请从知识库进入。", log: "no article") }
        } else {
            try tx.run(
                "INSERT INTO article (title, body, category, links, is_public, changed_at) VALUES (?, ?, ?, ?, ?, ?)", command.title, command.body,
                command.category, String(decoding: JSON.encode(command.links), as: UTF8.self), command.isPublic, tx.now)
        }
        let id = command.id ?? Int(tx.store.lastRowID)
        let article = Article(
            id: id, title: command.title, body: command.body, category: command.category, links: command.links, isPublic: command.isPublic)
        try Migrations.articles.put(String(id), [command.title, command.body], in: tx.store)
        try tx.announce(ArticlePut(article: article))
        return article
    }

    func findArticles(_ query: FindArticles, _ snapshot: Snapshot) throws -> Listing<Article> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(Int.self) ?? Int.max
        let isStaff = snapshot.actor.kind == .system || snapshot.actor.holds(.windowStaff, .cityStaff, .provinceStaff, .departmentHandler)
        let hits = try query.q.map { try Migrations.articles.keys($0, limit: 200, in: snapshot) }
        let rows = try snapshot.rows(
            """
            SELECT id, title, body, category, links, is_public FROM article
            WHERE id < ?1 AND (?2 = 1 OR is_public = 1) AND (?3 IS NULL OR substr(category, 1, length(?3)) = ?3)
              AND (?4 IS NULL OR CAST(id AS TEXT) IN (SELECT value FROM json_each(?4)))
            ORDER BY id DESC LIMIT ?5
            """, place, isStaff, query.category, try hits.map { String(decoding: try JSON.encode($0), as: UTF8.self) }, limit + 1
        ) { try Article(row: $0) }
        return try Listing(probing: rows, limit: limit) { $0.id }
    }

    /// Entries by their keys, for staff.
    func articles(_ keys: [String], _ snapshot: Snapshot) throws -> [Article] {
        try snapshot.rows(
            "SELECT id, title, body, category, links, is_public FROM article WHERE CAST(id AS TEXT) IN (SELECT value FROM json_each(?))",
            String(decoding: try JSON.encode(keys), as: UTF8.self)
        ) { try Article(row: $0) }
    }

    func getStatistics(_ query: GetStatistics, _ snapshot: Snapshot) throws -> Statistics {
        let until = query.until ?? snapshot.now.day
        let from = query.from ?? until - 29
        let range = query.region?.codesBelow ?? "000000"..."999999"
        var totals: [String: Int] = [:]
        var byRegion: [RegionCode: [String: Int]] = [:]
        try snapshot.each(
            "SELECT region, measure, sum(n) FROM tally WHERE day BETWEEN ? AND ? AND region BETWEEN ? AND ? GROUP BY region, measure",
            binding: [from, until, range.lowerBound, range.upperBound]
        ) { row in
            let (region, measure, count): (RegionCode, String, Int) = (try row.get(0), try row.get(1), try row.get(2))
            totals[measure, default: 0] += count
            byRegion[region, default: [:]][measure, default: 0] += count
            return true
        }
        func count(_ measure: String) -> Int { totals[measure] ?? 0 }
        return Statistics(
            from: from, until: until, registered: count("registered"), concluded: count("concluded"),
            shares: [
                Share("按期办结率", count("inTime"), of: count("concluded"), rule: "分子：期内办结且答复不晚于办理期限的；分母：期内办结的。保密工单不计。"),
                Share("按时签收率", count("signedInTime"), of: count("signed"), rule: "分子：期内在签收期限内签收的；分母：期内签收的。"),
                Share("满意率", count("satisfied"), of: count("rated"), rule: "分子：评为非常满意、满意、基本满意的；分母：期内有评价的。未评价的不计入。"),
                Share("本人评价占比", count("ratedByCaller"), of: count("rated"), rule: "分子：凭查询码自行评价的；分母：期内有评价的，其余由回访人员记录。"),
                Share("重办率", count("redo"), of: count("concluded"), rule: "分子：期内因不满意重办的；分母：期内办结的。"),
                Share("督办率", count("supervised"), of: count("registered"), rule: "分子：期内督办的；分母：期内登记的。"),
            ], unrated: max(count("concluded") - count("rated"), 0), supervised: count("supervised"),
            rows: byRegion.sorted { $0.key < $1.key }.map { region, counts in
                Statistics.Row(
                    region: region, name: title(of: region), registered: counts["registered"] ?? 0, concluded: counts["concluded"] ?? 0,
                    inTime: counts["inTime"] ?? 0, satisfied: counts["satisfied"] ?? 0, rated: counts["rated"] ?? 0)
            },
            categories: totals.filter { $0.key.hasPrefix("category:") }.map { key, count in
                let code = String(key.dropFirst("category:".count))
                return .init(category: code, name: categoryTitle(code), count: count)
            }.sorted { ($1.count, $0.category) < ($0.count, $1.category) })
    }
}

extension Article {
    fileprivate init(row: Row) throws {
        let links: String = try row.get(4)
        self.init(
            id: try row.get(0), title: try row.get(1), body: try row.get(2), category: try row.get(3),
            links: try JSON.decode([Article.Link].self, from: Array(links.utf8)), isPublic: try row.get(5))
    }
}
