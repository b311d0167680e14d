import MarketContracts
import Messages
import Pages
import Vocabulary

/// A service as a form: a new one, or one to mend.
struct ServiceFormPage: Sendable {
    var detail: ServiceDetail?
    /// How many places there are in all.
    var places: Int?
    var home: RegionCode?
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let card = detail?.card
        return Page(
            status: refusal?.status ?? 200, title: card == nil ? "发布服务" : "修改服务", trail: [("机构工作台", "\(request.base)/desk")],
            header: PageHeader(state: card?.state.badge, lead: card?.state == .listed ? "修改后按类别重新审核，审核期间暂不显示。" : nil), layout: .narrow
        ) {
            if let opinion = detail?.opinion, card?.state == .returned { Notice(opinion, tone: .warning, title: "退回意见") }
            Form(
                post: "\(request.base)/desk/services", of: request, refusal: refusal, submit: "提交上架", cancel: "\(request.base)/desk",
                draft: card.map { "服务 \($0.title)" } ?? "新服务"
            ) { form in
                if let card { form.hidden("service", card.id.description) }
                form.group("服务") {
                    form.text("title", "服务名称", value: card?.title, hint: "4–60 字，说清做什么。", example: "高新技术企业认定辅导", required: true)
                    form.select("category", "服务类别", rulebook.categoryChoices, value: card?.category, required: true)
                    form.radio("nature", "服务性质", ServiceNature.allCases.map { Choice($0.rawValue, $0.title) }, value: card?.nature.rawValue, required: true)
                    form.textarea("summary", "服务说明", value: detail?.summary, rows: 6, hint: "10–2000 字：适合谁、怎么做、要企业准备什么。", required: true)
                    form.textarea("deliverables", "交付内容", value: detail?.deliverables, rows: 3, hint: "2–1000 字：企业最后得到什么。", required: true)
                }
                form.group("价格和时间") {
                    form.radio("price", "计价方式", Price.Kind.allCases.map { Choice($0.rawValue, $0.title) }, value: card?.price.kind.rawValue, required: true)
                    form.money("amount", "金额", value: card?.price.amount?.description, hint: "固定价和起价填写。")
                    form.text("unit", "计价单位", value: card?.price.unit, example: "次", width: .short)
                    form.number("days", "承诺时间", value: card?.days.map(String.init), unit: "个工作日")
                    form.number("places", "名额", value: places.map(String.init), unit: "个", hint: "不限的不填；满额后不能下单。")
                    form.checkbox("takesVouchers", "可用服务券", isOn: card?.takesVouchers ?? false)
                }
                form.group("方式和区域") {
                    form.checkboxes("modes", "服务方式", ServiceMode.allCases.map { Choice($0.rawValue, $0.title) }, values: card?.modes.map(\.rawValue) ?? [], required: true)
                    form.checkbox("isByAppointment", "只能线下办理，线上预约", isOn: card?.isByAppointment ?? false)
                    form.checkbox("isSoftware", "信息化应用（软件、云服务），下单后由机构开通", isOn: card?.isSoftware ?? false)
                    form.number("trialDays", "免费试用", value: card?.trialDays.map(String.init), unit: "天", hint: "信息化应用填写；不提供试用的不填。")
                    form.select(
                        "regions", "服务区域", rulebook.regionChoices(below: request.site.region, on: request.now.day),
                        value: card?.regions.first?.description ?? home?.description, hint: "及于其下级；选“全省”即全省企业都能找到。", required: true)
                }
            }
        }
    }
}
