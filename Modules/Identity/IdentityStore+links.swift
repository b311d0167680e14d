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
    ///   - keepers: the sites on whose word the data stays; empty: it is gone.
    public func recordErasure(of person: PersonID, at place: String, told source: String, keptFor keepers: [String] = []) async throws {
        let now = clock.now
        let detail =
            keepers.isEmpty
            ? "\(person)：随来源站点删除，\(source) → \(place)"
            : "\(person)：\(source) 要求删除，\(place) 中的信息另由 \(keepers.joined(separator: "、")) 提供，未删除；由其提出，或由本站点依申请删除"
        try await file.write { writer in
            try self.append(
                AuditRecord(
                    keepers.isEmpty ? .personalDataErased : .personalDataKept, account: MessageID(person.description), address: "trunk", detail: detail),
                by: .system("trunk"), at: now, to: writer)
        }
    }
}
