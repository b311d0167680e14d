public import Messages
import Store
import Synchronization
public import Vocabulary

extension IdentityStore {
    /// Opens an account and returns it with the password to hand over; the person must choose an own one at the first sign-in.
    /// - Throws: `identity.account-invalid` (422) with every fault at once, `identity.login-taken` (409), `identity.not-allowed` (403).
    public func addAccount(_ new: NewAccount, by actor: Actor, address: String) async throws -> (
        account: Account, password: String
    ) {
        try authorise(actor)
        let password = new.password ?? PasswordGenerator.make()
        var faults = GrantCheck(rules: rules.roles, site: region).faults(new.grants, organisation: new.organisation)
        if let problem = LoginName.problem(new.login) {
            faults.append(.init(field: "login", value: new.login, message: problem))
        }
        if let problem = Self.nameProblem(new.name) {
            faults.append(.init(field: "name", value: new.name, message: problem))
        }
        faults += rules.password.problems(password, login: new.login).map { .init(field: "password", message: $0) }
        if let code = new.organisation, let fault = try organisationFault(code) { faults.append(fault) }
        guard faults.isEmpty, let login = LoginName(new.login) else { throw IdentityRefusals.invalidAccount(faults) }

        let hash = try await workers.hash(password)
        let now = clock.now
        var unique: [Grant] = []
        for grant in new.grants where !unique.contains(grant) { unique.append(grant) }
        let account = Account(
            id: ids.next(), login: login, name: new.name, organisation: new.organisation, isDisabled: false,
            mustChangePassword: new.mustChangePassword,
            passwordChangedAt: now, createdAt: now, grants: unique)
        try await file.write { writer in
            let taken: Int? = try writer.value("SELECT 1 FROM account WHERE login = ?", login.description)
            guard taken == nil else { throw IdentityRefusals.loginTaken(login) }
            try writer.run(
                "INSERT INTO account(id, login, name, organisation, must_change, password, password_at, created_at)"
                    + " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                account.id.description, login.description, account.name, account.organisation?.description,
                account.mustChangePassword, hash.description, now.milliseconds, now.milliseconds)
            try self.append(self.record(.accountCreated, account, address), by: actor, at: now, to: writer)
            for grant in account.grants {
                try self.insert(grant, account, by: actor, address: address, at: now, in: writer)
            }
        }
        return (account, password)
    }

    /// The account of that login name, or a new one that nobody can sign in to: what an invented person of the demo network needs to have
    /// a name. An existing account stays as it is.
    /// - Throws: `identity.account-invalid` (422), `identity.not-allowed` (403).
    public func closedAccount(login: String, name: String, by actor: Actor, address: String) async throws -> MessageID {
        try authorise(actor)
        if let known = try account(login: login) { return known.id }
        var faults: [Refusal.Fault] = []
        if let problem = LoginName.problem(login) { faults.append(.init(field: "login", value: login, message: problem)) }
        if let problem = Self.nameProblem(name) { faults.append(.init(field: "name", value: name, message: problem)) }
        guard faults.isEmpty, let login = LoginName(login) else { throw IdentityRefusals.invalidAccount(faults) }
        let now = clock.now
        let account = Account(
            id: ids.next(), login: login, name: name, organisation: nil, isDisabled: true, mustChangePassword: true, passwordChangedAt: now,
            createdAt: now, grants: [])
        try await file.write { writer in
            try writer.run(
                "INSERT INTO account(id, login, name, is_disabled, must_change, password, password_at, created_at) VALUES(?, ?, ?, 1, 1, ?, ?, ?)",
                account.id.description, login.description, name, self.unknownPassword.description, now.milliseconds, now.milliseconds)
            try self.append(self.record(.accountCreated, account, address), by: actor, at: now, to: writer)
        }
        return account.id
    }

    /// Changes the name shown and the organisation of an account.
    public func changeAccount(
        _ id: MessageID, name: String, organisation code: CreditCode?, by actor: Actor, address: String
    ) async throws -> Account {
        try authorise(actor)
        var faults: [Refusal.Fault] = []
        if let problem = Self.nameProblem(name) { faults.append(.init(field: "name", value: name, message: problem)) }
        let account = try known(id)
        // Who belongs to an ended organisation may stay there; nobody comes to it.
        if let code, code != account.organisation, let fault = try organisationFault(code) { faults.append(fault) }
        faults += GrantCheck(rules: rules.roles, site: region).faults(account.grants, organisation: code)
        guard faults.isEmpty else { throw IdentityRefusals.invalidAccount(faults) }
        let now = clock.now
        try await file.write { writer in
            try writer.run(
                "UPDATE account SET name = ?, organisation = ? WHERE id = ?", name, code?.description, id.description)
            try self.append(self.record(.accountChanged, account, address), by: actor, at: now, to: writer)
        }
        return try changed(id)
    }

    /// Disables an account, ending its sessions at once, or enables it again. Nobody disables the own account.
    public func setDisabled(_ isDisabled: Bool, _ id: MessageID, by actor: Actor, address: String) async throws
        -> Account
    {
        try authorise(actor, on: id)
        let account = try known(id)
        guard account.isDisabled != isDisabled else { return account }
        let now = clock.now
        try await file.write { writer in
            try writer.run("UPDATE account SET is_disabled = ? WHERE id = ?", isDisabled ? 1 : 0, id.description)
            if isDisabled { try writer.run("DELETE FROM session WHERE account = ?", id.description) }
            let event: AuditEvent = isDisabled ? .accountDisabled : .accountEnabled
            try self.append(self.record(event, account, address), by: actor, at: now, to: writer)
        }
        return try changed(id)
    }

