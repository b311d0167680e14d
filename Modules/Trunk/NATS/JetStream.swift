import Crypto
import Messages

/// JetStream's requests (docs.nats.io, JetStream wire API reference): streams, durable consumers, publishing with an answer.
///
/// Everything waits but `publish`; every failure is a `NATSError`.
struct JetStream: Sendable {
    let client: NATSClient

    /// Numbers of messages, which come from outside and are reckoned with here.
    private protocol Numbered { var numbers: [Int64] { get } }

    /// Whoever says a larger number is not believed: as far as JSON's numbers are exact.
    static let numbers: ClosedRange<Int64> = 0...1 << 53

    struct StreamInfo: Codable, Sendable, Numbered {
        var numbers: [Int64] { [state.messages, state.first_seq, state.last_seq] }

        struct State: Codable, Sendable {
            var messages: Int64
            var first_seq: Int64
            var last_seq: Int64
        }

        struct Configuration: Codable, Sendable { var num_replicas: Int }

        /// When the stream was made: another one of the same name is another stream.
        var created: String
        var state: State
        var config: Configuration
    }

    struct ConsumerInfo: Codable, Sendable, Numbered {
        var numbers: [Int64] { [delivered.consumer_seq, delivered.stream_seq, ack_floor.consumer_seq, ack_floor.stream_seq, num_pending, config.opt_start_seq ?? 0] }

        struct Place: Codable, Sendable {
            var consumer_seq: Int64
            var stream_seq: Int64
        }

        struct Configuration: Codable, Sendable {
            var filter_subject: String?
            var filter_subjects: [String]?
            var opt_start_seq: Int64?
        }

        var config: Configuration
        var delivered: Place
        /// Up to where everything was acknowledged.
        var ack_floor: Place
        var num_pending: Int64

        /// Whether a reader that has everything up to a place of the stream can go on with it: whatever it delivered was acknowledged,
        /// nothing beyond the place. What the stream has for others in between was not delivered.
        func goesOn(behind position: Int64) -> Bool {
            delivered.consumer_seq == ack_floor.consumer_seq && max(ack_floor.stream_seq, (config.opt_start_seq ?? 1) - 1) <= position
        }
    }

    /// A message that was kept.
    struct Kept: Sendable {
        var subject: String
        var seq: Int64
        var payload: [UInt8]
    }

    /// What keeps a name from existing.
    static let notFound: Set<Int> = [10_059, 10_014, 10_037]
    static let wrongSequence = 10_071

    private struct Failure: Codable {
        struct Words: Codable {
            var code: Int
            var err_code: Int?
            var description: String?
        }
        var error: Words?
    }

    static func decode<T: Decodable>(_ type: T.Type, _ bytes: [UInt8]) throws -> T {
        do {
            if let error = try JSON.decode(Failure.self, from: bytes).error {
                throw NATSError(
                    "jetstream", "JetStream 拒绝了请求：\(error.description ?? "没有说明")（\(error.err_code ?? error.code)）。",
                    number: error.err_code ?? 0, status: error.code)
            }
            let answer = try JSON.decode(type, from: bytes)
            guard (answer as? any Numbered)?.numbers.allSatisfy(numbers.contains) ?? true else {
                throw NATSError("protocol", "JetStream 的答复中的编号超出范围。请核对服务器版本。")
            }
            return answer
        } catch let malformed as JSONError {
            throw NATSError("protocol", "JetStream 的答复无法识别：\(malformed)。请核对服务器版本。")
        }
    }

    private func call<T: Decodable>(_ verb: String, _ body: JSONValue? = nil, as type: T.Type) throws -> T {
        try Self.decode(type, client.request("$JS.API.\(verb)", body.map { $0.serialized() } ?? []).payload)
    }

    /// The same for what only looks: where nobody answers it is asked again, since a cluster answers nothing while a stream has no
    /// leader, as just after it was made.
    private func look<T: Decodable>(_ verb: String, _ body: JSONValue? = nil, as type: T.Type) throws -> T {
        let bytes = body.map { $0.serialized() } ?? []
        let patience = client.settings.patience
        for part in [6, 3] {
            do { return try Self.decode(type, client.request("$JS.API.\(verb)", bytes, within: patience / part).payload) } catch let error as NATSError
            where error.code == NATSError.timeout.code {}
        }
        return try Self.decode(type, client.request("$JS.API.\(verb)", bytes, within: patience).payload)
    }

