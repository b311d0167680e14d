public import Messages
import Store
public import Vocabulary

/// A parked message as a person may see and repair it.
public struct ParkedContent: Codable, Sendable {
    /// What is delivered now: the log's own, or what somebody wrote in its place. Personal values stand as `‹个人信息 1›`, `‹个人信息 2›` …
    public var payload: JSONValue
    /// JSON Schema of the type.
    public var schema: JSONValue
    /// Who repaired it last; absent: it is as it was said.
    public var repaired: Repaired?

    public struct Repaired: Codable, Sendable {
        public var reason: String
        /// `person:<id>`
        public var by: String
        public var time: Timestamp
    }
}

/// Repairing: another payload in the place of the log's, for this subscriber only. The log, which is hash-chained, stays as it is.
extension Parking {
    /// The message with everything that is needed to deliver it.
    private struct Original: Sendable {
        var message: ParkedMessage
        var source: any LogSource
        var entry: LogEntry
        var schema: Schema
        /// With the entry's own sealed texts by their JSON Pointers.
        var problems: @Sendable ([UInt8], [String: String]) -> [Refusal.Fault]
    }

    func content(_ id: Int64) async throws -> ParkedContent {
        let original = try await original(id)
        let repair = try plug.file.read { try $0.repair(source: original.message.source, seq: original.message.seq) }
        var places = PersonalPlaces()
        let payload = places.hide(try JSONValue(parsing: original.entry.payload))
        return ParkedContent(payload: try repair.map { try JSONValue(parsing: $0.payload) } ?? payload, schema: original.schema.json,
            repaired: repair.map { .init(reason: $0.reason, by: $0.by, time: $0.time) })
    }

    /// Puts another payload in the place of the log's, and tries the message again.
    ///
    /// - Throws: a `Refusal` with every fault of the payload by the type's schema; 409 where nothing can be repaired, or an earlier
    ///   message of its subject comes first.
    func repair(_ id: Int64, payload: [UInt8], reason: String, by actor: Actor) async throws {
        guard (5...500).contains(reason.count) else { throw Refusal.parkedReason(reason) }
        let original = try await original(id)
        try mustBeFirst(original.message)
        let written: JSONValue
        do { written = try JSONValue(parsing: payload) } catch { throw Refusal.repair([.init(field: "content", message: "不是合格的 JSON（\(error)）。请核对引号、逗号和括号。")]) }
        var places = PersonalPlaces()
        let said = try JSONValue(parsing: original.entry.payload)
        _ = places.hide(said)
        let (whole, strange) = places.fill(written)
        guard strange.isEmpty else { throw Refusal.repair(strange) }
        let faults = original.problems(whole.serialized(), PersonalPlaces.texts(in: said, at: ""))
        guard faults.isEmpty else { throw Refusal.repair(faults) }
        let isThere = try await plug.file.write { writer -> Bool in
            guard let waiting = try writer.parked(limit: .max).first(where: { $0.id == id }) else { return false }
            // As it was written, personal values as places: what is erased at its source must not stay here.
            try writer.repair(source: waiting.source, seq: waiting.seq, payload: written.serialized(), reason: reason, actor: actor)
            return true
        }
        guard isThere else { throw Refusal.notFound }
        attempt(original.message)
    }

    /// What is delivered in the place of an entry.
    func repaired(_ entry: LogEntry, of source: any LogSource, in writer: StoreWriter) throws -> LogEntry {
        guard let repair = try writer.repair(source: source.id, seq: entry.seq) else { return entry }
        var places = PersonalPlaces()
        _ = places.hide(try JSONValue(parsing: entry.payload))
        return entry.carrying(places.fill(try JSONValue(parsing: repair.payload)).value.serialized())
    }

    private func original(_ id: Int64) async throws -> Original {
        guard let message = try plug.file.read({ try $0.parked(limit: .max).first { $0.id == id } }) else { throw Refusal.notFound }
        guard let source = source(message.source) else { throw Refusal.notRepairable("来源 \(message.source) 已停用") }
        // The source may be another process.
        let found = try await withCheckedThrowingContinuation { continuation in
            work.run(waitingFor: message.source) { continuation.resume(with: Result { try source.entry(message.seq) }) }
        }
        guard let entry = found else { throw Refusal.notRepairable("来源 \(message.source) 的日志中没有第 \(message.seq) 条") }
        let isFromOutside = source.site != plug.site
        if entry.target == nil, let reaction = isFromOutside ? plug.distant[entry.type] : plug.reactions[entry.type] {
            return Original(message: message, source: source, entry: entry, schema: reaction.schema) { reaction.problems(in: $0, keeping: $1, from: source) }
        }
        if entry.target != nil, let command = plug.sentHere[entry.type] {
            return Original(message: message, source: source, entry: entry, schema: command.schema) { command.problems(in: $0, keeping: $1, from: source) }
        }
        throw Refusal.notRepairable("本插件不认识 \(entry.type)，须先升级插件")
    }
}

