import Crypto
import Messages
import Vocabulary

extension PartnerCall {
    /// The one text of a call, whose digest is the leaf of its batch: JSON by RFC 8785, members sorted, no spaces.
    public var canonical: [UInt8] { ReceiptLine.make(self).text }

    /// SHA-256 of what a partner asked, lower-case hexadecimal: `METHOD target`, a line feed, then the body, all exactly as sent.
    public static func requestDigest(method: String, target: String, body: [UInt8]) -> String {
        SHA256Sum(of: Array("\(method) \(target)\n".utf8) + body).hexadecimal
    }
}

extension PartnerPassage {
    /// The call, for a receipt that its form does not fit.
    func call(_ id: MessageID, request: SHA256Sum, answer: SHA256Sum) -> PartnerCall {
        PartnerCall(
            id: id, time: time, site: site, client: client, organisation: organisation, contract: contract, message: message,
            requestDigest: request.hexadecimal, answerDigest: answer.hexadecimal, status: status)
    }

    /// The same as `PartnerCall.requestDigest(method:target:body:)`, without a text of all of it.
    var requestDigest: SHA256Sum {
        let length = method.utf8.count + path.utf8.count + (query?.utf8.count ?? 0) + request.count + 3
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { memory in
            var pen = ReceiptLine.Pen(memory)
            pen.text(method)
            pen.text(" ")
            pen.text(path)
            if let query {
                pen.text("?")
                pen.text(query)
            }
            pen.text("\n")
            pen.bytes(request)
            return SHA256Sum(of: UnsafeRawBufferPointer(start: memory.baseAddress, count: pen.count))
        }
    }
}

/// Puts the canonical text of a receipt together.
enum ReceiptLine {
    /// Writes pieces one after the other into memory that holds them all.
    struct Pen {
        private let memory: UnsafeMutableBufferPointer<UInt8>
        private(set) var count = 0

        init(_ memory: UnsafeMutableBufferPointer<UInt8>) { self.memory = memory }

        @inline(__always)
        private mutating func room(_ length: Int) -> UnsafeMutablePointer<UInt8> {
            precondition(memory.count &- count >= length, "a receipt needs more room")
            defer { count &+= length }
            return memory.baseAddress.unsafelyUnwrapped + count
        }

        @inline(__always)
        mutating func text(_ literal: StaticString) {
            let length = literal.utf8CodeUnitCount
            room(length).update(from: literal.utf8Start, count: length)
        }

        @inline(__always)
        mutating func text(_ value: String) {
            var value = value
            value.withUTF8 { bytes(of: $0) }
        }

        mutating func bytes(_ value: [UInt8]) { value.withUnsafeBufferPointer { bytes(of: $0) } }

        @inline(__always)
        private mutating func bytes(of value: UnsafeBufferPointer<UInt8>) {
            guard let from = value.baseAddress else { return }
            room(value.count).update(from: from, count: value.count)
        }

        mutating func id(_ id: MessageID) { id.write(text: room(36)) }
        mutating func code(_ code: CreditCode) { code.write(text: UnsafeMutableBufferPointer(start: room(18), count: 18)) }
        mutating func time(_ time: Timestamp) { time.write(text: UnsafeMutableBufferPointer(start: room(24), count: 24)) }
    }

    /// Where in a receipt stands what each has of its own.
    struct Places: Sendable {
        var answer = 0, id = 0, request = 0, status = 0, time = 0
    }

    static func make(_ call: PartnerCall) -> (text: [UInt8], places: Places) {
        let (client, site, message) = (inside(call.client), inside(call.site), call.message.description)
        let (answer, request) = (inside(call.answerDigest), inside(call.requestDigest))
        let room = 360 + answer.utf8.count + request.utf8.count + client.utf8.count + site.utf8.count + message.utf8.count
        var places = Places()
        let text = [UInt8](unsafeUninitializedCapacity: room) { memory, count in
            var pen = Pen(memory)
            pen.text("{\"answerDigest\":\"")
            places.answer = pen.count
            pen.text(answer)
            pen.text("\",\"client\":\"")
            pen.text(client)
            pen.text("\",\"contract\":")
            pen.text(String(call.contract))
            pen.text(",\"id\":\"")
            places.id = pen.count
            pen.id(call.id)
            pen.text("\",\"message\":\"")
            pen.text(message)
            pen.text("\",\"organisation\":\"")
            pen.code(call.organisation)
            pen.text("\",\"requestDigest\":\"")
            places.request = pen.count
            pen.text(request)
            pen.text("\",\"site\":\"")
            pen.text(site)
            pen.text("\",\"status\":")
            places.status = pen.count
            pen.text(String(call.status))
            pen.text(",\"time\":\"")
            places.time = pen.count
            pen.time(call.time)
            pen.text("\"}")
            count = pen.count
        }
        return (text, places)
    }

    /// A text as it stands between the quotation marks of JSON. Mostly nothing in it needs an escape.
    private static func inside(_ text: String) -> String {
        var text = text
        let isPlain = text.withUTF8 { bytes in
            for byte in bytes where byte < 32 || byte > 126 || byte == 34 || byte == 92 { return false }
            return true
        }
        if isPlain { return text }
        return String(decoding: JSONValue.string(text).serialized().dropFirst().dropLast(), as: UTF8.self)
    }
}
