import Crypto
public import Messages
import Store
import Synchronization
import Vocabulary

/// How people come to act for an enterprise or an agency: they say so, the window's staff looks into it.
extension IdentityStore {
    /// Opens an account without any role and puts its claim before the window of the region. The login name is the wished one with
    /// four digits, whether or not the wished one is taken; the answer is the same for known and unknown organisations.
    ///
    /// - Parameter form: secret of the form at hand (`MembershipRequest` posted twice gives one account).
    /// - Returns: the login name, shown once.
    /// - Throws: `identity.claim-invalid` (422) with every fault, `identity.sign-up-closed` (403), `identity.sign-up-wait` (429),
    ///   `identity.sign-up-full` or `identity.busy` (503).
    public func signUp(_ request: SignUpRequest, form: [UInt8], address: String) async throws -> LoginName {
        guard rules.signUp.isOpen else { throw IdentityRefusals.signUpClosed }
        var (organisation, faults) = examine(request.membership)
        let wish = LoginName.folded(request.login)
        if let problem = LoginName.problem(wish) {
            faults.append(.init(field: "login", value: String(request.login.prefix(40)), message: problem))
        } else if wish.utf8.count > 35 {
            faults.append(.init(field: "login", value: wish, message: "登录名最多 35 位（系统另加 4 位数字），请缩短。"))
        }
        if let problem = Self.nameProblem(request.name) { faults.append(.init(field: "name", value: request.name, message: problem)) }
        faults += rules.password.problems(request.password, login: wish).map { .init(field: "password", message: $0) }
        guard faults.isEmpty, let organisation, let region = request.membership.region else { throw IdentityRefusals.invalidClaim(faults) }
        try await countSignUp(address)
        let hash = try await workers.hash(request.password)
        let now = clock.now
        let mark = Digest.sha256.of(form)
        let id = ids.next(), claim = ids.next()
        let most = rules.signUp.waiting
        let post = request.membership.post
        return try await file.write { writer -> LoginName in
            let before: String? = try writer.value(
                "SELECT a.login FROM membership_claim c JOIN account a ON a.id = c.account WHERE c.form = ?", mark)
            if let before, let login = LoginName(before) { return login }
            guard try Self.waitingClaims(in: writer) < most else { throw IdentityRefusals.signUpFull }
            let login = try Self.freeLogin(wish, in: writer)
            let account = Account(
                id: id, login: login, name: request.name, organisation: nil, isDisabled: false, mustChangePassword: false,
                passwordChangedAt: now, createdAt: now, grants: [])
            try writer.run(
                "INSERT INTO account(id, login, name, must_change, password, password_at, created_at) VALUES(?, ?, ?, 0, ?, ?, ?)",
                id.description, login.description, account.name, hash.description, now.milliseconds, now.milliseconds)
            try self.append(self.record(.signedUp, account, address), by: account.actor, at: now, to: writer)
            try self.insert(claim, account, organisation, region, post, mark: mark, address: address, at: now, in: writer)
            return login
        }
    }

    /// Puts another claim of a person with an account before the window: after a refusal, or for a further role at the same organisation.
    /// - Throws: `identity.claim-invalid` (422), `identity.claim-open`, `-elsewhere` or `-staff` (409), `identity.sign-up-wait` (429).
    public func claimMembership(_ request: MembershipRequest, form: [UInt8], by actor: Actor, address: String) async throws {
        let account = try known(actor)
        let (organisation, faults) = examine(request)
        guard faults.isEmpty, let organisation, let region = request.region else { throw IdentityRefusals.invalidClaim(faults) }
        guard account.grants.allSatisfy({ Self.memberRoles.contains($0.role) }) else { throw IdentityRefusals.claimStaff }
        try await countSignUp(address)
        let now = clock.now
        let mark = Digest.sha256.of(form)
        let id = ids.next()
        try await file.write { writer in
            let known: Int? = try writer.value("SELECT 1 FROM membership_claim WHERE form = ?", mark)
            if known != nil { return }
            let current: String? = try writer.value("SELECT organisation FROM account WHERE id = ?", account.id.description)
            if let code = current.flatMap({ CreditCode($0) }), code != organisation.code { throw IdentityRefusals.claimElsewhere(code) }
            let open: Int? = try writer.value("SELECT 1 FROM membership_claim WHERE account = ? AND state = 'waiting'", account.id.description)
            guard open == nil else { throw IdentityRefusals.claimOpen }
            try self.insert(id, account, organisation, region, request.post, mark: mark, address: address, at: now, in: writer)
        }
    }

    /// Takes the own open claim back.
    /// - Throws: `identity.claim-unknown` (404), `identity.claim-decided` (409).
    public func withdrawClaim(_ id: MessageID, by actor: Actor, address: String) async throws {
        let account = try known(actor)
        try await close(id, as: .withdrawn, reason: nil, by: actor, address: address) { claim in
            guard claim.account == account.id else { throw IdentityRefusals.claimUnknown }
        }
    }

