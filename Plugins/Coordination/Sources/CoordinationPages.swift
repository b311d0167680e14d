import Bus
import CoordinationContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// The pages of tasks: what was given, what is to be done here, and how far each site is.
struct CoordinationPages: Sendable {
    // MARK: - Lists

    func front(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let tasks = try context.ask(FindTasks(after: request.fields["after"].flatMap { Cursor($0) }))
        let own = try context.ask(FindAssignments(limit: 50)).items
        return .page(FrontPage(tasks: tasks, assignments: own, map: map(context), mayIssue: Coordination.issuers.allows(request.actor) && !below(context, request).isEmpty).page(request))
    }

    private func map(_ context: PageContext) -> SiteMap { context.bus.network?.map ?? SiteMap() }

    private func below(_ context: PageContext, _ request: PageRequest) -> [SiteEntry] { map(context).below(request.site.id) }

    // MARK: - Giving

    func form(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(formPage(request, context, refusal: nil)) }

    private func formPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) -> Page {
        TaskFormPage(below: below(context, request).filter { Rights.commands(request.actor, $0.region) }, refusal: refusal).page(request)
    }

    func issue(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let title = form.text("title", "标题", 1...100)
            let text = form.text("text", "任务要求", 2...4000)
            let kind: SiteKind? = form.choice("kind", "平台类型")
            let due = form.day("due", "办结期限")
            try form.refuseIfFaulty(as: "coordination.invalid-input")
            guard let kind, let due else { return .page(formPage(request, context, refusal: nil)) }
            let regions = request.fields.all("regions").compactMap { RegionCode($0) }
            let issued = try await context.tell(IssueTask(title: title, text: text, kind: kind, regions: regions, due: due))
            return .redirect(to: "\(request.base)/tasks/\(issued.task)", notice: "任务 \(issued.task) 已下发到 \(issued.sites.count) 个站点。")
        } catch let refusal as Refusal {
            return .page(formPage(request, context, refusal: refusal))
        }
    }

    func task(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(try taskPage(request, context, refusal: nil)) }

    private func taskPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try context.ask(GetTask(task: request.parameters["task"] ?? ""))
        return TaskPage(detail: detail, issuer: map(context)[detail.card.issuer]?.title ?? detail.card.issuer, mayManage: detail.isOwn && Coordination.issuers.allows(request.actor), refusal: refusal).page(request)
    }

    func remind(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let task = request.parameters["task"] ?? ""
        do {
            let reminded = try await context.tell(RemindTask(task: task, site: request.fields["site"]))
            return .redirect(to: "\(request.base)/tasks/\(task)", notice: "已催办 \(reminded.sites.count) 个站点。")
        } catch let refusal as Refusal {
            return .page(try taskPage(request, context, refusal: refusal))
        }
    }

    func close(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let task = request.parameters["task"] ?? ""
        do {
            var form = FormInput(request)
            let reason = form.text("reason", "办结说明", 2...500)
            try form.refuseIfFaulty(as: "coordination.invalid-input")
            _ = try await context.tell(CloseTask(task: task, reason: reason))
            return .redirect(to: "\(request.base)/tasks/\(task)", notice: "任务已办结，各站点将收到通知。")
        } catch let refusal as Refusal {
            return .page(try taskPage(request, context, refusal: refusal))
        }
    }

    // MARK: - Doing

    func assignment(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(try assignmentPage(request, context, refusal: nil)) }

    private func assignmentPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let task = request.parameters["task"] ?? ""
        return AssignmentPage(
            card: try context.ask(GetAssignment(task: task)), story: try context.timeline(subject: TaskDesk.subject(task)), refusal: refusal
        ).page(request)
    }

    func accept(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let task = request.parameters["task"] ?? ""
        do {
            _ = try await context.tell(AcceptAssignment(task: task))
            return .redirect(to: "\(request.base)/assignments/\(task)", notice: "已签收，请按期办理。")
        } catch let refusal as Refusal {
            return .page(try assignmentPage(request, context, refusal: refusal))
        }
    }

    func report(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let task = request.parameters["task"] ?? ""
        do {
            var form = FormInput(request)
            let percent = form.number("percent", "完成百分比", 0...100, required: true)
            let note = form.text("note", "进展说明", 2...1000)
            try form.refuseIfFaulty(as: "coordination.invalid-input")
            _ = try await context.tell(ReportAssignment(task: task, percent: percent ?? 0, note: note))
            return .redirect(to: "\(request.base)/assignments/\(task)", notice: percent == 100 ? "已报告办结。" : "进展已上报。")
        } catch let refusal as Refusal {
            return .page(try assignmentPage(request, context, refusal: refusal))
        }
    }
}

