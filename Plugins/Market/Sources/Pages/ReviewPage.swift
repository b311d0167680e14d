import MarketContracts
import Pages

/// 超市审核: agencies and services of the region that wait.
struct ReviewPage: Sendable {
    var agencies: [AgencyCard]
    var services: [ServiceCard]
    var suspended: [AgencyCard]
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(title: "超市审核", header: PageHeader(lead: "辖区内等待审核的机构 \(agencies.count) 家、服务 \(services.count) 项。")) {
            DataTable(
                "待审核机构", columns: [.text("机构"), .text("所在地"), .text("服务类别"), .text("操作")],
                rows: agencies.map { card in
                    [
                        .link(card.name, request.path(card.code)), .text(rulebook.title(of: card.region)),
                        .text(card.categories.map(rulebook.title(ofCategory:)).joined(separator: "、")), .link("审核", request.path(card.code)),
                    ]
                }, empty: EmptyState("没有等待审核的机构"))
            DataTable(
                "待审核服务", columns: [.text("服务"), .text("机构"), .text("类别"), .text("价格"), .text("操作")],
                rows: services.map { card in
                    [
                        .link(card.title, request.path(service: card.id)), .text(card.agencyName), .text(rulebook.title(ofCategory: card.category)),
                        .text(card.price.shown), .link("审核", request.path(service: card.id)),
                    ]
                }, empty: EmptyState("没有等待审核的服务"))
            if !suspended.isEmpty { AgencyTable(suspended, request, rulebook) }
        }
    }
}