    /// Approves or refuses a claim: staff of the claim's region. An approval records the organisation where it is unknown, lets the
    /// account act for it and gives the role for the region, all in one transaction; it acts on the account's next request.
    ///
    /// - Parameter reason: 2…200 characters where it is refused; the person reads it.
    /// - Throws: `identity.claim-unknown` (404, also for another region's), `-decided` or `-elsewhere` (409), `-own` (403), `-invalid` (422).
    public func decideClaim(_ id: MessageID, approve: Bool, reason: String?, by actor: Actor, address: String) async throws {
        let reason = reason.map { String($0.prefix(201)) } ?? ""
        guard approve || (2...200).contains(reason.count) else {
            throw IdentityRefusals.invalidClaim([.init(field: "reason", message: "不予通过须写明 2 至 200 字的理由，申请人会看到。")])
        }
        let now = clock.now
        let account = try await close(id, as: approve ? .approved : .refused, reason: approve ? nil : reason, by: actor, address: address) { claim in
            guard Self.maySee(claim, actor) else { throw IdentityRefusals.claimUnknown }
            guard claim.account.description != actor.id else { throw IdentityRefusals.claimOwn }
        } also: { claim, writer in
            guard approve else { return }
            try self.enter(claim, by: actor, address: address, at: now, in: writer)
        }
        cache.withLock { $0.remove(account: account) }
    }

    /// Ends that an account acts for its organisation: its owner, or staff of the region. The roles 企业 and 服务机构 go with it.
    /// - Throws: `identity.not-member` (409), `identity.claim-unknown` (404, also for another region's accounts).
    public func endMembership(of id: MessageID, by actor: Actor, address: String) async throws {
        guard let account = try account(id), actor.id == id.description || Self.mayEnd(account, actor) else { throw IdentityRefusals.claimUnknown }
        guard let code = account.organisation else { throw IdentityRefusals.notMember }
        let held = account.grants.filter { Self.memberRoles.contains($0.role) }
        guard held.count == account.grants.count else { throw IdentityRefusals.claimStaff }
        let now = clock.now
        try await file.write { writer in
            let gone = try writer.run("UPDATE account SET organisation = NULL WHERE id = ? AND organisation IS NOT NULL", id.description)
            guard gone == 1 else { throw IdentityRefusals.notMember }
            try writer.run("DELETE FROM grant_ WHERE account = ? AND role IN ('enterprise', 'agency')", id.description)
            try self.append(self.record(.membershipEnded, account, address, code.description), by: actor, at: now, to: writer)
            for grant in held { try self.append(self.record(.grantRemoved, account, address, Self.text(grant)), by: actor, at: now, to: writer) }
        }
        cache.withLock { $0.remove(account: id) }
    }

    // MARK: - Inside

    static let memberRoles: [Role] = [.enterprise, .agency]

    private func known(_ actor: Actor) throws -> Account {
        guard actor.kind == .person, let id = MessageID(actor.id), let account = try account(id) else { throw IdentityRefusals.claimUnknown }
        return account
    }

