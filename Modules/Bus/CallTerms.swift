public import Messages
import Store

/// What a caller from outside asks for beside the command itself.
public struct CallTerms: Sendable {
    /// The id was chosen by the caller: a second request under it must be the same request of the same caller.
    public var isKeyed = false
    /// What must still be so when the command is handled.
    public var precondition: Precondition?
    /// How personal values stand in the command and are wanted in the reply.
    var form = FrameHead.Form.masked

    public init(isKeyed: Bool = false, precondition: Precondition? = nil) {
        self.isKeyed = isKeyed
        self.precondition = precondition
    }

    /// The reply of a query as it would be now, inside the command's own transaction, judged by the caller: nobody can change the
    /// resource between the look and the change.
    public struct Precondition: Sendable {
        public let resource: any ResourceDescribing
        /// Gets the reply's JSON.
        public let holds: @Sendable ([UInt8]) throws -> Bool

        public init(_ resource: any ResourceDescribing, holds: @escaping @Sendable ([UInt8]) throws -> Bool) {
            self.resource = resource
            self.holds = holds
        }
    }
}

/// A query's answer as JSON, and where a list goes on.
public struct QueryAnswer: Sendable {
    public var bytes: [UInt8]
    public var next: Cursor?
}

/// Says which query shows what a command changes; both are of the same plug-in.
public protocol ResourceDescribing: Sendable {
    var query: WireName { get }
    /// The query's reply as JSON, as the transaction sees it and as its actor may see it.
    func describe(_ command: any Command, in tx: Transaction) throws -> [UInt8]
}

/// What `C` changes is what the query made of it shows.
public struct DescribedResource<C: Command, Q: Query>: ResourceDescribing {
    let make: @Sendable (C) -> Q

    public init(_ make: @escaping @Sendable (C) -> Q) { self.make = make }

    public var query: WireName { Q.name }

    public func describe(_ command: any Command, in tx: Transaction) throws -> [UInt8] {
        guard let command = command as? C, let handler = tx.plug.queries[ObjectIdentifier(QueryHandler<Q>.self)] as? QueryHandler<Q>
        else { throw Refusal.unknownMessage(Q.name.description) }
        return try JSON.encode(handler.body(make(command), Snapshot(store: tx.store.snapshot, actor: tx.actor, now: tx.now, plug: tx.plug)))
    }
}

/// Tells requests apart: who asked for what, in sixteen bytes. Personal values count as they are shown, masked, so that nothing of
/// them can be guessed from what stays in the file.
enum Fingerprint {
    static func of(_ type: WireName, _ json: [UInt8], by actor: Actor) -> [UInt8] {
        Array(SHA256Digest.of(Array("\(type) \(actor.kind.rawValue) \(actor.id) ".utf8) + json).bytes.prefix(16))
    }
}

extension Refusal {
    /// The key was used before, for something else or by somebody else; which of both is not told.
    public static let keyUsedBefore = Refusal(
        "bus.key-used", status: 422, message: "该请求编号（Idempotency-Key）已用于内容不同的另一次请求，本次没有执行。重试同一请求请保持内容不变；新的请求请换新编号，网页表单请刷新页面后重新提交。",
        log: "idempotency key was used for another request")

    /// The resource is no longer what the caller saw.
    public static let preconditionFailed = Refusal(
        "bus.precondition-failed", status: 412, message: "所依据的内容已被他人修改（If-Match 不符），本次没有执行。请重新查询，核对后用新的 ETag 再提交。",
        log: "If-Match does not match the current state")
}
