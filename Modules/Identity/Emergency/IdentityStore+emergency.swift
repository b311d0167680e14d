public import Messages
import Store
import Synchronization
import Vocabulary

extension IdentityStore {
    /// Asks for a role for some hours; nothing is granted before another person approves.
    ///
    /// Every role but the audit administrator's may be asked for, by whoever works for the platform.
    /// - Throws: `identity.emergency-invalid` (422) with every fault at once, `identity.emergency-not-for` (403).
    @discardableResult
    public func requestEmergency(
        _ grant: Grant, reason: String, hours: Int, token: String, from origin: Origin
    ) async throws -> MessageID {
        guard let (_, session) = actor(forSession: token), let account = try account(session.account) else { throw IdentityRefusals.signedOut }
        guard account.grants.contains(where: { ![.enterprise, .agency].contains($0.role) }) else { throw IdentityRefusals.emergencyNotFor }
        var faults = GrantCheck(rules: rules.roles, site: region).faults([grant], organisation: account.organisation)
        if grant.role == .auditAdministrator {
            faults.append(.init(field: "role", value: grant.role.rawValue, message: "审计管理员须独立，不能应急授予，请选择其他角色。"))
        }
        if !(5...200).contains(reason.count) { faults.append(.init(field: "reason", message: "理由须为 5…200 字，请写明发生了什么、要办什么。")) }
        if !(1...rules.emergency.longestHours).contains(hours) {
            faults.append(.init(field: "hours", value: "\(hours)", message: "时长须为 1…\(rules.emergency.longestHours) 小时，请修改。"))
        }
        let now = clock.now
        let open = try emergencies(of: account.id).filter { $0.state == .requested || $0.state == .active }
        if account.grants.contains(grant) || open.contains(where: { $0.grant == grant }) {
            faults.append(.init(field: "role", value: grant.role.rawValue, message: "已有该角色，或已有同样的申请，无需再申请。"))
        }
        guard faults.isEmpty else { throw IdentityRefusals.invalidEmergency(faults) }
        let id = ids.next()
        try await file.write { writer in
            try writer.run(
                "INSERT INTO emergency(id, account, role, region, reason, hours, requested_at) VALUES(?, ?, ?, ?, ?, ?, ?)",
                id.description, account.id.description, grant.role.rawValue, grant.region?.description ?? "", reason, hours, now.milliseconds)
            try self.append(
                self.record(.emergencyRequested, account, origin.address, "\(Self.text(grant)) \(hours)h: \(reason)"), by: account.actor, at: now,
                to: writer)
        }
        return id
    }

    /// Approves or refuses a request. The other person of the four eyes must hold, for good and not for hours, an administrator's role that
    /// the asking person does not hold.
    /// - Throws: `identity.emergency-other` (403), `identity.emergency-over` (409), `identity.emergency-unknown` (404).
    public func decideEmergency(_ id: MessageID, approve: Bool, by actor: Actor, address: String) async throws {
        let emergency = try emergency(id)
        guard emergency.state == .requested else { throw IdentityRefusals.emergencyOver }
        let account = try known(emergency.account)
        let now = clock.now
        let patience = rules.emergency.patience
        // Also where the write seems to have failed.
        defer { nextEnd.store(0, ordering: .sequentiallyConsistent) }
        try await file.write { writer in
            let roles = RoleRule.administrators
            let own = try Self.grants(of: actor.id, in: writer).map(\.role).filter(roles.contains)
            let asking = try Self.grants(of: account.id.description, in: writer).map(\.role)
            guard actor.id != account.id.description, own.contains(where: { !asking.contains($0) }) else { throw IdentityRefusals.emergencyOther }
            let changed = try writer.run(
                "UPDATE emergency SET is_approved = ?, decided_at = ?, decided_by = ?, ends_at = ?"
                    + " WHERE id = ? AND decided_at IS NULL AND requested_at > ?",
                approve ? 1 : 0, now.milliseconds, actor.id, approve ? now.advanced(by: .seconds(emergency.hours * 3600)).milliseconds : nil,
                id.description, now.advanced(by: .zero - patience).milliseconds)
            guard changed == 1 else { throw IdentityRefusals.emergencyOver }
            let event: AuditEvent = approve ? .emergencyApproved : .emergencyRefused
            try self.append(
                self.record(event, account, address, "\(Self.text(emergency.grant)) \(emergency.hours)h"), by: actor, at: now, to: writer)
        }
        cache.withLock { $0.remove(account: account.id) }
    }

    /// Ends a temporary role before its time: its holder, or any administrator.
    public func endEmergency(_ id: MessageID, by actor: Actor, address: String) async throws {
        let emergency = try emergency(id)
        guard actor.id == emergency.account.description || RoleRule.administrators.contains(where: { actor.holds($0) }) else {
            throw IdentityRefusals.emergencyOther
        }
        guard emergency.state == .active else { throw IdentityRefusals.emergencyOver }
        let account = try known(emergency.account)
        let now = clock.now
        try await file.write { writer in
            let changed = try writer.run(
                "UPDATE emergency SET ended_at = ? WHERE id = ? AND ended_at IS NULL", now.milliseconds, id.description)
            guard changed == 1 else { throw IdentityRefusals.emergencyOver }
            try self.append(self.record(.emergencyEnded, account, address, Self.text(emergency.grant)), by: actor, at: now, to: writer)
        }
        cache.withLock { $0.remove(account: account.id) }
    }

