import Messages
import Pages
import RegistryContracts
import Vocabulary

/// The standard items of one node; staff record checks here, the public sees points and dates.
struct ChecklistPage: Sendable {
    var node: NodeCard
    var checklist: Checklist
    var mayRecord: Bool
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "标准化检查",
            trail: [("平台名录", "\(request.base)/nodes"), (node.name, request.path(node.id))],
            header: PageHeader(
                caption: node.name,
                lead: "得分 \(checklist.score.shown)；最近检查：\(checklist.lastCheckedOn?.shown ?? "尚未检查")。")
        ) {
            DataTable(
                checklist.standard,
                columns: [
                    .text("检查项"), .text("要求"), .number("得分", unit: "分"), .number("满分", unit: "分"), .text("最近检查"),
                    .number("检查次数", unit: "次"), .text("说明和证明材料"),
                ],
                rows: checklist.items.map { item in
                    [
                        .text(item.title), .text(item.requirement), .number(item.points), .number(item.maximum),
                        .text(item.checkedOn?.shown), .number(item.checks),
                        DataTable.Cell {
                            if let remark = item.remark { p(remark) }
                            DocumentList(documents: item.evidence, request: request)
                        },
                    ]
                })
            p(.class("muted")) { "计分规则：\(checklist.score.rule)" }
            if mayRecord { form(request) }
        }
    }

    private func form(_ request: PageRequest) -> HTML {
        section {
            h2("记录一次检查")
            Form(
                post: "\(request.path(node.id))/checklist", of: request, refusal: refusal, submit: "保存检查记录"
            ) { form in
                form.select(
                    "item", "检查项", checklist.items.map { Choice($0.code, "\($0.title)（满分 \($0.maximum)）") }, required: true)
                form.number("points", "得分", unit: "分", required: true)
                form.date("checkedOn", "检查日期", value: request.today.description, required: true)
                form.textarea("remark", "说明", rows: 3)
                form.file("evidence", "证明材料", hint: "给分须附证明材料。" + FormReader.fileHint, multiple: true)
            }
        }
    }
}
