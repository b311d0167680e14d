import HotlineContracts
import Messages
import Pages
import Vocabulary

/// A seat's own screen: whether it takes calls, and the call on it with its caller. Enter opens the order filled in.
struct SeatPage {
    var desk: SeatDesk
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        var page = Page(
            title: "我的坐席", trail: [("96871热线", "\(request.base)/")],
            header: PageHeader(
                lead: desk.seat.map { "\($0.name)（\($0.id)），受理\(rulebook.title(of: $0.region))来电。" } ?? "您的账号还没有坐席。"
            ) {
                ButtonLink("通话记录", href: "\(request.base)/calls", .secondary)
                ButtonLink("工单台", href: "\(request.base)/desk", .secondary)
            }
        ) {
            if let seat = desk.seat {
                LivePart(from: "\(request.base)/seat/now") { now(request) }
                section(.class("panel")) {
                    h2("切换状态")
                    Form(post: "\(request.base)/seat", of: request, submit: "保存状态") { form in
                        form.radio(
                            "presence", "坐席状态", SeatPresence.allCases.map { Choice($0.rawValue, $0.title) },
                            value: seat.presence.rawValue, required: true)
                    }
                    p("就绪后，等候最久且符合技能的来电会分配过来；响铃 \(rulebook.settings.ringSeconds) 秒未接则收回，坐席转为小休。", .class("muted"))
                }
            } else {
                EmptyState(
                    "没有分配给您的坐席", hint: "请市级或省级主管人员在“坐席与线路”中登记，您的人员编号是 \(request.actor.id)。",
                    action: ButtonLink("坐席与线路", href: "\(request.base)/seats", .secondary))
            }
        }
        if desk.seat != nil {
            page.refresh = .seconds(5)
            page.refreshesWithoutScript = true
        }
        return page
    }

    /// The part that shows itself anew.
    func now(_ request: PageRequest) -> HTML {
        HTML {
            if let seat = desk.seat {
                p {
                    StateBadge(
                        seat.presence.title,
                        seat.presence == .ready ? .success : seat.presence == .paused ? .warning : .neutral)
                    " 今日接听 \(seat.taken) 通，等候 \(desk.waiting) 通"
                }
            }
            if let call = desk.call {
                section(.class("panel")) {
                    h2(call.card.state == .talking ? "通话中" : "来电")
                    Actions {
                        ButtonLink(
                            "登记工单（回车）", href: "\(request.base)/orders/new?call=\(call.card.id)", takesFocus: true)
                        ButtonLink("通话详情", href: "\(request.base)/calls/\(call.card.id)", .secondary)
                    }
                    CallFactList(
                        detail: call, now: request.now, isUnmasked: true, holder: request.actor.id, rulebook: rulebook)
                    if !call.orders.isEmpty {
                        h3("此前的工单")
                        ul {
                            for order in call.orders {
                                li {
                                    a(order.title, href: request.path(order.number))
                                    " "
                                    order.state.badge
                                }
                            }
                        }
                    }
                }
            } else if desk.seat != nil {
                EmptyState("现在没有来电", hint: "来电分配到本坐席时，来电人和已有工单会显示在这里。")
            }
        }
    }
}

/// What is known of a call and its caller.
struct CallFactList: Component {
    let detail: CallDetail
    let now: Timestamp
    /// In full to the seat that talks with them, masked to others.
    let isUnmasked: Bool
    let holder: String
    let rulebook: Rulebook

    var html: HTML {
        let right = UnmaskingRight(purpose: "接听来电、登记工单", holder: holder)
        let card = detail.card
        return FactList([
            Fact(
                "来电号码",
                detail.callerPhone.map { isUnmasked ? $0.reveal(by: right)?.digits ?? $0.masked : $0.masked } ?? "未显示"),
            Fact("来电人", detail.callerName.map { isUnmasked ? $0.reveal(by: right) ?? $0.masked : $0.masked }),
            Fact("企业", detail.enterprise),
            Fact("方式", card.kind.title), Fact("区划", rulebook.title(of: card.region)),
            Fact("选择事项", card.skill.map { rulebook.categoryTitle($0) }), Fact("呼入", at: card.offeredAt, now: now),
            Fact("接听", at: card.answeredAt), Fact("结束", at: card.endedAt),
            Fact("坐席", card.seatName ?? card.seat?.description),
        ]).html
    }
}
