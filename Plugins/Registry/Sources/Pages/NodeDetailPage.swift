import Messages
import Pages
import PluginKit
import RegistryContracts
import Vocabulary

/// One node: facts, units with their history, children, time in each stage, events. Public; names of staff only for staff.
struct NodeDetailPage: Sendable {
    var detail: NodeDetail
    var checklist: Checklist
    var gazetteer: Gazetteer
    /// The name of the node above.
    var parentName: String?
    var happenings: [Happening]
    /// Whether the one who looks belongs to the staff of the region.
    var isStaff: Bool
    /// Whether the one who looks may hand over the node (its stage waits for it), or move it.
    var mayHandOver: Bool
    var mayMove: Bool
    var parents: [NodeCard]
    var refusal: Refusal?

    private var node: NodeCard { detail.node }

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: node.name, trail: [("平台名录", "\(request.base)/nodes")],
            header: PageHeader(
                caption: "\(node.kind.title) · \(node.id)", state: node.stage.badge,
                lead: node.isBackfilled ? "存量平台，系统启用后补录。" : nil
            ) {
                ButtonLink("标准化检查", href: "\(request.path(node.id))/checklist", .secondary)
                if isStaff { ButtonLink("办理过程", href: request.path(node.application), .secondary) }
            }
        ) {
            facts(request)
            if mayHandOver { handOverForm(request) }
            history
            if !detail.children.isEmpty { NodeTable("下级平台", detail.children, request, in: gazetteer) }
            stages(request.now)
            Timeline(happenings.map(entry), now: request.now, title: "事件记录")
            if mayMove { Disclosure("调整上级平台", isOpen: request.fields["parent"] != nil) { moveForm(request) } }
        }
    }

    private func facts(_ request: PageRequest) -> HTML {
        FactList([
            Fact("所在区划", "\(gazetteer.longTitle(of: node.region))（\(node.region)）"),
            Fact("上级平台") { if let parent = node.parent { a(parentName.map { "\($0)（\(parent)）" } ?? parent.description, href: request.path(parent)) } },
            Fact("建设主体", "\(node.builder.name)（\(node.builder.creditCode)）"),
            Fact("运营单位", "\(node.operatingUnit.name)（\(node.operatingUnit.creditCode)）"),
            Fact("运营方式", node.mode.title),
            Fact("认定日期", node.recognisedOn.shown),
            Fact("认定文号", node.recognitionDocument),
            Fact("退出日期", node.exitedOn?.shown),
            Fact("载体园区", node.carrierPark),
            Fact("产业链", node.chain),
            Fact("标准化得分") { a(checklist.score.shown, href: "\(request.path(node.id))/checklist") },
        ]).html
    }

    private var history: HTML {
        HTML {
            DataTable(
                "建设主体和运营单位沿革",
                columns: [
                    .text("身份"), .text("单位"), .text("统一社会信用代码"), .text("运营方式"), .text("起"), .text("止"), .text("原因"),
                ],
                rows: detail.parties.map { period in
                    [
                        .text(period.part.title), .text(period.organisation.name),
                        .text(period.organisation.creditCode.description), .text(period.mode?.title),
                        .text(period.from.shown), .text(period.until?.shown ?? "至今"), .text(period.reason),
                    ]
                })
            if detail.placements.count > 1 {
                DataTable(
                    "隶属关系沿革", columns: [.text("上级平台"), .text("起"), .text("止"), .text("原因")],
                    rows: detail.placements.map {
                        [
                            .text($0.parent.description), .text($0.from.shown), .text($0.until?.shown ?? "至今"),
                            .text($0.reason),
                        ]
                    })
            }
        }
    }

    private func stages(_ now: Timestamp) -> HTML { StageTable(detail.stages, now: now).html }

    /// Events in words; the public sees what happened, not who pressed the button.
    private func entry(_ happening: Happening) -> Timeline.Entry {
        var note: String?
        if let changed = happening.event(OperatorChanged.self) {
            note = "\(changed.previous.name) → \(changed.current.name)，自\(changed.from.shown)起"
        } else if let moved = happening.event(NodeMoved.self) {
            note = "上级改为 \(moved.parent)，自\(moved.from.shown)起"
        } else if let changed = happening.event(NodeStateChanged.self) {
            note = "\(changed.from.title) → \(changed.to.title)，\(changed.happenedOn.shown)"
        } else if let recognised = happening.event(NodeRecognised.self) {
            note = "认定日期 \(recognised.recognisedOn.shown)" + (recognised.isBackfilled ? "（补录）" : "")
        } else if let checked = happening.event(ChecklistRecorded.self) {
            note = "\(checklist.items.first { $0.code == checked.item }?.title ?? checked.item)：\(checked.points) 分"
        }
        return Timeline.Entry(
            at: happening.time, actor: isStaff ? happening.actor : "工作人员", title: happening.title, note: note)
    }

    private func handOverForm(_ request: PageRequest) -> HTML {
        section {
            h2("完成交接")
            Form(
                post: "\(request.path(node.id))/operator", of: request, refusal: refusal, submit: "完成交接",
                confirm: "确认由新单位接管运营？"
            ) { form in
                form.text("operatingUnitName", "新运营单位名称", required: true)
                form.text("operatingUnitCode", "新运营单位统一社会信用代码", hint: "18 位", required: true, width: .medium)
                form.select("mode", "运营方式", OperatingMode.allCases.map { Choice($0.rawValue, $0.title) }, required: true)
                form.date("from", "交接日期", required: true)
                form.textarea("reason", "更换原因", rows: 3, required: true)
                form.file("documents", "交接材料", hint: FormReader.fileHint, required: true, multiple: true)
            }
        }
    }

    private func moveForm(_ request: PageRequest) -> HTML {
        Form(
            post: "\(request.path(node.id))/move", of: request, refusal: refusal, submit: "调整上级平台", weight: .secondary, prefix: "move"
        ) { form in
            form.select("parent", "新的上级平台", parents.map { Choice($0.id.description, $0.name) }, required: true)
            form.date("from", "生效日期", hint: "此前的网络层级保持原样", required: true)
            form.textarea("reason", "调整原因", rows: 3, required: true)
        }.html
    }
}

/// Time in each stage, oldest first.
struct StageTable: Component {
    let periods: [StagePeriod]
    let now: Timestamp

    init(_ periods: [StagePeriod], now: Timestamp) {
        self.periods = periods
        self.now = now
    }

    var html: HTML {
        DataTable(
            "各阶段用时", columns: [.text("阶段"), .text("开始"), .text("结束"), .text("用时")],
            rows: periods.map { period in
                [
                    .state(period.stage.title, period.stage.tone), .moment(period.from),
                    period.until == nil ? .text("至今") : .moment(period.until),
                    .text(period.stage.isFinal ? nil : Format.duration(milliseconds: period.milliseconds ?? max(0, now.milliseconds - period.from.milliseconds))),
                ]
            }
        ).html
    }
}
