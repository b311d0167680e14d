import MarketContracts
import Messages
import Pages
import Vocabulary

/// Agencies of the network. Public.
struct AgencyListPage: Sendable {
    var result: Listing<AgencyCard>
    var count: AgencyCount
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(title: "服务机构", header: PageHeader(lead: "全省活跃服务机构 \(Format.count(count.active)) 家（已入驻 \(Format.count(count.admitted)) 家）。")) {
            FilterBar(request) { form in
                form.text("q", "名称、信用代码或专长")
                form.select("category", "服务类别", rulebook.categoryChoices)
                form.select("region", "所在市州", rulebook.cityChoices(below: request.site.region, on: request.now.day))
                form.select("core", "核心机构", [Choice("true", "只看核心服务机构")])
            }
            AgencyTable(result.items, request, rulebook, csv: request.actor.kind == .visitor ? nil : request.filtered("agencies.csv", ["q", "category", "region", "core"]))
            Continuation(total: result.total, next: result.next, of: request)
            p(count.rule, .class("muted"))
        }
    }
}

/// Agencies in rows.
struct AgencyTable: Component {
    let agencies: [AgencyCard]
    let request: PageRequest
    let rulebook: Rulebook
    let csv: String?

    init(_ agencies: [AgencyCard], _ request: PageRequest, _ rulebook: Rulebook, csv: String? = nil) {
        self.csv = csv
        self.agencies = agencies
        self.request = request
        self.rulebook = rulebook
    }

    var html: HTML {
        DataTable(
            "服务机构", columns: [.text("机构"), .text("所在地"), .text("服务类别"), .number("服务", unit: "项"), .number("完成", unit: "单"), .text("满意度"), .text("状态")],
            rows: agencies.map { card in
                [
                    .link(card.name, request.path(card.code)), .text(rulebook.title(of: card.region)),
                    .text(card.categories.map(rulebook.title(ofCategory:)).joined(separator: "、")), .number(card.services), .number(card.completed),
                    .text(card.satisfaction.shown),
                    DataTable.Cell {
                        card.state.badge
                        if card.isCore { StateBadge("核心", .success) }
                    },
                ]
            }, csv: csv, empty: EmptyState("没有符合条件的机构", hint: "可以放宽条件，或换一个说法。")
        ).html
    }
}
