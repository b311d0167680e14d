public import Messages
public import Store
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

    /// Notes what somebody did with a message that a plug-in could not handle.
    public func recordMessage(_ event: AuditEvent, _ plugin: String, _ message: ParkedMessage, reason: String?, by actor: Actor, address: String) async throws {
        let place = "\(plugin) ← \(message.source)#\(message.seq) \(message.type)"
        try await recordPlugin(event, reason.map { "\(place)：\($0)" } ?? place, by: actor, address: address)
    }
}
