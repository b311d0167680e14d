import Bus
import CoordinationContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What happens to tasks at the site that gives them, and at the sites between it and those that do them.
struct TaskDesk: Sendable {
    let settings: CoordinationSettings

    static func subject(_ task: String) -> String { "task/\(task)" }

    func issue(_ issue: IssueTask, _ tx: Transaction) throws -> IssuedTask {
        let chosen = try chosenSites(issue, tx)
        let task = try nextNumber(tx)
        try tx.run(
            "INSERT INTO task (id, issuer, title, text, due, issued) VALUES (?, ?, ?, ?, ?, ?)", task, tx.site, issue.title, issue.text, issue.due, tx.now)
        for site in chosen {
            try tx.run(
                "INSERT INTO task_node (task, site, title, region, state, changed) VALUES (?, ?, ?, ?, 'sent', ?)", task, site.id, site.title,
                site.region?.description, tx.now)
            try tx.send(
                AssignTask(task: task, title: issue.title, text: issue.text, due: issue.due), to: .site(site.id), subject: Self.subject(task),
                deadline: tx.now.advanced(by: .seconds(86_400)))
        }
        try tx.announce(TaskIssued(task: task, title: issue.title, due: issue.due, sites: chosen.map(\.id)))
        return IssuedTask(task: task, sites: chosen.map(\.id))
    }

    /// Every site that shall get it; all faults together.
    private func chosenSites(_ issue: IssueTask, _ tx: Transaction) throws -> [SiteEntry] {
        var faults: [Refusal.Fault] = []
        if issue.due < tx.now.day { faults.append(.init(field: "/due", value: "\(issue.due)", message: "办结期限早于今天，请改为今天或以后。")) }
        let below = tx.sites.below(tx.site, kind: issue.kind)
        if below.isEmpty { faults.append(.init(field: "/kind", value: issue.kind.rawValue, message: "本站点之下没有\(issue.kind.title)，请更改。")) }
        for region in issue.regions where !below.isEmpty && !below.contains(where: { $0.isIn(region) }) {
            faults.append(.init(field: "/regions", value: "\(region)", message: "\(region) 之下没有\(issue.kind.title)，请更改。"))
        }
        guard faults.isEmpty else { throw CoordinationRefusal.invalid(faults) }
        let chosen = below.filter { site in issue.regions.isEmpty || issue.regions.contains { site.isIn($0) } }
        for site in chosen where !Rights.commands(tx.actor, site.region) {
            throw CoordinationRefusal.make(
                "region-not-yours", "\(site.title)不在您的辖区内，没有下发。请只选择辖区内的地区。", log: "actor's grants do not reach \(site.id)")
        }
        return chosen
    }

    /// `hunan-2026-0001`
    private func nextNumber(_ tx: Transaction) throws -> String {
        let prefix = "\(tx.site)-\(tx.now.day.year)-"
        let count: Int = try tx.value("SELECT count(*) FROM task WHERE issuer = ? AND id LIKE ?", tx.site, "\(prefix)%") ?? 0
        let number = String(count + 1)
        return prefix + String(repeating: "0", count: max(0, 4 - number.count)) + number
    }

    /// What the platform of the other site says of the delivery; progress may have come before it.
    func noteReceipt(_ receipt: Receipt, _ tx: Transaction) throws {
        let state: AssignmentState
        switch receipt.sent.state {
        case .held: state = .held
        case .refused: state = .refused
        case .done: state = .delivered
        case .waiting: return
        }
        try tx.run(
            "UPDATE task_node SET state = ?, note = ?, changed = ? WHERE task = ? AND site = ? AND state IN ('sent', 'held')", state.rawValue,
            receipt.sent.message, tx.now, String(receipt.sent.subject.dropFirst("task/".count)), receipt.sent.site)
    }

    /// Nobody answered within a day: whoever gave the task sees it beside the site, until it is delivered.
    func noteLate(_ sent: SentCommand, _ tx: Transaction) throws {
        let reason = sent.message.map { "：\($0)" } ?? "。请联系该站点的运维人员，连接恢复后自动送达。"
        try tx.run(
            "UPDATE task_node SET note = ?, changed = ? WHERE task = ? AND site = ? AND state IN ('sent', 'held')", "下发一天后仍未送达\(reason)", tx.now,
            String(sent.subject.dropFirst("task/".count)), sent.site)
    }

    func noteProgress(_ event: AssignmentAdvanced, _ tx: Transaction) throws {
        let site = tx.envelope.site, time = tx.envelope.time
        if event.issuer != tx.site {
            // One of the sites below does a task of a site above.
            try tx.run(
                "INSERT INTO task (id, issuer, title, due, issued) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING", event.task, event.issuer, event.title,
                event.due, time)
        }
        guard try tx.value("SELECT 1 FROM task WHERE id = ? AND issuer = ?", event.task, event.issuer, as: Int.self) != nil else { return }
        let entry = tx.sites[site]
        try tx.run(
            """
            INSERT INTO task_node (task, site, title, region, state, percent, note, changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (task, site) DO UPDATE SET state = ?5, percent = ?6, note = ?7, changed = ?8
            """, event.task, site, entry?.title ?? site, entry?.region?.description, event.state.rawValue, event.percent, event.note, time)
        if event.issuer != tx.site, event.state == .closed {
            try tx.run("UPDATE task SET closed = coalesce(closed, ?), reason = coalesce(reason, ?) WHERE id = ?", time, event.note, event.task)
        }
    }

