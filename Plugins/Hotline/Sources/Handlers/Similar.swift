import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Rulebook {
    /// Titles share at least half of their pairs of characters; among a caller's or an enterprise's own matters a third is enough.
    func findSimilar(_ query: FindSimilarOrders, _ snapshot: Snapshot) throws -> SimilarOrders {
        let sight = try Sight(of: snapshot.actor, in: snapshot)
        let right = UnmaskingRight(purpose: "核对是否重复登记", holder: snapshot.actor.id)
        let digest = try query.callerPhone?.reveal(by: right).map {
            try Migrations.callers.digest(of: $0.digits, in: snapshot)
        }
        let caller = try digest.flatMap {
            try snapshot.value("SELECT person FROM caller WHERE phone_digest = ?", $0, as: String.self)
        }
        let words = try Migrations.orders.keys(query.title, limit: 50, in: snapshot)
        let seen = sight.condition
        let rows = try snapshot.allRows(
            """
            SELECT \(OrderRow.cardColumns), o.caller IS ?, o.credit_code IS ?, o.enterprise IS ? FROM work_order o LEFT JOIN unit u ON u.id = o.owner_unit
            WHERE o.id IN (
                SELECT id FROM work_order WHERE number IN (SELECT value FROM json_each(?)) AND is_confidential = 0
                UNION SELECT id FROM (SELECT id FROM work_order WHERE caller = ? ORDER BY id DESC LIMIT 20)
                UNION SELECT id FROM (SELECT id FROM work_order WHERE credit_code = ? ORDER BY id DESC LIMIT 20))
              AND (o.is_open = 1 OR o.registered_at > ?) AND \(seen.sql)
            """,
            binding: [
                caller ?? "-", query.creditCode?.description ?? "-", query.enterprise ?? "-",
                String(decoding: try JSON.encode(words), as: UTF8.self), caller, query.creditCode,
                snapshot.now - .seconds(30 * 86_400),
            ]
                + seen.values
        ) {
            (
                card: try snapshot.card($0), isCallers: try $0.get(19) as Bool,
                isFirms: try $0.get(20) as Bool || $0.get(21) as Bool
            )
        }
        let title = Self.pairs(query.title)
        let found = rows.compactMap { row -> (order: SimilarOrder, weight: Double)? in
            let other = Self.pairs(row.card.title)
            let shared = Double(title.intersection(other).count) / Double(max(min(title.count, other.count), 1))
            guard shared >= (row.isCallers || row.isFirms ? 0.34 : 0.5) else { return nil }
            let reasons = [row.isCallers ? "同一来电人" : nil, row.isFirms ? "同一企业" : nil, "标题相近"].compactMap { $0 }
            return (
                SimilarOrder(card: row.card, reason: reasons.joined(separator: "，")),
                shared + (row.isCallers ? 1 : 0) + (row.isFirms ? 0.5 : 0)
            )
        }
        return SimilarOrders(
            orders: found.sorted { ($1.weight, $0.order.card.number) < ($0.weight, $1.order.card.number) }.prefix(5)
                .map(\.order))
    }

    /// Shared pairs of characters, the rare ones weighing more; then entries of the category.
    func suggest(_ query: SuggestArticles, _ snapshot: Snapshot) throws -> ArticleList {
        var weights: [String: Double] = [:]
        var shared: [String: Int] = [:]
        for pair in Self.pairs(query.text).sorted().prefix(60) {
            let keys = try Migrations.articles.keys(pair, limit: 200, in: snapshot)
            for key in keys {
                weights[key, default: 0] += 1 / Double(keys.count)
                shared[key, default: 0] += 1
            }
        }
        let fitting = try articles(weights.keys.filter { shared[$0, default: 0] >= 2 }, snapshot)
        func weight(_ article: Article) -> Double {
            let isOfCategory = query.category.map { article.category.prefix(2) == $0.prefix(2) } ?? false
            return weights["\(article.id)", default: 0] * (isOfCategory ? 2 : 1)
        }
        let ranked = fitting.map { (article: $0, weight: weight($0)) }.sorted { ($1.weight, $0.article.id) < ($0.weight, $1.article.id) }
        guard ranked.isEmpty, let category = query.category else { return ArticleList(articles: ranked.prefix(5).map(\.article)) }
        return ArticleList(articles: try findArticles(FindArticles(category: category, limit: 5), snapshot).items)
    }

    /// Neighbouring characters, without spaces and signs.
    private static func pairs(_ text: String) -> Set<String> {
        let letters = text.filter { $0.isLetter || $0.isNumber }
        return Set(zip(letters, letters.dropFirst()).map { "\($0)\($1)" })
    }
}
