public import Messages
import Store
import Synchronization
import Vocabulary

/// Handles one type of command.
public final class CommandHandler<C: Command>: CommandHandling {
    public let access: Access
    public let metrics = MessageMetrics()
    let body: @Sendable (C, Transaction) throws -> C.Reply

    public init(access: Access, _ body: @escaping @Sendable (C, Transaction) throws -> C.Reply) {
        self.access = access
        self.body = body
    }

    public var name: WireName { C.name }
    public var contract: ContractEntry { .command(C.self, access: access) }
    public var schema: Schema { schemas.message }
    public var replySchema: Schema { schemas.reply }
    private let shelf = Shelf<(message: Schema, reply: Schema)>()
    private var schemas: (message: Schema, reply: Schema) { shelf { (Schema.of(C.self), Schema.of(C.Reply.self)) } }
    public func rewrite(json: [UInt8]) throws -> [UInt8] { try C.rewrite(json) }

    public func start(
        json: [UInt8], envelope: Envelope, terms: CallTerms, plug: Plug,
        then: @escaping @Sendable (Result<[UInt8], any Error>) -> Void
    ) {
        do {
            let command = try read(json, terms.form)
            enqueue(command, envelope: envelope, terms: terms, plug: plug) { result in
                then(result.flatMap { reply in Result { try self.wire(reply, terms.form, MessageCoding(of: json), plug) } })
            }
        } catch {
            then(.failure(error))
        }
    }

    private func read(_ json: [UInt8], _ form: FrameHead.Form) throws -> C {
        guard form == .open, PersonalUse.of(C.self) != .none else {
            let faults = schema.problems(in: try form == .open ? MessageCoding.decode(JSONValue.self, from: json) : JSONValue(parsing: json))
            guard faults.isEmpty else { throw Refusal.invalid(faults) }
            return try form == .open ? MessageCoding.decode(C.self, from: json) : JSON.decode(C.self, from: json)
        }
        // The schema describes the values themselves.
        let command = try OpenForm.decode(C.self, from: json)
        let right = UnmaskingRight(purpose: "核对消息格式", holder: "bus")
        let faults = schema.problems(in: try JSONValue(parsing: PersonalData.revealing(by: right) { try JSON.encode(command) }))
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        return command
    }

    /// The stored reply as it may leave: personal values masked, or open for a plug-in in another process.
    private func wire(_ reply: [UInt8], _ form: FrameHead.Form, _ coding: MessageCoding, _ plug: Plug) throws -> [UInt8] {
        // As it is stored: whoever decodes it knows JSON too.
        if PersonalUse.of(C.Reply.self) == .none { return reply }
        let value = try plug.keys.decode(C.Reply.self, from: reply)
        return form == .open ? try OpenForm.encode(value, as: coding) : try JSON.encode(value)
    }

    public var reach: Reach { C.reach }

    public func deliver(json: [UInt8], from source: any LogSource, tx: Transaction) throws -> [UInt8] {
        let reply = try body(source.decode(C.self, from: json), tx)
        return PersonalUse.of(C.Reply.self) == .none ? try JSON.encode(reply) : []
    }

    public func problems(in json: [UInt8], keeping places: [String: String], from source: any LogSource) -> [Refusal.Fault] {
        RepairedMessage.problems(C.self, in: json, by: schema, keeping: places, from: source)
    }

