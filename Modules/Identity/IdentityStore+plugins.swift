public import Messages
import Store
import Vocabulary

extension IdentityStore {
    /// Notes in the audit log what somebody did with one of the site's plug-ins: switched it, released it from quarantine, erased its data.
    ///
    /// Who calls this has checked the right.
    public func recordPlugin(_ event: AuditEvent, _ plugin: String, by actor: Actor, address: String) async throws {
        let now = clock.now
        try await file.write { writer in
            try self.append(AuditRecord(event, address: address, detail: plugin), by: actor, at: now, to: writer)
        }
    }
}
