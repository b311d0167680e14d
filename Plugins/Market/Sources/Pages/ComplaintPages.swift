import MarketContracts
import Messages
import Pages
import PluginKit
import Vocabulary

extension ComplaintState {
    var badge: StateBadge {
        switch self {
        case .filed: StateBadge(title, .warning)
        case .answered: StateBadge(title, .info)
        case .closed: StateBadge(title, .success)
        case .withdrawn: StateBadge(title)
        }
    }
}

/// Complaints of the own enterprise, about the own agency, or of the staff's regions.
struct ComplaintListPage: Sendable {
    var box: FindOrders.Box
    var boxes: [FindOrders.Box]
    var result: Listing<ComplaintCard>

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "投诉", trail: [("订单", "\(request.base)/orders")],
            header: PageHeader(lead: "对订单或机构的投诉：机构先答复，企业所在地窗口查明后办结；各步都有期限。") {
                if box == .enterprise { ButtonLink("投诉机构", href: "\(request.base)/complaints/new") }
            }
        ) {
            if boxes.count > 1 {
                Subnav(
                    boxes.map { NavigationItem(Self.title($0), QueryLink.make("\(request.base)/complaints", [("box", $0.rawValue)])) },
                    path: QueryLink.make("\(request.base)/complaints", [("box", box.rawValue)]), title: "投诉范围")
            }
            FilterBar(request) { form in
                form.select("state", "状态", ComplaintState.allCases.map { Choice($0.rawValue, $0.title) })
                form.hidden("box", box.rawValue)
            }
            ComplaintTable(Self.title(box), result.items, request)
            Continuation(total: nil, next: result.next, of: request)
        }
    }

    static func title(_ box: FindOrders.Box) -> String {
        switch box {
        case .enterprise: "本企业提出的投诉"
        case .agency: "对本机构的投诉"
        case .staff: "辖区投诉"
        }
    }
}

/// Complaints in rows.
struct ComplaintTable: Component {
    let title: String
    let complaints: [ComplaintCard]
    let request: PageRequest

    init(_ title: String, _ complaints: [ComplaintCard], _ request: PageRequest) {
        self.title = title
        self.complaints = complaints
        self.request = request
    }

    var html: HTML {
        DataTable(
            title, columns: [.text("投诉"), .text("事项"), .text("企业"), .text("服务机构"), .text("状态"), .text("结论"), .text("期限")],
            rows: complaints.map { card in
                [
                    .link(card.number, "\(request.base)/complaints/\(card.id)"), .text(card.kind.title), .text(card.enterprise.name), .text(card.agency.name),
                    DataTable.Cell { card.state.badge }, .text(card.outcome?.title), DataTable.Cell { if let due = card.due { Deadline(due, now: request.now) } },
                ]
            }, empty: EmptyState("没有投诉", hint: "订单有问题，可先在订单页面与机构协商或提出异议。")
        ).html
    }
}

/// A new complaint, about an order or an agency.
struct ComplaintFormPage: Sendable {
    var order: OrderCard?
    var agency: AgencyCard?
    var isOnBehalf: Bool
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "提出投诉", trail: [("投诉", "\(request.base)/complaints")],
            header: PageHeader(lead: "机构会看到投诉并答复，由企业所在地窗口查明办结。请勿填写他人的个人信息。"), layout: .narrow
        ) {
            if let order {
                FactList([Fact("订单", "\(order.number) \(order.title)"), Fact("服务机构", order.agency?.name), Fact("企业", order.enterprise.name)])
            } else if let agency {
                FactList([Fact("服务机构", "\(agency.name)（\(agency.code)）")])
            }
            Form(post: "\(request.base)/complaints", of: request, refusal: refusal, submit: "提出投诉") { form in
                if let order {
                    form.hidden("order", order.id.description)
                } else if let agency {
                    form.hidden("agency", agency.code.description)
                } else {
                    form.text("agency", "机构的统一社会信用代码", hint: "在机构页面可以查到。", required: true)
                }
                if isOnBehalf, order == nil {
                    form.text("enterpriseName", "企业名称", required: true)
                    form.text("enterpriseCode", "统一社会信用代码", required: true)
                    form.region("region", "企业所在地", in: rulebook.regions, below: request.site.region?.province, on: request.now.day, required: true)
                }
                form.select("kind", "投诉事项", ComplaintKind.allCases.map { Choice($0.rawValue, $0.title) }, required: true)
                form.textarea("text", "投诉内容", rows: 6, hint: "经过、与约定不符之处和您的要求，10–2000 字。", required: true)
            }
        }
    }
}

