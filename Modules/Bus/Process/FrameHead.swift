public import Messages
import Vocabulary

/// What a frame is about. Members that a verb does not use are absent.
///
/// Heads are handed on from queue to queue, so what few frames have lies behind one reference.
public struct FrameHead: Sendable {
    public enum Kind: String, Codable, Sendable {
        /// Wants exactly one `reply` or `refusal` with the same id.
        case call
        case reply
        /// The body is a problem object (RFC 9457).
        case refusal
        /// Wants no answer.
        case note
    }

    /// How personal values stand in a body.
    public enum Form: String, Codable, Sendable {
        /// As people may see them.
        case masked
        /// `sealed:<person>:<base64url of the value's JSON>`, so that a program can read them and knows whom they are about.
        case open
    }

    public var kind: Kind
    /// Of a call and its answer; each side counts its own calls.
    public var id: UInt64?
    public var verb: String?
    /// Milliseconds that the caller still waits.
    public var within: Int?
    /// The wire name of the message at hand.
    public var name: WireName?
    /// How the reply's personal values are wanted.
    public var form: Form?
    /// The body of a query is a list of `[name, value]`, not the message.
    public var parameters: Bool?
    /// The command's id was chosen by the caller.
    public var keyed: Bool?
    /// The host wants to judge the resource's state (`judge`) before the command is handled.
    public var judged: Bool?
    /// The call in whose course this one is made; the actor is that call's.
    public var during: UInt64?
    /// A position in a log, and how many entries are wanted after it.
    public var seq: Int64?
    public var limit: Int?
    /// How many descriptors travel with the frame.
    public var files: Int?
    private var rest: Rest?

    public init(_ kind: Kind, id: UInt64? = nil, verb: String? = nil) {
        self.kind = kind
        self.id = id
        self.verb = verb
    }

    public static func call(_ verb: String) -> FrameHead { FrameHead(.call, verb: verb) }
    public static func note(_ verb: String) -> FrameHead { FrameHead(.note, verb: verb) }

    public var envelope: Envelope? {
        get { rest?.parts.envelope }
        set { change { $0.envelope = newValue } }
    }

    public var actor: Actor? {
        get { rest?.parts.actor }
        set { change { $0.actor = newValue } }
    }

    public var plugin: String? {
        get { rest?.parts.plugin }
        set { change { $0.plugin = newValue } }
    }

    /// Where a list goes on.
    public var next: String? {
        get { rest?.parts.next }
        set { change { $0.next = newValue } }
    }

    /// A digest, a person: what the verb says.
    public var key: String? {
        get { rest?.parts.key }
        set { change { $0.key = newValue } }
    }

    public var reason: String? {
        get { rest?.parts.reason }
        set { change { $0.reason = newValue } }
    }

    private struct Parts: Sendable {
        var envelope: Envelope?
        var actor: Actor?
        var plugin: String?
        var next: String?
        var key: String?
        var reason: String?
    }

    private final class Rest: Sendable {
        let parts: Parts
        init(_ parts: Parts) { self.parts = parts }
    }

    private mutating func change(_ body: (inout Parts) -> Void) {
        var parts = rest?.parts ?? Parts()
        body(&parts)
        rest = Rest(parts)
    }
}

extension FrameHead: Codable {
    private enum CodingKeys: CodingKey {
        case kind, id, verb, within, name, envelope, actor, form, parameters, keyed, judged, during, plugin, seq, limit, next, key, reason, files
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        kind = try members.decode(Kind.self, forKey: .kind)
        id = try members.decodeIfPresent(UInt64.self, forKey: .id)
        verb = try members.decodeIfPresent(String.self, forKey: .verb)
        within = try members.decodeIfPresent(Int.self, forKey: .within)
        name = try members.decodeIfPresent(WireName.self, forKey: .name)
        let envelope = try members.decodeIfPresent(Envelope.self, forKey: .envelope)
        let actor = try members.decodeIfPresent(Actor.self, forKey: .actor)
        form = try members.decodeIfPresent(Form.self, forKey: .form)
        parameters = try members.decodeIfPresent(Bool.self, forKey: .parameters)
        keyed = try members.decodeIfPresent(Bool.self, forKey: .keyed)
        judged = try members.decodeIfPresent(Bool.self, forKey: .judged)
        during = try members.decodeIfPresent(UInt64.self, forKey: .during)
        let plugin = try members.decodeIfPresent(String.self, forKey: .plugin)
        seq = try members.decodeIfPresent(Int64.self, forKey: .seq)
        limit = try members.decodeIfPresent(Int.self, forKey: .limit)
        let next = try members.decodeIfPresent(String.self, forKey: .next)
        let key = try members.decodeIfPresent(String.self, forKey: .key)
        let reason = try members.decodeIfPresent(String.self, forKey: .reason)
        files = try members.decodeIfPresent(Int.self, forKey: .files)
        rest = Self.rest(envelope, actor, plugin, next, key, reason)
    }