    // MARK: - Reminding and closing

    func remind(_ remind: RemindTask, _ tx: Transaction) throws -> RemindedSites {
        try checkOwn(remind.task, tx)
        let open = try unfinished(remind.task, before: nil, tx).filter { site in remind.site.map { $0 == site } ?? true }
        guard !open.isEmpty else {
            throw CoordinationRefusal.make("nobody-left", "没有需要催办的站点：都已办结，或尚未送达。", log: "nobody to remind of \(remind.task)")
        }
        try self.remind(open, of: remind.task, tx)
        return RemindedSites(sites: open)
    }

    /// - Parameter before: only those that were not reminded since then.
    private func unfinished(_ task: String, before: Timestamp?, _ tx: Transaction) throws -> [String] {
        try tx.rows(
            """
            SELECT site FROM task_node WHERE task = ?1 AND state NOT IN ('done', 'closed', 'refused', 'held')
            AND (?2 IS NULL OR reminded IS NULL OR reminded < ?2) ORDER BY site
            """, task, before
        ) { try $0.get(0, as: String.self) }.filter { tx.sites[$0] != nil }
    }

    private func remind(_ sites: [String], of task: String, _ tx: Transaction) throws {
        for site in sites {
            try tx.send(RemindAssignment(task: task), to: .site(site), subject: Self.subject(task))
            try tx.run("UPDATE task_node SET reminders = reminders + 1, reminded = ? WHERE task = ? AND site = ?", tx.now, task, site)
        }
    }

    func remindOfDue(_ tx: Transaction) throws {
        guard settings.remindDays > 0 else { return }
        let tasks = try tx.rows("SELECT id FROM task WHERE issuer = ? AND closed IS NULL AND due <= ?", tx.site, tx.now.day + settings.remindDays) {
            try $0.get(0, as: String.self)
        }
        for task in tasks { try remind(unfinished(task, before: tx.now.advanced(by: .seconds(-86_400)), tx), of: task, tx) }
    }

    func close(_ close: CloseTask, _ tx: Transaction) throws -> Done {
        try checkOwn(close.task, tx)
        let sites = try tx.rows("SELECT site, state FROM task_node WHERE task = ? ORDER BY site", close.task) {
            (site: try $0.get(0, as: String.self), state: try $0.get(1, as: String.self))
        }
        for (site, state) in sites where state != AssignmentState.refused.rawValue && tx.sites[site] != nil {
            try tx.send(CloseAssignment(task: close.task, reason: close.reason), to: .site(site), subject: Self.subject(close.task))
        }
        try tx.run("UPDATE task SET closed = ?, reason = ? WHERE id = ?", tx.now, close.reason, close.task)
        let finished = sites.filter { $0.state == AssignmentState.done.rawValue }.count
        try tx.announce(TaskClosed(task: close.task, reason: close.reason, finished: finished, sites: sites.count))
        return Done()
    }

    /// The task was issued here, is open, and lies within the actor's regions.
    private func checkOwn(_ task: String, _ tx: Transaction) throws {
        let found = try tx.first("SELECT issuer, closed FROM task WHERE id = ?", task) {
            (issuer: try $0.get(0, as: String.self), closed: try $0.get(1, as: Timestamp?.self))
        }
        guard let found else { throw CoordinationRefusal.unknown(task) }
        let regions = try tx.rows("SELECT region FROM task_node WHERE task = ?", task) { try $0.get(0, as: String?.self).flatMap { RegionCode($0) } }
        guard regions.allSatisfy({ Rights.commands(tx.actor, $0) }) else { throw CoordinationRefusal.unknown(task) }
        guard found.issuer == tx.site else {
            throw CoordinationRefusal.make("not-issued-here", "任务 \(task) 由 \(found.issuer) 下发，请在该站点催办或办结。", log: "task \(task) is not issued here")
        }
        guard found.closed == nil else { throw CoordinationRefusal.closed(task) }
    }
}

extension SiteEntry {
    func isIn(_ region: RegionCode) -> Bool { self.region.map { region.contains($0) } ?? false }
}

/// Whose tasks somebody may see and give.
enum Rights {
    static func commands(_ actor: Actor, _ region: RegionCode?) -> Bool { actor.kind == .system || covers(actor, region, [.provinceStaff, .cityStaff]) }

    static func sees(_ actor: Actor, _ region: RegionCode?) -> Bool {
        actor.kind == .system || covers(actor, region, [.provinceStaff, .cityStaff, .windowStaff])
    }

    private static func covers(_ actor: Actor, _ region: RegionCode?, _ roles: [Role]) -> Bool {
        actor.grants.contains { grant in
            roles.contains(grant.role) && (grant.region.map { own in region.map { own.contains($0) } ?? false } ?? true)
        }
    }
}
