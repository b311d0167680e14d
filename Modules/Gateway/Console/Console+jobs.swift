import Bus
import Messages
import Pages
import PluginKit

extension ConsoleChapter {
    /// 后台任务: work with outside effects that waits, failed, or was given up.
    static let jobs = ConsoleChapter(
        id: "jobs", title: "后台任务", note: "等待办理、重试中和已放弃的对外任务", icon: .calendar, access: .role(.systemAdministrator),
        pages: [
            .get("/") { _, visit in try await jobList(visit) },
            .post("/{plugin}/{id}/retry") { _, visit in
                guard let plugin = visit.request.parameters["plugin"], let id = visit.request.parameters["id"].flatMap({ Int64($0) }) else {
                    throw Refusal.notFound
                }
                try await visit.site.bus.retryJob(plugin: plugin, id)
                return .redirect(to: visit.consolePath("jobs"), notice: "已重新安排，结果稍后可在本页查看。")
            },
            .get("/{plugin}/{id}") { _, visit in try await jobDetail(visit) },
        ])

    private static func jobList(_ visit: Visit) async throws -> PageReply {
        let jobs = try await visit.site.bus.jobs()
        let paging = Paging(visit.request, total: jobs.count)
        return .page(
            Page(
                title: "后台任务", trail: visit.consoleTrail(.jobs, withSelf: false),
                header: PageHeader(lead: "插件对外的操作（发信、调用合作方等）先登记再办理，失败后自动重试，多次失败后停在这里等人处理。")
            ) {
                DataTable(
                    "后台任务", columns: [.text("任务"), .text("插件"), .text("状态"), .number("失败", unit: "次"), .text("下次办理"), .text("最近原因")],
                    rows: jobs.dropFirst(paging.offset).prefix(paging.size).map { plugin, job in
                        [
                            .link("\(job.type)（\(job.id)）", visit.consolePath("jobs", "/\(plugin)/\(job.id)")), .text(plugin), state(job),
                            .number(job.attempts), job.isGivenUp ? .text("—") : .moment(job.runAt), .text(job.cause),
                        ]
                    }, empty: EmptyState("没有等待的任务", hint: "办完的任务不再列出；失败的会自动重试。"))
                Pagination(paging, of: visit.request)
            })
    }

    private static func jobDetail(_ visit: Visit) async throws -> PageReply {
        let id = visit.request.parameters["id"].flatMap { Int64($0) }
        guard let (plugin, job) = try await visit.site.bus.jobs().first(where: { $0.plugin == visit.request.parameters["plugin"] && $0.job.id == id })
        else { throw Refusal.notFound }
        return .page(
            Page(title: "后台任务 \(job.id)", trail: visit.consoleTrail(.jobs), layout: .narrow) {
                FactList([
                    Fact("插件", plugin), Fact("任务", job.type), Fact("状态", words(job).text), Fact("失败次数", "\(job.attempts)"),
                    Fact(job.isGivenUp ? "末次办理" : "下次办理", Format.dateTime(job.runAt)), Fact("最近原因", job.cause ?? "无"),
                ])
                p("排除原因后可以立即重新办理；失败次数从头计算。")
                Form(post: visit.consolePath("jobs", "/\(plugin)/\(job.id)/retry"), of: visit.request, submit: "立即办理") { _ in HTML {} }
            })
    }

    private static func words(_ job: JobState) -> (text: String, tone: Tone) {
        if job.isGivenUp { return ("已放弃", .danger) }
        return job.attempts > 0 ? ("重试中", .warning) : ("等待", .neutral)
    }

    private static func state(_ job: JobState) -> DataTable.Cell {
        let (text, tone) = words(job)
        return .state(text, tone)
    }
}
