import Crypto
import Messages
import Store
import Synchronization
import Vocabulary

extension IdentityStore {
    /// Checks name and password; gives a fresh session (never one that the browser already had), or asks for the second factor.
    ///
    /// Wrong names, wrong passwords and names that cannot exist cost the same work and get the same answer. Who must wait is told so before
    /// anything is checked, so that the answer says nothing about the password.
    /// - Throws: `identity.sign-in-failed` (401), `identity.sign-in-wait` (429), `identity.account-disabled` (403, only with the right
    ///   password), `identity.busy` (503).
    public func signIn(login: String, password: String, from origin: Origin) async throws -> SignInStep {
        let name = LoginName.folded(String(login.prefix(200)))
        let found = try credentials(login: name)
        let keys = throttleKeys(.password, login: name, account: found?.account.id, origin)
        try begin(keys)
        let isRight: Bool
        do {
            // What is too long for any password is checked as an empty one: same work, no match.
            let given = password.utf8.count <= PasswordRule.longest ? password : ""
            isRight = try await workers.check(given, against: found?.hash ?? dummy)
        } catch {
            throttle.withLock { $0.cancel(keys) }
            throw error
        }
        guard let found, isRight else {
            try await recordFailure(.signInFailed, keys, account: found?.account, address: origin.address)
            throw IdentityRefusals.signInFailed(rules.throttle)
        }
        guard !found.account.isDisabled else {
            throttle.withLock { $0.cancel(keys) }
            let record = AuditRecord(
                .signInFailed, account: found.account.id, login: found.account.login.description, address: origin.address,
                outcome: .refused, detail: "account is disabled")
            let now = clock.now
            try await file.write { try self.append(record, by: found.account.actor, at: now, to: $0) }
            throw IdentityRefusals.accountDisabled
        }
        let rehashed: PasswordHash?
        do {
            rehashed = found.hash.cost == workers.cost ? nil : try await workers.hash(password)
        } catch {
            throttle.withLock { $0.cancel(keys) }
            throw error
        }
        guard found.account.hasSecondFactor else {
            throttle.withLock { $0.succeed(keys) }
            return .done(try await startSession(found.account, was: found.hash, rehashed: rehashed, spent: keys, origin: origin))
        }
        // Neither success nor failure yet: the name's failures are forgotten only after the second step.
        throttle.withLock { $0.cancel(keys) }
        let secret = Secrets.random(32)
        let now = clock.now
        let challenge = Challenges.Challenge(
            account: found.account.id, hash: found.hash, rehashed: rehashed, keys: keys,
            until: now.advanced(by: Challenges.lifetime))
        challenges.withLock { $0.add(Digest.sha256.of(secret), challenge, now: now) }
        return .secondFactor(challenge: Base64.encodeURL(secret))
    }

    /// The second step: a code of the app, or a recovery code.
    /// - Parameter challenge: what the first step gave; good for five minutes and five tries.
    /// - Throws: `identity.code-wrong` (401), `identity.sign-in-wait` (429), `identity.challenge-over` (401): begin again.
    public func confirmSignIn(challenge token: String, code: String, from origin: Origin) async throws -> SignedIn {
        let now = clock.now
        guard let id = Self.tokenID(token), let challenge = challenges.withLock({ $0.attempt(id, now: now) }) else {
            throw IdentityRefusals.challengeOver
        }
        guard let account = try account(challenge.account), !account.isDisabled else { throw IdentityRefusals.challengeOver }
        try await demand(code, of: account, origin, status: 401)
        challenges.withLock { $0.remove(id) }
        throttle.withLock { throttle in
            for key in challenge.keys where key.kind != .address { throttle.forget(key) }
        }
        return try await startSession(
            account, was: challenge.hash, rehashed: challenge.rehashed, spent: codeKeys(account, origin) + challenge.keys, origin: origin)
    }

    /// Whether the second step can still be taken with this challenge.
    public func isOpen(challenge token: String) -> Bool {
        guard let id = Self.tokenID(token) else { return false }
        let now = clock.now
        return challenges.withLock { $0.isOpen(id, now: now) }
    }