    /// Gives an account a new random password, shown once; ends its sessions and every wait after failures.
    public func resetPassword(_ id: MessageID, by actor: Actor, address: String) async throws -> String {
        try authorise(actor)
        let account = try known(id)
        let password = PasswordGenerator.make()
        let hash = try await workers.hash(password)
        let now = clock.now
        let prefix = throttlePrefix(account.login.description)
        let kept = rules.password.history
        try await file.write { writer in
            if let old = try Self.credentials(in: writer, where: "id = ?", id.description) {
                try Self.remember(old.hash, of: old.account, keeping: kept, in: writer)
            }
            try writer.run(
                "UPDATE account SET password = ?, password_at = ?, must_change = 1 WHERE id = ?",
                hash.description, now.milliseconds, id.description)
            try writer.run("DELETE FROM session WHERE account = ?", id.description)
            try writer.run("DELETE FROM throttle WHERE substr(key, 1, \(Throttle.Key.prefixLength)) = ?", prefix)
            try self.append(self.record(.passwordReset, account, address), by: actor, at: now, to: writer)
        }
        throttle.withLock { $0.forget(prefix: prefix) }
        _ = try changed(id)
        return password
    }

    /// Grants a role; granting it twice changes nothing. Takes effect at the account's next request.
    /// - Throws: `identity.account-invalid` (422) when role, region or the combination of roles is not possible.
    public func grant(_ grant: Grant, to id: MessageID, by actor: Actor, address: String) async throws -> Account {
        try authorise(actor, on: id)
        let account = try known(id)
        guard !account.grants.contains(grant) else { return account }
        let faults = GrantCheck(rules: rules.roles, site: region).faults(
            account.grants + [grant], organisation: account.organisation)
        guard faults.isEmpty else { throw IdentityRefusals.invalidAccount(faults) }
        let now = clock.now
        try await file.write { writer in
            // Checked again inside: another grant may have come between.
            let held = try Self.grants(of: id.description, in: writer)
            let again = GrantCheck(rules: self.rules.roles, site: self.region).faults(
                held + [grant], organisation: account.organisation)
            guard again.isEmpty else { throw IdentityRefusals.invalidAccount(again) }
            try self.insert(grant, account, by: actor, address: address, at: now, in: writer)
        }
        return try changed(id)
    }

    /// Takes a role away, at once for running sessions.
    public func revoke(_ grant: Grant, from id: MessageID, by actor: Actor, address: String) async throws -> Account {
        try authorise(actor, on: id)
        let account = try known(id)
        let now = clock.now
        try await file.write { writer in
            let gone = try writer.run(
                "DELETE FROM grant_ WHERE account = ? AND role = ? AND region = ?",
                id.description, grant.role.rawValue, grant.region?.description ?? "")
            guard gone == 1 else { throw IdentityRefusals.grantMissing(grant) }
            try self.append(
                self.record(.grantRemoved, account, address, Self.text(grant)), by: actor, at: now, to: writer)
        }
        return try changed(id)
    }

    // MARK: - Inside

    func authorise(_ actor: Actor, on id: MessageID? = nil) throws {
        guard actor.kind == .system || actor.holds(.securityAdministrator) else { throw IdentityRefusals.notAllowed }
        if let id, actor.kind != .system, actor.id == id.description { throw IdentityRefusals.ownAccount }
    }

    func known(_ id: MessageID) throws -> Account {
        guard let account = try account(id) else { throw IdentityRefusals.accountUnknown(id.description) }
        return account
    }

    /// After a committed change: sessions in memory are forgotten (those still valid are read again), the account read afresh.
    private func changed(_ id: MessageID) throws -> Account {
        cache.withLock { $0.remove(account: id) }
        return try known(id)
    }

    func record(_ event: AuditEvent, _ account: Account, _ address: String, _ detail: String? = nil)
        -> AuditRecord
    {
        AuditRecord(event, account: account.id, login: account.login.description, address: address, detail: detail)
    }

    func insert(
        _ grant: Grant, _ account: Account, by actor: Actor, address: String, at now: Timestamp, in writer: StoreWriter
    ) throws {
        let added = try writer.run(
            "INSERT INTO grant_(account, role, region, granted_at) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING",
            account.id.description, grant.role.rawValue, grant.region?.description ?? "", now.milliseconds)
        guard added == 1 else { return }
        try append(record(.grantAdded, account, address, Self.text(grant)), by: actor, at: now, to: writer)
    }

    static func text(_ grant: Grant) -> String { grant.role.rawValue + (grant.region.map { "@\($0)" } ?? "") }

    static func nameProblem(_ name: String) -> String? {
        let isGood =
            (1...40).contains(name.count) && !name.allSatisfy(\.isWhitespace)
            && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        return isGood ? nil : "显示名称须为 1…40 个字且不含控制字符，请填写真实姓名或岗位名称。"
    }
}
