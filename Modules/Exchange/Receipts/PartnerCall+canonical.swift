import Crypto
import Messages
import Vocabulary

extension PartnerCall {
    /// The one text of a call, whose digest is the leaf of its batch: JSON by RFC 8785, members sorted, no spaces.
    public var canonical: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(480)
        func add(_ literal: StaticString, _ value: String) {
            text.append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
            text.append(contentsOf: value.utf8)
        }
        func quoted(_ literal: StaticString, _ value: String) {
            if value.utf8.allSatisfy({ $0 > 31 && $0 < 127 && $0 != 34 && $0 != 92 }) {
                add(literal, value)
            } else {
                text.append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount - 1))
                text += JSONValue.string(value).serialized().dropLast()
            }
        }
        add("{\"answerDigest\":\"", answerDigest)
        quoted("\",\"client\":\"", client)
        add("\",\"contract\":", String(contract))
        add(",\"id\":\"", id.description)
        add("\",\"message\":\"", message.description)
        add("\",\"organisation\":\"", organisation.description)
        add("\",\"requestDigest\":\"", requestDigest)
        quoted("\",\"site\":\"", site)
        add("\",\"status\":", String(status))
        add(",\"time\":\"", time.description)
        text += [34, 125]
        return text
    }

    /// SHA-256 of what a partner asked, lower-case hexadecimal: `METHOD target`, a line feed, then the body, all exactly as sent.
    public static func requestDigest(method: String, target: String, body: [UInt8]) -> String {
        Digest.sha256.of(Array("\(method) \(target)\n".utf8) + body).hexadecimal
    }
}