    private struct Done: Codable { var success: Bool? }

    private func found<T>(_ body: () throws -> T) throws -> T? {
        do { return try body() } catch let error as NATSError where Self.notFound.contains(error.number) { return nil }
    }

    // MARK: - Streams

    /// `nil`: there is no such stream.
    func stream(_ name: String) throws -> StreamInfo? {
        try found { try look("STREAM.INFO.\(name)", as: StreamInfo.self) }
    }

    /// File storage, nothing is ever dropped: what does not fit is refused.
    func create(_ name: String, subjects: [String], replicas: Int) throws -> StreamInfo {
        try call("STREAM.CREATE.\(name)", Self.terms(name, subjects, replicas), as: StreamInfo.self)
    }

    /// Changes the number of replicas.
    func update(_ name: String, subjects: [String], replicas: Int) throws {
        _ = try call("STREAM.UPDATE.\(name)", Self.terms(name, subjects, replicas), as: StreamInfo.self)
    }

    private static func terms(_ name: String, _ subjects: [String], _ replicas: Int) -> JSONValue {
        .object([
            .init("name", .string(name)), .init("subjects", .array(subjects.map(JSONValue.string))),
            .init("storage", "file"), .init("retention", "limits"),
            .init("discard", "new"), .init("num_replicas", .integer(Int64(replicas))),
            .init("duplicate_window", .integer(120_000_000_000)),
            .init("max_msgs", -1), .init("max_bytes", -1), .init("max_age", 0), .init("deny_delete", false),
            .init("deny_purge", false),
        ])
    }

    func delete(_ name: String) throws { _ = try found { try call("STREAM.DELETE.\(name)", as: Done.self) } }

    /// Names of all streams that have a subject within that one.
    func names(within subject: String) throws -> [String] {
        struct Names: Codable {
            var total: Int?
            var streams: [String]?
        }
        var names: [String] = []
        while true {
            let page = try look(
                "STREAM.NAMES",
                .object([.init("subject", .string(subject)), .init("offset", .integer(Int64(names.count)))]),
                as: Names.self)
            names += page.streams ?? []
            guard let found = page.streams, !found.isEmpty, names.count < page.total ?? 0 else { return names }
        }
    }

    /// The first message of a subject at or behind a number; `nil`: none.
    func next(_ stream: String, _ subject: String, from seq: Int64) throws -> Kept? {
        try message(stream, .object([.init("seq", .integer(seq)), .init("next_by_subj", .string(subject))]))
    }

    /// The last message of a subject, which may have wildcards; `nil`: none.
    func last(_ stream: String, _ subject: String) throws -> Kept? { try message(stream, .object([.init("last_by_subj", .string(subject))])) }

    private func message(_ stream: String, _ which: JSONValue) throws -> Kept? {
        struct Answer: Codable, Numbered {
            var numbers: [Int64] { [message.seq] }
            struct Message: Codable {
                var subject: String
                var seq: Int64
                var data: String?
            }
            var message: Message
        }
        let answer = try found {
            try look("STREAM.MSG.GET.\(stream)", which, as: Answer.self)
        }
        return try answer.map { answer in
            guard let bytes = Base64.decodePadded(answer.message.data ?? "") else {
                throw NATSError("protocol", "JetStream 的答复无法识别。")
            }
            return Kept(subject: answer.message.subject, seq: answer.message.seq, payload: bytes)
        }
    }

    /// Takes one message out of a stream and overwrites it on the broker's disks; the numbers of the others stay.
    func erase(_ seq: Int64, of stream: String) throws {
        _ = try call("STREAM.MSG.DELETE.\(stream)", .object([.init("seq", .integer(seq)), .init("no_erase", false)]), as: Done.self)
    }

    // MARK: - Publishing

