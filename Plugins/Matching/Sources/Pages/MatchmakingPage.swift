import MatchingContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// One 对接会: terms for everybody; for a party its own answer, wishes and talks; for the staff who hold it what is to be done.
struct MatchmakingPage: Sendable {
    var facts: MatchmakingFacts
    var desk: MatchmakingDesk?
    var happenings: [Happening]
    var rulebook: Rulebook
    var refusal: Refusal?

    private var card: MatchmakingCard { facts.card }
    private var isOpen: Bool { card.state == .open }

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: card.title, trail: [("对接会", "\(request.base)/matchmaking")],
            header: PageHeader(caption: "对接会", state: card.state.badge, nextStep: nextStep) {
                if desk?.isStaff == true {
                    if card.talks > 0 { ButtonLink("洽谈安排表", href: "\(request.path(matchmaking: card.id))/schedule") }
                    if card.state != .closed && card.state != .cancelled {
                        ButtonLink("修改", href: "\(request.path(matchmaking: card.id))/edit", .secondary)
                    }
                }
            }
        ) {
            if let refusal { ErrorSummary(refusal, known: []) }
            if let reason = facts.reason { Notice(reason, tone: .danger, title: "已取消") }
            terms
            if let desk {
                if desk.isStaff { management(desk, request) } else { participation(desk, request) }
            } else if isOpen {
                Notice("企业和服务机构登录后可以报名，并填报想洽谈的对象。")
            }
            if desk?.isStaff == true { Timeline(happenings.map(entry), now: request.now) }
        }
    }

    private var nextStep: String? {
        switch card.state {
        case .draft: "主办窗口：邀请单位并发布"
        case .open: "企业和机构：报名并填报志愿；截止后主办窗口排定洽谈"
        case .planned: "双方：按安排到场洽谈，会后登记结果"
        case .closed, .cancelled: nil
        }
    }

    private var terms: HTML {
        FactList([
            Fact("时间") {
                Format.appointment(card.startsAt)
                " 至 \(Format.time(card.endsAt))"
            },
            Fact("地点", "\(rulebook.title(of: card.region))　\(card.place)"),
            Fact("服务类别", card.categories.map { rulebook.title(ofCategory: $0) }.joined(separator: "、")), Fact("说明", facts.description),
            Fact("轮次", "\(facts.slots) 轮，每轮 \(facts.slotMinutes) 分钟，间隔 \(facts.pauseMinutes) 分钟；\(facts.tables) 张桌"),
            Fact("场次", "每家企业最多 \(facts.enterpriseLimit) 场，每家机构最多 \(facts.agencyLimit) 场"), Fact("志愿截止", at: card.wishesUntil),
            Fact("报名", "企业 \(card.enterprises) 家，服务机构 \(card.agencies) 家"),
        ]).html
    }

    // MARK: - A party

    private func participation(_ desk: MatchmakingDesk, _ request: PageRequest) -> HTML {
        let sides = MatchmakingSide.allCases.filter { request.actor.holds($0 == .enterprise ? .enterprise : .agency) && request.actor.organisation != nil }
        return HTML {
            if !desk.talks.isEmpty { TalkTablePart("本单位的洽谈", desk.talks, request).html }
            if !desk.unmet.isEmpty { unmet(desk.unmet) }
            for side in sides {
                let own = desk.own.first { $0.side == side }
                section {
                    h2(own.map { "本单位：\($0.state.title)（\(side.title)）" } ?? "报名（\(side.title)）")
                    if isOpen, own?.state == .coming { wishForm(side, desk, request) }
                    if isOpen || own != nil, card.state != .closed, card.state != .cancelled { attendForm(side, own, request) }
                }
            }
        }
    }

    private func attendForm(_ side: MatchmakingSide, _ own: Attendance?, _ request: PageRequest) -> HTML {
        let isTried = request.fields["do"] == "attend" && request.fields["side"] == side.rawValue
        let right = UnmaskingRight(purpose: "本单位修改报名", holder: request.actor.id)
        let form = Form(
            post: "\(request.path(matchmaking: card.id))/attend", of: request, refusal: isTried ? refusal : nil, submit: own?.state == .coming ? "保存" : "提交",
            weight: own?.state == .coming ? .secondary : .primary, prefix: "a\(side.rawValue)"
        ) { form in
            form.hidden("do", "attend")
            form.hidden("side", side.rawValue)
            form.radio(
                "coming", "是否参加", [Choice("yes", "参加"), Choice("no", own?.state == .coming ? "退出，已排的洽谈将让给其他单位" : "不参加")],
                value: own.map { $0.state == .declined || $0.state == .withdrawn ? "no" : "yes" } ?? "yes", required: true)
            form.text("topic", side == .enterprise ? "想谈什么" : "能提供什么", value: own?.topic, hint: "2–200 字，对方可见，请勿写个人信息。")
            form.text("representative", "代表姓名", value: own?.representative?.reveal(by: right) ?? request.actor.name, hint: "只供主办窗口联系。", width: .medium)
            form.phone("phone", "代表电话", value: own?.phone?.reveal(by: right)?.digits, hint: "同一电话视为同一人，不会同时排在两桌。")
            form.number("limit", "最多洽谈", value: own?.limit.map { String($0) }, unit: "场", hint: "不填则按对接会的规定。")
            form.checkboxes(
                "busy", "不能参加的轮次",
                (1...facts.slots).map { slot in
                    let start = card.startsAt.advanced(by: .seconds(Int64((slot - 1) * (facts.slotMinutes + facts.pauseMinutes)) * 60))
                    return Choice(String(slot), "第 \(slot) 轮 \(Format.time(start))")
                }, values: own?.busySlots.map { String($0) } ?? [])
        }
        return own?.state == .coming ? Disclosure("修改报名或退出", isOpen: isTried) { form }.html : Panel { form }.html
    }

    private func wishForm(_ side: MatchmakingSide, _ desk: MatchmakingDesk, _ request: PageRequest) -> HTML {
        let others = desk.others.filter { $0.side == side.other }
        let mine = desk.wishes.filter { $0.side == side }
        let choices = others.map { one in
            Choice(one.party.code.description, "\(one.party.name)（\(rulebook.title(of: one.region))）" + (one.topic.map { "：\($0)" } ?? ""))
        }
        return Panel("志愿") {
            if others.isEmpty {
                EmptyState("还没有\(side.other.title)报名", hint: "对方报名后，可以在这里填报志愿。")
            } else {
                p(WishWeight.rule, .class("muted"))
                Form(
                    post: "\(request.path(matchmaking: card.id))/wishes", of: request, refusal: request.fields["do"] == "wishes" ? refusal : nil, submit: "保存志愿",
                    prefix: "w\(side.rawValue)"
                ) { form in
                    form.hidden("do", "wishes")
                    form.hidden("side", side.rawValue)
                    for rank in 1...min(max(8, mine.count), others.count, 80) {
                        form.select(
                            "wish\(rank)", "第 \(rank) 志愿", choices, value: mine.first { $0.rank == rank }?.other.code.description)
                    }
                }
            }
        }.html
    }

    private func unmet(_ wishes: [UnmetWish]) -> HTML {
        Disclosure("未能安排的志愿（\(wishes.count)）", isOpen: wishes.count <= 8) {
            DataTable(
                "未能安排的志愿", columns: [.text("企业"), .text("机构"), .text("原因")],
                rows: wishes.prefix(500).map { [.text($0.enterprise.name), .text($0.agency.name), .text($0.reason.sentence)] })
            if wishes.count > 500 { p("只列出前 500 个，其余请通过接口取得。", .class("muted")) }
        }.html
    }

    // MARK: - Staff

    private func management(_ desk: MatchmakingDesk, _ request: PageRequest) -> HTML {
        HTML {
            if let figures = desk.figures {
                StatTiles([
                    .init("志愿", Format.count(figures.wishes), unit: "对", asOf: figures.plannedAt),
                    .init("已安排", Format.count(figures.met), unit: "场", note: "未安排 \(figures.wishes - figures.met) 对", asOf: figures.plannedAt),
                    .init(
                        "志愿分数", Format.count(figures.weight), unit: "分", note: "上限 \(figures.bound) 分，达到 \(Format.percent(figures.weight, of: figures.bound))",
                        asOf: figures.plannedAt),
                    .init("上次调整", Format.count(figures.moved), unit: "场", note: "保持不变 \(figures.kept) 场", asOf: figures.plannedAt),
                ])
                p("上限：不计轮次冲突时可能达到的最高分，任何安排都不会超过它。\(WishWeight.rule)", .class("muted"))
            }
            steps(desk, request)
            if card.state != .closed, card.state != .cancelled { inviting(request) }
            for side in MatchmakingSide.allCases { parties(side, desk, request) }
            if !desk.unmet.isEmpty { unmet(desk.unmet) }
        }
    }

    private func steps(_ desk: MatchmakingDesk, _ request: PageRequest) -> HTML {
        section {
            if !desk.actions.isEmpty { h2("办理") }
            for action in desk.actions {
                let isTried = request.fields["action"] == action.rawValue
                let form = Form(
                    post: "\(request.path(matchmaking: card.id))/advance", of: request, refusal: isTried ? refusal : nil,
                    submit: action == .plan && card.state == .planned ? "按最新志愿补排" : action.title, weight: action == .cancel ? .danger : .primary,
                    prefix: action.rawValue
                ) { form in
                    form.hidden("action", action.rawValue)
                    if action == .cancel { form.textarea("note", "原因", rows: 3, hint: "2–500 字，向参加单位公布。", required: true) }
                }
                if action == .cancel { Disclosure(action.title, isOpen: isTried) { form } } else { form }
            }
        }
    }

    private func inviting(_ request: PageRequest) -> HTML {
        let isTried = request.fields["do"] == "invite"
        return section {
            h2("邀请")
            for side in MatchmakingSide.allCases {
                Form(
                    post: "\(request.path(matchmaking: card.id))/invite", of: request, submit: side == .enterprise ? "邀请有相关需求的企业" : "邀请提供相关服务的机构",
                    weight: .secondary, prefix: "r\(side.rawValue)"
                ) { form in
                    form.hidden("side", side.rawValue)
                    form.hidden("records", "yes")
                }
            }
            Disclosure("邀请一家单位", isOpen: isTried) {
                Form(
                    post: "\(request.path(matchmaking: card.id))/invite", of: request, refusal: isTried ? refusal : nil, submit: "邀请", weight: .secondary,
                    prefix: "invite"
                ) { form in
                    form.hidden("do", "invite")
                    form.radio("side", "身份", MatchmakingSide.allCases.map { Choice($0.rawValue, $0.title) }, required: true)
                    form.text("name", "单位名称", hint: "2–80 字", required: true)
                    form.text("code", "统一社会信用代码", hint: "18 位", required: true, width: .medium)
                    form.text("topic", "洽谈主题")
                }
            }
        }
    }

    private func parties(_ side: MatchmakingSide, _ desk: MatchmakingDesk, _ request: PageRequest) -> HTML {
        let all = desk.others.filter { $0.side == side }
        let right = UnmaskingRight(purpose: "联系对接会代表", holder: request.actor.id)
        return DataTable(
            "\(side.title)（\(all.count)）",
            columns: [.text("单位"), .text("所在地"), .text("答复"), .text("主题"), .number("志愿", unit: "个"), .number("洽谈", unit: "场"), .text("代表")],
            rows: all.map { one in
                let talks = desk.talks.count { side == .enterprise ? $0.enterprise.code == one.party.code : $0.agency.code == one.party.code }
                let contact = [one.representative?.reveal(by: right), one.phone?.reveal(by: right)?.digits].compactMap { $0 }.joined(separator: " ")
                return [
                    .text(one.party.name), .text(rulebook.title(of: one.region)),
                    .state(one.state.title, one.state == .coming ? .success : one.state == .invited ? .warning : .neutral), .text(one.topic),
                    .number(desk.wishes.count { $0.side == side && $0.party == one.party.code }), .number(talks), .text(contact.isEmpty ? nil : contact),
                ]
            }, empty: EmptyState("还没有\(side.title)", hint: "邀请或自行报名的\(side.title)列在这里。")
        ).html
    }

    private func entry(_ happening: Happening) -> Timeline.Entry {
        var title = happening.title
        var note: String?
        var tone = Tone.neutral
        if let step = happening.event(MatchmakingAdvanced.self) {
            title = step.action?.title ?? "筹备或修改"
            note = "现在：\(step.to.title)"
            tone = step.to == .cancelled ? .danger : .info
        } else if let change = happening.event(AttendanceChanged.self) {
            note = "\(change.party.name)（\(change.side.title)）：\(change.to.title)"
        } else if let plan = happening.event(TalksPlanned.self) {
            note = "安排 \(plan.figures.met) 场，志愿 \(plan.figures.wishes) 对；\(plan.figures.weight)/\(plan.figures.bound) 分"
            tone = .success
        } else if let talk = happening.event(TalkRecorded.self) {
            note = "\(talk.enterprise.name)与\(talk.agency.name)：\(talk.outcome.title)" + (talk.followUp.map { "（第 \($0) 日跟踪）" } ?? "")
        } else if let due = happening.event(FollowUpDue.self) {
            note = "第 \(due.days) 日跟踪到期"
            tone = .warning
        }
        return Timeline.Entry(at: happening.time, actor: happening.actor, title: title, note: note, tone: tone)
    }
}
