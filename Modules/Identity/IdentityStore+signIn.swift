import Crypto
public import Messages
import Store
import Synchronization
import Vocabulary

extension IdentityStore {
    /// Signs a person in and returns a fresh session (never one that the browser already had).
    ///
    /// Wrong names, wrong passwords and names that cannot exist cost the same work and get the same answer. Failures are counted by name
    /// and by address.
    /// - Parameter address: the peer's IP address as text.
    /// - Throws: `identity.sign-in-failed` (401), `identity.sign-in-locked` (429), `identity.account-disabled` (403, only with the right
    ///   password), `identity.busy` (503).
    public func signIn(login: String, password: String, address: String) async throws -> SignedIn {
        let name = LoginName.folded(String(login.prefix(200)))
        let keys = Lockout.Keys(
            account: lockKey("account/", name), address: lockKey("address/", AddressKey.make(address)))
        if case .locked(let rest) = lockout.withLock({ $0.begin(keys, now: clock.now) }) {
            throw IdentityRefusals.locked(for: rest)
        }
        let found: (account: Account, hash: PasswordHash)?
        let isRight: Bool
        do {
            found = try credentials(login: name)
            // What is too long for any password is checked as an empty one: same work, no match.
            let given = password.utf8.count <= PasswordRule.longest ? password : ""
            isRight = try await workers.check(given, against: found?.hash ?? dummy)
        } catch {
            lockout.withLock { $0.cancel(keys) }
            throw error
        }
        guard let found, isRight else {
            try await recordFailure(keys, account: found?.account, address: address)
            throw IdentityRefusals.signInFailed(rules.lockout)
        }
        lockout.withLock { $0.succeed(keys) }
        guard !found.account.isDisabled else {
            let record = AuditRecord(
                .signInFailed, account: found.account.id, login: found.account.login.description, address: address,
                outcome: .refused, detail: "account is disabled")
            let now = clock.now
            try await file.write { try self.append(record, by: found.account.actor, at: now, to: $0) }
            throw IdentityRefusals.accountDisabled
        }
        let rehashed = found.hash.cost == workers.cost ? nil : try await workers.hash(password)
        return try await startSession(found.account, was: found.hash, rehashed: rehashed, keys: keys, address: address)
    }

    /// Who sends this session token, and the session; `nil` when it is unknown, timed out or revoked.
    ///
    /// From memory in about a microsecond; a token not in memory costs one read of the file. The time of the last request is written at
    /// most once a minute, without waiting.
    public func actor(forSession token: String) -> (actor: Actor, session: Session)? {
        guard token.utf8.count == 43, let bytes = Base64.decodeURL(token) else { return nil }
        let id = Digest.sha256.of(bytes)
        let now = clock.now
        let (found, generation) = cache.withLock { ($0.find(id, now: now), $0.generation) }
        switch found {
        case .over: return nil
        case .alive(let actor, let session, let mustTouch):
            if mustTouch { touch(id, at: now) }
            return (actor, session)
        case .unknown:
            guard let entry = try? storedSession(id, now: now) else { return nil }
            let session = entry.session
            guard !rules.session.isOver(started: session.startedAt, seen: session.seenAt, now: now) else { return nil }
            cache.withLock { $0.insert(entry, readAt: generation) }
            return actor(cached: id, now: now) ?? (entry.actor, session)
        }
    }

    private func actor(cached id: [UInt8], now: Timestamp) -> (actor: Actor, session: Session)? {
        guard case .alive(let actor, let session, let mustTouch) = cache.withLock({ $0.find(id, now: now) }) else {
            return nil
        }
        if mustTouch { touch(id, at: now) }
        return (actor, session)
    }