    /// Runs the handler in the plug-in's lane; the reply, as it is stored, comes after the commit. A repeated id gets the first reply.
    func enqueue(
        _ command: C, envelope: Envelope, terms: CallTerms, plug: Plug,
        then: @escaping @Sendable (Result<[UInt8], any Error>) -> Void
    ) {
        let started = Monotonic.nanoseconds
        let body = self.body
        let metrics = self.metrics
        let isUntraced = C.self is any Untraced.Type
        var envelope = envelope
        if isUntraced { envelope.actor = .visitor }
        let held = envelope
        plug.file.enqueue { writer -> CommandOutcome in
            let envelope = held
            let now = plug.clock.now
            if let deadline = envelope.deadline, deadline < now { throw Refusal.deadlinePassed }
            let fingerprint = terms.isKeyed && !isUntraced ? Fingerprint.of(C.name, try JSON.encode(command), by: envelope.actor) : nil
            if !isUntraced, let first = try writer.recorded(envelope.id) {
                if let fingerprint, fingerprint != first.fingerprint { throw Refusal.keyUsedBefore }
                return CommandOutcome(reply: first.reply, enqueuedJob: false)
            }
            let effects = Transaction.Effects()
            let tx = Transaction(store: writer, envelope: envelope, now: now, plug: plug, effects: effects)
            if let precondition = terms.precondition {
                guard try precondition.holds(precondition.resource.describe(command, in: tx)) else { throw Refusal.preconditionFailed }
            }
            let (reply, _) = try plug.encode(body(command, tx), in: tx)
            if !isUntraced { try writer.recordReply(envelope.id, type: C.name, bytes: reply, fingerprint: fingerprint) }
            return CommandOutcome(reply: reply, enqueuedJob: effects.enqueuedJob)
        } then: { result in
            metrics.count(result, since: started)
            switch result {
            case .success(let outcome):
                if outcome.enqueuedJob { plug.nudgeJobs() }
                then(.success(outcome.reply))
            case .failure(let error):
                then(.failure(error))
            }
        }
    }
}

/// A value made when first asked for, and kept.
package final class Shelf<Value: Sendable>: Sendable {
    private let kept = Mutex<Value?>(nil)

    package init() {}

    /// The value; two threads that ask first may both make it.
    package func callAsFunction(_ make: () -> Value) -> Value {
        if let value = kept.withLock({ $0 }) { return value }
        let value = make()
        kept.withLock { $0 = value }
        return value
    }
}

struct CommandOutcome: Sendable {
    let reply: [UInt8]
    let enqueuedJob: Bool
}

/// The schemas of a query, asked for at every call: by reference, and of no type of their own, which would have to be found each time.
private final class QuerySchemas: Sendable {
    let message: Schema
    let reply: Schema
    let hasBounds: Bool

    init(message: Schema, reply: Schema) {
        self.message = message
        self.reply = reply
        hasBounds = message.hasBounds
    }
}

/// Answers one type of query.
public final class QueryHandler<Q: Query>: QueryHandling {
    public let access: Access
    public let isHeavy: Bool
    public let metrics = MessageMetrics()
    let body: @Sendable (Q, Snapshot) throws -> Q.Reply

    public init(access: Access, isHeavy: Bool = false, _ body: @escaping @Sendable (Q, Snapshot) throws -> Q.Reply) {
        self.access = access
        self.isHeavy = isHeavy
        self.body = body
    }

    public var name: WireName { Q.name }
    public var contract: ContractEntry { .query(Q.self, access: access) }
    public var schema: Schema { schemas.message }
    public var replySchema: Schema { schemas.reply }
    private let shelf = Mutex<QuerySchemas?>(nil)
    /// Two threads that ask first may both make them.
    private var schemas: QuerySchemas {
        if let known = shelf.withLock({ $0 }) { return known }
        let made = QuerySchemas(message: Schema.of(Q.self), reply: Schema.of(Q.Reply.self))
        shelf.withLock { $0 = made }
        return made
    }
    /// Whether a reply can go on elsewhere; asked once, because asking costs more than a small answer.
    private let isListed = Q.Reply.self is any Listed.Type
    public func rewrite(json: [UInt8]) throws -> [UInt8] { try Q.rewrite(json) }

    public func answer(parameters: [(name: String, value: String)], actor: Actor, plug: Plug) throws -> QueryAnswer {
        let schemas = schemas
        let query =
            try parameters.isEmpty && !schemas.hasBounds
            ? ParameterDecoder.decodeNothing(Q.self)
            : ParameterDecoder.decode(Q.self, from: parameters, style: .program, bounds: schemas.hasBounds ? schemas.message : nil)
        let reply = try answer(query, actor: actor, plug: plug)
        return QueryAnswer(bytes: try JSON.encode(reply), next: isListed ? (reply as? any Listed)?.next : nil)
    }

