import MarketContracts
import Messages
import Pages
import Vocabulary

/// 补录: a service that was rendered offline before.
struct RecordFormPage: Sendable {
    var ownAgency: CreditCode?
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "补录线下服务", trail: [("订单", "\(request.base)/orders")],
            header: PageHeader(lead: "实际日期和录入时间都会保留并标明“补录”；企业确认后计入成效，由企业评价。"), layout: .narrow
        ) {
            Form(post: "\(request.base)/orders/record", of: request, refusal: refusal, submit: "补录", cancel: "\(request.base)/orders", draft: "补录线下服务") { form in
                form.group("企业") {
                    form.text("enterpriseName", "企业名称", required: true)
                    form.text("enterpriseCode", "统一社会信用代码", hint: "18 位", required: true, width: .medium)
                    form.select("region", "企业所在地", rulebook.regionChoices(below: request.site.region, on: request.now.day), value: request.site.region?.description, required: true)
                }
                form.group("服务") {
                    form.text("agency", "服务机构的信用代码", value: ownAgency?.description, hint: "须为已入驻的机构。", required: true, width: .medium)
                    form.text("title", "服务名称", hint: "4–60 字", required: true)
                    form.select("category", "服务类别", rulebook.categoryChoices, required: true)
                    form.select("channel", "来源", [OrderChannel.counter, .visit, .hotline].map { Choice($0.rawValue, $0.title) }, required: true)
                    form.date("happenedOn", "实际日期", hint: "不能晚于今天。", required: true)
                    form.textarea("description", "服务说明", rows: 3, required: true)
                    form.textarea("proof", "交付情况", rows: 3, hint: "企业得到了什么。", required: true)
                    form.money("amount", "金额", hint: "免费的不填。")
                    form.file("documents", "证明材料", hint: FormHints.file, multiple: true)
                }
            }
        }
    }
}
