#if DEBUG
import Pages
import Vocabulary

@testable import Gateway
@testable import Messages
@testable import Network
@testable import Trunk

/// A parser that reads what strangers send, and what must hold for every input whatsoever.
///
/// Built for debugging only, where one module may look into another: the program `fuzz` and the replay of the corpora in the tests.
public enum FuzzTarget: String, CaseIterable, Sendable {
    case head, chunks, json, json5, schema, parameters, form, multipart, codes, nats

    /// Reads the bytes; returns what was promised and did not hold, `nil` when all is well. A crash is the other way to fail.
    public func brokenPromise(_ bytes: [UInt8]) -> String? {
        switch self {
        case .head: Self.head(bytes)
        case .chunks: Self.chunks(bytes)
        case .json: Self.json(bytes)
        case .json5: Self.json5(bytes)
        case .schema: Self.schema(bytes)
        case .parameters: Self.parameters(bytes)
        case .form: Self.form(bytes)
        case .multipart: Self.multipart(bytes)
        case .nats: Self.nats(bytes)
        case .codes: Self.codes(String(decoding: bytes, as: UTF8.self))
        }
    }

    // MARK: - HTTP

    private static var parser: HeadParser { HeadParser(headBytes: 2048, targetBytes: 512, fields: 20) }

    private static func describe(_ bytes: ArraySlice<UInt8>, after last: RequestHead? = nil) -> String {
        switch bytes.withUnsafeBufferPointer({ parser.parse($0, after: last) }) {
        case .incomplete: "incomplete"
        case .fault(let fault): "\(fault.status) \(fault.code)"
        case .head(let head):
            "\(head.method.rawValue) \(head.path) \(head.query ?? "-") \(head.framing) \(head.length) \(head.headers.fields)"
        }
    }

    /// The outcome does not depend on how the bytes arrive nor on the head before them, and never claims more bytes than came.
    private static func head(_ bytes: [UInt8]) -> String? {
        if case .head(let head) = bytes.withUnsafeBufferPointer({ parser.parse($0) }) {
            if head.length > bytes.count { return "a head longer than what came" }
            if describe(bytes[..<head.length]) != describe(bytes[...]) { return "what follows the head changes it" }
            if !head.path.hasPrefix("/"), head.path != "*" { return "a path without its slash" }
            // The next request on the connection, and this one once more.
            for next in [bytes[head.length...], bytes[...]] where describe(next, after: head) != describe(next) { return "the head before changes it" }
        }
        let whole = describe(bytes[...])
        // Quadratic, so only where it is cheap.
        for end in 0..<min(bytes.count, 64) {
            let early = describe(bytes[..<end])
            if early != "incomplete", early != whole { return "judged early: \(early), then \(whole)" }
        }
        return nil
    }

    private static func decode(_ bytes: [UInt8], step: Int) -> String {
        var decoder = ChunkDecoder(limit: 1000, trailerBytes: 100, trailerFields: 3)
        var body: [UInt8] = []
        var used = 0
        while used < bytes.count {
            let part = bytes[used..<min(bytes.count, used + step)]
            let (count, outcome) = part.withUnsafeBufferPointer { decoder.feed($0, into: &body) }
            used += count
            switch outcome {
            case .more: if count == 0 { return "no progress" }
            case .complete: return "complete \(used) \(body)"
            case .fault(let fault): return "\(fault.code) \(used)"
            }
        }
        return "more \(used) \(body)"
    }

    /// One byte at a time or all at once: the same; never more data than the limit.
    private static func chunks(_ bytes: [UInt8]) -> String? {
        let whole = decode(bytes, step: max(1, bytes.count))
        for step in [1, 3, 7] where decode(bytes, step: step) != whole { return "pieces of \(step) bytes say otherwise: \(whole)" }
        return nil
    }

    // MARK: - NATS

