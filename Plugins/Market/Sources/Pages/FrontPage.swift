import MarketContracts
import Pages
import Vocabulary

/// The market's own front: search, categories, hot and new. Public.
struct FrontPage: Sendable {
    var board: ServiceBoard
    var facets: [Facet]
    var count: AgencyCount
    var satisfaction: Satisfaction
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(title: "服务超市", header: PageHeader(lead: "全省服务机构的服务，公益的、有偿的、定制的，都可以在这里查找、比较、下单和评价。")) {
            FilterBar(request, at: "\(request.base)/services", submit: "查找") { form in
                form.text("q", "找什么服务")
                form.select("category", "服务类别", rulebook.categoryChoices)
            }
            StatTiles([
                StatTiles.Stat("活跃服务机构", Format.count(count.active), unit: "家", note: "目标 \(Format.count(count.target)) 家以上", asOf: request.now, href: "\(request.base)/agencies"),
                StatTiles.Stat("已入驻", Format.count(count.admitted), unit: "家", asOf: request.now),
                StatTiles.Stat(
                    "服务满意度", satisfaction.rated > 0 ? Format.share(satisfaction.satisfied, of: satisfaction.rated) : "暂无评价",
                    note: "目标 \(Satisfaction.target)% 以上；未评价 \(Format.count(satisfaction.unrated))", asOf: request.now),
            ])
            if let parts = satisfaction.parts {
                DataTable(
                    "满意度构成", columns: [.text("服务"), .number("满意"), .number("已评价"), .number("未评价")],
                    rows: parts.map { [.text($0.kind.title), .number($0.satisfied), .number($0.rated), .number($0.unrated)] })
            }
            p(Satisfaction.regionRule, .class("muted"))
            p(count.rule, .class("muted"))
            section {
                h2("按类别找")
                if let categories = facets.first(where: { $0.field == "category" }), !categories.values.isEmpty {
                    Actions {
                        for value in categories.values {
                            ButtonLink(
                                "\(value.title)（\(value.count)）", href: QueryLink.make("\(request.base)/services", [("category", value.value)]), .secondary)
                        }
                    }
                } else {
                    EmptyState("还没有上架的服务", hint: "服务机构入驻并上架服务后，会按类别列在这里。")
                }
            }
            if !board.hot.isEmpty {
                section {
                    h2("近 30 天热门")
                    ServiceCards(board.hot, base: request.base, rulebook)
                }
            }
            if !board.new.isEmpty {
                section {
                    h2("最新上架")
                    ServiceCards(board.new, base: request.base, rulebook)
                }
            }
        }
    }
}