/// Personal values of a payload, taken out by number and put back: whoever repairs a message neither sees nor writes them.
private struct PersonalPlaces {
    private var sealed: [String] = []

    /// The sealed texts of a payload by their JSON Pointers.
    static func texts(in value: JSONValue, at field: String) -> [String: String] {
        switch value {
        case .string(let text): SealedText.parse(text) == nil ? [:] : [field: text]
        case .array(let elements):
            elements.enumerated().reduce(into: [:]) { found, element in
                found.merge(texts(in: element.element, at: "\(field)/\(element.offset)")) { first, _ in first }
            }
        case .object(let members):
            members.reduce(into: [:]) { found, member in
                found.merge(texts(in: member.value, at: "\(field)/\(JSONError.escape(member.key))")) { first, _ in first }
            }
        default: [:]
        }
    }

    private static func place(_ number: Int) -> String { "‹个人信息 \(number)›" }

    mutating func hide(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text):
            guard SealedText.parse(text) != nil else { return value }
            sealed.append(text)
            return .string(Self.place(sealed.count))
        case .array(let elements): return .array(elements.map { hide($0) })
        case .object(let members): return .object(members.map { .init($0.key, hide($0.value)) })
        default: return value
        }
    }

    /// The values in their places again, and what stands there that must not.
    func fill(_ value: JSONValue, at field: String = "") -> (value: JSONValue, strange: [Refusal.Fault]) {
        switch value {
        case .string(let text):
            if SealedText.parse(text) != nil { return (value, [.init(field: field, message: "不得填写密封的个人信息。请保留原有的占位“\(Self.place(1))”，或删除该字段。")]) }
            guard text.hasPrefix("‹个人信息 "), text.hasSuffix("›") else { return (value, []) }
            if let index = sealed.indices.first(where: { Self.place($0 + 1) == text }) { return (.string(sealed[index]), []) }
            return (value, [.init(field: field, value: text, message: "原消息只有 \(sealed.count) 处个人信息，没有这一处。请使用原有的占位。")])
        case .array(let elements):
            let filled = elements.enumerated().map { fill($1, at: "\(field)/\($0)") }
            return (.array(filled.map(\.value)), filled.flatMap(\.strange))
        case .object(let members):
            let filled = members.map { ($0.key, fill($0.value, at: "\(field)/\(JSONError.escape($0.key))")) }
            return (.object(filled.map { .init($0.0, $0.1.value) }), filled.flatMap(\.1.strange))
        default: return (value, [])
        }
    }
}

/// Checks a payload that a person wrote by the type's schema.
enum RepairedMessage {
    /// - Parameters:
    ///   - json: personal values as they stand in the log of the source.
    ///   - places: the sealed texts of what it replaces, by their JSON Pointers.
    static func problems<M: Codable>(
        _ type: M.Type, in json: [UInt8], by schema: Schema, keeping places: [String: String], from source: any LogSource
    ) -> [Refusal.Fault] {
        do {
            let written = try JSONValue(parsing: json)
            let isPlain = PersonalUse.of(M.self) == .none
            let faults = isPlain ? schema.problems(in: written) : []
            guard faults.isEmpty else { return faults }
            let message = try source.decode(M.self, from: json)
            guard !isPlain else { return [] }
            // The schema describes the values themselves; members that nobody reads are gone from what was decoded.
            let right = UnmaskingRight(purpose: "核对修正后的消息格式", holder: "bus")
            let read = try JSONValue(parsing: PersonalData.revealing(by: right) { try JSON.encode(message) })
            let hidden = try JSONValue(parsing: JSON.encode(message))
            // What was erased has no form any more; its place says so and may stay where it was.
            let gone = erased(written, read, at: "")
            let moved = gone.filter { places[$0.key] != $0.value }.keys.sorted().map { field in
                Refusal.Fault(field: field, message: "此处放入的个人信息已被删除，其占位只能留在原处。请放回原处，或删除。")
            }
            return schema.problems(in: read, passing: Set(gone.keys)) + moved + unread(written, read, at: "") + misplaced(written, hidden, read, at: "")
        } catch let refusal as Refusal where !refusal.faults.isEmpty {
            return refusal.faults
        } catch {
            return [.init(field: "", message: "内容不能读作这种消息。请按格式核对各字段的名称和类型。")]
        }
    }

