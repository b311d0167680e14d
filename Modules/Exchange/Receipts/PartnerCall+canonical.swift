import Crypto
import Messages
import Vocabulary

extension PartnerCall {
    /// The one text of a call, whose digest is the leaf of its batch: JSON by RFC 8785, members sorted, no spaces.
    public var canonical: [UInt8] {
        // Client and site are short names of at most 64 characters, where nothing needs an escape.
        let client = Self.inside(client), site = Self.inside(site)
        let fixed = [answerDigest, message.description, requestDigest]
        let room = fixed.reduce(320) { $0 + $1.utf8.count } + client.utf8.count + site.utf8.count
        return [UInt8](unsafeUninitializedCapacity: room) { text, count in
            count = write(client: client, site: site, message: fixed[1], to: text)
        }
    }

    /// A text as it stands between the quotation marks of JSON.
    private static func inside(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 > 31 && $0 < 127 && $0 != 34 && $0 != 92 }) { return text }
        return String(decoding: JSONValue.string(text).serialized().dropFirst().dropLast(), as: UTF8.self)
    }

    private func write(client: String, site: String, message: String, to text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard let start = text.baseAddress else { return 0 }
        var count = 0
        func add(_ literal: StaticString, _ value: String) {
            (start + count).update(from: literal.utf8Start, count: literal.utf8CodeUnitCount)
            count += literal.utf8CodeUnitCount
            var value = value
            value.withUTF8 { bytes in
                if let from = bytes.baseAddress { (start + count).update(from: from, count: bytes.count) }
                count += bytes.count
            }
        }
        add("{\"answerDigest\":\"", answerDigest)
        add("\",\"client\":\"", client)
        add("\",\"contract\":", String(contract))
        add(",\"id\":\"", id.description)
        add("\",\"message\":\"", message)
        add("\",\"organisation\":\"", organisation.description)
        add("\",\"requestDigest\":\"", requestDigest)
        add("\",\"site\":\"", site)
        add("\",\"status\":", String(status))
        add(",\"time\":\"", time.description)
        add("\"}", "")
        return count
    }

    /// SHA-256 of what a partner asked, lower-case hexadecimal: `METHOD target`, a line feed, then the body, all exactly as sent.
    public static func requestDigest(method: String, target: String, body: [UInt8]) -> String {
        Digest.sha256.of(Array("\(method) \(target)\n".utf8) + body).hexadecimal
    }
}
