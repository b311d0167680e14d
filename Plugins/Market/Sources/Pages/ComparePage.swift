import MarketContracts
import Pages

/// Services side by side. Public.
struct ComparePage: Sendable {
    var services: [ServiceDetail]
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(title: "比较服务", trail: [("找服务", "\(request.base)/services")]) {
            if services.isEmpty {
                EmptyState("还没有选择服务", hint: "在查找结果中勾选“加入比较”，再点“比较所选服务”。", action: ButtonLink("去找服务", href: "\(request.base)/services"))
            } else {
                DataTable(
                    "服务比较", columns: [.text("比较项")] + services.map { .text($0.card.title) },
                    rows: [
                        row("服务机构") { detail in .link(detail.card.agencyName, request.path(detail.card.agency)) },
                        row("价格") { .text($0.card.price.shown) }, row("性质") { .text($0.card.nature.title) },
                        row("类别") { .text(rulebook.title(ofCategory: $0.card.category)) },
                        row("方式") { .text($0.card.modes.map(\.title).joined(separator: "、")) },
                        row("服务区域") { .text(rulebook.regionTitles($0.card.regions)) },
                        row("承诺时间") { .text($0.card.days.map { "\($0) 个工作日" }) },
                        row("交付内容") { .text($0.deliverables) },
                        row("名额") { .text($0.card.placesLeft.map { "余 \($0) 个" } ?? "不限") },
                        row("服务券") { .text($0.card.takesVouchers ? "可用" : "不可用") },
                        row("已完成") { .text("\($0.card.completed) 单") }, row("满意度") { .text($0.card.satisfaction.shown) },
                        row("核心机构") { .text($0.card.isCore ? "是" : "否") },
                        row("详情") { detail in .link("查看", request.path(service: detail.card.id)) },
                    ])
            }
        }
    }

    private func row(_ title: String, _ cell: (ServiceDetail) -> DataTable.Cell) -> [DataTable.Cell] { [.text(title)] + services.map(cell) }
}
