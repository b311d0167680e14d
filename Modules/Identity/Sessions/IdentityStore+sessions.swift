import Crypto
public import Messages
import Store
import Synchronization
import Vocabulary

extension IdentityStore {
    /// Who sends this session token, and the session; `nil` when it is unknown, timed out or revoked.
    ///
    /// From memory in about a microsecond; a token not in memory costs one read of the file. The time of the last request is written at
    /// most once a minute, without waiting.
    public func actor(forSession token: String) -> (actor: Actor, session: Session)? {
        guard let id = Self.tokenID(token) else { return nil }
        let now = clock.now
        let (found, generation) = cache.withLock { ($0.find(id, now: now), $0.generation) }
        switch found {
        case .over: return nil
        case .alive(let actor, let session, let mustTouch):
            if mustTouch { touch(id, at: now) }
            return (actor, session)
        case .unknown, .stale:
            guard var entry = try? storedSession(id, now: now) else { return nil }
            // The file's is up to a minute older.
            if case .stale(let seen) = found { entry.session.seenAt = max(entry.session.seenAt, seen) }
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

    /// The running sessions of an account, the one used last in front.
    public func sessions(of account: MessageID) throws -> [SessionSummary] {
        let now = clock.now
        let stored = try file.read { snapshot in
            try snapshot.rows(
                "SELECT id, device, address, started_at, seen_at FROM session WHERE account = ?", account.description
            ) { row in
                (
                    id: try row.get(0, as: [UInt8].self), device: try row.get(1, as: String.self), address: try row.get(2, as: String.self),
                    started: Timestamp(milliseconds: try row.get(3)), seen: Timestamp(milliseconds: try row.get(4))
                )
            }
        }
        return stored.compactMap { row in
            let seen = max(row.seen, cache.withLock { $0.seenAt(row.id) } ?? row.seen)
            guard !rules.session.isOver(started: row.started, seen: seen, now: now) else { return nil }
            return SessionSummary(
                id: Session.handle(row.id), device: row.device, address: row.address, startedAt: row.started, seenAt: seen)
        }.sorted { $0.seenAt > $1.seenAt }
    }

    /// Ends one session of an account: its owner, or a security administrator.
    /// - Throws: `identity.session-unknown` (404), `identity.not-allowed` (403).
    public func endSession(_ handle: String, of account: MessageID, by actor: Actor, address: String) async throws {
        try authoriseSessions(of: account, actor)
        let known = try known(account)
        let now = clock.now
        let ended = try await file.write { writer -> [UInt8] in
            let ids = try writer.rows("SELECT id FROM session WHERE account = ?", account.description) { try $0.get(0, as: [UInt8].self) }
            guard let id = ids.first(where: { Session.handle($0) == handle }) else { throw IdentityRefusals.sessionUnknown }
            try writer.run("DELETE FROM session WHERE id = ?", id)
            try self.append(self.record(.sessionEnded, known, address), by: actor, at: now, to: writer)
            return id
        }
        cache.withLock { $0.remove(ended) }
    }

    /// Ends every session of an account but one; returns how many.
    /// - Parameter kept: the token of the session that goes on; `nil`: none does.
    @discardableResult
    public func endSessions(of account: MessageID, except kept: String? = nil, by actor: Actor, address: String) async throws -> Int {
        try authoriseSessions(of: account, actor)
        let known = try known(account)
        let now = clock.now
        let keptID = kept.flatMap(Self.tokenID) ?? []
        let count = try await file.write { writer in
            let count = try writer.run("DELETE FROM session WHERE account = ? AND id <> ?", account.description, keptID)
            if count > 0 {
                try self.append(self.record(.sessionEnded, known, address, "\(count)"), by: actor, at: now, to: writer)
            }
            return count
        }
        cache.withLock { $0.remove(account: account) }
        return count
    }

    // MARK: - Inside

    private func authoriseSessions(of account: MessageID, _ actor: Actor) throws {
        guard actor.kind == .system || actor.id == account.description || actor.holds(.securityAdministrator) else {
            throw IdentityRefusals.notAllowed
        }
    }

    func entry(
        id: [UInt8], account: Account, emergencies: [EmergencyNote], started: Timestamp, seen: Timestamp, now: Timestamp
    ) -> SessionCache.Entry {
        var account = account
        for one in emergencies where !account.grants.contains(one.grant) { account.grants.append(one.grant) }
        let until = rules.password.days.map { account.passwordChangedAt.advanced(by: .seconds($0 * 86_400)) }
        let mustEnrol = !account.hasSecondFactor && account.grants.contains { rules.secondFactor.requiredRoles.contains($0.role.rawValue) }
        return SessionCache.Entry(
            session: Session(
                id: id, account: account.id, startedAt: started, seenAt: seen, csrfToken: csrf.token(session: id),
                mustChangePassword: account.mustChangePassword || until.map { now >= $0 } ?? false, mustEnrol: mustEnrol,
                emergencies: emergencies),
            actor: account.actor, passwordUntil: until, grantsUntil: emergencies.map(\.until).min(), storedSeenAt: seen)
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
                id: id, account: account, emergencies: try Self.activeEmergencies(of: row.account, at: now, in: snapshot),
                started: Timestamp(milliseconds: row.started),
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