    /// Temporary roles and requests, the newest in front.
    /// - Parameter account: whose; `nil`: everybody's.
    public func emergencies(of account: MessageID? = nil, limit: Int = 200) throws -> [Emergency] {
        let now = clock.now
        return try file.read { snapshot in
            try snapshot.rows(
                "SELECT \(Self.emergencyColumns) FROM emergency JOIN account ON account.id = emergency.account"
                    + " WHERE ?1 IS NULL OR emergency.account = ?1 ORDER BY requested_at DESC, emergency.id DESC LIMIT ?2",
                account?.description, limit
            ) { try self.emergency($0, now) }
        }
    }

    public func emergency(_ id: MessageID) throws -> Emergency {
        let now = clock.now
        let found = try file.read { snapshot in
            try snapshot.first(
                "SELECT \(Self.emergencyColumns) FROM emergency JOIN account ON account.id = emergency.account WHERE emergency.id = ?",
                id.description
            ) { try self.emergency($0, now) }
        }
        guard let found else { throw IdentityRefusals.emergencyUnknown }
        return found
    }

    /// Notes in the audit log what has ended by itself. The roles are gone at their minute without it; called once a minute by the host. The file is
    /// asked only where something may be due: it would stay open at every site for nothing.
    public func housekeep() async throws {
        let now = clock.now
        guard now.milliseconds >= nextEnd.load(ordering: .sequentiallyConsistent) else { return }
        // What is decided from here on says so, and it is looked again.
        nextEnd.store(.max, ordering: .sequentiallyConsistent)
        do {
            try await noteEnded(now)
            let next: Int64? = try file.read { try $0.value("SELECT min(ends_at) FROM emergency WHERE ended_at IS NULL") }
            if let next { _ = nextEnd.compareExchange(expected: .max, desired: next, ordering: .sequentiallyConsistent) }
        } catch {
            nextEnd.store(0, ordering: .sequentiallyConsistent)
            throw error
        }
    }

    private func noteEnded(_ now: Timestamp) async throws {
        let over = "ends_at <= ? AND ended_at IS NULL"
        let isDue = try file.read { try $0.value("SELECT 1 FROM emergency WHERE \(over) LIMIT 1", now.milliseconds, as: Int.self) } != nil
        guard isDue else { return }
        try await file.write { writer in
            let due = try writer.rows("SELECT account, role, region FROM emergency WHERE \(over)", now.milliseconds) { row in
                (account: try row.get(0, as: String.self), grant: Grant(Role(rawValue: try row.get(1)), in: RegionCode(try row.get(2, as: String.self))))
            }
            for one in due {
                guard let account = try Self.account(in: writer, where: "id = ?", one.account) else { continue }
                try self.append(
                    self.record(.emergencyEnded, account, "local", "\(Self.text(one.grant)) by time"), by: .system("identity"), at: now, to: writer)
            }
            try writer.run("UPDATE emergency SET ended_at = ends_at WHERE \(over)", now.milliseconds)
        }
    }

    // MARK: - Inside

    /// The temporary roles that an account has at this moment.
    static func activeEmergencies(of account: String, at now: Timestamp, in reader: some SQLReading) throws -> [EmergencyNote] {
        try reader.rows(
            "SELECT role, region, ends_at FROM emergency WHERE account = ? AND is_approved = 1 AND ended_at IS NULL AND ends_at > ?", account,
            now.milliseconds
        ) { row in
            EmergencyNote(
                grant: Grant(Role(rawValue: try row.get(0)), in: RegionCode(try row.get(1, as: String.self))),
                until: Timestamp(milliseconds: try row.get(2)))
        }
    }

    private static let emergencyColumns =
        "emergency.id, emergency.account, account.name, role, region, reason, hours, requested_at, is_approved,"
        + " (SELECT other.name FROM account AS other WHERE other.id = decided_by), decided_at, ends_at, ended_at"

    private func emergency(_ row: Row, _ now: Timestamp) throws -> Emergency {
        guard let id = MessageID(try row.get(0, as: String.self)), let account = MessageID(try row.get(1, as: String.self)) else {
            throw IdentityDamage.row("emergency")
        }
        func moment(_ column: Int) throws -> Timestamp? { (try row.get(column, as: Int64?.self)).map(Timestamp.init(milliseconds:)) }
        let requested = Timestamp(milliseconds: try row.get(7))
        let approved: Int64? = try row.get(8)
        let ends = try moment(11)
        let state: Emergency.State =
            switch approved {
            case nil: now < requested.advanced(by: rules.emergency.patience) ? .requested : .lapsed
            case 0?: .refused
            default: (try moment(12)) == nil && ends.map { now < $0 } ?? false ? .active : .ended
            }
        return Emergency(
            id: id, account: account, name: try row.get(2),
            grant: Grant(Role(rawValue: try row.get(3)), in: RegionCode(try row.get(4, as: String.self))), reason: try row.get(5),
            hours: try row.get(6), requestedAt: requested, decidedBy: try row.get(9), decidedAt: try moment(10), endsAt: ends, state: state)
    }
}
