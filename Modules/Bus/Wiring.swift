public import Messages
public import Store
import Vocabulary

/// Everything the bus must know of one plug-in at one site, collected from its registration and never changed afterwards.
public struct Wiring: Sendable {
    public let plugin: String
    public var migrations: [Migration] = []
    public var commands: [any CommandHandling] = []
    public var queries: [any QueryHandling] = []
    public var reactions: [any ReactionHandling] = []
    public var jobs: [any JobHandling] = []
    public var timers: [Timer] = []
    /// `nil`: the plug-in keeps no personal data.
    public var privacy: PrivacyHandling?
    /// Events this plug-in announces.
    public var announced: Set<WireName> = []
    /// Commands this plug-in sends to others.
    public var sent: Set<WireName> = []
    /// How far what it announces and sends may go; what stays at the site is not listed.
    public var reaches: [WireName: Reach] = [:]
    /// Who hears what became of its commands at other sites.
    public var receipts: [ReceiptHandler] = []
    /// Who hears how they go on there, and that nobody answered in time.
    public var progress: [SentHandler] = []
    public var overdue: [SentHandler] = []
    /// Queries of others that it asks.
    public var asked: Set<WireName> = []

    public init(plugin: String) { self.plugin = plugin }

    /// Something to be done again and again, in a transaction of its own.
    public struct Timer: Sendable {
        public let interval: Duration
        public let name: String
        let body: @Sendable (Transaction) throws -> Void

        public init(every interval: Duration, name: String, body: @escaping @Sendable (Transaction) throws -> Void) {
            self.interval = interval
            self.name = name
            self.body = body
        }
    }
}

/// A command's handler with its type forgotten, for calls that arrive as JSON.
public protocol CommandHandling: AnyObject, Sendable {
    var name: WireName { get }
    var access: Access { get }
    var metrics: MessageMetrics { get }
    /// Checks by the schema, decodes, handles in the plug-in's lane, encodes the reply; `then` is called once, after the commit, on
    /// a lane thread, or at once where the message is refused.
    func start(
        json: [UInt8], envelope: Envelope, terms: CallTerms, plug: Plug,
        then: @escaping @Sendable (Result<[UInt8], any Error>) -> Void)
    /// From how far it is obeyed.
    var reach: Reach { get }
    /// Handles a command that another plug-in sent in its own transaction; the reply as JSON, empty where it holds personal data.
    func deliver(json: [UInt8], from source: any LogSource, tx: Transaction) throws -> [UInt8]
    /// What is wrong with a message that somebody wrote in the place of a log's entry.
    ///
    /// - Parameter places: the entry's own sealed texts by their JSON Pointers: what was erased may stay there, and nowhere else.
    func problems(in json: [UInt8], keeping places: [String: String], from source: any LogSource) -> [Refusal.Fault]
    var contract: ContractEntry { get }
    /// What the body must look like; derived at the first call.
    var schema: Schema { get }
    /// What the reply looks like; derived at the first call.
    var replySchema: Schema { get }
    /// Decodes the message and encodes it again, personal values in full; for golden files.
    func rewrite(json: [UInt8]) throws -> [UInt8]
}

/// A query's handler with its type forgotten.
public protocol QueryHandling: AnyObject, Sendable {
    var name: WireName { get }
    var access: Access { get }
    var isHeavy: Bool { get }
    var metrics: MessageMetrics { get }
    /// Decodes from path and query parameters, answers on a snapshot on the caller's thread, encodes.
    func answer(parameters: [(name: String, value: String)], actor: Actor, plug: Plug) throws -> QueryAnswer
    /// The same from the message as JSON, for a plug-in in another process.
    func answer(json: [UInt8], form: FrameHead.Form, actor: Actor, plug: Plug) throws -> QueryAnswer
    var contract: ContractEntry { get }
    /// What the parameters must look like; derived at the first call.
    var schema: Schema { get }
    /// What the reply looks like; derived at the first call.
    var replySchema: Schema { get }
    /// As of a command.
    func rewrite(json: [UInt8]) throws -> [UInt8]
}

/// A query's handler and where it works, found once and asked many times.
public final class QueryRoute: Sendable {
    let plug: Plug
    let handler: any QueryHandling
    let access: Access

    init(plug: Plug, handler: any QueryHandling) {
        self.plug = plug
        self.handler = handler
        access = handler.access
    }
}

/// A subscription with its type forgotten.
public protocol ReactionHandling: AnyObject, Sendable {
    var name: WireName { get }
    var metrics: MessageMetrics { get }
    /// Whose events it hears.
    var origin: Hearing { get }
    /// What the event looks like.
    var schema: Schema { get }
    /// As of a command.
    func problems(in json: [UInt8], keeping places: [String: String], from source: any LogSource) -> [Refusal.Fault]
    func react(json: [UInt8], from source: any LogSource, tx: Transaction) throws
}

/// A job's worker with its type forgotten.
public protocol JobHandling: AnyObject, Sendable {
    var name: String { get }
    func perform(json: [UInt8], from plug: Plug, context: JobContext) async throws
}