    private static func rest(
        _ envelope: Envelope?, _ actor: Actor?, _ plugin: String?, _ next: String?, _ key: String?, _ reason: String?
    ) -> Rest? {
        if envelope == nil, actor == nil, plugin == nil, next == nil, key == nil, reason == nil { return nil }
        return Rest(Parts(envelope: envelope, actor: actor, plugin: plugin, next: next, key: key, reason: reason))
    }

    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(kind, forKey: .kind)
        try members.encodeIfPresent(id, forKey: .id)
        try members.encodeIfPresent(verb, forKey: .verb)
        try members.encodeIfPresent(within, forKey: .within)
        try members.encodeIfPresent(name, forKey: .name)
        try members.encodeIfPresent(envelope, forKey: .envelope)
        try members.encodeIfPresent(actor, forKey: .actor)
        try members.encodeIfPresent(form, forKey: .form)
        try members.encodeIfPresent(parameters, forKey: .parameters)
        try members.encodeIfPresent(keyed, forKey: .keyed)
        try members.encodeIfPresent(judged, forKey: .judged)
        try members.encodeIfPresent(during, forKey: .during)
        try members.encodeIfPresent(plugin, forKey: .plugin)
        try members.encodeIfPresent(seq, forKey: .seq)
        try members.encodeIfPresent(limit, forKey: .limit)
        try members.encodeIfPresent(next, forKey: .next)
        try members.encodeIfPresent(key, forKey: .key)
        try members.encodeIfPresent(reason, forKey: .reason)
        try members.encodeIfPresent(files, forKey: .files)
    }

    /// Writes the head in packed form: what `Packed.encode` gives, without the detour over `Codable`, since every frame has one.
    func pack(into bytes: inout [UInt8]) throws {
        var pen = PackedPen(bytes: bytes)
        bytes = []
        pen.byte(Packed.mark)
        pen.byte(PackedPen.object)
        pen.member("kind", kind.rawValue)
        pen.member("id", id)
        pen.member("verb", verb)
        pen.member("within", within.map { Int64($0) })
        pen.member("name", name?.description)
        if let rest {
            if let envelope = rest.parts.envelope {
                pen.text("envelope")
                pen.bytes.append(contentsOf: try Packed.encode(envelope).dropFirst())
            }
            if let actor = rest.parts.actor {
                pen.text("actor")
                pen.actor(actor)
            }
        }
        pen.member("form", form?.rawValue)
        pen.member("parameters", parameters)
        pen.member("keyed", keyed)
        pen.member("judged", judged)
        pen.member("during", during)
        if let rest { pen.member("plugin", rest.parts.plugin) }
        pen.member("seq", seq)
        pen.member("limit", limit.map { Int64($0) })
        if let rest {
            pen.member("next", rest.parts.next)
            pen.member("key", rest.parts.key)
            pen.member("reason", rest.parts.reason)
        }
        pen.member("files", files.map { Int64($0) })
        pen.byte(PackedPen.endOfObject)
        bytes = pen.bytes
    }

    /// Reads a head as `pack` writes it; `nil`: anything else, which the decoder for every order and every member may read or refuse.
    init?(packed bytes: UnsafeBufferPointer<UInt8>) {
        var eye = PackedEye(bytes)
        guard eye.take(Packed.mark), eye.take(PackedPen.object), eye.take("kind"), let kind = Self.kind(&eye) else { return nil }
        self.init(kind)
        id = eye.member("id") { $0.whole() }
        verb = eye.member("verb") { $0.text() }
        within = eye.member("within") { $0.integer().map { Int($0) } }
        name = eye.member("name") { $0.text().flatMap { WireName($0) } }
        // An envelope is read as a whole, by the decoder that knows it.
        let envelope = eye.member("envelope") { eye in
            eye.value().flatMap { value in try? Packed.decode(Envelope.self, from: [Packed.mark] + value) }
        }
        let actor = eye.member("actor") { $0.actor() }
        form = eye.member("form") { eye in eye.take("open") ? .open : eye.take("masked") ? .masked : nil }
        parameters = eye.member("parameters") { $0.bool() }
        keyed = eye.member("keyed") { $0.bool() }
        judged = eye.member("judged") { $0.bool() }
        during = eye.member("during") { $0.whole() }
        let plugin = eye.member("plugin") { $0.text() }
        seq = eye.member("seq") { $0.integer() }
        limit = eye.member("limit") { $0.integer().map { Int($0) } }
        let next = eye.member("next") { $0.text() }
        let key = eye.member("key") { $0.text() }
        let reason = eye.member("reason") { $0.text() }
        files = eye.member("files") { $0.integer().map { Int($0) } }
        guard eye.take(PackedPen.endOfObject), eye.isAtEnd else { return nil }
        rest = Self.rest(envelope, actor, plugin, next, key, reason)
    }

    private static func kind(_ eye: inout PackedEye) -> Kind? {
        if eye.take("call") { return .call }
        if eye.take("reply") { return .reply }
        if eye.take("refusal") { return .refusal }
        return eye.take("note") ? .note : nil
    }
}
