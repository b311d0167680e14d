import Dispatch
public import Messages

extension Webhooks {
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
