public import Messages
import Store
import Vocabulary

/// Calls whose handler runs in another process.
extension SiteBus {
    /// Asks any plug-in of the site, wherever it runs.
    public func ask<Q: Query>(across query: Q, as actor: Actor) async throws -> Q.Reply {
        if let (remote, handler) = remoteQueries[Q.name] {
            try authorise(handler.access, actor, Q.name)
            let body = try OpenForm.encode(query, as: remote.line.coding)
            let started = Monotonic.nanoseconds
            do {
                let answer = try await remote.ask(Q.name, body: body, form: .open, as: actor)
                handler.metrics.count(failed: nil, since: started)
                return try OpenForm.decode(Q.Reply.self, from: answer)
            } catch {
                handler.metrics.count(failed: error, since: started)
                throw error
            }
        }
        guard let outside, self.query(Q.name) == nil else { return try ask(query, as: actor) }
        var head = FrameHead.call("ask")
        head.name = Q.name
        head.during = PlugCall.current
        let answer = try await outside.call(head, body: try OpenForm.encode(query, as: outside.coding), within: RemotePlug.patience)
        return try OpenForm.decode(Q.Reply.self, from: answer.body)
    }

    /// The same for one who may wait on this thread; for tests.
    package func ask<Q: Query>(waitingFor query: Q, as actor: Actor) throws -> Q.Reply {
        guard let (remote, handler) = remoteQueries[Q.name] else { return try ask(query, as: actor) }
        try authorise(handler.access, actor, Q.name)
        var head = FrameHead.call("query")
        head.name = Q.name
        head.actor = actor
        head.form = .open
        let answer = try remote.line.wait(head, body: OpenForm.encode(query, as: remote.line.coding), within: RemotePlug.patience)
        return try OpenForm.decode(Q.Reply.self, from: answer.body)
    }

    func tellElsewhere<C: Command>(
        _ command: C, as actor: Actor, id: MessageID?, cause: Envelope?, deadline: Timestamp?
    ) async throws -> C.Reply {
        var envelope = envelope(C.name, actor: actor, id: id, cause: cause, deadline: deadline)
        if let (remote, handler) = remoteCommands[C.name] {
            try authorise(handler.access, actor, C.name)
            let body = try OpenForm.encode(command, as: remote.line.coding)
            let started = Monotonic.nanoseconds
            let reply = try await withCheckedContinuation { continuation in
                remote.tell(envelope, json: body, form: .open, keyed: id != nil && actor.kind != .system, judged: false) { result in
                    handler.metrics.count(result.mapError { $0 }, since: started)
                    continuation.resume(returning: result)
                }
            }.get()
            return try OpenForm.decode(C.Reply.self, from: reply)
        }
        guard let outside else { throw Refusal.unknownMessage(C.name.description) }
        // Who acts is known to the host, by the call in whose course this happens.
        envelope.actor = .system("")
        var head = FrameHead.call("tell")
        head.name = C.name
        head.envelope = envelope
        head.keyed = id != nil ? true : nil
        head.during = PlugCall.current
        let answer = try await outside.call(head, body: OpenForm.encode(command, as: outside.coding), within: RemotePlug.patience)
        return try OpenForm.decode(C.Reply.self, from: answer.body)
    }

    func startElsewhere(
        command name: WireName, json: [UInt8], as actor: Actor, id: MessageID?, terms: CallTerms, traceparent: String?,
        deadline: Timestamp?, then: @escaping @Sendable (Result<[UInt8], Refusal>) -> Void
    ) {
        guard let (remote, handler) = remoteCommands[name] else { return then(.failure(.unknownMessage(name.description))) }
        do { try authorise(handler.access, actor, name) } catch { return then(.failure(boundary(error, plug: remote.id, name: name))) }
        var envelope = envelope(name, actor: actor, id: id, cause: nil, deadline: deadline)
        envelope.traceparent = traceparent
        let started = Monotonic.nanoseconds
        remote.tell(
            envelope, json: json, form: terms.form, keyed: terms.isKeyed, precondition: terms.precondition
        ) { result in
            handler.metrics.count(result.mapError { $0 }, since: started)
            then(result)
        }
    }

    /// Whether a query's handler runs in another process: then only `start(query:…)` answers it.
    public func isElsewhere(query name: WireName) -> Bool { remoteQueries[name] != nil }

    /// Starts a query that arrived as parameters and whose handler runs in another process; `then` is called once, on any thread.
    ///
    /// - Returns: gives it up, where it was begun.
    @discardableResult
    public func start(
        query name: WireName, parameters: [(name: String, value: String)], as actor: Actor,
        then: @escaping @Sendable (Result<QueryAnswer, Refusal>) -> Void
    ) -> (@Sendable () -> Void)? {
        guard let (remote, handler) = remoteQueries[name] else {
            then(.failure(.unknownMessage(name.description)))
            return nil
        }
        do {
            try authorise(handler.access, actor, name)
            let started = Monotonic.nanoseconds
            let body = try JSON.encode(parameters.map { [$0.name, $0.value] })
            let call = remote.ask(name, body: body, parameters: true, form: .masked, as: actor) { result in
                handler.metrics.count(result.mapError { $0 }, since: started)
                then(result)
            }
            guard let call else { return nil }
            let line = remote.line
            return { line.cancel(call) }
        } catch {
            then(.failure(boundary(error, plug: remote.id, name: name)))
            return nil
        }
    }

    static func note(_ source: String, _ seq: Int64?, to line: PlugLine) {
        var head = FrameHead.note("advanced")
        head.plugin = source
        head.seq = seq
        line.note(head)
    }
}

/// The host's call in whose course a plug-in's process acts.
package enum PlugCall {
    @TaskLocal package static var current: UInt64?
}

extension Result where Failure == Refusal {
    fileprivate func mapError(_ body: (Refusal) -> any Error) -> Result<Success, any Error> {
        switch self {
        case .success(let value): .success(value)
        case .failure(let refusal): .failure(body(refusal))
        }
    }
}

extension Refusal {
    /// A plug-in that may run in another process is asked with `ask(across:)`.
    static func askedElsewhere(_ name: WireName) -> Refusal {
        Refusal(
            "bus.asked-elsewhere", status: 500, message: "该查询由另一进程中的插件答复，本页未按要求调用。请联系平台运维人员。",
            log: "\(name) is answered in another process: use ask(across:)")
    }
}
