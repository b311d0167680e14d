import Bus
public import Crypto
import Dispatch
public import Messages
import Store
import Synchronization
public import Vocabulary

extension Webhooks {
    /// Registers an endpoint; it hears of what happens from now on.
    /// - Returns: the endpoint and its secret, which is shown only now.
    /// - Throws: `exchange.endpoint` with every fault.
    public func add(url: String, types: [WireName], for client: String) async throws -> (endpoint: WebhookEndpoint, secret: WebhookSecret) {
        guard let terms = terms(of: client) else { throw Refusal.ended }
        var faults: [Refusal.Fault] = []
        let (parsed, problem) = EndpointURL.parse(url)
        if let problem { faults.append(.init(field: "/url", value: String(url.prefix(100)), message: problem)) }
        if types.isEmpty || types.count > 100 { faults.append(.init(field: "/types", message: "须写明 1 至 100 个事件类型。")) }
        for (index, type) in types.enumerated() where !terms.events.contains(type) {
            let known = terms.events.map(\.description).sorted().prefix(20).joined(separator: "、")
            faults.append(
                .init(field: "/types/\(index)", value: type.description, message: "合约不含该事件。\(known.isEmpty ? "合约未约定任何事件" : "可选：\(known)")。"))
        }
        let own = try endpoints(of: client)
        if own.count >= Self.perClient { faults.append(.init(field: "/url", message: "每个客户端最多登记 \(Self.perClient) 个回调地址。请先删除不用的。")) }
        guard faults.isEmpty, parsed != nil else { throw Refusal.endpoint(faults) }
        let id = ids.next()
        let secret = WebhookSecret.random()
        let sources = state.withLock { $0.sources }
        // A log in another process is read from where the cursor stands; what is older than the endpoint is passed over.
        let ends = try sources.compactMap { source in try source.end().map { (source.id, $0) } }
        let shelf = shelf
        let endpoint = try await file.write { writer in
            let others: Int64 = try writer.value("SELECT count(*) FROM endpoint") ?? 0
            // Without endpoints nothing was queued, and the cursors stand still: the first one begins at the logs' ends.
            if others == 0 { for (source, seq) in ends { try writer.moveCursor(source, to: seq) } }
            try writer.run(
                "INSERT INTO endpoint(id, client, url, types, state, created_at) VALUES(?, ?, ?, ?, 'active', ?)", id.description, client, url,
                types.map(\.description).joined(separator: " "), writer.now)
            try shelf.put(secret, number: 1, of: id, writer)
            return try writer.first("SELECT \(WebhookEndpoint.columns) FROM endpoint WHERE id = ?", id.description, as: WebhookEndpoint.init)
        }
        try refresh()
        guard let endpoint else { throw Refusal.noSuchEndpoint }
        return (endpoint, secret)
    }

    public func endpoints() throws -> [WebhookEndpoint] { state.withLock { $0.endpoints } }
    public func endpoints(of client: String) throws -> [WebhookEndpoint] { try endpoints().filter { $0.client == client } }

    /// - Parameter client: whose it must be; `nil` for an operator.
    /// - Throws: `exchange.no-such-endpoint`.
    public func endpoint(_ id: MessageID, of client: String?) throws -> WebhookEndpoint {
        guard let found = try endpoints().first(where: { $0.id == id && (client == nil || $0.client == client) }) else {
            throw Refusal.noSuchEndpoint
        }
        return found
    }

    /// Removes an endpoint with its secrets and everything that waits for it.
    public func remove(_ id: MessageID, of client: String?) async throws {
        _ = try endpoint(id, of: client)
        _ = try await file.write { try $0.run("DELETE FROM endpoint WHERE id = ?", id.description) }
        try refresh()
    }

    /// A new secret; the ones before go on signing for a day, so that the receiver can change over.
    public func rotate(_ id: MessageID, of client: String?) async throws -> WebhookSecret {
        _ = try endpoint(id, of: client)
        let secret = WebhookSecret.random()
        let (overlap, shelf) = (schedule.secretOverlap, shelf)
        try await file.write { writer in
            let last: Int64 = try writer.value("SELECT max(number) FROM endpoint_secret WHERE endpoint = ?", id.description) ?? 0
            try writer.run(
                "UPDATE endpoint_secret SET expires_at = min(coalesce(expires_at, ?1), ?1) WHERE endpoint = ?2", writer.now.advanced(by: overlap),
                id.description)
            try shelf.put(secret, number: last + 1, of: id, writer)
        }
        return secret
    }

