import Vocabulary

/// An envelope and its message as a CloudEvent 1.0 in the JSON event format, `application/cloudevents+json`.
///
/// What CloudEvents does not know travels as extension attributes: `site`, `correlation`, `causation`, `deadline`,
/// `traceparent` as texts and `actor` as an object serialised into a text, since extensions hold only simple values.
extension Envelope {
    public static let mediaType = "application/cloudevents+json"

    /// The event with the message as `data`.
    ///
    /// - Parameter data: the message, as the bus keeps it: compact JSON.
    /// - Throws: `JSONError` when `data` is no JSON.
    public func cloudEvent(data: [UInt8]) throws -> [UInt8] {
        var members: [JSONValue.Member] = [
            .init("specversion", "1.0"), .init("id", .string(id.description)), .init("source", .string(source)),
            .init("type", .string(type.description)), .init("time", try JSONValue(encoding: time)),
            .init("datacontenttype", "application/json"),
        ]
        func add(_ name: String, _ text: String?) { if let text { members.append(.init(name, .string(text))) } }
        add("subject", subject)
        add("site", site)
        add("actor", String(decoding: try JSON.encode(actor), as: UTF8.self))
        add("correlation", correlation.description)
        add("causation", causation?.description)
        if let deadline { members.append(.init("deadline", try JSONValue(encoding: deadline))) }
        add("traceparent", traceparent)
        members.append(.init("data", try JSONValue(parsing: data)))
        return JSONValue.object(members).serialized()
    }

    /// Reads an event; extensions that we do not know are passed over.
    ///
    /// - Throws: a `Refusal` with every attribute at fault.
    public static func parse(cloudEvent bytes: [UInt8]) throws -> (envelope: Envelope, data: [UInt8]) {
        let event: JSONValue
        do {
            event = try JSONValue(parsing: bytes)
        } catch let error as JSONError {
            throw Refusal.malformed(error)
        }
        let faults = schema.problems(in: event, unknown: .ignore)
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        var inner = event
        inner["actor"] = try event["actor"]?.string.map { text in
            do {
                return try JSONValue(parsing: text)
            } catch {
                throw Refusal.invalid([.init(field: "/actor", message: "应为 JSON 对象写成的文字，请检查引号转义。")])
            }
        }
        do {
            return (try inner.decode(Envelope.self), event["data"]?.serialized() ?? [])
        } catch let error as JSONError {
            throw Refusal.malformed(error)
        }
    }

    private static let schema: Schema = {
        func optional(_ name: String, _ schema: Schema) -> Schema.Property { .init(name, schema, isRequired: false) }
        var source = Schema.string
        source.minLength = 1
        return Schema(
            .object([
                .init("specversion", Schema(.choice(["1.0"]))), .init("id", MessageID.schema), .init("source", source),
                .init("type", WireName.schema), .init("time", Timestamp.schema), optional("subject", source),
                optional("datacontenttype", Schema(.choice(["application/json"]))), .init("site", source), .init("actor", source),
                .init("correlation", MessageID.schema), optional("causation", MessageID.schema),
                optional("deadline", Timestamp.schema), optional("traceparent", .string), .init("data", Schema(.any)),
            ]))
    }()
}