    /// Changes a person's own password. Every session of the account ends; a new one is returned for this browser.
    /// - Throws: `identity.password-wrong` (422), `identity.password-weak` (422), `identity.session-ended` (401).
    public func changePassword(token: String, old: String, new: String, from origin: Origin) async throws -> SignedIn {
        guard let (_, session) = actor(forSession: token), let found = try credentials(id: session.account) else {
            throw IdentityRefusals.signedOut
        }
        // By session: who holds a stolen one may not guess on, and nobody outside can spend what is the owner's.
        let keys = [Throttle.Key(kind: .browser, hash: throttleHash(found.account.login.description, "change/\(session.id.hexadecimal)"))]
        try begin(keys)
        let isRight: Bool
        do { isRight = try await workers.check(old, against: found.hash) } catch {
            throttle.withLock { $0.cancel(keys) }
            throw error
        }
        guard isRight else {
            try await recordFailure(.signInFailed, keys, account: found.account, address: origin.address)
            throw IdentityRefusals.wrongPassword
        }
        throttle.withLock { $0.succeed(keys) }
        var problems = rules.password.problems(new, login: found.account.login.description)
        if new == old {
            problems.append("新密码不得与原密码相同，请更换。")
        } else if problems.isEmpty, try await isRepeated(new, of: found.account.id) {
            problems.append("新密码不得与最近 \(rules.password.history) 次用过的密码相同，请更换。")
        }
        guard problems.isEmpty else { throw IdentityRefusals.weakPassword(problems) }
        let hash = try await workers.hash(new)
        let now = clock.now
        let kept = rules.password.history
        try await file.write { writer in
            let changed = try writer.run(
                "UPDATE account SET password = ?, password_at = ?, must_change = 0 WHERE id = ? AND password = ? AND is_disabled = 0",
                hash.description, now.milliseconds, found.account.id.description, found.hash.description)
            guard changed == 1 else { throw IdentityRefusals.signedOut }
            try Self.remember(found.hash, of: found.account, keeping: kept, in: writer)
            try writer.run("DELETE FROM session WHERE account = ?", found.account.id.description)
            try self.append(
                AuditRecord(
                    .passwordChanged, account: found.account.id, login: found.account.login.description,
                    address: origin.address),
                by: found.account.actor, at: now, to: writer)
        }
        cache.withLock { $0.remove(account: found.account.id) }
        var account = found.account
        account.mustChangePassword = false
        account.passwordChangedAt = now
        return try await startSession(account, was: hash, rehashed: nil, spent: keys, origin: origin)
    }

    // MARK: - Inside

    /// Whether the password is one of the last that the account had.
    private func isRepeated(_ password: String, of account: MessageID) async throws -> Bool {
        let count = rules.password.history
        guard count > 0 else { return false }
        let old = try file.read { snapshot in
            try snapshot.rows(
                "SELECT password FROM old_password WHERE account = ? ORDER BY set_at DESC LIMIT ?", account.description, count - 1
            ) { PasswordHash(try $0.get(0, as: String.self)) }
        }
        for hash in old { if let hash, try await workers.check(password, against: hash) { return true } }
        return false
    }

    /// Keeps the hash that is being replaced, and no more than the rule needs.
    static func remember(_ hash: PasswordHash, of account: Account, keeping count: Int, in writer: StoreWriter) throws {
        let id = account.id.description
        try writer.run(
            "INSERT INTO old_password(account, set_at, password) VALUES(?, ?, ?) ON CONFLICT DO NOTHING", id,
            account.passwordChangedAt.milliseconds, hash.description)
        try writer.run(
            "DELETE FROM old_password WHERE account = ?1 AND set_at NOT IN"
                + " (SELECT set_at FROM old_password WHERE account = ?1 ORDER BY set_at DESC LIMIT ?2)", id, max(0, count - 1))
    }

    static func tokenID(_ token: String) -> [UInt8]? {
        guard token.utf8.count == 43, let bytes = Base64.decodeURL(token) else { return nil }
        return Digest.sha256.of(bytes)
    }

    private func startSession(
        _ account: Account, was hash: PasswordHash, rehashed: PasswordHash?, spent keys: [Throttle.Key], origin: Origin
    ) async throws -> SignedIn {
        let secret = Secrets.random(32)
        let id = Digest.sha256.of(secret)
        let now = clock.now
        let generation = cache.withLock { $0.generation }
        let emergencies = try await file.write { writer in
            // The account may have been disabled or given another password while scrypt ran.
            let still: Int? = try writer.value(
                "SELECT 1 FROM account WHERE id = ? AND is_disabled = 0 AND password = ?", account.id.description,
                hash.description)
            guard still != nil else { throw IdentityRefusals.signedOut }
            if let rehashed {
                try writer.run(
                    "UPDATE account SET password = ? WHERE id = ?", rehashed.description, account.id.description)
            }
            for key in keys where key.kind != .address { try writer.run("DELETE FROM throttle WHERE key = ?", key.hash) }
            try self.sweep(writer, at: now, account: account.id)
            try writer.run(
                "INSERT INTO session(id, account, started_at, seen_at, address, device) VALUES(?, ?, ?, ?, ?, ?)",
                id, account.id.description, now.milliseconds, now.milliseconds, origin.address, origin.device)
            try self.append(
                AuditRecord(.signedIn, account: account.id, login: account.login.description, address: origin.address),
                by: account.actor, at: now, to: writer)
            return try Self.activeEmergencies(of: account.id.description, at: now, in: writer)
        }
        let entry = entry(id: id, account: account, emergencies: emergencies, started: now, seen: now, now: now)
        cache.withLock { $0.insert(entry, readAt: generation) }
        return SignedIn(
            token: Base64.encodeURL(secret), session: entry.session, actor: entry.actor,
            browser: browsers.cookie(origin.browser, adding: account.id, now: now))
    }
}
