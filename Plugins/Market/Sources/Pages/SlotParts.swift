import MarketContracts
import Messages
import Pages
import Vocabulary

/// 预约 on the page of a service: what can be booked; for its agency, opening and taking back.
struct SlotParts: Component {
    let card: ServiceCard
    let slots: [AppointmentSlot]
    /// For the agency of the service: its experts and venues.
    let resources: [AgencyResource]?
    let mayOrder: Bool
    let request: PageRequest
    let refusal: Refusal?

    var html: HTML {
        section {
            DataTable(
                "预约时段", columns: [.text("时间"), .text("地点"), .text("专家或场地"), .number("余", unit: "个"), .text("操作")],
                rows: slots.map { slot in
                    [
                        .text(Self.time(slot)), .text(slot.place), .text(slot.resource), .number(slot.left),
                        DataTable.Cell { action(slot) },
                    ]
                }, empty: EmptyState("现在没有可预约的时段", hint: resources == nil ? "可以先提交订单，由机构与您约定时间。" : "在下面开放时段，企业即可预约。"))
            if let resources { Disclosure("开放预约时段", isOpen: refusal != nil) { form(resources) } }
        }
    }

    private func action(_ slot: AppointmentSlot) -> HTML {
        HTML {
            if resources != nil {
                if slot.taken == 0 {
                    PostButton(
                        "取消时段", "\(request.path(service: card.id))/slots/close", [("slot", slot.id.description)],
                        spoken: "取消时段 \(Self.time(slot))", of: request)
                } else {
                    "已约 \(slot.taken) 单"
                }
            } else if slot.left == 0 {
                StateBadge("已约满")
            } else if mayOrder {
                a(
                    "预约",
                    href: QueryLink.make(
                        "\(request.base)/orders/new", [("service", card.id.description), ("slot", slot.id.description)]),
                    .ariaLabel("预约 \(Self.time(slot))"))
            }
        }
    }

    private func form(_ resources: [AgencyResource]) -> HTML {
        Form(
            post: "\(request.path(service: card.id))/slots", of: request, refusal: refusal, submit: "开放",
            weight: .secondary, prefix: "slot"
        ) { form in
            form.date("day", "日期", required: true)
            form.text("time", "开始时间", value: "09:00", example: "14:30", required: true, width: .short)
            form.number("minutes", "每段", value: "60", unit: "分钟", required: true)
            form.number("count", "连续", value: "1", unit: "段", hint: "一段接一段，至多 20 段。", required: true)
            form.number("capacity", "每段名额", value: "1", unit: "个", required: true)
            form.text("place", "地点", example: "浏阳市政务中心 3 楼窗口")
            if !resources.isEmpty {
                form.select(
                    "resource", "专家或场地", resources.map { Choice("\($0.number)", "\($0.kind.title)：\($0.title)") },
                    hint: "可不选；同一时间只安排给一项服务。")
            }
        }.html
    }

    static func time(_ slot: AppointmentSlot) -> String { Format.appointment(from: slot.startsAt, to: slot.endsAt) }
}
