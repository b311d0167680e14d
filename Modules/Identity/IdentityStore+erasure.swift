public import Messages
import Crypto
import Store
import Synchronization
public import Vocabulary

/// The identity's own part of a person's requests. Lines of the audit log stay: the law wants them for at least six months
/// (网络安全法 on network logs), after which they are removed with the rest of their month.
extension IdentityStore {
    /// Notes in the audit log that somebody got a copy of what is kept about a person.
    /// - Parameter reason: number or kind of the request; 5…200 characters, checked by the caller.
    public func recordCopy(of person: PersonID, reason: String, by actor: Actor, address: String) async throws {
        try authorise(actor)
        try await note(.personalDataExported, person, reason, by: actor, address: address)
    }

    /// Closes the person's account for good, where there is one: name, login name, password, second factor, sessions and organisation
    /// go; what remains is a number without a person. The erasure stands in the audit log, with what became of it elsewhere.
    ///
    /// Returns whether there was an account.
    /// - Throws: `identity.erase-staff` (409) while the account holds a role other than 企业 or 服务机构; who works here is not erased.
    public func erase(person: PersonID, reason: String, outcome: String, by actor: Actor, address: String) async throws -> Bool {
        try mayErase(person, by: actor)
        try await note(.personalDataErased, person, "\(reason)；\(outcome)", by: actor, address: address)
        guard let id = MessageID(person.description), try account(id) != nil else { return false }
        // A login name of nobody: no password fits it, and it says nothing.
        let nobody = "closed-" + Secrets.random(8).hexadecimal
        try await file.write { writer in
            for table in ["session", "grant_", "second_factor", "recovery_code", "old_password", "emergency", "membership_claim"] {
                try writer.run("DELETE FROM \(table) WHERE account = ?", id.description)
            }
            try writer.run(
                """
                UPDATE account SET login = ?, name = '已注销', organisation = NULL, is_disabled = 1, must_change = 1, password = ? WHERE id = ?
                """, nobody, self.unknownPassword.description,
                id.description)
        }
        cache.withLock { $0.remove(account: id) }
        try await file.scrub()
        return true
    }

    /// The hash of a password that nobody knows.
    var unknownPassword: PasswordHash { PasswordHash(cost: workers.cost, salt: Secrets.random(16), digest: Secrets.random(32)) }

    /// Whether a person may be erased at all; asked before anything is touched.
    public func mayErase(_ person: PersonID, by actor: Actor) throws {
        try authorise(actor)
        guard let id = MessageID(person.description), let found = try account(id) else { return }
        let staff = found.grants.filter { $0.role != .enterprise && $0.role != .agency }
        guard staff.isEmpty else { throw IdentityRefusals.eraseStaff(staff.map(\.role.rawValue)) }
    }

    private func note(_ event: AuditEvent, _ person: PersonID, _ detail: String, by actor: Actor, address: String) async throws {
        let now = clock.now
        try await file.write { writer in
            try self.append(
                AuditRecord(event, account: MessageID(person.description), address: address, detail: "\(person)：\(detail)"), by: actor,
                at: now, to: writer)
        }
    }
}
