/// A shared secret of an endpoint, `whsec_` and Base64 of 24 to 64 bytes (Standard Webhooks); never printed by itself.
public struct WebhookSecret: Sendable, Hashable, CustomStringConvertible {
    public let bytes: [UInt8]

    public init?(bytes: [UInt8]) {
        guard (24...64).contains(bytes.count) else { return nil }
        self.bytes = bytes
    }

    /// Reads `whsec_…`; also without the prefix, as receivers keep it.
    public init?(_ text: String) {
        let bare = text.hasPrefix("whsec_") ? String(text.dropFirst(6)) : text
        guard let bytes = Base64.decodePadded(bare) else { return nil }
        self.init(bytes: bytes)
    }

    /// A new one of 32 bytes.
    public static func random() -> WebhookSecret { WebhookSecret(unchecked: Secrets.random(32)) }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// `whsec_…`, to be shown once to whom it belongs.
    public var revealed: String { "whsec_" + Base64.encodePadded(bytes) }
    public var description: String { "‹secret›" }
}

/// Signatures of webhooks by the Standard Webhooks convention, version `v1`: HMAC-SHA256 over `id.timestamp.body`, Base64.
public enum WebhookSignature {
    /// The value of `webhook-signature`: one signature a secret, separated by spaces.
    public static func header(id: String, timestamp: Int64, body: [UInt8], secrets: [WebhookSecret]) -> String {
        secrets.map { sign(id: id, timestamp: timestamp, body: body, $0) }.joined(separator: " ")
    }

    static func sign(id: String, timestamp: Int64, body: [UInt8], _ secret: WebhookSecret) -> String {
        "v1," + Base64.encodePadded(Digest.sha256.mac(key: secret.bytes, Array("\(id).\(timestamp).".utf8) + body))
    }

    /// What a receiver does: any signature of the header fits any of its secrets, and the moment is not further away than the tolerance.
    public static func isValid(
        header: String, id: String, timestamp: Int64, body: [UInt8], secrets: [WebhookSecret], now: Int64,
        tolerance: Int64 = 300
    ) -> Bool {
        guard now >= timestamp - tolerance, now <= timestamp + tolerance else { return false }
        let wanted = secrets.map { Array(sign(id: id, timestamp: timestamp, body: body, $0).utf8) }
        return header.split(separator: " ").contains { given in
            wanted.contains { Secrets.areEqual($0, Array(given.utf8)) }
        }
    }
}
