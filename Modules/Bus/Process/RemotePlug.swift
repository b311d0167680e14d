public import Messages
public import Store
import Synchronization
import Vocabulary

/// A plug-in of the same site that runs in another process.
///
/// Seen from the host it is the plug-in itself, at the end of its line. Seen from a plug-in's process it is any other plug-in of the
/// site, at the end of the line to the host.
public final class RemotePlug: Sendable {
    public let id: String
    public let site: String
    /// Names and schemas only; its handlers run elsewhere.
    public let wiring: Wiring
    public let line: PlugLine
    let hearing: FarHearing
    /// What callers demand of a resource before their command is handled, by the command's id.
    let judgements = Mutex<[MessageID: CallTerms.Precondition]>([:])
    private let advances = Mutex<[@Sendable () -> Void]>([])
    /// Those who are no plug-ins, `EventLog.onGrowth`.
    let watchers = Mutex<(all: [Int: @Sendable () -> Void], next: Int)>(([:], 0))

    /// How long a call may take.
    package static let patience: Duration = .seconds(10)
    /// How long a thread is held for a piece of a log.
    static let logPatience: Duration = .seconds(5)

    public init(id: String, site: String, wiring: Wiring, line: PlugLine) {
        self.id = id
        self.site = site
        self.wiring = wiring
        self.line = line
        hearing = FarHearing(site: site, wiring)
    }

    /// Its log has grown, or it is back: deliveries go on. Cheap.
    public func advanced() {
        for signal in advances.withLock({ $0 }) + watchers.withLock({ Array($0.all.values) }) { signal() }
    }

    func onAdvance(_ signal: @escaping @Sendable () -> Void) { advances.withLock { $0.append(signal) } }

    func forgetAdvances() { advances.withLock { $0 = [] } }

    /// Whether it hears or obeys the other one.
    func hears(_ source: Wiring) -> Bool {
        wiring.reactions.contains { $0.origin.hearsHere && source.announced.contains($0.name) } || source.sent.contains { $0.plugin == id }
    }

    /// A query by its message or by its parameters; the reply as JSON.
    ///
    /// - Returns: the call's number on the line.
    @discardableResult
    func ask(
        _ name: WireName, body: [UInt8], parameters: Bool, form: FrameHead.Form, as actor: Actor, within limit: Duration = patience,
        then: @escaping @Sendable (Result<QueryAnswer, Refusal>) -> Void
    ) -> UInt64? {
        line.call(query(name, parameters: parameters, form: form, as: actor), body: body, within: limit) { result in
            then(result.map { QueryAnswer(bytes: $0.body, next: $0.head.next.flatMap { Cursor($0) }) })
        }
    }

    /// The same for one who waits for the reply.
    func ask(_ name: WireName, body: [UInt8], form: FrameHead.Form, as actor: Actor) async throws(Refusal) -> [UInt8] {
        try await line.call(query(name, parameters: false, form: form, as: actor), body: body, within: Self.patience).body
    }

    private func query(_ name: WireName, parameters: Bool, form: FrameHead.Form, as actor: Actor) -> FrameHead {
        var head = FrameHead.call("query")
        head.name = name
        head.actor = actor
        head.form = form
        head.parameters = parameters ? true : nil
        return head
    }

    func tell(
        _ envelope: Envelope, json: [UInt8], form: FrameHead.Form, keyed: Bool, judged: Bool,
        then: @escaping @Sendable (Result<[UInt8], Refusal>) -> Void
    ) {
        var head = FrameHead.call("command")
        head.name = envelope.type
        head.envelope = envelope
        head.form = form
        head.keyed = keyed ? true : nil
        head.judged = judged ? true : nil
        line.call(head, body: json, within: Self.patience) { result in then(result.map(\.body)) }
    }
}

extension RemotePlug: LogSource {
    public var isElsewhere: Bool { true }

    public func entries(after seq: Int64, limit: Int, for subscriber: Plug) throws -> (wanted: [LogEntry], last: Int64)? {
        let hearing = subscriber.wiring.reactions.filter(\.origin.hearsHere).map(\.name).filter { wiring.announced.contains($0) }
        let travelling = try log(LogRequest(subscriber: subscriber.id, hearing: hearing), after: seq, limit: limit)
        return travelling.last > seq ? (travelling.entries.map(\.entry), travelling.last) : nil
    }

    public func entry(_ seq: Int64) throws -> LogEntry? { try entry(seq, among: Array(wiring.announced)) }

    /// An entry of its log, or what the bus itself wrote there; the host's own, since a plug-in asks for what it declares.
    func anyEntry(_ seq: Int64) throws -> LogEntry? { try entry(seq, among: Array(wiring.announced) + [PersonErased.name, NumberPassed.name]) }

    private func entry(_ seq: Int64, among names: [WireName]) throws -> LogEntry? {
        try log(LogRequest(subscriber: nil, hearing: names), after: seq - 1, limit: 1).entries.first { $0.seq == seq }?.entry
    }

    /// Holds the thread.
    func log(_ request: LogRequest, after seq: Int64, limit: Int, within patience: Duration = logPatience) throws -> TravellingEntries {
        try line.log(id, request, after: seq, limit: limit, within: patience)
    }

    /// Its deliveries that failed. Holds the thread.
    func parked() throws -> [ParkedMessage] { try line.wait(.call("parked"), within: Self.logPatience).read([ParkedMessage].self, of: "parked") }