    /// Enables a disabled endpoint, or disables one; what waits is kept.
    public func setActive(_ isActive: Bool, _ id: MessageID, of client: String?, reason: String? = nil) async throws {
        _ = try endpoint(id, of: client)
        try await file.write { writer in
            try writer.run(
                "UPDATE endpoint SET state = ?, reason = ?, failing_since = NULL, failures = 0, next_at = 0 WHERE id = ?",
                isActive ? "active" : "disabled", isActive ? nil : reason, id.description)
            if isActive {
                try writer.run("UPDATE delivery SET due_at = ? WHERE endpoint = ? AND state = 'waiting'", writer.now, id.description)
            }
        }
        try refresh()
        signal()
    }

    /// The newest deliveries to an endpoint, newest first.
    public func deliveries(to id: MessageID, limit: Int) throws -> [WebhookDelivery] {
        try file.read { snapshot in
            try snapshot.rows(
                "SELECT \(WebhookDelivery.columns) FROM delivery WHERE endpoint = ? ORDER BY id DESC LIMIT ?", id.description, limit, as: WebhookDelivery.init)
        }
    }

    /// How many deliveries of each state an endpoint has.
    public func counts(of id: MessageID) throws -> [WebhookDelivery.State: Int] {
        try file.read { snapshot in
            let rows = try snapshot.rows("SELECT state, count(*) FROM delivery WHERE endpoint = ? GROUP BY state", id.description) { row in
                (try row.get(0, as: WebhookDelivery.State.self), try row.get(1, as: Int.self))
            }
            return Dictionary(rows) { first, _ in first }
        }
    }

    /// Sends one event again that was queued before.
    /// - Returns: how many were queued, 0 or 1.
    public func replay(event: MessageID, to id: MessageID, of client: String?) async throws -> Int {
        _ = try endpoint(id, of: client)
        let count = try await file.write { writer in
            try writer.run(
                """
                UPDATE delivery SET state = 'waiting', attempts = 0, due_at = ?, done_at = NULL, error = NULL
                WHERE endpoint = ? AND event = ?
                """, writer.now, id.description, event)
        }
        signal()
        return count
    }

    /// Sends again what happened in a period, from the plug-ins' logs, also from before the endpoint was registered.
    /// - Parameter end: exclusive.
    /// - Returns: how many were queued; at most 10,000.
    public func replay(from start: Timestamp, to end: Timestamp, to id: MessageID, of client: String?) async throws -> Int {
        let endpoint = try endpoint(id, of: client)
        guard let terms = terms(of: endpoint.client) else { throw Refusal.ended }
        var left = 10_000
        for source in state.withLock({ $0.sources }) where terms.events.contains(where: { $0.plugin == source.id }) {
            var after: Int64 = 0
            while left > 0 {
                let piece = try source.read(after: after, limit: 1000)
                guard piece.last > after else { break }
                after = piece.last
                let wanted = piece.entries.filter {
                    $0.time >= start && $0.time < end && endpoint.types.contains($0.type) && PartnerEvent.isFor(terms, $0)
                }.prefix(left)
                left -= wanted.count
                if !wanted.isEmpty {
                    let batch = Array(wanted)
                    try await file.write { writer in for entry in batch { try Webhooks.queue(entry, source.id, id, writer) } }
                }
            }
        }
        signal()
        return 10_000 - left
    }

    /// Sends a test event at once, also to a disabled endpoint; what came of it.
    public func test(_ id: MessageID, of client: String?) async throws -> (status: Int?, error: String?) {
        let endpoint = try endpoint(id, of: client)
        guard let terms = terms(of: endpoint.client) else { throw Refusal.ended }
        try book.admit()
        let event = ids.next()
        let body = PartnerEvent.json(
            id: event.description, source: "/\(site)/exchange", type: "exchange.test.v1", time: "\(clock.now)", subject: nil,
            data: ["test": true]
        ).serialized()
        let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<Result<WebhookAnswer, any Error>, Never>) in
            queue.async { [self] in
                continuation.resume(returning: attempt(endpoint, terms, id: event.description, type: "exchange.test.v1", body))
            }
        }
        let status = try? outcome.get().status
        let error = status.map { (200..<300).contains($0) } == true ? nil : Self.describe(outcome)
        _ = try await file.write { writer in
            try writer.run(
                "UPDATE endpoint SET last_at = ?, last_status = ?, last_error = ? WHERE id = ?", writer.now, status, error, id.description)
        }
        try refresh()
        return (status, error)
    }
}
