import Crypto
public import Messages
import Store
import Synchronization
public import Vocabulary

/// How an account stands with its second factor.
public struct SecondFactorState: Sendable, Hashable {
    /// Since when codes are asked for; `nil`: they are not.
    public var since: Timestamp?
    /// Recovery codes that have not been used.
    public var recoveryCodesLeft: Int
    /// Whether one of the account's roles demands it.
    public var isRequired: Bool
    /// An enrolment that waits for its first code.
    public var isPending: Bool
}

/// What the app needs, shown until the first code confirms it.
public struct Enrolment: Sendable, CustomStringConvertible {
    /// Base32, for typing.
    public var secret: String
    /// `otpauth://totp/…`, for the picture.
    public var link: String

    public var description: String { "‹secret›" }
}

extension IdentityStore {
    public func secondFactor(of account: Account) throws -> SecondFactorState {
        let required = account.grants.contains { rules.secondFactor.requiredRoles.contains($0.role.rawValue) }
        return try file.read { snapshot in
            let row = try snapshot.first(
                "SELECT confirmed_at, pending IS NOT NULL FROM second_factor WHERE account = ?", account.id.description
            ) { row in (since: try row.get(0, as: Int64?.self), pending: try row.get(1, as: Int64.self)) }
            let left: Int = try snapshot.value(
                "SELECT count(*) FROM recovery_code WHERE account = ? AND used_at IS NULL", account.id.description) ?? 0
            return SecondFactorState(
                since: (row?.since).flatMap { $0 }.map(Timestamp.init(milliseconds:)), recoveryCodesLeft: left, isRequired: required,
                isPending: row?.pending == 1)
        }
    }

    /// Makes a new secret for the session's account; it counts only after `confirmEnrolment`.
    /// - Parameter code: where a factor is in use already, a code of it: a stolen session must not be enough to replace it.
    /// - Throws: `identity.code-wrong` (422), `identity.sign-in-wait` (429), `identity.session-ended` (401).
    public func beginEnrolment(token: String, code: String?, from origin: Origin) async throws {
        let account = try owner(of: token)
        if account.hasSecondFactor { try await demand(code ?? "", of: account, origin) }
        let secret = Secrets.random(TOTP.secretLength)
        let sealed = try AES256GCM.seal(secret, key: sealKey, context: Self.sealContext(account.id))
        let now = clock.now
        try await file.write { writer -> Void in
            try writer.run(
                "INSERT INTO second_factor(account, pending, pending_at) VALUES(?, ?, ?)"
                    + " ON CONFLICT(account) DO UPDATE SET pending = excluded.pending, pending_at = excluded.pending_at",
                account.id.description, sealed, now.milliseconds)
        }
    }

    /// The secret that waits for its first code; `nil` when none does.
    public func enrolment(token: String) throws -> Enrolment? {
        let account = try owner(of: token)
        let sealed: [UInt8]? = try file.read {
            try $0.value("SELECT pending FROM second_factor WHERE account = ?", account.id.description)
        }
        guard let sealed else { return nil }
        let secret = try unseal(sealed, account.id)
        return Enrolment(
            secret: Base32.encode(secret),
            link: TOTP.link(secret: secret, issuer: rules.secondFactor.issuer, login: account.login.description))
    }