    /// Ends a session; nothing happens when it is gone already.
    public func signOut(token: String, address: String) async throws {
        guard let (actor, session) = actor(forSession: token) else { return }
        let now = clock.now
        try await file.write { writer in
            try writer.run("DELETE FROM session WHERE id = ?", session.id)
            try self.append(
                AuditRecord(.signedOut, account: session.account, address: address), by: actor, at: now, to: writer)
        }
        cache.withLock { $0.remove(session.id) }
    }

    /// Changes a person's own password. Every session of the account ends; a new one is returned for this browser.
    /// - Throws: `identity.password-wrong` (422), `identity.password-weak` (422), `identity.session-ended` (401).
    public func changePassword(token: String, old: String, new: String, address: String) async throws -> SignedIn {
        guard let (_, session) = actor(forSession: token), let found = try credentials(id: session.account) else {
            throw IdentityRefusals.signedOut
        }
        let keys = Lockout.Keys(
            account: lockKey("account/", found.account.login.description),
            address: lockKey("address/", AddressKey.make(address)))
        if case .locked(let rest) = lockout.withLock({ $0.begin(keys, now: clock.now) }) {
            throw IdentityRefusals.locked(for: rest)
        }
        let isRight: Bool
        do { isRight = try await workers.check(old, against: found.hash) } catch {
            lockout.withLock { $0.cancel(keys) }
            throw error
        }
        guard isRight else {
            try await recordFailure(keys, account: found.account, address: address)
            throw IdentityRefusals.wrongPassword
        }
        lockout.withLock { $0.succeed(keys) }
        var problems = rules.password.problems(new, login: found.account.login.description)
        if new == old { problems.append("新密码不得与原密码相同，请更换。") }
        guard problems.isEmpty else { throw IdentityRefusals.weakPassword(problems) }
        let hash = try await workers.hash(new)
        let now = clock.now
        try await file.write { writer in
            let changed = try writer.run(
                "UPDATE account SET password = ?, password_at = ?, must_change = 0 WHERE id = ? AND password = ? AND is_disabled = 0",
                hash.description, now.milliseconds, found.account.id.description, found.hash.description)
            guard changed == 1 else { throw IdentityRefusals.signedOut }
            try writer.run("DELETE FROM session WHERE account = ?", found.account.id.description)
            try self.append(
                AuditRecord(
                    .passwordChanged, account: found.account.id, login: found.account.login.description,
                    address: address),
                by: found.account.actor, at: now, to: writer)
        }
        cache.withLock { $0.remove(account: found.account.id) }
        var account = found.account
        account.mustChangePassword = false
        account.passwordChangedAt = now
        return try await startSession(account, was: hash, rehashed: nil, keys: keys, address: address)
    }

    // MARK: - Inside

    /// Names and addresses are watched by keyed hashes: the table holds no addresses and no mistyped passwords.
    func lockKey(_ kind: String, _ text: String) -> [UInt8] {
        Digest.sha256.mac(key: csrf.secret, "lockout/\(kind)\(text)".utf8)
    }

    private func recordFailure(_ keys: Lockout.Keys, account: Account?, address: String) async throws {
        let now = clock.now
        let (counters, locked) = lockout.withLock { $0.fail(keys, now: now) }
        let past = now.advanced(by: .zero - rules.lockout.period).milliseconds
        let actor = account?.actor ?? .visitor
        try await file.write { writer in
            try writer.run(
                "DELETE FROM lockout WHERE since <= ? AND (locked_until IS NULL OR locked_until <= ?)", past,
                now.milliseconds)
            for (key, counter) in counters {
                try writer.run(
                    "INSERT INTO lockout(key, failures, since, locked_until) VALUES(?, ?, ?, ?) ON CONFLICT(key) DO UPDATE"
                        + " SET failures = excluded.failures, since = excluded.since, locked_until = excluded.locked_until",
                    key, counter.failures, counter.since.milliseconds, counter.lockedUntil?.milliseconds)
            }
            let record = AuditRecord(
                .signInFailed, account: account?.id, login: account?.login.description, address: address,
                outcome: .refused)
            try self.append(record, by: actor, at: now, to: writer)
            if locked {
                var lock = record
                lock.event = .signInLocked
                try self.append(lock, by: actor, at: now, to: writer)
            }
        }
    }

