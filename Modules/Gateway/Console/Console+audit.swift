import Crypto
import Identity
import Messages
import Pages
import PluginKit
import Store
import Vocabulary

extension ConsoleChapter {
    /// 审计: what everybody did; for the audit administrator alone, who can change nothing.
    static let audit = ConsoleChapter(
        id: "audit", title: "审计", note: "查询、导出操作记录，核验记录是否完好", icon: .search, access: .role(.auditAdministrator),
        pages: [
            .get("/") { gateway, visit in try await auditList(gateway, visit) },
            .post("/verify") { gateway, visit in
                let copy = visit
                let verdict = try await copy.site.identity.verifyAudit(by: copy.caller.actor, address: copy.address)
                return verdictPage(copy, verdict)
            },
            .post("/export") { _, visit in try await export(visit) },
            .post("/remove") { _, visit in
                guard let text = visit.request.fields["before"], let day = Day(text) else {
                    throw Refusal("gateway.audit-day", status: 422, message: "请填写日期，例如 2026-03-01。", log: "no day given for removal")
                }
                let count = try await visit.site.identity.removeAudit(
                    before: day, exported: visit.request.fields["hash"] ?? "", by: visit.caller.actor, address: visit.address)
                return .redirect(to: visit.consolePath("audit"), notice: "已删除 \(count) 条到期记录，删除本身已记入审计。")
            },
        ])

    private static func auditList(_ gateway: Gateway, _ visit: Visit) async throws -> PageReply {
        let (filter, faults) = filter(visit)
        let identity = visit.site.identity
        let actor = visit.caller.actor
        // Reading by person scans the log: not on the event loop.
        let wanted = visit.request.fields["page"].flatMap { Int($0) } ?? 1
        let (found, begins) = try await gateway.heavy.value {
            (
                try identity.auditTrail(filter, offset: max(0, min(wanted - 1, 1_000_000)) * 50, limit: 50, by: actor),
                try identity.auditBegins(by: actor)
            )
        }
        let paging = Paging(visit.request, total: found.total, size: 50)
        let words = AuditWords(visit.site)
        return .page(
            Page(
                title: "审计", trail: visit.consoleTrail(.audit, withSelf: false),
                header: PageHeader(
                    lead: "记录只增不改，逐条以 SHA-256 相连。最早一条：\(begins.map { Format.dateTime($0) } ?? "无")；\(Format.date(identity.auditKeptFrom)) 以来的记录依法不得删除。")
            ) {
                if !faults.isEmpty { Notice(faults.joined(), tone: .danger) }
                FilterBar(visit.request) { form in
                    form.select("event", "事件", AuditEvent.allCases.map { Choice($0.rawValue, $0.title) })
                    form.text("person", "登录名或操作人")
                    form.date("from", "自")
                    form.date("until", "至")
                    form.select("outcome", "结果", [Choice("succeeded", "成功"), Choice("refused", "拒绝")])
                }
                DataTable(
                    "操作记录",
                    columns: [.number("序号"), .text("时间"), .text("事件"), .text("结果"), .text("操作人"), .text("对象"), .text("地址"), .text("说明")],
                    rows: found.lines.map { line in
                        [
                            .number(Int(line.seq)), .moment(line.time), .text(line.record.event.title),
                            line.record.outcome == .succeeded ? .state("成功", .success) : .state("拒绝", .warning), .text(line.actor.name),
                            .text(subject(of: line.record)), DataTable.Cell { span(AuditWords.address(line.record.address), .class("nowrap")) },
                            .text(words.detail(of: line.record)),
                        ]
                    })
                Pagination(paging, of: visit.request)
                h2("导出与核验")
                p("导出的范围与上面的筛选条件相同。导出和核验本身也会留下记录。", .class("muted"))
                div(.class("actions")) {
                    button(visit, visit.consolePath("audit", "/export"), conditions(visit) + [("format", "csv")], "导出表格（CSV）")
                    button(visit, visit.consolePath("audit", "/export"), conditions(visit) + [("format", "jsonl")], "导出 JSON（每行一条）")
                    button(visit, visit.consolePath("audit", "/verify"), [], "核验审计链")
                }
                if let begins, begins < identity.auditKeptFrom.start {
                    Disclosure("删除到期记录") {
                        p("先导出该日期以前的全部记录并妥善保存，再填写文件中最后一条的哈希。删除后不能恢复。")
                        Form(
                            post: visit.consolePath("audit", "/remove"), of: visit.request, submit: "删除", confirm: "删除后不能恢复，确定吗？",
                            weight: .danger
                        ) { form in
                            form.date("before", "删除此日期以前的记录", value: "\(identity.auditKeptFrom)", required: true)
                            form.text("hash", "最后一条的哈希", hint: "64 位十六进制，见导出文件的“哈希”一列。", required: true)
                        }
                    }
                }
            })
    }

