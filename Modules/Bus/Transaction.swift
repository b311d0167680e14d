public import Messages
public import Store
public import Vocabulary

/// What a handler changes: its plug-in's file, inside the one transaction of the message at hand.
///
/// State, the mark that the message was handled, and everything announced or sent commit together or not at all.
/// Not Sendable and not to be kept: it ends with the handler.
public struct Transaction: SQLReading {
    /// The store's own writer, for the kit's tables and the search index.
    public let store: StoreWriter
    /// The message being handled.
    public let envelope: Envelope
    /// One moment for the whole transaction.
    public let now: Timestamp
    let plug: Plug
    let effects: Effects

    /// What must be woken after the commit.
    final class Effects {
        var enqueuedJob = false
    }

    init(store: StoreWriter, envelope: Envelope, now: Timestamp, plug: Plug, effects: Effects) {
        self.store = store
        self.envelope = envelope
        self.now = now
        self.plug = plug
        self.effects = effects
    }

    public var actor: Actor { envelope.actor }

    /// A fresh time-ordered identifier.
    public func newID() -> MessageID { plug.ids.next() }

    /// Runs INSERT, UPDATE or DELETE; returns the number of rows changed.
    @discardableResult
    public func run(_ sql: String, _ arguments: any SQLValue...) throws -> Int {
        try store.run(sql, binding: arguments)
    }

    public func each(_ sql: String, binding arguments: [any SQLValue], _ body: (Row) throws -> Bool) throws {
        try store.each(sql, binding: arguments, body)
    }

    /// Appends the event to the plug-in's log; subscribers get it after the commit, in the log's order.
    public func announce<E: Event>(_ event: E) throws {
        guard plug.wiring.announced.contains(E.name) else {
            throw Refusal(
                "bus.event-not-declared", status: 500, message: "插件未声明该事件，已拒绝。请联系平台运维人员。",
                log: "plug-in \(plug.id) announced \(E.name) without declaring it in its registration")
        }
        try append(E.name, subject: event.subject, reach: E.reach, target: nil, payload: JSON.encode(event))
    }

    /// Sends a command to another plug-in of this site, as part of this transaction: delivered like an event, exactly once in effect.
    public func send<C: Command>(_ command: C, subject: String) throws {
        guard plug.wiring.sent.contains(C.name) else {
            throw Refusal(
                "bus.command-not-declared", status: 500, message: "插件未声明要发送该命令，已拒绝。请联系平台运维人员。",
                log: "plug-in \(plug.id) sent \(C.name) without declaring it in its registration")
        }
        try append(C.name, subject: subject, reach: .local, target: "\(plug.site)/\(C.name.plugin)", payload: JSON.encode(command))
    }

    /// Puts work with outside effects (mail, partner calls) on the plug-in's durable job list.
    ///
    /// - Parameter after: how long to wait before the first try.
    public func enqueue<J: Job>(_ job: J, after delay: Duration = .zero, key: String? = nil) throws {
        try store.enqueueJob(J.name, payload: JSON.encode(job), runAt: now.advanced(by: delay), key: key)
        effects.enqueuedJob = true
    }

    private func append(_ type: WireName, subject: String, reach: Reach, target: String?, payload: [UInt8]) throws {
        _ = try store.append(
            LogDraft(
                id: plug.ids.next(), type: type, subject: subject, time: now, actor: actor, correlation: envelope.correlation,
                causation: envelope.id, target: target, reach: reach, traceparent: envelope.traceparent, payload: payload))
    }
}

/// Work with outside effects, kept in the plug-in's file until it is done. It may run more than once after a crash.
public protocol Job: Codable, Sendable {
    /// Stable name within the plug-in, `call-back`.
    static var name: String { get }
}