    /// Everything that speaks against what was typed.
    private func examine(_ request: MembershipRequest) -> (Organisation?, [Refusal.Fault]) {
        var faults: [Refusal.Fault] = []
        func fault(_ field: String, _ value: String?, _ message: String) {
            faults.append(.init(field: field, value: value.map { String($0.prefix(30)) }, message: message))
        }
        let code = CreditCode(request.code)
        if code == nil { fault("code", request.code, "不是有效的统一社会信用代码（GB 32100-2015，18 位），请对照营业执照核对。") }
        if let problem = Organisation.problem(inName: request.name) { fault("organisation", request.name, problem) }
        let kind = request.kind.flatMap { [.enterprise, .agency].contains($0) ? $0 : nil }
        if kind == nil { fault("kind", nil, "请选择企业或服务机构。") }
        if let region = request.region {
            if let site = self.region, !site.contains(region) { fault("region", region.description, "区划“\(region)”不在本站点所辖范围内，请重新选择。") }
        } else {
            fault("region", nil, "请选择单位所在的县市区。")
        }
        if !(2...40).contains(request.post.count) || request.post.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            fault("post", request.post, "请用 2 至 40 个字说明您在单位的职务。")
        }
        guard let code, let kind else { return (nil, faults) }
        return (Organisation(code: code, name: request.name, kind: kind), faults)
    }

    /// Every attempt counts against its address, also after a restart.
    private func countSignUp(_ address: String) async throws {
        let now = clock.now
        let key = Throttle.Key(kind: .address, hash: Digest.sha256.mac(key: csrf.secret, "sign-up/address/\(AddressKey.make(address))".utf8))
        let counters = try signUps.withLock { throttle in
            if case .wait(let rest) = throttle.begin([key], now: now) { throw IdentityRefusals.signUpWait(rest) }
            return throttle.fail([key], now: now).counters
        }
        try await file.write { try Self.keep(counters, at: now, in: $0) }
    }

    /// The wished name with four digits that nobody has yet.
    private static func freeLogin(_ wish: String, in writer: StoreWriter) throws -> LoginName {
        for _ in 0..<200 {
            let digits = (0..<4).map { _ in String(Secrets.random(below: 10)) }.joined()
            guard let login = LoginName("\(wish)-\(digits)") else { break }
            let taken: Int? = try writer.value("SELECT 1 FROM account WHERE login = ?", login.description)
            if taken == nil { return login }
        }
        throw IdentityRefusals.invalidClaim([.init(field: "login", value: wish, message: "该登录名使用人数过多，请换一个。")])
    }

    private func insert(
        _ id: MessageID, _ account: Account, _ organisation: Organisation, _ region: RegionCode, _ post: String, mark: [UInt8], address: String,
        at now: Timestamp, in writer: StoreWriter
    ) throws {
        try writer.run(
            """
            INSERT INTO membership_claim(id, account, code, name, kind, region, post, requested_at, state, form)
            VALUES(?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?)
            """, id.description, account.id.description, organisation.code.description, organisation.name, organisation.kind.rawValue,
            region.description, post, now.milliseconds, mark)
        try append(record(.membershipClaimed, account, address, "\(organisation.code)@\(region)"), by: account.actor, at: now, to: writer)
    }

    /// Closes an open claim, with what belongs to it, in one transaction; gives whose it is.
    @discardableResult
    private func close(
        _ id: MessageID, as state: MembershipClaim.State, reason: String?, by actor: Actor, address: String,
        unless check: @escaping @Sendable (MembershipClaim) throws -> Void,
        also work: @escaping @Sendable (MembershipClaim, StoreWriter) throws -> Void = { _, _ in }
    ) async throws -> MessageID {
        let now = clock.now
        return try await file.write { writer in
            guard let claim = try Self.claims(in: writer, where: "c.id = ?", [id.description]).first else { throw IdentityRefusals.claimUnknown }
            try check(claim)
            guard claim.state == .waiting else { throw IdentityRefusals.claimDecided }
            try writer.run(
                "UPDATE membership_claim SET state = ?, decided_at = ?, decided_by = ?, reason = ? WHERE id = ?", state.rawValue,
                now.milliseconds, actor.id, reason, id.description)
            let event: AuditEvent =
                switch state {
                case .approved: .membershipApproved
                case .refused: .membershipRefused
                case .withdrawn, .waiting: .membershipWithdrawn
                }
            let record = AuditRecord(
                event, account: claim.account, login: claim.login.description, address: address,
                detail: "\(claim.organisation.code)@\(claim.region)")
            try self.append(record, by: actor, at: now, to: writer)
            try work(claim, writer)
            return claim.account
        }
    }

    /// What an approval changes.
    private func enter(_ claim: MembershipClaim, by actor: Actor, address: String, at now: Timestamp, in writer: StoreWriter) throws {
        guard let account = try Self.account(in: writer, where: "id = ?", claim.account.description), !account.isDisabled else {
            throw IdentityRefusals.accountUnknown(claim.account.description)
        }
        if let code = account.organisation, code != claim.organisation.code { throw IdentityRefusals.claimElsewhere(code) }
        let code = claim.organisation.code.description
        let ended: Int64? = try writer.value("SELECT ended_at FROM organisation WHERE code = ?", code)
        guard ended == nil else {
            throw IdentityRefusals.invalidClaim([.init(field: "code", value: code, message: "单位“\(code)”在本站点已终止。请先由安全管理员在“单位”中恢复。")])
        }
        let added = try writer.run(
            "INSERT INTO organisation(code, name, kind, created_at) VALUES(?, ?, ?, ?) ON CONFLICT(code) DO NOTHING", code,
            claim.organisation.name, claim.organisation.kind.rawValue, now.milliseconds)
        if added == 1 {
            try append(AuditRecord(.organisationRecorded, address: address, detail: code), by: actor, at: now, to: writer)
        }
        let grant = Grant(claim.role, in: claim.region)
        let faults = GrantCheck(rules: rules.roles, site: region).faults(account.grants + [grant], organisation: claim.organisation.code)
        guard faults.isEmpty else { throw IdentityRefusals.invalidAccount(faults) }
        try writer.run("UPDATE account SET organisation = ? WHERE id = ?", code, account.id.description)
        try insert(grant, account, by: actor, address: address, at: now, in: writer)
    }

    private static func mayEnd(_ account: Account, _ actor: Actor) -> Bool {
        account.grants.contains { grant in grant.region.map { maySee($0, actor) } ?? false }
    }
}