    /// Whom or what an act concerned: an account by its login name, a client by its identifier.
    private static func subject(of record: AuditRecord) -> String? { record.login ?? record.client.map { "客户端 \($0)" } }

    private static func conditions(_ visit: Visit) -> [(String, String)] {
        ["event", "person", "from", "until", "outcome"].compactMap { name in visit.request.fields[name].map { (name, $0) } }
    }

    /// The filter of the address, and what in it could not be read.
    private static func filter(_ visit: Visit) -> (AuditFilter, faults: [String]) {
        var filter = AuditFilter()
        var faults: [String] = []
        let fields = visit.request.fields
        if let text = fields["event"] {
            filter.event = AuditEvent(rawValue: text)
            if filter.event == nil { faults.append("没有事件“\(text.prefix(30))”，请从列表中选择。") }
        }
        func day(_ name: String) -> Day? {
            guard let text = fields[name] else { return nil }
            let day = Day(text)
            if day == nil { faults.append("“\(text.prefix(20))”不是日期，请写作 2026-03-01。") }
            return day
        }
        filter.person = fields["person"]
        filter.from = day("from")?.start
        filter.until = day("until").map { $0.end.advanced(by: .milliseconds(1)) }
        if let text = fields["outcome"] { filter.outcome = AuditRecord.Outcome(rawValue: text) }
        return (filter, faults)
    }

    private static func verdictPage(_ visit: Visit, _ verdict: LogVerdict) -> PageReply {
        .page(
            Page(title: "核验审计链", trail: visit.consoleTrail(.audit), layout: .narrow) {
                switch verdict {
                case .intact(let count, let head):
                    Notice("全部 \(Format.count(count)) 条记录完好，前后相连。", tone: .success)
                    FactList([Fact("条数", Format.count(count)), Fact("末条哈希（SHA-256）") { code(head.hexadecimal) }])
                    p("请把条数和末条哈希抄录到本系统之外：日后核验时条数只增，且该条的哈希不变。", .class("muted"))
                case .broken(let seq, _):
                    Notice("第 \(seq) 条记录与前后不符，可能被改动。请立即停止写入、保全数据目录并报告。", tone: .danger)
                }
                Actions { ButtonLink("返回审计", href: visit.consolePath("audit"), .secondary) }
            })
    }

    private static func export(_ visit: Visit) async throws -> PageReply {
        let (filter, faults) = filter(visit)
        guard faults.isEmpty else {
            throw Refusal("gateway.audit-filter", status: 422, message: faults.joined(), log: "audit filter cannot be read")
        }
        let lines = try await visit.site.identity.exportAudit(filter, by: visit.caller.actor, address: visit.address)
        let name = "审计记录-\(visit.site.card.id)-\(visit.request.now.day)"
        guard visit.request.fields["format"] == "jsonl" else {
            let words = AuditWords(visit.site)
            return .csv(
                name: name + ".csv",
                rows: [["序号", "时间", "事件", "事件名", "结果", "操作人", "操作人标识", "对象", "地址", "说明", "哈希"]]
                    + lines.map { line in
                        [
                            "\(line.seq)", "\(line.time)", line.record.event.title, line.record.event.rawValue, line.record.outcome == .succeeded ? "成功" : "拒绝",
                            line.actor.name, line.actor.id, subject(of: line.record) ?? "", AuditWords.address(line.record.address), words.detail(of: line.record) ?? "",
                            line.hash.hexadecimal,
                        ]
                    })
        }
        var bytes: [UInt8] = []
        for line in lines { bytes += try JSON.encode(AuditExportLine(line)) + [10] }
        return .download(name: name + ".jsonl", type: "application/jsonl", bytes: bytes)
    }
}

/// A line of the audit log in a file.
private struct AuditExportLine: Encodable {
    let seq: Int64
    let time: Timestamp
    let actor: String
    let actorName: String
    let record: AuditRecord
    let hash: String

    init(_ line: AuditLine) {
        seq = line.seq
        time = line.time
        actor = "\(line.actor.kind.rawValue):\(line.actor.id)"
        actorName = line.actor.name
        record = line.record
        hash = line.hash.hexadecimal
    }
}
