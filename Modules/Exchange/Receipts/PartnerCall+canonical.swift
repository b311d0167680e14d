import Crypto
import Messages
import Vocabulary

extension PartnerCall {
    /// The one text of a call, whose digest is the leaf of its batch: JSON by RFC 8785, members sorted, no spaces.
    public var canonical: [UInt8] {
        ReceiptLine.make(
            client: client, site: site, message: message, organisation: organisation, contract: contract, id: id, status: status, time: time,
            digests: answerDigest.utf8.count + requestDigest.utf8.count
        ) { $0.text(answerDigest) } request: { $0.text(requestDigest) }
    }

    /// SHA-256 of what a partner asked, lower-case hexadecimal: `METHOD target`, a line feed, then the body, all exactly as sent.
    public static func requestDigest(method: String, target: String, body: [UInt8]) -> String {
        SHA256Sum(of: Array("\(method) \(target)\n".utf8) + body).hexadecimal
    }
}

extension PartnerPassage {
    /// The canonical text of its receipt.
    func canonical(_ id: MessageID, request: SHA256Sum, answer: SHA256Sum) -> [UInt8] {
        ReceiptLine.make(
            client: client, site: site, message: message, organisation: organisation, contract: contract, id: id, status: status, time: time, digests: 128
        ) { $0.sum(answer) } request: { $0.sum(request) }
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

        mutating func number(_ value: Int) {
            if value >= 0, value < 10 { return room(1).pointee = UInt8(48 + value) }
            if value >= 100, value < 1000 {
                let place = room(3)
                (place[0], place[1], place[2]) = (UInt8(48 + value / 100), UInt8(48 + value / 10 % 10), UInt8(48 + value % 10))
                return
            }
            text(String(value))
        }

        mutating func sum(_ sum: SHA256Sum) { sum.write(hexadecimal: room(64)) }
        mutating func id(_ id: MessageID) { id.write(text: room(36)) }
        mutating func code(_ code: CreditCode) { code.write(text: UnsafeMutableBufferPointer(start: room(18), count: 18)) }
        mutating func time(_ time: Timestamp) { time.write(text: UnsafeMutableBufferPointer(start: room(24), count: 24)) }
    }

    /// - Parameter digests: how many characters both digests have.
    static func make(
        client: String, site: String, message: WireName, organisation: CreditCode, contract: Int, id: MessageID, status: Int, time: Timestamp,
        digests: Int, answer: (inout Pen) -> Void, request: (inout Pen) -> Void
    ) -> [UInt8] {
        let (client, site, message) = (inside(client), inside(site), message.description)
        let room = 320 + digests + client.utf8.count + site.utf8.count + message.utf8.count
        return [UInt8](unsafeUninitializedCapacity: room) { memory, count in
            var pen = Pen(memory)
            pen.text("{\"answerDigest\":\"")
            answer(&pen)
            pen.text("\",\"client\":\"")
            pen.text(client)
            pen.text("\",\"contract\":")
            pen.number(contract)
            pen.text(",\"id\":\"")
            pen.id(id)
            pen.text("\",\"message\":\"")
            pen.text(message)
            pen.text("\",\"organisation\":\"")
            pen.code(organisation)
            pen.text("\",\"requestDigest\":\"")
            request(&pen)
            pen.text("\",\"site\":\"")
            pen.text(site)
            pen.text("\",\"status\":")
            pen.number(status)
            pen.text(",\"time\":\"")
            pen.time(time)
            pen.text("\"}")
            count = pen.count
        }
    }

    /// A text as it stands between the quotation marks of JSON. Client and site are short names of at most 64 characters, where nothing
    /// needs an escape.
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