    private func startSession(
        _ account: Account, was hash: PasswordHash, rehashed: PasswordHash?, keys: Lockout.Keys, address: String
    ) async throws -> SignedIn {
        let secret = Secrets.random(32)
        let id = Digest.sha256.of(secret)
        let now = clock.now
        let generation = cache.withLock { $0.generation }
        try await file.write { writer in
            // The account may have been disabled or given another password while scrypt ran.
            let still: Int? = try writer.value(
                "SELECT 1 FROM account WHERE id = ? AND is_disabled = 0 AND password = ?", account.id.description,
                hash.description)
            guard still != nil else { throw IdentityRefusals.signedOut }
            if let rehashed {
                try writer.run(
                    "UPDATE account SET password = ? WHERE id = ?", rehashed.description, account.id.description)
            }
            try writer.run("DELETE FROM lockout WHERE key = ?", keys.account)
            try self.sweep(writer, at: now, account: account.id)
            try writer.run(
                "INSERT INTO session(id, account, started_at, seen_at) VALUES(?, ?, ?, ?)",
                id, account.id.description, now.milliseconds, now.milliseconds)
            try self.append(
                AuditRecord(.signedIn, account: account.id, login: account.login.description, address: address),
                by: account.actor, at: now, to: writer)
        }
        let entry = entry(id: id, account: account, started: now, seen: now, now: now)
        cache.withLock { $0.insert(entry, readAt: generation) }
        return SignedIn(token: Base64.encodeURL(secret), session: entry.session, actor: entry.actor)
    }

    private func entry(id: [UInt8], account: Account, started: Timestamp, seen: Timestamp, now: Timestamp)
        -> SessionCache.Entry
    {
        let until = rules.password.days.map { account.passwordChangedAt.advanced(by: .seconds($0 * 86_400)) }
        return SessionCache.Entry(
            session: Session(
                id: id, account: account.id, startedAt: started, seenAt: seen, csrfToken: csrf.token(session: id),
                mustChangePassword: account.mustChangePassword || until.map { now >= $0 } ?? false),
            actor: account.actor, passwordUntil: until, storedSeenAt: seen)
    }

    private func storedSession(_ id: [UInt8], now: Timestamp) throws -> SessionCache.Entry? {
        try file.read { snapshot in
            let row = try snapshot.first("SELECT account, started_at, seen_at FROM session WHERE id = ?", id) { row in
                (
                    account: try row.get(0, as: String.self), started: try row.get(1, as: Int64.self),
                    seen: try row.get(2, as: Int64.self)
                )
            }
            guard let row, let account = try Self.account(in: snapshot, where: "id = ?", row.account),
                !account.isDisabled
            else {
                return nil
            }
            return entry(
                id: id, account: account, started: Timestamp(milliseconds: row.started),
                seen: Timestamp(milliseconds: row.seen),
                now: now)
        }
    }

    /// Removes sessions that have timed out; of one account, or of all.
    func sweep(_ writer: StoreWriter, at now: Timestamp, account: MessageID? = nil) throws {
        let idle = now.advanced(by: .zero - rules.session.idle).milliseconds
        let absolute = now.advanced(by: .zero - rules.session.absolute).milliseconds
        let account = account?.description
        try writer.run(
            "DELETE FROM session WHERE (?1 IS NULL OR account = ?1) AND (seen_at <= ?2 OR started_at <= ?3)", account,
            idle, absolute)
    }

    private func touch(_ id: [UInt8], at now: Timestamp) {
        file.enqueue(
            { try $0.run("UPDATE session SET seen_at = max(seen_at, ?) WHERE id = ?", now.milliseconds, id) },
            then: { _ in })
    }
}
