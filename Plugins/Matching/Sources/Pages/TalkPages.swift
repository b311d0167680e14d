import MatchingContracts
import Messages
import Pages
import Vocabulary

extension TalkOutcome {
    var badge: StateBadge {
        let tone: Tone =
            switch self {
            case .missed: .danger
            case .nothing: .neutral
            case .further: .info
            case .intended, .signed: .success
            }
        return StateBadge(title, tone)
    }
}

/// Talks in rows, by round.
struct TalkTablePart: Component {
    let title: String
    let talks: [Talk]
    let request: PageRequest

    init(_ title: String, _ talks: [Talk], _ request: PageRequest) {
        self.title = title
        self.talks = talks
        self.request = request
    }

    var html: HTML {
        DataTable(
            title, columns: [.text("轮次"), .text("时间"), .text("桌"), .text("企业"), .text("机构"), .text("结果")],
            rows: talks.map { talk in
                [
                    .text("第 \(talk.slot) 轮"), .appointment(talk.startsAt), .text("\(talk.table) 号桌"),
                    DataTable.Cell {
                        span {
                            talk.enterprise.name
                            if talk.isMutual { StateBadge("互选", .info) }
                        }
                    }, .text(talk.agency.name),
                    DataTable.Cell {
                        span {
                            if let outcome = talk.outcome { outcome.badge }
                            a(.href("\(request.base)/talks/\(talk.id)"), .ariaLabel("\(talk.enterprise.name)与\(talk.agency.name)的洽谈")) {
                                talk.outcome == nil && talk.startsAt <= request.now ? "登记" : "查看"
                            }
                        }
                    },
                ]
            }, empty: EmptyState("还没有安排", hint: "排定洽谈后，这里列出轮次、桌号和双方。")
        ).html
    }
}

/// Every talk of a 对接会 by round, to be printed and put up.
struct SchedulePage: Sendable {
    var desk: MatchmakingDesk

    func page(_ request: PageRequest) -> Page {
        let card = desk.facts.card
        let rounds = Dictionary(grouping: desk.talks, by: \.slot)
        return Page(
            title: "洽谈安排表", trail: [("对接会", "\(request.base)/matchmaking"), (card.title, request.path(matchmaking: card.id))],
            header: PageHeader(lead: "\(card.title)：\(desk.talks.count) 场洽谈，\(desk.facts.slots) 轮，\(desk.facts.tables) 张桌。可以打印张贴。")
        ) {
            if desk.talks.isEmpty { EmptyState("还没有安排", hint: "排定洽谈后，这里按轮次列出桌号和双方。") }
            for slot in rounds.keys.sorted() {
                TalkTablePart("第 \(slot) 轮（\(rounds[slot]?.count ?? 0) 场）", rounds[slot] ?? [], request)
            }
        }
    }
}

/// One talk: its result, and its follow-ups.
struct TalkPage: Sendable {
    var talk: Talk
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "洽谈",
            trail: [("对接会", "\(request.base)/matchmaking"), ("本次对接会", request.path(matchmaking: talk.matchmaking))],
            header: PageHeader(state: talk.outcome?.badge, lead: "\(talk.enterprise.name) 与 \(talk.agency.name)"), layout: .narrow
        ) {
            FactList([
                Fact("轮次", "第 \(talk.slot) 轮，\(talk.table) 号桌"), Fact("时间", Format.appointment(talk.startsAt)), Fact("双方互选", talk.isMutual ? "是" : "否"),
                Fact("说明", talk.note), Fact("签约金额", talk.amount.map(Format.money)),
            ])
            if talk.startsAt <= request.now {
                if talk.outcome == nil {
                    Panel("登记结果") { form(nil, request) }
                } else {
                    Disclosure("更正结果", isOpen: refusal != nil && request.fields["days"] == nil) { form(nil, request) }
                }
            } else {
                Notice("洽谈开始后，双方和主办窗口可以在这里登记结果。")
            }
            for one in talk.followUps {
                Panel("第 \(one.days) 日跟踪") {
                    if let outcome = one.outcome {
                        FactList([Fact("结果", outcome.title), Fact("说明", one.note), Fact("登记时间", at: one.doneAt)])
                    } else {
                        p { Deadline(one.due, now: request.now) }
                        form(one.days, request)
                    }
                }
            }
        }
    }

    private func form(_ days: Int?, _ request: PageRequest) -> HTML {
        let isTried = request.fields["days"].flatMap { Int($0) } == days
        let outcomes = TalkOutcome.allCases.filter { days == nil || $0 != .missed }
        return Form(
            post: "\(request.base)/talks/\(talk.id)", of: request, refusal: isTried ? refusal : nil, submit: "登记", weight: days == nil ? .primary : .secondary,
            prefix: days.map { "d\($0)" } ?? "result"
        ) { form in
            if let days { form.hidden("days", String(days)) }
            form.radio(
                "outcome", "结果", outcomes.map { Choice($0.rawValue, $0.title, hint: days == nil && $0.isFollowed ? "第 30 日和第 90 日跟踪" : nil) },
                value: days == nil ? talk.outcome?.rawValue : nil, required: true)
            form.money("amount", "签约金额", hint: "已签约的填写。")
            form.textarea("note", "说明", value: days == nil ? talk.note : nil, rows: 3, hint: "2–500 字，请勿写个人信息。")
        }.html
    }
}