    /// Publishes where the stream's last message has that number and nowhere else; `id` is not taken twice within two minutes.
    func publish(
        _ subject: String, id: String, after last: Int64, _ payload: [UInt8],
        then: @escaping @Sendable (Result<Int64, any Error>) -> Void
    ) -> Int {
        client.ask(subject, headers: [("Nats-Msg-Id", id), ("Nats-Expected-Last-Sequence", String(last))], payload) {
            result in
            then(Result { try Self.kept(result.get().payload, after: last) })
        }
    }

    func publish(_ subject: String, id: String, after last: Int64, _ payload: [UInt8]) throws -> Int64 {
        let answer = try client.request(
            subject, headers: [("Nats-Msg-Id", id), ("Nats-Expected-Last-Sequence", String(last))], payload)
        return try Self.kept(answer.payload, after: last)
    }

    private static func kept(_ payload: [UInt8], after last: Int64) throws -> Int64 {
        struct Answer: Codable, Numbered {
            var numbers: [Int64] { [seq] }
            var seq: Int64
            var duplicate: Bool?
        }
        let answer = try decode(Answer.self, payload)
        guard !(answer.duplicate ?? false), answer.seq == last + 1 else {
            throw NATSError("sequence", "流的编号与预期不符。", number: wrongSequence)
        }
        return answer.seq
    }

    // MARK: - Consumers

    func consumer(_ name: String, of stream: String) throws -> ConsumerInfo? {
        try found { try look("CONSUMER.INFO.\(stream).\(name)", as: ConsumerInfo.self) }
    }

    /// A durable consumer that is asked for messages and told how far they are on disk: one acknowledgement stands for all before it.
    func create(consumer name: String, of stream: String, from start: Int64, filters: [String]) throws -> ConsumerInfo {
        let configuration = JSONValue.object([
            .init("durable_name", .string(name)), .init("ack_policy", "all"),
            .init("ack_wait", .integer(120_000_000_000)),
            .init("deliver_policy", "by_start_sequence"), .init("opt_start_seq", .integer(start)),
            .init("replay_policy", "instant"),
            .init("filter_subjects", .array(filters.map(JSONValue.string))), .init("max_ack_pending", 20_000),
            .init("max_deliver", -1),
        ])
        return try call(
            "CONSUMER.DURABLE.CREATE.\(stream).\(name)",
            .object([.init("stream_name", .string(stream)), .init("config", configuration)]), as: ConsumerInfo.self)
    }

    func delete(consumer name: String, of stream: String) throws {
        _ = try found { try call("CONSUMER.DELETE.\(stream).\(name)", as: Done.self) }
    }

    /// Asks for so many messages, which come to `inbox`; 408 says that the time is over.
    func pull(
        _ consumer: String, of stream: String, count: Int, within time: Duration, heartbeat: Duration, to inbox: String
    ) throws {
        let request = JSONValue.object([
            .init("batch", .integer(Int64(count))), .init("expires", .integer(time.milliseconds * 1_000_000)),
            .init("idle_heartbeat", .integer(heartbeat.milliseconds * 1_000_000)),
        ])
        try client.publish("$JS.API.CONSUMER.MSG.NEXT.\(stream).\(consumer)", reply: inbox, request.serialized())
    }

    /// Where a message stands, by the subject to which it is acknowledged.
    struct Place: Sendable, Equatable {
        var stream: Int64
        var consumer: Int64
        /// What follows it.
        var pending: Int64

        /// `$JS.ACK.<stream>.<consumer>.<times>.<stream number>.<consumer number>.<time>.<pending>`; longer ones have domain and account before
        /// the stream, and a token at the end.
        init?(reply: String?) {
            guard let words = reply?.split(separator: ".", omittingEmptySubsequences: false), words.count >= 9,
                words[0] == "$JS", words[1] == "ACK"
            else { return nil }
            let first = words.count == 9 ? 4 : 6
            guard words.count >= first + 5, let stream = Int64(words[first + 1]),
                let consumer = Int64(words[first + 2]), let pending = Int64(words[first + 4]),
                [stream, consumer, pending].allSatisfy(JetStream.numbers.contains)
            else { return nil }
            (self.stream, self.consumer, self.pending) = (stream, consumer, pending)
        }
    }
}
