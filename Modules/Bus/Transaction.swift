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
        /// The story that is gone on with; `nil`: the one of the message at hand.
        var story: MessageID?
    }

    init(store: StoreWriter, envelope: Envelope, now: Timestamp, plug: Plug, effects: Effects) {
        self.store = store
        self.envelope = envelope
        self.now = now
        self.plug = plug
        self.effects = effects
    }

    public var actor: Actor { envelope.actor }

    /// Goes on with the story of a subject of this plug-in: what is announced and sent from here on carries the correlation with which
    /// the subject began, so that one identifier leads from the first message of a matter to the last, whoever took the steps between.
    /// A subject that the log does not know yet begins with the message at hand.
    ///
    /// To be called where a command, a timer or another site's message takes a step on a matter that is there already; what reacts to an
    /// event of this site has the correlation anyhow.
    ///
    /// - Parameter subject: `nil`: back to the story of the message at hand.
    public func follow(_ subject: String?) throws { effects.story = try subject.flatMap { try store.correlation(of: $0) } }

    /// Under which correlation things are announced and sent now.
    public var correlation: MessageID { effects.story ?? envelope.correlation }

    /// A fresh time-ordered identifier.
    public func newID() -> MessageID { plug.ids.next() }

    /// How many bytes the site keeps under the SHA-256 of an attachment; `nil` when it was never uploaded, or was swept because nothing
    /// was attached to it in time. What a command from outside says of an attachment is to be checked with it, in the transaction
    /// that attaches it: the check keeps the file from being swept meanwhile.
    public func attachmentSize(_ digest: String) -> Int? { plug.files?.claim(digest) }

    /// Runs INSERT, UPDATE or DELETE; returns the number of rows changed.
    @discardableResult
    public func run(_ sql: String, _ arguments: any SQLValue...) throws -> Int {
        try store.run(sql, binding: arguments)
    }

    public func each(_ sql: String, binding arguments: [any SQLValue], _ body: (Row) throws -> Bool) throws {
        try store.each(sql, binding: arguments, body)
    }

    /// Appends the event to the plug-in's log; subscribers get it after the commit, in the log's order. One that is meant for an organisation
    /// alone (`LogEntry.addressee`) goes to that organisation's client only.
    public func announce<E: Event>(_ event: E) throws {
        guard plug.wiring.announced.contains(E.name) else {
            throw Refusal(
                "bus.event-not-declared", status: 500, message: "插件未声明该事件，已拒绝。请联系平台运维人员。",
                log: "plug-in \(plug.id) announced \(E.name) without declaring it in its registration")
        }
        try append(E.name, subject: event.subject, reach: LogEntry.addressee(of: event.subject) == nil ? E.reach : .local, target: nil, event)
    }

    /// Sends a command to another plug-in of this site, as part of this transaction: delivered like an event, exactly once in effect.
    public func send<C: Command>(_ command: C, subject: String) throws {
        guard plug.wiring.sent.contains(C.name) else {
            throw Refusal.notDeclared(C.name, plug.id)
        }
        try append(C.name, subject: subject, reach: .local, target: "\(plug.site)/\(C.name.plugin)", command)
    }

    /// Puts work with outside effects (mail, partner calls) on the plug-in's durable job list.
    ///
    /// - Parameter after: how long to wait before the first try.
    public func enqueue<J: Job>(_ job: J, after delay: Duration = .zero, key: String? = nil) throws {
        let (payload, _) = try plug.encode(job, in: self)
        try store.enqueueJob(J.name, payload: payload, runAt: now.advanced(by: delay), key: key)
        effects.enqueuedJob = true
    }

    /// A personal value as sealed text, for a column of the plug-in's own tables; it goes with the person's key.
    ///
    /// - Throws: `EncodingError` when the value does not say whom it is about.
    public func seal<Value: Maskable & Codable>(_ value: Personal<Value>) throws -> String { try plug.keys.seal(value, to: store, isOwn: !isFromOutside) }

    /// Opens a column that `seal` wrote; an erased value comes back as such.
    public func unseal<Value: Maskable & Codable>(_ type: Value.Type, _ text: String) throws -> Personal<Value> {
        try plug.keys.unseal(type, text, writer: store)
    }

    @discardableResult
    func append<M: Message>(_ type: WireName, subject: String, reach: Reach, target: String?, _ message: M) throws -> (id: MessageID, seq: Int64) {
        let (payload, persons) = try plug.encode(message, in: self)
        // Whose act it was is told by the identifier; the name is looked up when it is shown, so that it can be erased in one place.
        var who = actor
        if who.kind == .person { who.name = "" }
        let id = plug.ids.next()
        let seq = try store.append(
            LogDraft(
                id: id, type: type, subject: subject, time: now, actor: who, correlation: correlation,
                causation: envelope.id, target: target, reach: reach, traceparent: envelope.traceparent, payload: payload))
        for person in persons { try store.note(person, in: seq) }
        return (id, seq)
    }
}

/// Work with outside effects, kept in the plug-in's file until it is done. It may run more than once after a crash.
public protocol Job: Codable, Sendable {
    /// Stable name within the plug-in, `call-back`.
    static var name: String { get }
}
