import Bus
import CoordinationContracts
import Messages
import Pages
public import PluginKit
import Store
import Vocabulary

/// 业务统筹: tasks from a site to those below it, with receipts, progress, reminders and closure.
/// - Source: demand D48; 湘经信中小服务〔2017〕711号 三 (资源共享、服务协同、运营监督)
public struct Coordination: Plugin {
    public typealias Settings = CoordinationSettings

    public static let manifest = Manifest(id: "coordination", title: "业务统筹", version: "1.0.0")

    static let issuers = Access.role(.provinceStaff, .cityStaff)
    static let staff = Access.role(.provinceStaff, .cityStaff, .windowStaff)

    public static func register(in plugin: inout Registration<CoordinationSettings>) {
        let desk = TaskDesk(settings: plugin.settings)
        plugin.migrations(Migrations.all)
        plugin.holdsNoPersonalData()

        plugin.announces(TaskIssued.self, titled: "下发任务")
        plugin.announces(TaskClosed.self, titled: "任务办结")
        plugin.announces(AssignmentAdvanced.self, titled: "任务进展")
        plugin.sends(AssignTask.self)
        plugin.sends(RemindAssignment.self)
        plugin.sends(CloseAssignment.self)

        plugin.handle(IssueTask.self, access: issuers, desk.issue)
        plugin.handle(RemindTask.self, access: issuers, desk.remind)
        plugin.handle(CloseTask.self, access: issuers, desk.close)
        plugin.handle(AcceptAssignment.self, access: staff, desk.accept)
        plugin.handle(ReportAssignment.self, access: staff, desk.report)
        plugin.handle(AssignTask.self, access: .system, desk.receive)
        plugin.handle(RemindAssignment.self, access: .system, desk.takeReminder)
        plugin.handle(CloseAssignment.self, access: .system, desk.takeClosure)
        plugin.receipts(of: AssignTask.self, desk.noteReceipt)
        plugin.overdue(of: AssignTask.self, desk.noteLate)
        plugin.react(to: AssignmentAdvanced.self, from: .network, desk.noteProgress)
        plugin.every(.seconds(3600), "remind of tasks that end soon", desk.remindOfDue)

        plugin.answer(FindTasks.self, access: staff, desk.findTasks)
        plugin.answer(GetTask.self, access: staff, desk.getTask)
        plugin.answer(FindAssignments.self, access: staff, desk.findAssignments)
        plugin.answer(GetAssignment.self, access: staff, desk.getAssignment)

        programs(&plugin)
        pages(&plugin, CoordinationPages())
        plugin.navigation("业务统筹", "/", note: "下发、签收、办理和催办任务", icon: .inbox, access: staff)
        plugin.todo(access: staff, desk.todos)
    }

    /// `/api/{site}/coordination/…`
    private static func programs(_ plugin: inout Registration<CoordinationSettings>) {
        plugin.expose(FindTasks.self, as: .get("/tasks"), titled: "查找任务", example: FindTasks(open: true, limit: 2))
        plugin.expose(IssueTask.self, as: .post("/tasks"), titled: "下发任务")
        plugin.expose(GetTask.self, as: .get("/tasks/{task}"), titled: "查看任务和各站点进展")
        plugin.expose(RemindTask.self, as: .post("/tasks/{task}/reminders"), titled: "催办")
        plugin.expose(CloseTask.self, as: .post("/tasks/{task}/closure"), titled: "办结任务")
        plugin.expose(FindAssignments.self, as: .get("/assignments"), titled: "查找本站点的任务", example: FindAssignments(open: true, limit: 2))
        plugin.expose(GetAssignment.self, as: .get("/assignments/{task}"), titled: "查看本站点的任务")
        plugin.expose(AcceptAssignment.self, as: .post("/assignments/{task}/acceptance"), titled: "签收任务")
        plugin.expose(ReportAssignment.self, as: .post("/assignments/{task}/progress"), titled: "报告进展")
        plugin.refusals(CoordinationRefusal.codes.map { RefusalNote(code: $0.code, status: $0.status, about: $0.about) })
    }

    private static func pages(_ plugin: inout Registration<CoordinationSettings>, _ pages: CoordinationPages) {
        plugin.page("/", access: staff, pages.front)
        plugin.page("/new", access: issuers, pages.form)
        plugin.post("/new", access: issuers, pages.issue)
        plugin.page("/tasks/{task}", access: staff, pages.task)
        plugin.post("/tasks/{task}/remind", access: issuers, pages.remind)
        plugin.post("/tasks/{task}/close", access: issuers, pages.close)
        plugin.page("/assignments/{task}", access: staff, pages.assignment)
        plugin.post("/assignments/{task}/accept", access: staff, pages.accept)
        plugin.post("/assignments/{task}/report", access: staff, pages.report)
    }
}

/// What an operator sets for tasks (`coordination.json5`).
public struct CoordinationSettings: Codable, Sendable, Hashable {
    /// So many days before its end a site that has not finished is reminded by itself, once a day; 0…30, 0: never.
    public var remindDays = 3

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        remindDays = try container.decodeIfPresent(Int.self, forKey: .remindDays) ?? remindDays
    }
}

extension CoordinationSettings: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.property("remindDays") {
            $0.minimum = 0
            $0.maximum = 30
            $0.title = "到期前几天自动催办"
        }
    }
}

enum CoordinationRefusal {
    static let codes: [(code: String, status: Int, about: String)] = [
        ("coordination.invalid-input", 422, "填写的内容有误，逐项列出"),
        ("coordination.task-unknown", 404, "没有这个任务，或无权查看"),
        ("coordination.not-issued-here", 409, "任务由其他站点下发，不能在本站点催办或办结"),
        ("coordination.task-closed", 409, "任务已办结"),
        ("coordination.region-not-yours", 403, "地区不在您的辖区内"),
        ("coordination.not-above", 403, "任务只接受上级站点下发"),
        ("coordination.nobody-left", 409, "没有需要催办的站点"),
    ]

    static func make(_ reason: String, _ message: String, log: String, faults: [Refusal.Fault] = []) -> Refusal {
        let code = "coordination.\(reason)"
        guard let entry = codes.first(where: { $0.code == code }) else { preconditionFailure("\(code) is not in the list of refusals") }
        return Refusal(code, status: entry.status, message: message, log: log, faults: faults)
    }

    static func unknown(_ task: String) -> Refusal {
        make("task-unknown", "没有编号为“\(task.prefix(40))”的任务，或您无权查看。请核对编号。", log: "no such task for this actor")
    }

    static func closed(_ task: String) -> Refusal { make("task-closed", "任务 \(task) 已办结，不能再办理。", log: "task \(task) is closed") }

    static func invalid(_ faults: [Refusal.Fault]) -> Refusal {
        make(
            "invalid-input", "有 \(faults.count) 处内容需要更正：\(faults.map(\.message).joined(separator: " "))",
            log: "invalid input in \(faults.map(\.field).joined(separator: ", "))", faults: faults)
    }
}
