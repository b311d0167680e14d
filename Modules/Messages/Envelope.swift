public import Vocabulary

/// What the bus knows of a message besides its subject matter: the CloudEvents 1.0 attributes and the trace.
public struct Envelope: Codable, Sendable, Hashable {
    /// CloudEvents `id`; also the idempotency key of a command.
    public var id: MessageID
    /// CloudEvents `source`: `/site/plugin`, or `/site/gateway`.
    public var source: String
    /// CloudEvents `type`.
    public var type: WireName
    /// CloudEvents `time`.
    public var time: Timestamp
    /// CloudEvents `subject`; the key of ordering.
    public var subject: String?
    public var site: String
    public var actor: Actor
    /// The first message of the story; equal to `id` where a story begins.
    public var correlation: MessageID
    /// The message that caused this one.
    public var causation: MessageID?
    /// After this moment the caller no longer waits; nothing is begun then.
    public var deadline: Timestamp?
    /// W3C Trace Context, `00-<32 hex>-<16 hex>-<2 hex>`.
    public var traceparent: String?

    public init(
        id: MessageID, source: String, type: WireName, time: Timestamp, subject: String? = nil, site: String, actor: Actor,
        correlation: MessageID? = nil, causation: MessageID? = nil, deadline: Timestamp? = nil, traceparent: String? = nil
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.time = time
        self.subject = subject
        self.site = site
        self.actor = actor
        self.correlation = correlation ?? id
        self.causation = causation
        self.deadline = deadline
        self.traceparent = traceparent
    }
}
