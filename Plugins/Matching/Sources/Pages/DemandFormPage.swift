import MatchingContracts
import Messages
import Pages
import Vocabulary

/// Stating a need; for staff, in an enterprise's name.
struct DemandFormPage: Sendable {
    var isOnBehalf: Bool
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "提需求", trail: [("需求对接", "\(request.base)/demands")],
            header: PageHeader(lead: "说清需要，由当地窗口受理并邀请合适的机构；期限内没有响应，自动上报市级平台和省枢纽。"), layout: .narrow
        ) {
            Form(post: "\(request.base)/demands", of: request, refusal: refusal, submit: "提交需求", cancel: "\(request.base)/demands", draft: "需求") { form in
                form.group("需求") {
                    form.text("title", "需要什么", hint: "4–60 字", example: "注塑车间设备联网", required: true)
                    form.select("category", "服务类别", rulebook.categories.map { Choice($0.id, $0.name) }, required: true)
                    form.textarea("description", "说明", rows: 6, hint: "2–2000 字：现状、想达到的结果、要求。请勿写个人信息。", required: true)
                    form.money("budget", "预算")
                    form.date("wantedBy", "期望完成日期")
                }
                if isOnBehalf {
                    form.group("企业") {
                        form.text("enterpriseName", "企业名称", required: true)
                        form.text("enterpriseCode", "统一社会信用代码", hint: "18 位", required: true, width: .medium)
                        form.select("region", "企业所在地", regions(request), value: request.site.region?.description, required: true)
                        form.select(
                            "channel", "来源", DemandChannel.allCases.filter { $0 != .web }.map { Choice($0.rawValue, $0.title) }, required: true)
                    }
                }
                form.group("联系人", hint: "只供当地窗口和愿意承接的机构联系，不公开。") {
                    form.text("contactName", "姓名", value: isOnBehalf ? nil : request.actor.name, autocomplete: "name", width: .medium)
                    form.phone("contactPhone", "电话")
                }
            }
        }
    }

    private func regions(_ request: PageRequest) -> [Choice] {
        guard let root = request.site.region?.province ?? RegionCode("430000") else { return [] }
        return rulebook.regions.descendants(of: root, on: request.now.day).map { Choice($0.code.description, rulebook.title(of: $0.code)) }
    }
}