    /// Puts the waiting secret to use and returns ten recovery codes, shown this once. Other sessions of the account end.
    public func confirmEnrolment(token: String, code: String, from origin: Origin) async throws -> [String] {
        let account = try owner(of: token)
        let keys = codeKeys(account, origin)
        try begin(keys)
        let now = clock.now
        let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode.make() }
        let kept = Self.tokenID(token) ?? []
        let isRight: Bool
        do {
            isRight = try await file.write { writer in
                let sealed: [UInt8]? = try writer.value("SELECT pending FROM second_factor WHERE account = ?", account.id.description)
                guard let sealed else { throw IdentityRefusals.noEnrolment }
                let secret = try self.unseal(sealed, account.id)
                guard let step = TOTP(secret: secret).step(matching: Self.folded(code), at: now, after: 0) else { return false }
                try writer.run(
                    "UPDATE second_factor SET secret = pending, confirmed_at = ?, last_step = ?, pending = NULL, pending_at = NULL WHERE account = ?",
                    now.milliseconds, step, account.id.description)
                try self.replaceRecoveryCodes(codes, of: account.id, in: writer)
                try writer.run("DELETE FROM session WHERE account = ? AND id <> ?", account.id.description, kept)
                try self.append(self.record(.secondFactorEnrolled, account, origin.address), by: account.actor, at: now, to: writer)
                return true
            }
        } catch {
            throttle.withLock { $0.cancel(keys) }
            throw error
        }
        guard isRight else {
            try await recordFailure(.secondFactorFailed, keys, account: account, address: origin.address)
            throw IdentityRefusals.wrongCode(status: 422)
        }
        throttle.withLock { $0.succeed(keys) }
        cache.withLock { $0.remove(account: account.id) }
        return codes
    }

    /// Ten new recovery codes; those of before stop working.
    public func makeRecoveryCodes(token: String, code: String, from origin: Origin) async throws -> [String] {
        let account = try owner(of: token)
        guard account.hasSecondFactor else { throw IdentityRefusals.noSecondFactor }
        try await demand(code, of: account, origin)
        let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode.make() }
        let now = clock.now
        try await file.write { writer in
            try self.replaceRecoveryCodes(codes, of: account.id, in: writer)
            try self.append(self.record(.recoveryCodesMade, account, origin.address), by: account.actor, at: now, to: writer)
        }
        return codes
    }

    /// The owner stops using codes, where no role demands them.
    public func removeSecondFactor(token: String, code: String, from origin: Origin) async throws {
        let account = try owner(of: token)
        guard account.hasSecondFactor else { throw IdentityRefusals.noSecondFactor }
        guard !(try secondFactor(of: account).isRequired) else { throw IdentityRefusals.secondFactorRequired }
        try await demand(code, of: account, origin)
        try await drop(account, .secondFactorRemoved, by: account.actor, address: origin.address)
    }

    /// A security administrator takes the second factor off an account, for somebody who lost telephone and codes. Its sessions end; where
    /// a role demands one, the person enrols anew at the next sign-in.
    public func resetSecondFactor(_ id: MessageID, by actor: Actor, address: String) async throws {
        try authorise(actor, on: id)
        let account = try known(id)
        guard account.hasSecondFactor else { throw IdentityRefusals.noSecondFactor }
        let prefix = throttlePrefix(account.login.description)
        try await drop(account, .secondFactorReset, by: actor, address: address) { writer in
            try writer.run("DELETE FROM session WHERE account = ?", id.description)
            try writer.run("DELETE FROM throttle WHERE substr(key, 1, \(Throttle.Key.prefixLength)) = ?", prefix)
        }
        throttle.withLock { $0.forget(prefix: prefix) }
    }

    // MARK: - Inside

    /// Uses up a code; false when it is wrong, was used, or there is no factor. Each code works once: the step moves in the transaction.
    func spend(_ code: String, of account: Account, address: String) async throws -> Bool {
        let now = clock.now
        let folded = Self.folded(code)
        let recovery = RecoveryCode.folded(code).map { recoveryHash($0, account.id) }
        return try await file.write { writer in
            let row = try writer.first(
                "SELECT secret, last_step FROM second_factor WHERE account = ? AND secret IS NOT NULL", account.id.description
            ) { row in (secret: try row.get(0, as: [UInt8].self), last: try row.get(1, as: Int64.self)) }
            guard let row else { return false }
            if let step = TOTP(secret: try self.unseal(row.secret, account.id)).step(matching: folded, at: now, after: row.last) {
                try writer.run("UPDATE second_factor SET last_step = ? WHERE account = ?", step, account.id.description)
                return true
            }
            guard let recovery else { return false }
            let used = try writer.run(
                "UPDATE recovery_code SET used_at = ? WHERE account = ? AND hash = ? AND used_at IS NULL", now.milliseconds,
                account.id.description, recovery)
            guard used == 1 else { return false }
            let left: Int = try writer.value(
                "SELECT count(*) FROM recovery_code WHERE account = ? AND used_at IS NULL", account.id.description) ?? 0
            try self.append(self.record(.recoveryCodeUsed, account, address, "\(left) left"), by: account.actor, at: now, to: writer)
            return true
        }
    }

    /// Uses up a code or refuses, counting failures by name and address, or by known browser.
    func demand(_ code: String, of account: Account, _ origin: Origin, status: Int = 422) async throws {
        let keys = codeKeys(account, origin)
        try begin(keys)
        let isRight: Bool
        do { isRight = try await spend(code, of: account, address: origin.address) } catch {
            throttle.withLock { $0.cancel(keys) }
            throw error
        }
        guard isRight else {
            try await recordFailure(.secondFactorFailed, keys, account: account, address: origin.address)
            throw IdentityRefusals.wrongCode(status: status)
        }
        throttle.withLock { $0.succeed(keys) }
    }

    func codeKeys(_ account: Account, _ origin: Origin) -> [Throttle.Key] {
        throttleKeys(.code, login: account.login.description, account: account.id, origin)
    }

    private func drop(
        _ account: Account, _ event: AuditEvent, by actor: Actor, address: String,
        also work: @escaping @Sendable (StoreWriter) throws -> Void = { _ in }
    ) async throws {
        let now = clock.now
        try await file.write { writer in
            try writer.run("DELETE FROM second_factor WHERE account = ?", account.id.description)
            try writer.run("DELETE FROM recovery_code WHERE account = ?", account.id.description)
            try work(writer)
            try self.append(self.record(event, account, address), by: actor, at: now, to: writer)
        }
        cache.withLock { $0.remove(account: account.id) }
    }

    private func replaceRecoveryCodes(_ codes: [String], of account: MessageID, in writer: StoreWriter) throws {
        try writer.run("DELETE FROM recovery_code WHERE account = ?", account.description)
        for code in codes {
            guard let folded = RecoveryCode.folded(code) else { continue }
            try writer.run("INSERT INTO recovery_code(account, hash) VALUES(?, ?)", account.description, recoveryHash(folded, account))
        }
    }

    private func recoveryHash(_ folded: String, _ account: MessageID) -> [UInt8] {
        Digest.sha256.mac(key: recoveryKey, "\(account)/\(folded)".utf8)
    }

    private func owner(of token: String) throws -> Account {
        guard let (_, session) = actor(forSession: token), let account = try account(session.account) else { throw IdentityRefusals.signedOut }
        return account
    }

    private func unseal(_ sealed: [UInt8], _ account: MessageID) throws -> [UInt8] {
        try AES256GCM.open(sealed, key: sealKey, context: Self.sealContext(account))
    }

    private static func sealContext(_ account: MessageID) -> [UInt8] { Array("second-factor/\(account)".utf8) }

    /// Apps show `123 456`.
    private static func folded(_ code: String) -> String { String(code.filter { !$0.isWhitespace }.prefix(20)) }
}