    private static func operations(_ bytes: [UInt8], step: Int) -> [String] {
        var parser = NATSParser(mostPayload: 1000)
        var found: [String] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            parser.feed(Array(bytes[start..<min(bytes.count, start + step)]))
            do { while let operation = try parser.next() { found.append("\(operation)") } } catch { return found + ["\(error)"] }
        }
        return found
    }

    /// However the bytes arrive, the same operations come out; no message is longer than what came.
    private static func nats(_ bytes: [UInt8]) -> String? {
        let whole = operations(bytes, step: max(1, bytes.count))
        for step in [1, 3, 7] where operations(bytes, step: step) != whole { return "pieces of \(step) bytes say otherwise: \(whole)" }
        var parser = NATSParser(mostPayload: 1000)
        parser.feed(bytes)
        var size = 0
        while let operation = try? parser.next() { if case .message(let message) = operation { size += message.payload.count } }
        return size > bytes.count ? "more content than came" : nil
    }

    // MARK: - JSON

    /// What was read is written and read again as the same value.
    private static func json(_ bytes: [UInt8]) -> String? {
        guard let value = try? JSONValue(parsing: bytes) else { return nil }
        guard let again = try? JSONValue(parsing: value.serialized()) else { return "written JSON cannot be read" }
        return again == value ? nil : "another value after writing and reading"
    }

    /// Whatever JSON5 gives is JSON; whatever is JSON, JSON5 reads as the same.
    private static func json5(_ bytes: [UInt8]) -> String? {
        let five = try? JSON5.parse(bytes)
        if let plain = try? JSONValue(parsing: bytes, limits: JSON.Limits(bytes: 1 << 20)), plain != five { return "JSON that JSON5 reads otherwise" }
        guard let five else { return nil }
        return (try? JSONValue(parsing: five.serialized())) == nil ? "JSON5 that is no JSON when written" : nil
    }

    /// Every kind of member that messages have.
    struct Sample: Codable {
        enum State: String, Codable, CaseIterable { case draft, closed }
        enum Step: Codable {
            case wait
            case move(to: RegionCode, by: Int16)
        }
        struct Inner: Codable {
            var id: UInt64
            var name: String?
        }
        var text: String
        var small: Int8?
        var ratio: Double?
        var flag: Bool?
        var state: State?
        var steps: [Step]?
        var day: Day?
        var id: MessageID?
        var counts: [String: Int32]?
        var inner: Inner?
        var nested: [Sample]?
    }

    private static let sampleSchema = Schema.of(Sample.self)

    /// The schema derived from a type and the type itself agree on what may be read.
    private static func schema(_ bytes: [UInt8]) -> String? {
        guard let value = try? JSONValue(parsing: bytes) else { return nil }
        let isRead = (try? JSON.decode(Sample.self, from: bytes)) != nil
        // Unknown members, which a newer version may have, are passed over by the type; an unknown case of an enum is not.
        let faults = sampleSchema.problems(in: value, unknown: .ignore)
        if isRead, !faults.isEmpty { return "the schema refuses what the type reads: \(faults)" }
        if !isRead, sampleSchema.problems(in: value).isEmpty { return "the type refuses what the schema allows" }
        return nil
    }

    // MARK: - What browsers send

    struct Wanted: Decodable {
        var text: String?
        var count: Int?
        var days: [Day]?
        var state: Sample.State?
        var flag: Bool?
        var region: RegionCode?
    }

    private static func parameters(_ bytes: [UInt8]) -> String? {
        guard let pairs = try? FormDecoding.pairs(bytes) else { return nil }
        _ = try? ParameterDecoder.decode(Wanted.self, from: pairs)
        return nil
    }

    /// Names and values written again are read again as the same.
    private static func form(_ bytes: [UInt8]) -> String? {
        guard let pairs = try? FormDecoding.pairs(bytes) else { return nil }
        if pairs.contains(where: { "\($0.name)\($0.value)".utf8.contains(0) }) { return "a NUL" }
        let written = pairs.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
        guard let again = try? FormDecoding.pairs(written.utf8) else { return "written form cannot be read" }
        return again.map(\.name) == pairs.map(\.name) && again.map(\.value) == pairs.map(\.value) ? nil : "another form after writing and reading"
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 16)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }

    /// Nothing is longer than what came, and a file's name is never a path.
    private static func multipart(_ bytes: [UInt8]) -> String? {
        guard let form = try? FormDecoding.multipart(bytes, boundary: "b") else { return nil }
        let size = form.files.map(\.bytes.count).reduce(0, +) + form.fields.map(\.value.utf8.count).reduce(0, +)
        if size > bytes.count { return "more content than came" }
        if form.fields.contains(where: { "\($0.name)\($0.value)".utf8.contains(0) }) { return "a NUL in a field" }
        if form.files.contains(where: { "\($0.field)\($0.name)".utf8.contains(0) }) { return "a NUL in a file's name" }
        if form.files.contains(where: { $0.name.contains("/") || $0.name.contains("\\") }) { return "a file's name is a path" }
        return nil
    }

    // MARK: - Codes

    /// A code that is read has a text that is read as the same code.
    private static func codes(_ text: String) -> String? {
        var broken: String?
        func holds<T: Equatable>(_ name: String, _ value: T?, _ write: (T) -> String, _ read: (String) -> T?) {
            guard let value, read(write(value)) != value else { return }
            broken = "\(name): “\(write(value))” is read as something else"
        }
        holds("RegionCode", RegionCode(text), \.description) { RegionCode($0) }
        holds("CreditCode", CreditCode(text), \.description) { CreditCode($0) }
        holds("IndustryCode", IndustryCode(text), \.description) { IndustryCode($0) }
        holds("Mobile", Mobile(text), \.digits) { Mobile($0) }
        holds("Landline", Landline(text), \.digits) { Landline($0) }
        holds("ResidentID", ResidentID(text), \.digits) { ResidentID($0) }
        holds("Day", Day(text), \.description) { Day($0) }
        holds("Timestamp", Timestamp(text), \.description) { Timestamp($0) }
        holds("WireName", WireName(text), \.description) { WireName($0) }
        holds("MessageID", MessageID(text), \.description) { MessageID($0) }
        holds("Traceparent", Traceparent(text), \.description) { Traceparent($0) }
        holds("Fen", Fen(yuan: text), \.description) { Fen(yuan: $0) }
        return broken
    }
}
#endif
