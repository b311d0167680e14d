import Dispatch
public import Messages
import Store
public import Vocabulary

extension Webhooks {
    /// Judges the newest calls of a client, at most 5,000; off the event loops.
    public func judge(_ client: String, since: Timestamp, commands: Set<WireName>) async throws -> [ClauseResult] {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(
                    with: Result {
                        let calls = try file.read { try ReceiptAudit.latest(5000, of: client, since: since, in: $0) }
                        return Conformance.calls(calls, commands: commands)
                    })
            }
        }
    }

    /// Tries the receiver behind an endpoint against the protocol; see `Conformance.receiver`.
    public func conform(_ id: MessageID, of client: String?) async throws -> [ClauseResult] {
        let endpoint = try endpoint(id, of: client)
        guard terms(of: endpoint.client) != nil else { throw Refusal.ended }
        let secrets = try secrets(of: id)
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(
                    with: Result {
                        try Conformance.receiver(endpoint, secrets: secrets, site: site, transport: transport, clock: clock, ids: ids)
                    })
            }
        }
    }
}
