public import Messages
import Store
public import Vocabulary

extension IdentityStore {
    /// Notes in the audit log what happened at the site's links to other hosts: invited, joined, left, put out, renewed, moved.
    ///
    /// Who calls this has checked the right.
    public func recordLink(_ event: AuditEvent, _ detail: String, by actor: Actor, address: String) async throws {
        try await recordPlugin(event, detail, by: actor, address: address)
    }

    /// Notes that an erasure of another site was followed here.
    ///
    /// - Parameters:
    ///   - place: whose file, `hunan/market` or the links' own.
    ///   - source: the log that told of it, `site/plugin`.
    public func recordErasure(of person: PersonID, at place: String, told source: String) async throws {
        let now = clock.now
        try await file.write { writer in
            try self.append(
                AuditRecord(.personalDataErased, account: MessageID(person.description), address: "trunk", detail: "\(person)：随来源站点删除，\(source) → \(place)"),
                by: .system("trunk"), at: now, to: writer)
        }
    }
}
