import Network

/// What a NATS server says to its clients (docs.nats.io, Client Protocol), read piece by piece.
///
/// It keeps what is not complete yet; a line may have 64 KiB (INFO names the whole cluster), a message `mostPayload` bytes.
struct NATSParser {
    enum Operation: Sendable, Equatable {
        /// JSON.
        case info([UInt8])
        case message(NATSMessage)
        case ping, pong, ok
        /// The words between the quotation marks.
        case error(String)
    }

    struct Broken: Error, Equatable {
        var reason: String

        init(_ reason: String) { self.reason = reason }
    }

    static let mostLine = 64 << 10
    let mostPayload: Int
    private var bytes: [UInt8] = []
    private var place = 0
    /// Looked at for the end of a line.
    private var looked = 0
    /// A message whose line was read: how long its headers are, and everything.
    private var open: (message: NATSMessage, head: Int, total: Int)?

    init(mostPayload: Int = 64 << 20) { self.mostPayload = mostPayload }

    mutating func feed(_ more: [UInt8]) {
        if place == bytes.count {
            bytes = more
        } else {
            if place > 0 { bytes.removeFirst(place) }
            bytes += more
        }
        looked -= place
        place = 0
        looked = max(0, looked)
    }

    /// The next operation; `nil` until more comes.
    /// - Throws: `Broken`; nothing can be read after it.
    mutating func next() throws -> Operation? {
        if open != nil { return try finish().map { .message($0) } }
        guard let line = try line() else { return nil }
        let words = line.split(separator: 32, omittingEmptySubsequences: true).flatMap { $0.split(separator: 9) }
        guard let verb = words.first else { throw Broken("an empty line") }
        switch String(decoding: verb, as: UTF8.self).uppercased() {
        case "MSG", "HMSG": return try begin(words.dropFirst().map { $0 }, hasHeaders: verb.count == 4)
        case "INFO": return .info(Array(line.drop { $0 != 32 && $0 != 9 }.drop { $0 == 32 || $0 == 9 }))
        case "PING": return .ping
        case "PONG": return .pong
        case "+OK": return .ok
        case "-ERR":
            return .error(String(decoding: line.dropFirst(4), as: UTF8.self).trimming { $0 == " " || $0 == "'" })
        default: throw Broken("an unknown operation")
        }
    }

    /// Up to CR LF, without it.
    private mutating func line() throws -> ArraySlice<UInt8>? {
        var end = max(looked, place)
        while end < bytes.count, bytes[end] != 10 { end += 1 }
        guard end - place <= Self.mostLine else { throw Broken("a line of more than \(Self.mostLine) bytes") }
        guard end < bytes.count else {
            looked = end
            return nil
        }
        guard end > place, bytes[end - 1] == 13 else { throw Broken("a line that does not end in CR LF") }
        defer {
            place = end + 1
            looked = place
        }
        return bytes[place..<end - 1]
    }

    /// `subject sid [reply] [head] total`
    private mutating func begin(_ words: [ArraySlice<UInt8>], hasHeaders: Bool) throws -> Operation? {
        let numbers = hasHeaders ? 2 : 1
        guard words.count == 2 + numbers || words.count == 3 + numbers else {
            throw Broken("a message line of \(words.count) words")
        }
        guard let subscription = Self.number(words[1]), let total = Self.number(words[words.count - 1]),
            let head = hasHeaders ? Self.number(words[words.count - 2]) : 0
        else { throw Broken("a message line whose numbers are none") }
        guard total <= mostPayload, head <= total else { throw Broken("a message of \(total) bytes") }
        let reply = words.count == 3 + numbers ? String(decoding: words[2], as: UTF8.self) : nil
        open = (
            NATSMessage(subject: String(decoding: words[0], as: UTF8.self), subscription: subscription, reply: reply),
            head, total
        )
        return try finish().map { .message($0) }
    }

    private mutating func finish() throws -> NATSMessage? {
        guard let (begun, head, total) = open, bytes.count - place >= total + 2 else { return nil }
        let end = place + total
        guard bytes[end] == 13, bytes[end + 1] == 10 else { throw Broken("a message that is longer than it says") }
        var message = begun
        if head > 0 { message.headers = try NATSHeaders(bytes[place..<place + head]) }
        message.payload = Array(bytes[place + head..<end])
        place = end + 2
        looked = place
        open = nil
        return message
    }

    /// Digits only, at most nine.
    private static func number(_ word: ArraySlice<UInt8>) -> Int? {
        guard (1...9).contains(word.count) else { return nil }
        var value = 0
        for byte in word {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        return value
    }
}

/// A message as it came.
struct NATSMessage: Sendable, Equatable {
    var subject: String
    var subscription: Int
    var reply: String?
    var headers = NATSHeaders()
    var payload: [UInt8] = []
}

/// The fields above a message: `NATS/1.0[ status[ words]]`, then one `name: value` a line.
struct NATSHeaders: Sendable, Equatable {
    /// Set by servers: 100 heartbeat, 404, 408, 409, 503 nobody listens.
    var status: Int?
    var words = ""
    var fields: [(name: String, value: String)] = []

    init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

    init(_ bytes: ArraySlice<UInt8>) throws(NATSParser.Broken) {
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        // CR LF CR LF at the end.
        guard lines.count >= 3, lines.last?.isEmpty ?? false, lines.allSatisfy({ $0.isEmpty || $0.last == 13 }) else {
            throw .init("headers without their end")
        }
        lines.removeLast()
        guard lines.removeLast().count == 1 else { throw .init("headers without their end") }
        let first = String(decoding: lines.removeFirst().dropLast(), as: UTF8.self)
        guard first.hasPrefix("NATS/1.0") else { throw .init("headers of another version") }
        let rest = first.dropFirst(8).trimming { $0 == " " }
        if !rest.isEmpty {
            guard let number = Int(rest.prefix(3)), (100...999).contains(number) else {
                throw .init("a status that is none")
            }
            status = number
            words = rest.dropFirst(3).trimming { $0 == " " }
        }
        for line in lines {
            guard let colon = line.firstIndex(of: 58), colon > line.startIndex else {
                throw .init("a field without a name")
            }
            fields.append(
                (
                    String(decoding: line[..<colon], as: UTF8.self),
                    String(decoding: line[(colon + 1)...].dropLast(), as: UTF8.self).trimming {
                        $0 == " " || $0 == "\t"
                    }
                ))
        }
    }

    subscript(_ name: String) -> String? { fields.first { $0.name.lowercased() == name.lowercased() }?.value }

    /// As it travels.
    var bytes: [UInt8] { Array(("NATS/1.0\r\n" + fields.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n").utf8) }

    static func == (one: NATSHeaders, other: NATSHeaders) -> Bool {
        one.status == other.status && one.words == other.words && one.fields.elementsEqual(other.fields) { $0 == $1 }
    }
}

extension StringProtocol {
    /// Without what fits at both ends.
    func trimming(_ fits: (Character) -> Bool) -> String {
        String(drop(while: fits).reversed().drop(while: fits).reversed())
    }
}
