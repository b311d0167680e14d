import MarketContracts
import Messages
import Pages
import Vocabulary

/// 单位审批: above which amount a second person has to agree.
struct ApprovalPage: Sendable {
    var rule: ApprovalRule
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "单位审批", trail: [("订单", "\(request.base)/orders")],
            header: PageHeader(lead: "金额超过限额的订单，一人选定后还须本单位另一人同意才算数。限额改严立即生效，放宽须另一人同意。"), layout: .narrow
        ) {
            FactList([Fact("现行限额", Self.shown(rule.limit))])
            if let wanted = rule.wanted { waiting(wanted, request) }
            Form(post: "\(request.base)/approval", of: request, refusal: refusal, submit: "保存") { form in
                form.money("limit", "审批限额", value: rule.limit?.description, hint: "不填即不设审批；填 0 即收费的订单都须审批。")
            }
        }
    }

    private func waiting(_ wanted: ApprovalRule.Wanted, _ request: PageRequest) -> HTML {
        HTML {
            Notice(
                "本单位有人提出改为“\(Self.shown(wanted.limit))”（\(Format.dateTime(wanted.at))）。"
                    + (wanted.isOwn ? "须由本单位另一人同意。" : "同意即生效；不同意的，保存现行限额即可。"),
                tone: .warning, title: "待另一人同意")
            if !wanted.isOwn {
                Form(
                    post: "\(request.base)/approval", of: request, submit: "同意改为“\(Self.shown(wanted.limit))”",
                    weight: .secondary, prefix: "agree"
                ) { form in
                    form.hidden("limit", wanted.limit?.description ?? "")
                }
            }
        }
    }

    static func shown(_ limit: Fen?) -> String { limit.map { "超过 \(Format.money($0)) 须审批" } ?? "不设审批" }
}
