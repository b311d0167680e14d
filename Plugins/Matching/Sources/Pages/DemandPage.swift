import MatchingContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// One demand: state and next step on top, candidates with reasons, invitations and answers, what may be done, the whole story below.
struct DemandPage: Sendable {
    var detail: DemandDetail
    var candidates: [Candidate]
    var similar: [SimilarDemand]
    var happenings: [Happening]
    var contact: (name: String, phone: String)?
    var isStaff: Bool
    /// Whether an order can be placed here for what was agreed.
    var mayOrder: Bool
    var rulebook: Rulebook
    var refusal: Refusal?

    private var card: DemandCard { detail.card }

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: card.title, trail: [("需求对接", "\(request.base)/demands")],
            header: PageHeader(caption: "需求 \(card.number)", state: card.state.badge, nextStep: nextStep)
        ) {
            if let refusal { ErrorSummary(refusal, known: []) }
            if let due = card.due {
                p {
                    Deadline(due, now: request.now)
                    " 期限 "
                    Moment(due)
                }
            }
            if let home = detail.home {
                Notice("本需求由站点“\(home)”受理，在这里办理的步骤送往该站点，由其决定。联系方式不离开该站点，请先表示愿意承接，由企业与您联系。")
            }
            if let pending = detail.pending { Notice("“\(pending.title)”正在送往受理站点。") }
            if let refusal = detail.refusal { Notice(refusal, tone: .warning, title: "受理站点未接受上一步") }
            facts
            for answer in detail.answers { Notice(answer.text, title: "答复 \(Format.dateTime(answer.at))") }
            if !detail.invitations.isEmpty { invitations(request) }
            if detail.actions.contains(.invite) { proposals(request) }
            if mayOrder { ordering(request) }
            forms(request)
            if isStaff { merging(request) }
            Timeline(happenings.map(entry), now: request.now)
            request.storyLink(happenings)
        }
    }

    private var nextStep: String? {
        switch card.state {
        case .received: "\(card.level.title)：受理并寻找机构"
        case .matching: "\(card.level.title)：邀请机构，等待响应"
        case .answered: "企业：联系愿意承接的机构，达成意向"
        case .agreed: "\(card.agency?.name ?? "机构")：交付"
        case .delivered: "企业：评价"
        case .rated, .withdrawn, .unmet: nil
        }
    }

    private var facts: HTML {
        FactList(
            [
                Fact("企业", "\(card.enterprise.name)（\(card.enterprise.code)）"), Fact("所在地", rulebook.title(of: card.region)),
                Fact("企业规模", detail.size?.title),
                Fact("服务类别", rulebook.title(ofCategory: card.category)), Fact("说明", detail.description), Fact("预算", detail.budget.map(Format.money)),
                Fact("期望完成", on: detail.wantedBy), Fact("来源", card.channel.title + (card.isOnBehalf ? "（工作人员代录）" : "")),
                Fact("负责层级", card.state.isClosed ? nil : card.level.title), Fact("提出时间", at: card.createdAt),
            ] + (card.agency.map { [Fact("承接机构", $0.name)] } ?? []) + (detail.proof.map { [Fact("交付情况", $0)] } ?? [])
                + (detail.score.map { [Fact("评价", "\($0) 分" + (detail.comment.map { "：\($0)" } ?? ""))] } ?? [])
                + (detail.reason.map { [Fact("最近说明", $0)] } ?? [])
                + (contact.map { [Fact("联系人", $0.name), Fact("联系电话", $0.phone)] } ?? [])
        ).html
    }

    private func invitations(_ request: PageRequest) -> HTML {
        let mayAgree = detail.actions.contains(.agree)
        return DataTable(
            "邀请和响应", columns: [.text("机构"), .text("状态"), .text("说明"), .text("邀请时间"), .text("响应时间")] + (mayAgree ? [.text("操作")] : []),
            rows: detail.invitations.map { one in
                [.text(one.agency.name), .text(one.state.title), .text(one.note), .moment(one.invitedAt), .moment(one.answeredAt)]
                    + (mayAgree
                        ? [
                            DataTable.Cell {
                                if one.state == .interested {
                                    Pages.form(Attribute("method", "post"), .action("\(request.path(demand: card.id))/advance"), .class("inline")) {
                                        input(.type("hidden"), .name("_csrf"), .value(request.csrfToken))
                                        input(.type("hidden"), .name("action"), .value("agree"))
                                        input(.type("hidden"), .name("agencies"), .value(one.agency.code.description))
                                        button("达成意向", .type("submit"), .class("button button-primary"), .ariaLabel("与\(one.agency.name)达成意向"))
                                    }
                                }
                            }
                        ] : [])
            }
        ).html
    }

    private func ordering(_ request: PageRequest) -> HTML {
        Panel("向承接机构下单") {
            p("订单在服务超市办理：机构报价，您选定后交付、确认、评价；订单确认即需求交付。不下单也可以，由机构直接交付。")
            Form(post: "\(request.path(demand: card.id))/order", of: request, submit: "下单", weight: .secondary, prefix: "order") { form in
                form.hidden("do", "order")
            }
        }.html
    }

    private func proposals(_ request: PageRequest) -> HTML {
        section {
            h2("推荐机构")
            if candidates.isEmpty {
                EmptyState("还没有合适的机构", hint: "可以上报上一级，由上一级寻找和引进机构。")
            } else {
                Form(post: "\(request.path(demand: card.id))/advance", of: request, submit: "邀请所选机构", prefix: "invite") { form in
                    form.hidden("action", "invite")
                    form.checkboxes(
                        "agencies", "选择要邀请的机构",
                        candidates.map { one in
                            Choice(one.agency.code.description, "\(one.agency.name)（\(one.score) 分）", hint: "理由：" + one.reasons.joined(separator: "；"))
                        }, hint: "1–10 家；分数由各条理由相加而成。", required: true)
                }
            }
        }
    }

    private func forms(_ request: PageRequest) -> HTML {
        let actions = detail.actions.filter { $0 != .invite && $0 != .agree }
        return HTML {
            if !actions.isEmpty {
                section {
                    h2("办理")
                    for action in actions {
                        let isTried = request.fields["action"] == action.rawValue
                        if action == .take || action == .respond || action == .deliver || action == .rate {
                            Panel(action.title) { form(action, isTried, request) }
                        } else {
                            Disclosure(action.title, isOpen: isTried) { form(action, isTried, request) }
                        }
                    }
                }
            }
        }
    }

    private func form(_ action: DemandAction, _ isTried: Bool, _ request: PageRequest) -> HTML {
        Form(
            post: "\(request.path(demand: card.id))/advance", of: request, refusal: isTried ? refusal : nil, submit: action.title,
            weight: [.take, .respond, .deliver, .rate].contains(action) ? .primary : .secondary, prefix: action.rawValue
        ) { form in
            form.hidden("action", action.rawValue)
            switch action {
            case .respond:
                form.radio("interested", "是否愿意承接", [Choice("yes", "愿意承接"), Choice("no", "不承接")], required: true)
                form.textarea("note", "说明", rows: 3, hint: "能做什么、大致费用和时间；表示愿意后可以看到联系方式。")
            case .deliver: form.textarea("note", "交付情况", rows: 4, hint: "2–2000 字", required: true)
            case .rate:
                form.radio(
                    "score", "满意吗", [(5, "非常满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "非常不满意")].map { Choice("\($0.0)", $0.1) }, required: true)
                form.textarea("note", "评价内容", rows: 3, hint: "不满意的请说明原因。")
            case .escalate, .withdraw, .close, .reopen: form.textarea("note", "原因", rows: 3, required: true)
            default: HTML()
            }
        }.html
    }

    private func merging(_ request: PageRequest) -> HTML {
        HTML {
            if card.cluster != nil {
                Disclosure("共性需求") {
                    Form(post: "\(request.path(demand: card.id))/split", of: request, submit: "移出共性需求", weight: .secondary, prefix: "split") { form in
                        form.hidden("do", "split")
                    }
                }
            } else if !similar.isEmpty {
                Disclosure("用词相近的需求（\(similar.count)）") {
                    Form(post: "\(request.path(demand: card.id))/merge", of: request, submit: "合并为共性需求", weight: .secondary, prefix: "merge") { form in
                        form.text("title", "共性需求名称", value: card.title)
                        form.checkboxes(
                            "others", "与本需求合并",
                            similar.map { Choice($0.card.id.description, $0.card.title, hint: "相近 \($0.similarity)% · \($0.card.enterprise.name) · \($0.card.state.title)") },
                            required: true)
                    }
                }
            }
        }
    }

    private func entry(_ happening: Happening) -> Timeline.Entry {
        var title = happening.title
        var note: String?
        var tone = Tone.neutral
        if let step = happening.event(DemandAdvanced.self) {
            title = step.action?.title ?? "提出（\(step.channel.title)）"
            note = "现在：\(step.to.title)，\(step.level.title)负责" + (step.wasLate ? "（已逾期）" : "")
            tone = step.action == .escalate ? .warning : step.to == .unmet ? .danger : .info
        } else if let near = happening.event(DemandDueSoon.self) {
            note = "“\(near.state.title)”须在 \(Format.dateTime(near.due)) 前办理"
        } else if let late = happening.event(DemandOverdue.self) {
            note = "“\(late.state.title)”的期限 \(Format.dateTime(late.due)) 已过"
        } else if let change = happening.event(CommonDemandChanged.self) {
            note = change.isMember ? "并入“\(change.title)”" : "移出“\(change.title)”"
        }
        return Timeline.Entry(at: happening.time, actor: happening.actor, title: title, note: note, tone: tone)
    }
}
