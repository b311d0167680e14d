import MarketContracts
import Messages
import Pages
import Vocabulary

/// What may be done with an order now: one form for each step.
struct OrderForms {
    let detail: OrderDetail
    let mayReply: Bool
    let vouchers: [VoucherBatch]
    let mayReport: Bool
    let refusal: Refusal?

    func html(_ request: PageRequest) -> HTML {
        let actions = detail.actions.filter { $0 != .accept && $0 != .lapse }
        guard !actions.isEmpty || detail.mayRefund == true || mayReply || mayReport || !vouchers.isEmpty else { return HTML() }
        return section {
            h2("办理")
            if mayReport { Panel("报告软件开通") { report(request) } }
            if !vouchers.isEmpty { Panel("使用服务券") { voucher(request) } }
            // What leads on stands open; what stops or changes is folded away.
            for action in actions.sorted(by: { Self.isQuiet($0) == Self.isQuiet($1) ? false : !Self.isQuiet($0) }) {
                if Self.isQuiet(action) {
                    Disclosure(action.title, isOpen: request.fields["action"] == action.rawValue) { form(action, request) }
                } else {
                    Panel(action.title) { form(action, request) }
                }
            }
            if detail.mayRefund == true { Disclosure("登记退款", isOpen: request.fields["refundedOn"] != nil) { refund(request) } }
            if mayReply {
                Disclosure("回复评价") {
                    Form(post: "\(request.path(order: detail.card.id))/reply", of: request, submit: "回复", weight: .secondary, prefix: "reply") { form in
                        form.textarea("text", "回复", rows: 3, hint: "2–1000 字，回复一次，与评价一并显示。", required: true)
                    }
                }
            }
        }
    }

    private func voucher(_ request: PageRequest) -> HTML {
        Form(
            post: "\(request.path(order: detail.card.id))/voucher", of: request, refusal: request.fields["batch"] == nil ? nil : refusal, submit: "使用服务券",
            weight: .secondary, prefix: "voucher"
        ) { form in
            form.select(
                "batch", "服务券", vouchers.map { Choice($0.id.description, "\($0.title)：\(Format.money($0.value))（余 \($0.left) 张）") },
                hint: "每个订单用一张，最多抵到订单金额；订单取消即退回。", required: true)
        }.html
    }

    private func report(_ request: PageRequest) -> HTML {
        let isTried = request.fields["result"] != nil
        return Form(
            post: "\(request.path(order: detail.card.id))/activation", of: request, refusal: isTried ? refusal : nil, submit: "报告", prefix: "activation"
        ) { form in
            form.radio("result", "开通结果", [Choice("activated", "已开通", hint: "订单随之交付。"), Choice("failed", "暂不能开通")], required: true)
            form.text("reference", "开通编号", hint: "贵方系统的订购号；请勿填写密码。", width: .medium)
            form.date("validUntil", "有效期至")
            form.textarea("note", "开通说明", rows: 3, hint: "怎样登录使用，或为什么不能开通。", required: true)
        }.html
    }

    private func refund(_ request: PageRequest) -> HTML {
        Form(
            post: "\(request.path(order: detail.card.id))/refunds", of: request, refusal: request.fields["refundedOn"] == nil ? nil : refusal, submit: "登记退款",
            weight: .secondary, prefix: "refund"
        ) { form in
            form.money("amount", "退款金额", hint: "已退给企业的金额；平台不经手资金。", required: true)
            form.date("refundedOn", "退款日期", required: true)
            form.textarea("reason", "退款原因", rows: 2, hint: "2–500 字，企业会看到并确认。", required: true)
        }.html
    }

    /// The one button of a row of refunds.
    static func confirm(_ refund: Refund, _ card: OrderCard, _ request: PageRequest) -> HTML {
        Pages.form(Attribute("method", "post"), .action("\(request.path(order: card.id))/refunds/confirm"), .class("inline")) {
            input(.type("hidden"), .name("_csrf"), .value(request.csrfToken))
            input(.type("hidden"), .name("number"), .value("\(refund.number)"))
            button("确认收到", .type("submit"), .class("button button-secondary"), .ariaLabel("确认收到第 \(refund.number) 笔退款"))
        }
    }