    /// Up to where it needs nothing of a log any more. Holds the thread.
    func taken(_ source: String) throws -> Int64 {
        var head = FrameHead.call("taken")
        head.plugin = source
        return try line.wait(head, within: Self.logPatience).read(TakenUpTo.self, of: "taken").seq
    }

    public func decode<T: Codable>(_ type: T.Type, from bytes: [UInt8]) throws -> T { try OpenForm.decode(type, from: bytes) }
}

extension RemotePlug: ResumableLog {
    /// So many traced entries surely go into one frame.
    private static let mostTraced = 50_000

    package func standing(among known: [TracedEntry]) async throws -> LogStanding { try await standing(among: known, by: Self.mostTraced) }

    package func goOn(after from: Int64, beyond head: Int64, known: [TracedEntry]) async throws -> LogResumption {
        try await goOn(after: from, beyond: head, known: known, by: Self.mostTraced)
    }

    /// Asks from the end on, so many at a time.
    func standing(among known: [TracedEntry], by most: Int) async throws -> LogStanding {
        var end = known.count
        while true {
            let start = max(0, end - most)
            let page = Array(known[start..<end])
            let standing = try await line.call(.call("standing"), body: JSON.encode(page), within: .seconds(30)).read(LogStanding.self, of: "standing")
            if standing.same != nil || start == 0 { return standing }
            end = start
        }
    }

    /// Only so many are named to the process. The rest is lost like them: none of `known` stands in the log under its number, as its caller
    /// has asked, and what was said since the copy has identifiers of its own.
    func goOn(after from: Int64, beyond head: Int64, known: [TracedEntry], by most: Int) async throws -> LogResumption {
        let request = GoOnRequest(after: from, beyond: head, known: Array(known.prefix(most)))
        var done = try await line.call(.call("go-on"), body: JSON.encode(request), within: .seconds(60)).read(LogResumption.self, of: "go-on")
        done.lost += known.dropFirst(most)
        return done
    }
}

/// Up to where a plug-in needs nothing of a log any more.
struct TakenUpTo: Codable, Sendable { var seq: Int64 }

/// Whose messages of a log are wanted.
struct LogRequest: Codable, Sendable {
    /// What is addressed to this plug-in is wanted; `nil`: whoever it is addressed to.
    var subscriber: String?
    /// These events are wanted.
    var hearing: [WireName]
    /// Only what leaves the site is wanted, and the end of the log.
    var beyond: Bool?
}

extension PlugLine {
    /// A piece of a log at the other end. Holds the thread.
    func log(_ source: String, _ request: LogRequest, after seq: Int64, limit: Int, within patience: Duration = RemotePlug.logPatience) throws -> TravellingEntries {
        var head = FrameHead.call("log")
        head.plugin = source
        head.seq = seq
        head.limit = limit
        return try wait(head, body: try coding.encode(request), within: patience).read(TravellingEntries.self, of: "log")
    }
}

/// A command whose handler runs in another process: its name, rule and schemas.
public final class RemoteCommand: CommandHandling {
    public let contract: ContractEntry
    public let access: Access
    public let schema: Schema
    public let replySchema: Schema
    public let metrics = MessageMetrics()

    public init(_ contract: ContractEntry, access: Access, schema: Schema, replySchema: Schema) {
        self.contract = contract
        self.access = access
        self.schema = schema
        self.replySchema = replySchema
    }

    public var name: WireName { contract.name }

    public func start(
        json: [UInt8], envelope: Envelope, terms: CallTerms, plug: Plug, then: @escaping @Sendable (Result<[UInt8], any Error>) -> Void
    ) { then(.failure(Refusal.unknownMessage(name.description))) }

    public var reach: Reach { contract.reach ?? .local }

    public func deliver(json: [UInt8], from source: any LogSource, tx: Transaction) throws -> [UInt8] { throw Refusal.unknownMessage(name.description) }

    public func problems(in json: [UInt8], keeping places: [String: String], from source: any LogSource) -> [Refusal.Fault] { [] }

    public func rewrite(json: [UInt8]) throws -> [UInt8] { json }
}

/// A query whose handler runs in another process.
public final class RemoteQuery: QueryHandling {
    public let contract: ContractEntry
    public let access: Access
    public let schema: Schema
    public let replySchema: Schema
    public let metrics = MessageMetrics()
    /// It never holds an event loop, so it is not heavy for the host.
    public var isHeavy: Bool { false }

    public init(_ contract: ContractEntry, access: Access, schema: Schema, replySchema: Schema) {
        self.contract = contract
        self.access = access
        self.schema = schema
        self.replySchema = replySchema
    }

    public var name: WireName { contract.name }

    public func answer(parameters: [(name: String, value: String)], actor: Actor, plug: Plug) throws -> QueryAnswer {
        throw Refusal.unknownMessage(name.description)
    }

    public func answer(json: [UInt8], form: FrameHead.Form, actor: Actor, plug: Plug) throws -> QueryAnswer {
        throw Refusal.unknownMessage(name.description)
    }

    public func rewrite(json: [UInt8]) throws -> [UInt8] { json }
}

/// What a plug-in in another process hears.
public final class RemoteReaction: ReactionHandling {
    public let name: WireName
    public let metrics = MessageMetrics()
    public let origin: Hearing

    public init(_ name: WireName, from origin: Hearing) {
        self.name = name
        self.origin = origin
    }

    public var schema: Schema { Schema(.any) }
    public func problems(in json: [UInt8], keeping places: [String: String], from source: any LogSource) -> [Refusal.Fault] { [] }
    public func react(json: [UInt8], from source: any LogSource, tx: Transaction) throws {}
}
