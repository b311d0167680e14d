import HotlineContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// The directory of handling units.
struct UnitsPage {
    var units: [HandlingUnit]
    var categories: [Choice]
    var regions: [Choice]
    var mayChange: Bool
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "承办单位",
            trail: [("96871热线", "\(request.base)/"), ("工单台", "\(request.base)/desk")],
            header: PageHeader(lead: "派单时按事项类别和区划推荐。部门的经办人以单位的统一社会信用代码认定；不填代码的由该区划窗口人员办理。")
        ) {
            DataTable(
                "承办单位", columns: [.text("单位"), .text("标识"), .text("区划"), .text("承办类别"), .text("工作日")],
                rows: units.map { unit in
                    [
                        .text(unit.name), .text(unit.id.description), .text(rulebook.title(of: unit.region)),
                        .text(unit.categories.map { rulebook.categoryTitle($0) }.joined(separator: "、")),
                        .text(workingTime(of: unit, on: request.now.day)),
                    ]
                }, empty: EmptyState("还没有承办单位", hint: "登记后才能派单。"))
            if mayChange {
                Disclosure("登记或修改承办单位", isOpen: refusal != nil) {
                    Form(post: "\(request.base)/units", of: request, refusal: refusal, submit: "保存") { form in
                        form.text(
                            "id", "单位标识", hint: "小写字母、数字、连字符；已有的标识即修改", example: "changsha-tax", required: true,
                            width: .medium)
                        form.text("title", "单位名称", required: true)
                        form.select("region", "管辖区划", regions, required: true)
                        form.text("creditCode", "统一社会信用代码", width: .medium)
                        form.checkboxes("categories", "承办类别", categories)
                        form.checkbox("noMakeUp", "调休上班日不上班（银行等）")
                        form.textarea(
                            "closedDays", "本单位休息日", rows: 3, hint: "在节假日安排以外；一行一个日期或一段日期，填写后替换原有的，不填即保持不变",
                            example: "2026-08-03 至 2026-08-07")
                        form.textarea("openDays", "本单位上班日", rows: 2, hint: "法定休息日中本单位仍上班的，写法同上")
                        form.checkbox("clearsDays", "清除原有的本单位休息日和上班日")
                        p("只影响保存以后开始的期限；已经告知的期限不变。", .class("muted"))
                    }
                }
            }
        }
    }

    /// Whether it works the make-up days, and the days of its own still ahead.
    private func workingTime(of unit: HandlingUnit, on today: Day) -> String {
        func ahead(_ days: [Day]?) -> String { DaySpans.text((days ?? []).filter { $0 >= today }) }
        let own = [("另休", ahead(unit.closedDays)), ("另上班", ahead(unit.openDays))].filter { !$0.1.isEmpty }.map {
            "\($0.0) \($0.1)"
        }
        return ([unit.worksMakeUpDays ? "调休日上班" : "调休日不上班"] + own).joined(separator: "；")
    }
}
