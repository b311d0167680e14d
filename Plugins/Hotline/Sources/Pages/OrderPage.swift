import HotlineContracts
import Messages
import Pages
import Vocabulary

/// One order: where it stands, its clocks, what can be done, what was said, and everything that happened.
struct OrderPage {
    var detail: OrderDetail
    var units: [UnitList.Proposal]
    var articles: [Article]
    var rulebook: Rulebook
    var followOns: [FollowOnKind] = []
    var refusal: Refusal?

    private var card: OrderCard { detail.card }

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: card.title, trail: [("96871热线", "\(request.base)/"), ("工单台", "\(request.base)/desk")],
            header: PageHeader(caption: "工单 \(card.number)", state: card.state.badge, nextStep: nextStep)
        ) {
            Steps(way)
            p { Marks(card: card) }
            Columns {
                facts(request)
                if !detail.next.isEmpty { actions(request) }
                FollowOnSection(opened: detail.followOns ?? [], kinds: mayOpen(request) ? followOns : [], order: card.number, request: request)
                Timeline(entries, now: request.now)
            } side: {
                if detail.next.contains(.revisit) {
                    RevisitSection(detail: detail, script: rulebook.script(for: detail), hasCarrier: rulebook.settings.sendsMessages, request: request)
                }
                clocks
                if !articles.isEmpty {
                    section(.class("panel")) {
                        h2("相关知识")
                        for article in articles { ArticleCard(article: article) }
                    }
                }
            }
        }
    }

    private func mayOpen(_ request: PageRequest) -> Bool {
        !card.isConfidential && !card.state.isFinal && request.actor.holds(.windowStaff, .cityStaff, .provinceStaff)
    }

    private var nextStep: String? {
        let due = card.due.map { "，期限 \(Format.dateTime($0))\(card.dueIsProvisional ? "（节假日安排未公布，暂定）" : "")" } ?? ""
        return switch card.state {
        case .registered: "待热线人员审核\(due)"
        case .dispatching: "待派单\(due)"
        case .dispatched: "待\(card.ownerName ?? "承办单位")签收\(due)"
        case .returned: "已被退回，待改派\(due)"
        case .handling: card.isSuspended ? "已挂起，暂停计时" : "\(card.ownerName ?? "承办单位")办理中\(due)"
        case .answered: "答复待热线人员审核\(due)"
        case .concluded: "待回访\(due)"
        case .archived, .refused: nil
        }
    }

    private var way: [Steps.Step] {
        let main: [OrderState] = [.registered, .dispatching, .dispatched, .handling, .answered, .concluded, .archived]
        let titles = ["登记", "派单", "签收", "办理", "答复", "办结回访", "归档"]
        if card.state == .refused { return [Steps.Step("登记", .done), Steps.Step("不予受理", .failed)] }
        let here = card.state == .returned ? OrderState.dispatching : card.state
        let position = main.firstIndex(of: here) ?? 0
        return titles.enumerated().map { index, title in
            Steps.Step(title, index < position || here == .archived ? .done : index == position ? .current : .ahead)
        }
    }

    private func facts(_ request: PageRequest) -> HTML {
        let right = UnmaskingRight(purpose: "办理工单、回访", holder: request.actor.id)
        return section {
            h2("事项")
            FactList([
                Fact("区划", "\(rulebook.title(of: card.region))（\(card.region)）"), Fact("类别", rulebook.categoryTitle(card.category)),
                Fact("渠道", card.channel.title), Fact("登记时间", at: card.registeredAt, now: request.now), Fact("来电人", shownName(right)),
                Fact("联系电话", shownPhone(right)), Fact("企业", detail.enterprise), Fact("信用代码", detail.creditCode?.description),
                Fact("通话编号", detail.call), Fact("主办单位", card.ownerName),
                Fact("协办单位") {
                    if !detail.assistants.isEmpty {
                        ul { for one in detail.assistants { li("\(one.name)\(one.opinion.map { "：\($0)" } ?? "（尚无意见）")") } }
                    }
                },
                Fact("评价", detail.satisfaction.map { "\($0.title)（\(detail.ratingSource?.title ?? "")）" }),
            ])
            Panel("反映内容") { p(detail.content) }
            if let answer = detail.answer { Panel(card.state == .refused ? "不予受理的理由" : "答复") { p(answer) } }
            if let pending = detail.pending {
                Notice(
                    "\(pending.askedBy)于 \(Format.dateTime(pending.at)) 申请\(pending.kind == .extension ? "延期" : "挂起") \(pending.days) 个工作日：\(pending.reason)",
                    tone: .warning, title: "待批申请")
            }
        }
    }

    /// In full to those who handle the matter; who only watches sees it masked.
    private var mayUnmask: Bool { !detail.next.isEmpty || card.state == .concluded }
    private func shownName(_ right: UnmaskingRight) -> String? {
        detail.callerName.map { mayUnmask ? $0.reveal(by: right) ?? $0.masked : $0.masked }
    }
    private func shownPhone(_ right: UnmaskingRight) -> String? {
        detail.callerPhone.map { mayUnmask ? $0.reveal(by: right)?.digits ?? $0.masked : $0.masked }
    }

    // MARK: - What can be done

    private func actions(_ request: PageRequest) -> HTML {
        section {
            h2("可以办理")
            for action in detail.next { form(action, request) }
            if detail.next.contains(where: { $0 == .note }), !card.state.isFinal, request.actor.holds(.windowStaff, .cityStaff, .provinceStaff) {
                Disclosure("重发查询码") {
                    p("核实来电人身份后重发，原查询码随即失效。")
                    Form(post: "\(request.path(card.number))/code", of: request, submit: "重发查询码", weight: .secondary, prefix: "code") { form in SecretCode(form: form) }
                }
            }
        }
    }

    private func form(_ action: OrderAction, _ request: PageRequest) -> HTML {
        let needs = OrderMachine.step(from: card.state, by: action)?.needs ?? []
        let isTried = request.fields["action"] == action.rawValue
        // What was typed for one action must not stand in the form of another.
        var own = request
        if !isTried { own.fields = FormFields(request.fields.pairs.filter { $0.name == "_page" }) }
        let isGrave = [.refuse, .archive].contains(action)
        return Disclosure(action.title, isOpen: isTried) {
            Form(
                post: "\(request.path(card.number))/advance", of: own, refusal: isTried ? refusal : nil, submit: action.title,
                weight: isGrave ? .danger : .primary, prefix: action.rawValue
            ) { form in
                form.hidden("action", action.rawValue)
                form.hidden("expected", card.state.rawValue)
                if needs.contains(.unit) {
                    form.select(
                        "unit", action == .sendBack ? "应由哪个单位办理" : action == .addAssistant ? "协办单位" : "主办单位",
                        units.map { Choice($0.unit.id.description, $0.unit.name + ($0.reason.map { "（推荐：\($0)）" } ?? "")) },
                        value: action == .dispatch ? units.first { $0.reason != nil }?.unit.id.description : nil, required: true)
                }
                if action == .dispatch || action == .redispatch {
                    form.checkboxes("assistants", "协办单位", units.prefix(12).map { Choice($0.unit.id.description, $0.unit.name) })
                }
                if needs.contains(.days) { form.number("days", "申请时长", unit: "个工作日", required: true) }
                if action == .revisit {
                    form.radio(
                        "satisfaction", "企业评价", Satisfaction.allCases.map { Choice($0.rawValue, $0.title) }, hint: "未联系上的不选，在下面说明；选“不满意”将转入重办")
                }
                if needs.contains(.person) { form.text("person", "人员编号", hint: "对方在工单台页首可看到自己的人员编号", required: true, width: .medium) }
                form.textarea("text", label(action), rows: 4, required: needs.contains(.text))
            }
        }.html
    }

    private func label(_ action: OrderAction) -> String {
        switch action {
        case .answer, .answerAtOnce: "答复内容（将告知企业）"
        case .refuse: "理由（将告知企业）"
        case .askExtension, .askSuspension, .sendBack, .redispatch, .deny, .returnAnswer: "理由"
        case .supervise: "督办要求"
        default: "说明"
        }
    }

    // MARK: - Clocks and story

    private var clocks: HTML {
        section(.class("panel")) {
            h2("计时")
            if detail.clocks.isEmpty { p("没有计时。", .class("muted")) }
            for clock in detail.clocks {
                h3(.class("clock")) {
                    clock.title
                    span("　\(clock.limit)", .class("muted"))
                }
                p {
                    if clock.isOverdue {
                        StateBadge(clock.stopped == nil ? "已逾期" : "逾期完成", .danger)
                    } else if clock.stopped != nil {
                        StateBadge("按期完成", .success)
                    } else {
                        StateBadge(clock.due == nil ? "暂停" : "计时中", .info)
                    }
                }
                p(.class("muted")) {
                    "开始 "
                    Moment(clock.start)
                }
                p(.class("muted")) {
                    if let due = clock.due {
                        "期限 "
                        Moment(due)
                    } else {
                        "暂停计时"
                    }
                    if clock.isProvisional { "（节假日安排未公布，暂定）" }
                }
                if !clock.changes.isEmpty { ul { for change in clock.changes { li(change, .class("muted")) } } }
            }
        }
    }

    private var entries: [Timeline.Entry] {
        detail.steps.map { step in
            Timeline.Entry(
                at: step.at, actor: step.actorName, title: step.title + (step.unitName.map { "（\($0)）" } ?? ""), note: step.text,
                tone: step.action == nil && step.title.contains("逾期") ? .danger : step.state.tone)
        }
    }
}
