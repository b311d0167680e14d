import HotlineContracts
import Messages
import Pages
import Vocabulary

extension CallState {
    var badge: StateBadge {
        switch self {
        case .waiting: StateBadge(title, .warning)
        case .talking: StateBadge(title, .info)
        case .ended: StateBadge(title, .success)
        case .abandoned: StateBadge(title, .danger)
        case .lapsed: StateBadge(title, .neutral)
        }
    }
}

/// Calls, the latest first.
struct CallsPage {
    var calls: Listing<CallCard>
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "通话记录", trail: [("96871热线", "\(request.base)/")],
            header: PageHeader(lead: "您辖区内的电话与视频，最近的在前。来电人在通话详情中可见。") {
                ButtonLink("我的坐席", href: "\(request.base)/seat")
                ButtonLink("坐席与线路", href: "\(request.base)/seats", .secondary)
            }
        ) {
            FilterBar(request) { form in
                form.select("state", "状态", CallState.allCases.map { Choice($0.rawValue, $0.title) })
            }
            DataTable(
                "通话",
                columns: [
                    .text("呼入"), .text("方式"), .text("状态"), .text("区划"), .text("坐席"), .text("等候"), .text("通话"),
                    .number("录音"),
                ],
                rows: calls.items.map { card in
                    [
                        DataTable.Cell {
                            a(
                                card.offeredAt.map { Format.dateTime($0) } ?? "未报呼入",
                                href: "\(request.base)/calls/\(card.id)")
                        },
                        .text(card.kind.title), DataTable.Cell { card.state.badge },
                        .text(rulebook.title(of: card.region)),
                        .text(card.seatName ?? card.seat?.description), .text(length(card.offeredAt, card.answeredAt)),
                        .text(length(card.answeredAt, card.endedAt)), .number(card.recordings),
                    ]
                }, empty: EmptyState("没有符合条件的通话", hint: "线路接入后，电话与视频会记录在这里。"))
            Continuation(total: calls.total, next: calls.next, of: request)
        }
    }

    private func length(_ from: Timestamp?, _ to: Timestamp?) -> String? {
        guard let from, let to else { return nil }
        return Seconds.text(Int(to.since(from).components.seconds))
    }
}

/// How long, in minutes and seconds.
enum Seconds {
    static func text(_ seconds: Int) -> String { seconds < 60 ? "\(seconds) 秒" : "\(seconds / 60) 分 \(seconds % 60) 秒" }
}

/// One call: who called, who took it, who joined when, what was recorded and who listened.
struct CallPage {
    var detail: CallDetail
    var units: [HandlingUnit]
    var rulebook: Rulebook
    var refusal: Refusal?
    /// Where a recording lies, shown this once.
    var place: String?

    private var card: CallCard { detail.card }

    func page(_ request: PageRequest) -> Page {
        let path = "\(request.base)/calls/\(card.id)"
        return Page(
            status: refusal?.status ?? 200, title: "\(card.kind.title)通话",
            trail: [("96871热线", "\(request.base)/"), ("通话记录", "\(request.base)/calls")],
            header: PageHeader(caption: "通话 \(card.reference)", state: card.state.badge) {
                if detail.mayAct { ButtonLink("登记工单", href: "\(request.base)/orders/new?call=\(card.id)") }
                if let address = detail.address { ButtonLink("加入会话", href: address, .secondary) }
            }
        ) {
            if let place { Notice("录音位置：\(place)。本次调听已记录。", tone: .success) }
            Columns {
                section {
                    h2("通话")
                    CallFactList(
                        detail: detail, now: request.now, isUnmasked: detail.mayAct && !card.state.isOver,
                        holder: request.actor.id, rulebook: rulebook)
                }
                DataTable(
                    "分配", columns: [.text("坐席"), .text("时间"), .text("结果")],
                    rows: detail.assignments.map {
                        [.text($0.seatName), .moment($0.at), .text($0.outcome?.title ?? "响铃中")]
                    },
                    empty: EmptyState("没有分配记录", hint: "分配到坐席后显示。"))
                if card.kind == .video || !detail.invitations.isEmpty { session }
                if detail.mayAct, !card.state.isOver { invitation(path, request) }
                orders(request)
            } side: {
                recordings(path, request)
            }
        }
    }

    private var session: HTML {
        HTML {
            DataTable(
                "参与者", columns: [.text("参与者"), .text("加入"), .text("离开")],
                rows: detail.participants.map { [.text($0.name), .moment($0.joinedAt), .moment($0.leftAt)] },
                empty: EmptyState("还没有人加入", hint: "会话系统报告后显示。"))
            if !detail.invitations.isEmpty {
                DataTable(
                    "邀请", columns: [.text("受邀单位"), .text("邀请人"), .text("时间"), .text("参与者编号"), .text("说明")],
                    rows: detail.invitations.map { one in
                        [.text(one.unitName), .text(one.askedBy), .moment(one.at), .text("guest/\(one.number)"), .text(one.note)]
                    })
            }
        }
    }

    private func invitation(_ path: String, _ request: PageRequest) -> HTML {
        Disclosure("邀请窗口或部门人员加入（三方）", isOpen: request.fields["unit"] != nil && refusal != nil) {
            Form(
                post: path + "/invitations", of: request, refusal: request.fields["recording"] == nil ? refusal : nil,
                submit: "邀请", prefix: "invite"
            ) { form in
                form.select("unit", "受邀单位", units.map { Choice($0.id.description, $0.name) }, required: true)
                form.text("note", "说明", hint: "对方在待办中看到，如：企业咨询用电增容，请协助说明")
            }
        }.html
    }

    private func orders(_ request: PageRequest) -> HTML {
        OrderTable(
            title: "该来电人的工单", orders: detail.orders, request: request, rulebook: rulebook,
            empty: EmptyState("没有工单", hint: "登记工单后显示；保密工单只有知悉人员可见。")
        ).html
    }

    private func recordings(_ path: String, _ request: PageRequest) -> HTML {
        section(.class("panel")) {
            h2("录音")
            if detail.recordings.isEmpty { p("没有录音。", .class("muted")) }
            for recording in detail.recordings {
                h3("第 \(recording.number) 段")
                p(.class("muted")) { Moment(recording.at) }
                if recording.openings.isEmpty { p("无人调听。", .class("muted")) }
                ul {
                    for opening in recording.openings {
                        li("\(Format.dateTime(opening.at)) \(opening.by)：\(opening.purpose)", .class("muted"))
                    }
                }
                if detail.mayAct {
                    Form(
                        post: path + "/recordings", of: request,
                        refusal: request.fields["recording"] == String(recording.number) ? refusal : nil,
                        submit: "调听", weight: .secondary, prefix: "recording\(recording.number)"
                    ) { form in
                        form.hidden("recording", String(recording.number))
                        form.text("purpose", "调听事由", hint: "将与姓名、时间一并留存", required: true)
                    }
                }
            }
        }
    }
}
