import MarketContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// An agency's page: services, completed orders, ratings, measured effect (D55). Public while admitted.
struct AgencyPage: Sendable {
    var detail: AgencyDetail
    var happenings: [Happening]
    /// Whether whoever looks works for the agency or its region.
    var isInside: Bool
    var mayMarkCore: Bool
    var contact: (name: String, phone: String)?
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let card = detail.card
        return Page(
            status: refusal?.status ?? 200, title: card.name, trail: [("服务机构", "\(request.base)/agencies")],
            header: PageHeader(caption: card.code.description, state: card.isCore ? StateBadge("核心服务机构", .success) : card.state == .approved ? nil : card.state.badge, lead: card.summary)
        ) {
            if let refusal { ErrorSummary(refusal, known: []) }
            if let opinion = detail.opinion, card.state != .approved { Notice(opinion, title: "审核意见") }
            FactList(
                [
                    Fact("所在地", rulebook.title(of: card.region)), Fact("办公地址", detail.address), Fact("服务类别", card.categories.map(rulebook.title(ofCategory:)).joined(separator: "、")),
                    Fact("完成服务", "\(Format.count(card.completed)) 单"), Fact("满意度", card.satisfaction.shown),
                ] + (card.effects.isEmpty ? [] : card.effects.facts)
                    + (detail.complaints.map { [Fact("投诉", "办理中 \($0.open) 件，已办结 \($0.closed) 件，其中属实 \($0.upheld) 件")] } ?? [])
                    + (contact.map { [Fact("联系人", $0.name), Fact("联系电话", $0.phone)] } ?? []))
            p(Satisfaction.rule, .class("muted"))
            if card.satisfaction.isBelowTarget { Notice("满意度低于 \(Satisfaction.target)%。", tone: .warning) }
            section {
                h2("服务产品")
                if detail.services.isEmpty {
                    EmptyState("还没有上架的服务")
                } else {
                    ServiceCards(detail.services, base: request.base, rulebook)
                }
            }
            if let resources = detail.resources, !resources.isEmpty {
                section {
                    h2("专家与场地")
                    ResourceCards(resources: resources, showsAgency: false, rulebook: rulebook, request: request)
                }
            }
            qualifications(request)
            if request.actor.holds(.enterprise) {
                p { a("投诉该机构", href: QueryLink.make("\(request.base)/complaints/new", [("agency", card.code.description)])) }
            }
            if !detail.actions.isEmpty { work(request) }
            if mayMarkCore { core(request) }
            if isInside { Timeline(happenings.map(entry), now: request.now) }
        }
    }

    private func qualifications(_ request: PageRequest) -> HTML {
        DataTable(
            "资质", columns: [.text("名称"), .text("发证机关"), .text("有效期至"), .text("状态")] + (isInside ? [.text("证书")] : []),
            rows: detail.qualifications.map { one in
                [
                    .text(one.title), .text(one.issuer), one.validUntil == nil ? .text("长期") : .day(one.validUntil),
                    DataTable.Cell { QualificationState.badge(one.validUntil, today: request.now.day) },
                ] + (isInside ? [one.document.map { .link($0.name, "\(request.base)/files/\($0.digest)") } ?? .text(one.serial)] : [])
            }, empty: EmptyState("没有登记资质")
        ).html
    }

    private func work(_ request: PageRequest) -> HTML {
        section {
            h2("办理")
            for action in detail.actions where action != .submit {
                let needsOpinion = AgencyLife.step(from: detail.card.state, by: action)?.needsOpinion ?? false
                let form = Form(
                    post: "\(request.path(detail.card.code))/advance", of: request, refusal: request.fields["action"] == action.rawValue ? refusal : nil,
                    submit: action.title, confirm: action == .exit ? "退出后不能恢复，确定吗？" : nil, weight: needsOpinion ? .secondary : .primary,
                    prefix: action.rawValue
                ) { form in
                    form.hidden("action", action.rawValue)
                    if needsOpinion { form.textarea("opinion", "意见", rows: 3, hint: "2–500 字，机构会看到。", required: true) }
                }
                if needsOpinion {
                    Disclosure(action.title, isOpen: request.fields["action"] == action.rawValue) { form }
                } else {
                    form
                }
            }
        }
    }

    private func core(_ request: PageRequest) -> HTML {
        Disclosure(detail.card.isCore ? "退出核心服务机构" : "列入核心服务机构") {
            Form(post: "\(request.path(detail.card.code))/core", of: request, submit: "保存", weight: .secondary, prefix: "core") { form in
                form.hidden("core", detail.card.isCore ? "false" : "true")
                form.text("document", "文号", hint: "依据的公布或处理文件。", example: "湘工信中小服务〔2026〕10号", required: true)
            }
        }.html
    }

    private func entry(_ happening: Happening) -> Timeline.Entry {
        var title = happening.title
        var note: String?
        if let changed = happening.event(AgencyChanged.self) {
            title = changed.action?.title ?? "资料更新"
            note = changed.opinion
        } else if let changed = happening.event(QualificationChanged.self) {
            note = changed.title.map { "第 \(changed.number) 项：\($0)" } ?? "移除第 \(changed.number) 项"
        } else if let ending = happening.event(QualificationExpiring.self) {
            note = "\(ending.title)：\(ending.daysLeft > 0 ? "还有 \(ending.daysLeft) 天到期" : "已到期")"
        }
        return Timeline.Entry(at: happening.time, actor: happening.actor, title: title, note: note)
    }
}

/// How long a qualification still holds.
enum QualificationState {
    static func badge(_ until: Day?, today: Day) -> StateBadge {
        guard let until else { return StateBadge("有效", .success) }
        let left = until - today
        return left < 0 ? StateBadge("已过期", .danger) : left <= 30 ? StateBadge("还有 \(left) 天", .warning) : StateBadge("有效", .success)
    }
}
