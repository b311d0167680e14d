import MarketContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// One order: state and next step on top, quotes side by side, what may be done, the whole story below.
struct OrderPage: Sendable {
    var detail: OrderDetail
    var happenings: [Happening]
    var contact: (name: String, phone: String)?
    /// Whether whoever looks belongs to the chosen agency and may answer the rating.
    var mayReply: Bool
    /// Vouchers that the enterprise may use on it.
    var vouchers: [VoucherBatch] = []
    /// Whether whoever looks belongs to the vendor and may report the activation.
    var mayReport = false
    /// Whether whoever looks belongs to the enterprise and may say that a refund came.
    var mayConfirm = false
    var mayComplain = false
    var rulebook: Rulebook
    var refusal: Refusal?

    private var card: OrderCard { detail.card }

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: card.title, trail: [("订单", "\(request.base)/orders")],
            header: PageHeader(caption: "订单 \(card.number)", state: card.state.badge, nextStep: nextStep)
        ) {
            if let refusal { ErrorSummary(refusal, known: []) }
            if let pending = detail.pending { Notice("“\(pending.title)”已发往订单所在站点，确认后这里会更新。") }
            if let why = detail.refusal { Notice(why, tone: .warning, title: "上一步没有办成") }
            if let approval = detail.approval { waiting(approval, request) }
            if card.isOnBehalf, card.state == .proposed { Notice("由\(card.channel.title)工作人员代下，企业确认后才发给机构。", tone: .warning) }
            Steps(steps)
            if let due = card.due, !card.state.isClosed {
                p {
                    Deadline(due, now: request.now)
                    " 期限 "
                    Moment(due)
                }
            }
            facts(request)
            if let activation = detail.activation { activated(activation) }
            if !detail.quotes.isEmpty { quotes(request) }
            if let proof = detail.proof { delivery(proof, request) }
            if let rating = detail.rating { shown(rating, request) }
            if let refunds = detail.refunds { paidBack(refunds, request) }
            if let complaints = detail.complaints { ComplaintTable("投诉", complaints, request) }
            OrderForms(detail: detail, mayReply: mayReply, vouchers: vouchers, mayReport: mayReport, refusal: refusal).html(request)
            if mayComplain, card.agency != nil { p { a("对该订单提出投诉", href: QueryLink.make("\(request.base)/complaints/new", [("order", card.id.description)])) } }
            Timeline(happenings.map(entry), now: request.now)
            request.storyLink(happenings)
        }
    }

    private var nextStep: String? {
        guard let side = OrderLife.waits(in: card.state) else { return nil }
        let who =
            switch side {
            case .enterprise: "企业"
            case .asked: "被询价的机构"
            case .chosen: card.agency?.name ?? "机构"
            case .staff: "当地窗口"
            case .system: "系统"
            }
        return "\(who)：\(Rulebook.step(card.state, side))"
    }

    private var steps: [Steps.Step] {
        let order: [(OrderState, String)] = [(.requested, "提出"), (.quoted, "报价"), (.accepted, "选定"), (.delivering, "服务"), (.delivered, "交付"), (.confirmed, "确认"), (.rated, "评价")]
        let place: Int =
            switch card.state {
            case .proposed, .requested, .lapsed: 0
            case .quoted: 1
            case .accepted, .scheduled: 2
            case .delivering: 3
            case .delivered, .disputed: 4
            case .confirmed: 5
            case .rated: 7
            case .cancelled: 0
            }
        return order.enumerated().map { index, step in
            let hasFailed = index == place && (card.state == .cancelled || card.state == .lapsed || card.state == .disputed)
            return Steps.Step(step.1, hasFailed ? .failed : index < place ? .done : index == place ? .current : .ahead)
        }
    }

    private func facts(_ request: PageRequest) -> HTML {
        FactList(
            [
                Fact("企业", "\(card.enterprise.name)（\(card.enterprise.code)）"), Fact("企业所在地", rulebook.title(of: card.region)),
                Fact("服务机构") { if let agency = card.agency { a(agency.name, href: request.path(agency.code)) } },
                Fact("服务") { if let service = card.service { a("查看服务", href: request.path(service: service)) } else { rulebook.title(ofCategory: card.category) } },
                Fact("金额", card.amount.map { $0 == .zero ? "免费" : Format.money($0) }), Fact("预算", detail.budget.map(Format.money)),
                Fact("期望完成", on: detail.wantedBy), Fact("约定时间", at: detail.appointment), Fact("服务地址", detail.address), Fact("来源", card.channel.title),
                Fact("录入时间", at: card.createdAt), Fact("说明", detail.description),
            ] + (voucher.map { [Fact("服务券", $0)] } ?? []) + (card.isBackfilled ? [Fact("实际日期", on: card.happenedOn)] : []) + (detail.cancellation.map { [Fact("取消", "\($0.side.title)于 \(Format.dateTime($0.at)) 取消")] } ?? [])
                + (detail.reason.map { [Fact("原因", $0)] } ?? [])
                + (contact.map { [Fact("企业联系人", $0.name), Fact("联系电话", $0.phone)] } ?? [])
        ).html
    }

    private var voucher: String? {
        detail.voucher.map { use in
            let left = card.amount.map { "，还应付 \(Format.money($0 - use.discount))" } ?? ""
            return "\(use.title)：抵 \(Format.money(use.discount))\(use.state == .used ? left : "")（\(use.state.title)）" + (use.note.map { " \($0)" } ?? "")
        }
    }

    private func waiting(_ approval: OrderApproval, _ request: PageRequest) -> HTML {
        let agency = detail.quotes.first { $0.agency.code == approval.agency }?.agency.name ?? approval.agency.description
        let who = approval.isOwn ? "须由本单位另一人同意，请通知同事办理。" : "由本单位另一人\(card.state == .proposed ? "“确认下单”" : "选定同一家机构")即算同意。"
        return Notice("选定“\(agency)”的金额超过本单位的审批限额。\(who)", tone: .warning, title: "等待单位审批").html
    }

    private func activated(_ activation: Activation) -> HTML {
        Panel("软件开通") {
            FactList([
                Fact("情况") { StateBadge(activation.state.title, activation.state == .activated ? .success : activation.state == .failed ? .danger : .info) },
                Fact("方式", detail.isTrial == true ? "试用" : "正式"), Fact("开通编号", activation.reference), Fact("有效期至", on: activation.validUntil),
                Fact("说明", activation.note), Fact("时间", at: activation.at),
            ])
        }.html
    }

    /// Quotes side by side; the enterprise chooses here.
    private func quotes(_ request: PageRequest) -> HTML {
        let mayAccept = detail.actions.contains(.accept)
        return DataTable(
            "报价比较", columns: [.text("机构"), .number("报价"), .number("用时", unit: "工作日"), .text("说明"), .number("完成", unit: "单"), .text("满意度"), .text("状态")] + (mayAccept ? [.text("操作")] : []),
            rows: detail.quotes.map { quote in
                [
                    .link(quote.agency.name, request.path(quote.agency.code)), .money(quote.amount), .number(quote.days), .text(quote.note), .number(quote.completed),
                    .text(quote.satisfaction.shown), .text(quote.state.title),
                ] + (mayAccept ? [DataTable.Cell { if quote.state == .quoted { OrderForms.accept(quote, detail, request) } }] : [])
            }
        ).html
    }

    private func delivery(_ proof: String, _ request: PageRequest) -> HTML {
        Panel("交付情况") {
            p(proof, .class("prose"))
            OrderForms.files(detail.documents, request)
        }.html
    }

    private func paidBack(_ refunds: [Refund], _ request: PageRequest) -> HTML {
        HTML {
            DataTable(
                "退款", columns: [.text("笔"), .number("金额"), .text("退款日期"), .text("原因"), .text("登记"), .text("企业确认")],
                rows: refunds.map { one in
                    [
                        .text("\(one.number)"), .money(one.amount), .day(one.refundedOn), .text(one.reason), .text(one.isStaffEntered ? "窗口" : "机构"),
                        DataTable.Cell {
                            if let at = one.confirmedAt {
                                Moment(at)
                            } else if mayConfirm {
                                OrderForms.confirm(one, card, request)
                            } else {
                                "待确认"
                            }
                        },
                    ]
                })
            p("平台不经手资金，只登记双方之间已发生的退款。", .class("muted"))
        }
    }

    private func shown(_ rating: Rating, _ request: PageRequest) -> HTML {
        Panel("评价") {
            p {
                strong(rating.shown)
                if rating.isStaffEntered { StateBadge("工作人员代录，不计入满意度", .warning) }
            }
            if let comment = rating.comment { p(comment, .class("prose")) }
            if !rating.effects.isEmpty { FactList(rating.effects.facts) }
            OrderForms.files(rating.evidence, request)
            if let reply = rating.reply { Notice(reply, title: "机构回复") }
        }.html
    }

    private func entry(_ happening: Happening) -> Timeline.Entry {
        var title = happening.title
        var note: String?
        var tone = Tone.neutral
        if let received = happening.event(OrderReceived.self) {
            title = "收到：\(received.state.title)"
            note = "订单由站点 \(received.home) 办理"
            tone = .info
        } else if let step = happening.event(OrderAdvanced.self) {
            title = step.action?.title ?? (step.isBackfilled ? "补录" : step.isOnBehalf ? "代下单（\(step.channel.title)）" : "提出")
            note = step.from == step.to ? nil : "现在：\(step.to.title)" + (step.wasLate ? "（逾期办理）" : "")
            tone = step.to == .confirmed || step.to == .rated ? .success : step.to == .cancelled || step.to == .disputed || step.to == .lapsed ? .danger : .info
        } else if let moved = happening.event(VoucherMoved.self) {
            title = "服务券：\(moved.voucher.state.title)"
            note = "\(moved.voucher.title)，抵 \(Format.money(moved.voucher.discount))" + (moved.voucher.note.map { "。\($0)" } ?? "")
        } else if let asked = happening.event(ApprovalAsked.self) {
            note = "\(asked.agency.name)，\(Format.money(asked.amount))"
            tone = .warning
        } else if let reported = happening.event(ActivationReported.self) {
            title = "软件\(reported.activation.state.title)"
            note = reported.activation.note
            tone = reported.activation.state == .activated ? .success : .warning
        } else if let refunded = happening.event(OrderRefunded.self) {
            title = refunded.refund.confirmedAt == nil ? "登记退款" : "确认收到退款"
            note = "第 \(refunded.refund.number) 笔，\(Format.money(refunded.refund.amount))。\(refunded.refund.reason)"
            tone = refunded.refund.confirmedAt == nil ? .info : .success
        } else if let near = happening.event(OrderDueSoon.self) {
            note = "“\(near.state.title)”须在 \(Format.dateTime(near.due)) 前办理"
            tone = .info
        } else if let late = happening.event(OrderOverdue.self) {
            note = "“\(late.state.title)”的期限 \(Format.dateTime(late.due)) 已过"
            tone = .warning
        } else if let signal = happening.event(IntegritySignalRaised.self) {
            title = "诚信提示：\(signal.signal.title)"
            note = signal.detail
            tone = .warning
        }
        return Timeline.Entry(at: happening.time, actor: actor(of: happening), title: title, note: note, tone: tone)
    }

    /// What an agency did at its own site came here by the system's hand: the agency is named.
    private func actor(of happening: Happening) -> String {
        guard happening.actor == Actor.system("market").name, let step = happening.event(OrderAdvanced.self) else { return happening.actor }
        switch step.action {
        case .begin, .deliver, .schedule: return step.agency?.name ?? happening.actor
        case .quote, .decline: return detail.quotes.count > 1 ? "被询价的机构" : detail.quotes.first?.agency.name ?? happening.actor
        default: return happening.actor
        }
    }
}
