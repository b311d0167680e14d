import MarketContracts
import Messages
import Pages
import Vocabulary

/// Ordering a service, or asking several agencies for quotes; for staff, in an enterprise's name.
struct OrderFormPage: Sendable {
    var service: ServiceCard?
    var agencies: [AgencyCard]
    /// Of a service that is booked.
    var slots: [AppointmentSlot] = []
    var isOnBehalf: Bool
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: service.map { "下单：\($0.title)" } ?? "向多家机构询价",
            trail: service.map { [("找服务", "\(request.base)/services"), ($0.title, request.path(service: $0.id))] } ?? [("订单", "\(request.base)/orders")],
            header: PageHeader(lead: lead), layout: .narrow
        ) {
            if service == nil, agencies.isEmpty {
                FilterBar(request, submit: "查找机构") { form in
                    form.select("category", "服务类别", rulebook.categoryChoices)
                    form.text("q", "名称或专长")
                }
                EmptyState("先选择服务类别，再勾选要询价的机构", hint: "至多 5 家。")
            } else {
                form(request)
            }
        }
    }

    private var lead: String {
        guard let service else { return "把需要写清楚，勾选至多 5 家机构，收到报价后在比较表中选定一家。" }
        switch service.price.kind {
        case .free, .fixed: return "\(service.agencyName) · \(service.price.shown)。提交即按标价下单，由机构与您约定时间。"
        case .from, .byQuote: return "\(service.agencyName) · \(service.price.shown)。提交后由机构报价，您选定后才算下单。"
        }
    }

    private func form(_ request: PageRequest) -> HTML {
        Form(
            post: "\(request.base)/orders", of: request, refusal: refusal, submit: service == nil ? "发出询价" : "提交订单", cancel: "\(request.base)/services",
            draft: service == nil ? "询价" : nil
        ) { form in
            if let service {
                form.hidden("service", service.id.description)
                if !slots.isEmpty {
                    form.radio(
                        "slot", "预约时段",
                        slots.map { Choice($0.id.description, SlotParts.time($0), hint: [$0.place, $0.resource, "余 \($0.left) 个"].compactMap { $0 }.joined(separator: " · ")) }
                            + [Choice("later", "由机构与我约定")], value: request.fields["slot"], required: true)
                }
                if let days = service.trialDays {
                    form.checkbox("isTrial", "免费试用 \(days) 天", isOn: request.fields["isTrial"] != nil)
                }
            } else {
                form.text("title", "需要什么服务", hint: "4–60 字", example: "注塑车间设备联网", required: true)
                form.select("category", "服务类别", rulebook.categoryChoices, required: true)
                form.checkboxes(
                    "agencies", "询价机构",
                    agencies.map { Choice($0.code.description, $0.name, hint: "\(rulebook.title(of: $0.region)) · 完成 \($0.completed) 单 · 满意度 \($0.satisfaction.shown)") },
                    hint: "1–5 家。", required: true)
            }
            form.textarea("description", "需要说明", rows: 5, hint: "2–2000 字：现状、想达到的结果、时间要求。请勿写个人信息。", required: true)
            form.text("address", "服务地址", hint: "上门服务请填写，询价和承接的机构可见。请勿写姓名、电话。", example: "浏阳市示例园区 3 栋")
            form.money("budget", "预算")
            form.date("wantedBy", "期望完成日期")
            if isOnBehalf {
                form.group("企业", hint: "订单会标明由窗口代下，企业登录确认后生效。") {
                    form.text("enterpriseName", "企业名称", required: true)
                    form.text("enterpriseCode", "统一社会信用代码", hint: "18 位", required: true, width: .medium)
                    form.select("region", "企业所在地", rulebook.regionChoices(below: request.site.region, on: request.now.day), value: request.site.region?.description, required: true)
                    form.select("channel", "来源", [OrderChannel.hotline, .counter, .visit].map { Choice($0.rawValue, $0.title) }, required: true)
                }
            }
            form.group("联系人", hint: "只供选定的机构和当地窗口联系，不公开。") {
                form.text("contactName", "姓名", value: isOnBehalf ? nil : request.actor.name, autocomplete: "name", width: .medium)
                form.phone("contactPhone", "电话")
            }
        }.html
    }
}
