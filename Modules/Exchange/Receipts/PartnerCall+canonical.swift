import Crypto
import Messages
import Vocabulary

extension PartnerCall {
    /// The one text of a call, whose digest is the leaf of its batch: JSON by RFC 8785, members sorted, no spaces.
    public var canonical: [UInt8] {
        var text = ""
        text.reserveCapacity(420)
        text += "{\"answerDigest\":\"" + answerDigest + "\",\"client\":" + Self.quoted(client)
        text += ",\"contract\":\(contract),\"id\":\"\(id)\",\"message\":\"\(message)\",\"organisation\":\"\(organisation)\""
        text += ",\"requestDigest\":\"" + requestDigest + "\",\"site\":" + Self.quoted(site)
        text += ",\"status\":\(status),\"time\":\"\(time)\"}"
        return Array(text.utf8)
    }

    /// SHA-256 of what a partner asked, lower-case hexadecimal: `METHOD target`, a line feed, then the body, all exactly as sent.
    public static func requestDigest(method: String, target: String, body: [UInt8]) -> String {
        Digest.sha256.of(Array("\(method) \(target)\n".utf8) + body).hexadecimal
    }

    private static func quoted(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 > 31 && $0 < 127 && $0 != 34 && $0 != 92 }) { return "\"\(text)\"" }
        return String(decoding: JSONValue.string(text).serialized(), as: UTF8.self)
    }
}
