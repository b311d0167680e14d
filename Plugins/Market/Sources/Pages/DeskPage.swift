import MarketContracts
import Messages
import Pages
import Vocabulary

/// 机构工作台: record, qualifications and services of the own agency.
struct DeskPage: Sendable {
    var detail: AgencyDetail?
    var services: [ServiceCard]
    var rulebook: Rulebook
    var refusal: Refusal?
    var resourceRefusal: Refusal?
    /// The orders' part.
    var orders: HTML = HTML()

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "机构工作台",
            header: PageHeader(state: detail?.card.state.badge, lead: lead, nextStep: nextStep) {
                ButtonLink("发布服务", href: "\(request.base)/desk/services/new")
                ButtonLink("入驻资料", href: "\(request.base)/desk/profile", .secondary)
                if let card = detail?.card, card.state == .approved { ButtonLink("机构主页", href: request.path(card.code), .secondary) }
            }
        ) {
            if let resourceRefusal { ErrorSummary(resourceRefusal, known: ["kind", "title", "profile", "categories", "region", "seats"]) }
            if let refusal { ErrorSummary(refusal, known: ["title", "serial", "issuer", "validUntil", "document"]) }
            if let opinion = detail?.opinion, detail?.card.state == .returned { Notice(opinion, tone: .warning, title: "退回意见") }
            orders
            DataTable(
                "我的服务", columns: [.text("服务"), .text("类别"), .text("价格"), .text("状态"), .number("完成", unit: "单"), .text("操作")],
                rows: services.map { card in
                    [
                        .link(card.title, request.path(service: card.id)), .text(rulebook.title(ofCategory: card.category)), .text(card.price.shown),
                        DataTable.Cell { card.state.badge }, .number(card.completed), .link("修改", "\(request.base)/desk/services/\(card.id)"),
                    ]
                }, empty: EmptyState("还没有服务", hint: "发布的服务审核通过后，全省企业都能找到。"))
            if let detail {
                qualifications(detail, request)
                ResourceDesk(
                    resources: detail.resources ?? [], home: detail.card.region, isOpen: resourceRefusal != nil, rulebook: rulebook, request: request,
                    refusal: resourceRefusal)
            }
        }
    }

    private var lead: String {
        guard let card = detail?.card else { return "先填写入驻资料，由当地窗口审核；审核通过后即可上架服务。" }
        return "\(card.name) · 完成服务 \(card.completed) 单 · 满意度 \(card.satisfaction.shown)"
    }

    private var nextStep: String? {
        switch detail?.card.state {
        case nil, .draft?: "填写并提交入驻资料"
        case .submitted?: "等待当地窗口审核，一般 5 个工作日内有结果"
        case .returned?: "按退回意见补正后重新提交"
        case .approved?: services.isEmpty ? "发布第一项服务" : nil
        case .suspended?: "已暂停，请联系当地窗口"
        case .exited?: "已退出"
        }
    }

    private func qualifications(_ detail: AgencyDetail, _ request: PageRequest) -> HTML {
        section {
            DataTable(
                "资质", columns: [.text("名称"), .text("证书编号"), .text("发证机关"), .text("有效期至"), .text("状态"), .text("操作")],
                rows: detail.qualifications.map { one in
                    [
                        .text(one.title), .text(one.serial), .text(one.issuer), one.validUntil == nil ? .text("长期") : .day(one.validUntil),
                        DataTable.Cell { QualificationState.badge(one.validUntil, today: request.now.day) },
                        DataTable.Cell {
                            form(Attribute("method", "post"), .action("\(request.base)/desk/qualifications"), .class("inline")) {
                                input(.type("hidden"), .name("_csrf"), .value(request.csrfToken))
                                input(.type("hidden"), .name("number"), .value("\(one.number)"))
                                input(.type("hidden"), .name("do"), .value("remove"))
                                button("移除", .type("submit"), .class("button-link"))
                            }
                        },
                    ]
                }, empty: EmptyState("还没有登记资质", hint: "需要许可的服务（法律、审计、检测等）请登记许可证；到期前 30 天、7 天和当天提醒。"))
            Disclosure("登记资质", isOpen: refusal != nil) {
                Form(post: "\(request.base)/desk/qualifications", of: request, refusal: refusal, submit: "登记", weight: .secondary) { form in
                    form.text("title", "资质名称", example: "律师事务所执业许可证", required: true)
                    form.text("serial", "证书编号", width: .medium)
                    form.text("issuer", "发证机关")
                    form.date("validUntil", "有效期至", hint: "长期有效的不填")
                    form.file("document", "证书扫描件", hint: FormHints.file)
                }
            }
        }
    }
}