extension AssignmentState {
    var badge: StateBadge { StateBadge(title, tone) }

    private var tone: Tone {
        switch self {
        case .done: .success
        case .refused, .held: .danger
        case .accepted, .working: .info
        case .sent, .delivered: .warning
        case .closed: .neutral
        }
    }
}

/// Tasks given from here or seen on their way, and tasks of this site.
struct FrontPage: Sendable {
    var tasks: Listing<TaskCard>
    var assignments: [AssignmentCard]
    /// For the names of sites.
    var map: SiteMap
    var mayIssue: Bool

    func page(_ request: PageRequest) -> Page {
        Page(title: "业务统筹", header: PageHeader(lead: "上级下发的任务在这里签收、办理和报告进展；向下级下发的任务在这里跟踪、催办和办结。")) {
            if mayIssue { Actions { ButtonLink("下发任务", href: "\(request.base)/new") } }
            if !assignments.isEmpty || tasks.items.isEmpty {
                h2("本站点的任务")
                DataTable(
                    "本站点的任务", columns: [.text("任务"), .text("下发单位"), .text("办结期限"), .text("状态"), .number("完成", unit: "%"), .number("催办", unit: "次")],
                    rows: assignments.map { card in
                        [
                            .link(card.title, "\(request.base)/assignments/\(card.task)"), .text(card.issuerTitle), .day(card.due),
                            DataTable.Cell {
                                card.state.badge
                                if !card.state.isOver, card.due < request.now.day { StateBadge("逾期", .danger) }
                            }, .number(card.percent), .number(card.reminders),
                        ]
                    }, empty: EmptyState("没有任务", hint: "上级下发的任务会出现在这里。"))
            }
            if mayIssue || !tasks.items.isEmpty {
                h2("下发与跟踪")
                DataTable(
                    "下发与跟踪的任务", columns: [.text("任务"), .text("编号"), .text("下发站点"), .text("办结期限"), .text("进展"), .text("状态")],
                    rows: tasks.items.map { card in
                        [
                            .link(card.title, "\(request.base)/tasks/\(card.task)"), .text(card.task), .text(map[card.issuer]?.title ?? card.issuer), .day(card.due),
                            .share(card.done, of: card.sites),
                            DataTable.Cell {
                                if card.closedAt != nil {
                                    StateBadge("已办结", .neutral)
                                } else if card.done == card.sites {
                                    StateBadge("待办结", .success)
                                } else if card.due < request.now.day {
                                    StateBadge("逾期", .danger)
                                } else {
                                    StateBadge("进行中", .info)
                                }
                            },
                        ]
                    }, empty: EmptyState("还没有下发过任务"))
                Continuation(total: nil, next: tasks.next, of: request)
            }
        }
    }
}

/// Gives a task to sites below.
struct TaskFormPage: Sendable {
    /// Those that the person may give tasks to.
    var below: [SiteEntry]
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let kinds = SiteKind.allCases.filter { kind in below.contains { $0.kind == kind } }
        let cities = below.filter { $0.kind == .city }.compactMap { site in site.region.map { Choice($0.description, site.title) } }
        return Page(status: refusal?.status ?? 200, title: "下发任务", trail: [("业务统筹", "\(request.base)/")], layout: .narrow) {
            Form(post: "\(request.base)/new", of: request, refusal: refusal, submit: "下发", cancel: "\(request.base)/", draft: "下发任务") { form in
                form.text("title", "标题", example: "2026 年第二季度企业运行情况报送", required: true)
                form.textarea("text", "任务要求", hint: "写明要做什么、交什么、找谁联系单位。不要填写个人信息。", required: true)
                form.radio("kind", "下发到", kinds.map { Choice($0.rawValue, $0.title) }, value: kinds.contains(.county) ? SiteKind.county.rawValue : kinds.first?.rawValue, required: true)
                if !cities.isEmpty { form.checkboxes("regions", "只下发到这些地区", cities, hint: "不选表示辖区内全部。") }
                form.date("due", "办结期限", required: true)
            }
        }
    }
}