    public func answer(json: [UInt8], form: FrameHead.Form, actor: Actor, plug: Plug) throws -> QueryAnswer {
        // A query without members would take anything for itself.
        guard MessageCoding.isObject(json) else { throw Refusal.invalid([.init(field: "", message: "内容应为一个 JSON 对象。请按接口说明填写。")]) }
        let query = try form == .open ? OpenForm.decode(Q.self, from: json) : JSON.decode(Q.self, from: json)
        if schemas.hasBounds {
            let right = UnmaskingRight(purpose: "核对消息格式", holder: "bus")
            let faults = schemas.message.problems(in: try JSONValue(parsing: PersonalData.revealing(by: right) { try JSON.encode(query) }), unknown: .ignore)
            guard faults.isEmpty else { throw Refusal.invalid(faults) }
        }
        let reply = try answer(query, actor: actor, plug: plug)
        return QueryAnswer(bytes: try form == .open ? OpenForm.encode(reply, as: MessageCoding(of: json)) : JSON.encode(reply), next: isListed ? (reply as? any Listed)?.next : nil)
    }

    func answer(_ query: Q, actor: Actor, plug: Plug) throws -> Q.Reply {
        let started = Monotonic.nanoseconds
        do {
            let now = plug.clock.now
            let reply = try plug.file.read(at: now) { snapshot in
                try body(query, Snapshot(store: snapshot, actor: actor, now: now, plug: plug))
            }
            metrics.count(failed: nil, since: started)
            return reply
        } catch {
            metrics.count(failed: error, since: started)
            throw error
        }
    }
}

/// Reacts to one type of event of another plug-in.
public final class ReactionHandler<E: Event>: ReactionHandling {
    public let metrics = MessageMetrics()
    public let origin: Hearing
    let body: @Sendable (E, Transaction) throws -> Void

    public init(from origin: Hearing = .here, _ body: @escaping @Sendable (E, Transaction) throws -> Void) {
        self.origin = origin
        self.body = body
    }

    public var name: WireName { E.name }
    public var schema: Schema { shelf { Schema.of(E.self) } }
    private let shelf = Shelf<Schema>()
    public func problems(in json: [UInt8], keeping places: [String: String], from source: any LogSource) -> [Refusal.Fault] {
        RepairedMessage.problems(E.self, in: json, by: schema, keeping: places, from: source)
    }

    public func react(json: [UInt8], from source: any LogSource, tx: Transaction) throws {
        let started = Monotonic.nanoseconds
        do {
            try body(source.decode(E.self, from: json), tx)
            metrics.count(failed: nil, since: started)
        } catch {
            metrics.count(failed: error, since: started)
            throw error
        }
    }
}

/// Does one type of job.
public final class JobHandler<J: Job>: JobHandling {
    let body: @Sendable (J, JobContext) async throws -> Void

    public init(_ body: @escaping @Sendable (J, JobContext) async throws -> Void) { self.body = body }

    public var name: String { J.name }

    public func perform(json: [UInt8], from plug: Plug, context: JobContext) async throws {
        try await body(plug.decode(J.self, from: json), context)
    }
}

/// What a job may do besides its outside work: tell and ask, as the system.
public struct JobContext: Sendable {
    public let bus: SiteBus
    public let plugin: String
    /// The attempt at hand, from one.
    public let attempt: Int
    /// Stable for the job over all attempts: the key to give to partners, so that a repeated call does nothing twice.
    public let key: MessageID

    public func tell<C: Command>(_ command: C) async throws -> C.Reply {
        try await bus.tell(command, as: .system(plugin), id: key)
    }

    public func ask<Q: Query>(_ query: Q) throws -> Q.Reply { try bus.ask(query, as: .system(plugin)) }

    /// Asks another plug-in, wherever it runs; declared with `asks`.
    public func ask<Q: Query>(across query: Q) async throws -> Q.Reply { try await bus.ask(across: query, as: .system(plugin)) }
}

extension Message {
    /// The message decoded and encoded again, personal values in full: for golden files, whose persons are invented.
    package static func rewrite(_ json: [UInt8]) throws -> [UInt8] {
        let message = try JSON.decode(Self.self, from: json)
        return try PersonalData.revealing(by: UnmaskingRight(purpose: "核对金样文件", holder: "test")) { try JSON.encode(message) }
    }
}