    private static func isQuiet(_ action: OrderAction) -> Bool { [.cancel, .decline, .dispute, .redo].contains(action) }

    private func form(_ action: OrderAction, _ request: PageRequest) -> HTML {
        if action == .rate { return rating(request) }
        let isTried = request.fields["action"] == action.rawValue
        return Form(
            post: "\(request.path(order: detail.card.id))/advance", of: request, refusal: isTried ? refusal : nil, submit: action.title,
            confirm: action == .cancel ? "取消后不能恢复，确定吗？" : nil, weight: Self.isQuiet(action) ? .secondary : .primary, prefix: action.rawValue
        ) { form in
            form.hidden("action", action.rawValue)
            switch action {
            case .quote:
                form.money("amount", "报价", value: detail.quotes.first?.amount?.description, hint: "不收费的填 0。", required: true)
                form.number("days", "用时", value: detail.quotes.first?.days.map(String.init), unit: "个工作日")
                form.textarea("note", "说明", rows: 3, hint: "包含什么、不包含什么。")
            case .schedule:
                form.date("day", "约定日期", required: true)
                form.text("time", "时间", value: "09:00", example: "14:30", required: true, width: .short)
            case .deliver:
                form.textarea("note", "交付情况", rows: 4, hint: "交付了什么，2–2000 字。", required: true)
                form.file("documents", "交付证明", hint: FormHints.file, multiple: true)
            case .dispute: form.textarea("note", "异议", rows: 4, hint: "哪里与约定不符，由当地窗口处理。", required: true)
            case .cancel: form.textarea("note", "原因", rows: 3, required: true)
            case .uphold, .redo: form.textarea("note", "处理意见", rows: 3, required: true)
            case .decline: form.textarea("note", "说明", rows: 2)
            default: HTML()
            }
        }.html
    }

    private func rating(_ request: PageRequest) -> HTML {
        let given = detail.rating
        let isTried = request.fields["score"] != nil
        return Form(
            post: "\(request.path(order: detail.card.id))/rate", of: request, refusal: isTried ? refusal : nil, submit: given == nil ? "提交评价" : "修改评价", prefix: "rate"
        ) { form in
            form.radio(
                "score", "满意吗", Rating.titles.enumerated().reversed().map { Choice("\($0.offset + 1)", $0.element) }, value: given.map { "\($0.score)" }, required: true)
            form.textarea("comment", "评价内容", value: given?.comment, rows: 3, hint: "不满意的请说明原因。请勿写个人信息。")
            form.group("服务成效", hint: "可不填；填写的须附证明材料。") {
                form.money("financing", "融资额", value: given?.effects.financing?.description)
                form.money("saving", "节约成本", value: given?.effects.saving?.description)
                form.number("jobs", "新增就业", value: given?.effects.jobs.map(String.init), unit: "人")
                form.file("evidence", "证明材料", hint: FormHints.file, multiple: true)
            }
        }.html
    }

    /// The one button of a row of the comparison.
    static func accept(_ quote: Quote, _ detail: OrderDetail, _ request: PageRequest) -> HTML {
        Pages.form(Attribute("method", "post"), .action("\(request.path(order: detail.card.id))/advance"), .class("inline")) {
            input(.type("hidden"), .name("_csrf"), .value(request.csrfToken))
            input(.type("hidden"), .name("action"), .value("accept"))
            input(.type("hidden"), .name("agency"), .value(quote.agency.code.description))
            button("选定", .type("submit"), .class("button button-primary"), .ariaLabel("选定\(quote.agency.name)"))
        }
    }

    static func files(_ documents: [AttachmentReference], _ request: PageRequest) -> HTML {
        HTML {
            if !documents.isEmpty {
                FileList(documents.map { FileList.File($0.name, href: "\(request.base)/files/\($0.digest)", bytes: $0.length) })
            }
        }
    }
}
