import MarketContracts
import Messages
import Pages
import Vocabulary

/// One service: what it is, what it costs, what came of it; for its agency and the staff, what may be done. Public while listed.
struct ServicePage: Sendable {
    var detail: ServiceDetail
    var rulebook: Rulebook
    var refusal: Refusal?
    /// What an enterprise can do here; filled by the orders' part.
    var offer: HTML = HTML()
    /// What can be booked.
    var slots: HTML = HTML()

    func page(_ request: PageRequest) -> Page {
        let card = detail.card
        return Page(
            status: refusal?.status ?? 200, title: card.title, trail: [("找服务", "\(request.base)/services")],
            header: PageHeader(caption: card.agencyName, state: card.state == .listed ? nil : card.state.badge, lead: card.price.shown)
        ) {
            if let refusal { ErrorSummary(refusal, known: []) }
            if let opinion = detail.opinion { Notice(opinion, title: "审核意见") }
            offer
            FactList([
                Fact("服务机构") {
                    a(card.agencyName, href: request.path(card.agency))
                    if card.isCore { StateBadge("核心服务机构", .success) }
                },
                Fact("服务类别", rulebook.title(ofCategory: card.category)), Fact("服务性质", card.nature.title),
                Fact("服务方式", card.modes.map(\.title).joined(separator: "、") + (card.isByAppointment ? "（须预约）" : "")),
                Fact("服务区域", rulebook.regionTitles(card.regions)), Fact("承诺时间", card.days.map { "\($0) 个工作日" }),
                Fact("名额", card.placesLeft.map { $0 > 0 ? "余 \($0) 个" : "已满" } ?? "不限"), Fact("服务券", card.takesVouchers ? "可用" : "不可用"),
                Fact("已完成", "\(Format.count(card.completed)) 单"), Fact("满意度", card.satisfaction.shown),
            ] + (card.isSoftware ? [Fact("信息化应用", "下单后由机构开通" + (card.trialDays.map { "，可免费试用 \($0) 天" } ?? ""))] : []))
            p(Satisfaction.rule, .class("muted"))
            h2("服务说明")
            p(detail.summary, .class("prose"))
            h2("交付内容")
            p(detail.deliverables, .class("prose"))
            slots
            if !detail.actions.isEmpty { work(request) }
        }
    }

    private func work(_ request: PageRequest) -> HTML {
        section {
            h2("办理")
            for action in detail.actions {
                let needsOpinion = ListingLife.step(from: detail.card.state, by: action)?.needsOpinion ?? false
                if needsOpinion {
                    Disclosure(action.title, isOpen: request.fields["action"] == action.rawValue) { form(action, needsOpinion, request) }
                } else {
                    form(action, needsOpinion, request)
                }
            }
        }
    }

    private func form(_ action: ListingAction, _ needsOpinion: Bool, _ request: PageRequest) -> HTML {
        Form(
            post: "\(request.path(service: detail.card.id))/advance", of: request, refusal: request.fields["action"] == action.rawValue ? refusal : nil,
            submit: action.title, weight: needsOpinion ? .secondary : .primary, prefix: action.rawValue
        ) { form in
            form.hidden("action", action.rawValue)
            if needsOpinion { form.textarea("opinion", "意见", rows: 3, hint: "2–500 字，机构会看到。", required: true) }
        }.html
    }
}
