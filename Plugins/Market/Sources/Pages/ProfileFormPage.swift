import MarketContracts
import Messages
import Pages
import PluginKit
import Vocabulary

enum FormHints {
    static let file = FormInput.fileHint
}

/// The record of the own agency as a form.
struct ProfileFormPage: Sendable {
    var detail: AgencyDetail?
    var contact: (name: String, phone: String)?
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let card = detail?.card
        return Page(
            status: refusal?.status ?? 200, title: "入驻资料", trail: [("机构工作台", "\(request.base)/desk")],
            header: PageHeader(caption: request.actor.organisation?.description, state: card?.state.badge, lead: "提交后由所在地窗口审核。入驻后修改资料立即生效，并同步到全省各站点。"),
            layout: .narrow
        ) {
            if let opinion = detail?.opinion, card?.state == .returned { Notice(opinion, tone: .warning, title: "退回意见") }
            Form(
                post: "\(request.base)/desk/profile", of: request, refusal: refusal, submit: card?.state == .approved ? "保存" : "提交审核",
                cancel: "\(request.base)/desk", draft: "机构入驻资料"
            ) { form in
                form.group("机构") {
                    form.text("title", "机构名称", value: card?.name, hint: "按营业执照填写全称。", required: true)
                    form.select(
                        "region", "所在地", rulebook.regionChoices(below: request.site.region, on: request.now.day),
                        value: card?.region.description ?? request.site.region?.description, hint: "由所在地窗口审核。", required: true)
                    form.text("address", "办公地址", value: detail?.address, hint: "公开显示。", example: "长沙市岳麓区示例路 8 号 3 楼")
                    form.checkboxes("categories", "服务类别", rulebook.categoryChoices, values: card?.categories ?? [], hint: "1–8 项。", required: true)
                    form.textarea("summary", "机构简介", value: card?.summary, rows: 6, hint: "10–1000 字：专长、团队、设备、服务过的行业。公开显示，请勿写个人信息。", required: true)
                }
                form.group("联系人", hint: "只供所在地窗口审核和对接时联系，不公开。") {
                    form.text("contactName", "姓名", value: contact?.name, autocomplete: "name", width: .medium)
                    form.phone("contactPhone", "电话", value: contact?.phone)
                }
            }
        }
    }
}