    /// The sealed texts whose personal values were erased, by their JSON Pointers.
    private static func erased(_ written: JSONValue, _ read: JSONValue, at field: String) -> [String: String] {
        switch (written, read) {
        case (.object(let members), .object):
            members.reduce(into: [:]) { found, member in
                guard let inner = read[member.key] else { return }
                found.merge(erased(member.value, inner, at: "\(field)/\(JSONError.escape(member.key))")) { first, _ in first }
            }
        case (.array(let left), .array(let right)) where left.count == right.count:
            left.indices.reduce(into: [:]) { found, index in
                found.merge(erased(left[index], right[index], at: "\(field)/\(index)")) { first, _ in first }
            }
        case (.string(let text), .string(PersonalData.erasedText)) where SealedText.parse(text) != nil: [field: text]
        default: [:]
        }
    }

    /// Places that stand where the type has no personal value, and values that somebody wrote where it has one: they would lie unsealed.
    ///
    /// - Parameters:
    ///   - masked: the message as anybody sees it. Where it differs from what was read stands a personal value.
    private static func misplaced(_ written: JSONValue, _ masked: JSONValue, _ read: JSONValue, at field: String) -> [Refusal.Fault] {
        switch (written, masked, read) {
        case (.object(let members), .object, .object):
            return members.flatMap { member -> [Refusal.Fault] in
                guard let hidden = masked[member.key], let seen = read[member.key] else { return [] }
                return misplaced(member.value, hidden, seen, at: "\(field)/\(JSONError.escape(member.key))")
            }
        case (.array(let left), .array(let hidden), .array(let seen)) where left.count == hidden.count && hidden.count == seen.count:
            return left.indices.flatMap { misplaced(left[$0], hidden[$0], seen[$0], at: "\(field)/\($0)") }
        case (.string(let text), _, _) where SealedText.parse(text) != nil:
            return masked == read && read != .string(PersonalData.erasedText)
                ? [.init(field: field, message: "个人信息的占位不得移到别的字段。请放回原处，或删除。")] : []
        default: return masked == read ? [] : [.init(field: field, message: "此处为个人信息，不得填写。请保留原有的占位，或删除该字段。")]
        }
    }

    private static func unread(_ written: JSONValue, _ read: JSONValue, at field: String) -> [Refusal.Fault] {
        switch (written, read) {
        case (.object(let members), .object):
            members.flatMap { member -> [Refusal.Fault] in
                if let inner = read[member.key] { return unread(member.value, inner, at: "\(field)/\(JSONError.escape(member.key))") }
                return member.value == .null ? [] : [.init(field: "\(field)/\(JSONError.escape(member.key))", message: "没有这个字段。请删除，或核对拼写。")]
            }
        case (.array(let left), .array(let right)) where left.count == right.count:
            left.indices.flatMap { unread(left[$0], right[$0], at: "\(field)/\($0)") }
        default: []
        }
    }
}

extension Refusal {
    static func repair(_ faults: [Fault]) -> Refusal {
        Refusal("bus.repair", status: 422, message: "修正后的内容有 \(faults.count) 处不合消息格式，未保存。请按下列各条更正。", log: "a repaired message does not fit its schema", faults: faults)
    }

    static func notRepairable(_ why: String) -> Refusal {
        Refusal("bus.not-repairable", status: 409, message: "这条搁置消息不能修正：\(why)。请重新投递，或写明理由后放弃。", log: "a parked message that cannot be repaired")
    }

    package static func parkedReason(_ given: String) -> Refusal {
        Refusal(
            "bus.parked-reason", status: 422, message: "处理搁置消息须写明 5 至 500 字的理由。请补充后重新提交。", log: "a reason of 5 to 500 characters is wanted",
            faults: [.init(field: "reason", value: String(given.prefix(20)), message: "须为 5 至 500 字。")])
    }

    static func parkedBehind(_ first: ParkedMessage) -> Refusal {
        Refusal(
            "bus.parked-behind", status: 409, message: "同一对象有更早的消息（编号 \(first.id)，\(first.type)）尚未处理，不能先投递后来的。请先处理那一条。",
            log: "an earlier message of the subject is parked")
    }
}