/// One complaint: what was said by whom, what may be done, the course.
struct ComplaintPage: Sendable {
    var detail: ComplaintDetail
    var happenings: [Happening]
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let card = detail.card
        return Page(
            status: refusal?.status ?? 200, title: "投诉 \(card.number)", trail: [("投诉", "\(request.base)/complaints")],
            header: PageHeader(caption: card.kind.title, state: card.state.badge, nextStep: nextStep)
        ) {
            if let refusal { ErrorSummary(refusal, known: []) }
            if detail.isPending == true { Notice("答复已发往投诉所在站点，确认后这里会更新。") }
            if let why = detail.refusal { Notice(why, tone: .warning, title: "上一次答复没有办成") }
            if let due = card.due {
                p {
                    Deadline(due, now: request.now)
                    " 期限 "
                    Moment(due)
                }
            }
            FactList([
                Fact("企业", "\(card.enterprise.name)（\(card.enterprise.code)）"), Fact("服务机构") { a(card.agency.name, href: request.path(card.agency.code)) },
                Fact("订单") { if let order = card.order { a(card.orderNumber ?? "查看订单", href: request.path(order: order)) } else { "不针对某一订单" } },
                Fact("投诉内容", detail.text), Fact("提出时间", at: card.createdAt), Fact("机构答复", detail.answer), Fact("答复时间", at: detail.answeredAt),
                Fact("结论", card.outcome?.title), Fact(card.state == .withdrawn ? "撤回原因" : "办结意见", detail.conclusion), Fact("办结时间", at: detail.closedAt),
            ])
            forms(request)
            Timeline(happenings.map(entry), now: request.now)
        }
    }

    private var nextStep: String? {
        switch detail.card.state {
        case .filed: "\(detail.card.agency.name)：答复"
        case .answered: "企业所在地窗口：办结"
        case .closed, .withdrawn: nil
        }
    }

    private func forms(_ request: PageRequest) -> HTML {
        guard !detail.actions.isEmpty else { return HTML() }
        return section {
            h2("办理")
            for action in detail.actions {
                let isTried = request.fields["action"] == action.rawValue
                let form = Form(
                    post: "\(request.base)/complaints/\(detail.card.id)/advance", of: request, refusal: isTried ? refusal : nil, submit: action.title,
                    weight: action == .withdraw ? .secondary : .primary, prefix: action.rawValue
                ) { form in
                    form.hidden("action", action.rawValue)
                    if action == .close {
                        form.radio("outcome", "调查结论", ComplaintOutcome.allCases.map { Choice($0.rawValue, $0.title) }, required: true)
                    }
                    form.textarea("text", action == .answer ? "答复" : action == .close ? "办结意见" : "撤回原因", rows: 4, hint: "2–2000 字，双方都会看到。", required: true)
                }
                if action == .withdraw {
                    Disclosure(action.title, isOpen: isTried) { form }
                } else {
                    Panel(action.title) { form }
                }
            }
        }
    }

    private func entry(_ happening: Happening) -> Timeline.Entry {
        var title = happening.title
        var note: String?
        var tone = Tone.neutral
        if let step = happening.event(ComplaintAdvanced.self) {
            title = step.action?.title ?? "提出投诉"
            note = "现在：\(step.complaint.state.title)" + (step.complaint.outcome.map { "（\($0.title)）" } ?? "") + (step.wasLate ? "，逾期办理" : "")
            tone = step.action == .close ? .success : .info
        } else if let late = happening.event(ComplaintOverdue.self) {
            note = "“\(late.state.title)”的期限 \(Format.dateTime(late.due)) 已过"
            tone = .warning
        }
        return Timeline.Entry(at: happening.time, actor: happening.actor, title: title, note: note, tone: tone)
    }
}