/// A task and how far each of its sites is.
struct TaskPage: Sendable {
    var detail: TaskDetail
    /// The name of the site that gave it.
    var issuer: String
    var mayManage: Bool
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let card = detail.card
        let address = "\(request.base)/tasks/\(card.task)"
        let open = detail.nodes.filter { !$0.state.isOver }
        return Page(status: refusal?.status ?? 200, title: card.title, trail: [("业务统筹", "\(request.base)/")]) {
            FactList(
                [
                    Fact("编号", card.task), Fact("下发站点", issuer), Fact("下发时间", Format.dateTime(card.issuedAt)), Fact("办结期限", on: card.due),
                    Fact("办结", card.closedAt.map { Format.dateTime($0) + (detail.reason.map { "：\($0)" } ?? "") } ?? "未办结"),
                ] + (detail.text.map { [Fact("任务要求", $0)] } ?? []))
            Progress("已办结站点", done: card.done, of: card.sites)
            DataTable(
                "各站点进展",
                columns: [.text("站点"), .text("状态"), .number("完成", unit: "%"), .text("说明"), .text("更新时间"), .number("催办", unit: "次")],
                rows: detail.nodes.map { node in
                    [
                        .text(node.title), DataTable.Cell { node.state.badge }, .number(node.percent), .text(node.note), .moment(node.changedAt),
                        .number(node.reminders),
                    ]
                })
            if mayManage, card.closedAt == nil {
                if !open.isEmpty {
                    h2("催办")
                    Form(post: address + "/remind", of: request, submit: "催办", weight: .secondary, prefix: "r") { form in
                        form.select("site", "站点", open.map { Choice($0.site, $0.title) }, hint: "不选表示全部未办结的站点。")
                    }
                }
                h2("办结")
                Form(
                    post: address + "/close", of: request, refusal: refusal, submit: "办结任务",
                    confirm: open.isEmpty ? nil : "还有 \(open.count) 个站点未办结，确定办结吗？", prefix: "c"
                ) { form in
                    form.text("reason", "办结说明", hint: "各站点都会看到。", required: true)
                }
            }
        }
    }
}

/// A task at the site that does it.
struct AssignmentPage: Sendable {
    var card: AssignmentCard
    var story: [Happening]
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let address = "\(request.base)/assignments/\(card.task)"
        return Page(status: refusal?.status ?? 200, title: card.title, trail: [("业务统筹", "\(request.base)/")], layout: .narrow) {
            if card.reminders > 0, !card.state.isOver { Notice("上级已催办 \(card.reminders) 次，请尽快办理。", tone: .warning) }
            FactList([
                Fact("编号", card.task), Fact("下发单位", card.issuerTitle), Fact("办结期限", on: card.due), Fact("收到时间", Format.dateTime(card.receivedAt)),
                Fact("状态") { card.state.badge }, Fact("任务要求", card.text),
            ])
            Progress("完成情况", done: card.percent, of: 100)
            if card.state == .delivered {
                Form(post: address + "/accept", of: request, submit: "签收", prefix: "a") { _ in HTML {} }
            }
            if card.state != .closed {
                h2("报告进展")
                Form(post: address + "/report", of: request, refusal: refusal, submit: "上报进展", prefix: "p") { form in
                    form.number("percent", "完成百分比", value: String(card.percent), unit: "%", hint: "填 100 表示办结。", required: true)
                    form.textarea("note", "进展说明", rows: 3, hint: "上级各站点都会看到，不要填写个人信息。", required: true)
                }
            }
            Timeline(story.map { Timeline.Entry(at: $0.time, actor: $0.actor, title: $0.title) }, now: request.now)
        }
    }
}
