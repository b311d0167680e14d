public import Crypto
public import Messages
public import Store
public import Vocabulary

/// Keeps the secrets of endpoints in the file, sealed under a key that is not in it.
public struct SecretShelf: Sendable, CustomStringConvertible {
    /// For which the site's key gives the shelf its own.
    public static let purpose = "webhook-secrets"
    private let key: [UInt8]

    /// - Parameter key: 32 bytes, derived from the site's key.
    public init(key: [UInt8]) { self.key = key }

    public var description: String { "secrets ‹sealed›" }

    /// The secrets of an endpoint that sign now, the newest first.
    /// - Throws: `CryptoError` when the key is not the one they were sealed under.
    public func secrets(of endpoint: MessageID, in reader: some SQLReading, now: Timestamp) throws -> [WebhookSecret] {
        try reader.rows(
            """
            SELECT number, secret, is_sealed FROM endpoint_secret WHERE endpoint = ? AND (expires_at IS NULL OR expires_at > ?)
            ORDER BY number DESC
            """, endpoint.description, now
        ) { row in
            let bytes: [UInt8] = try row.get(1)
            guard try row.get(2, as: Int64.self) == 1 else { return WebhookSecret(bytes: bytes) }
            return WebhookSecret(bytes: try AES256GCM.open(bytes, key: key, context: context(endpoint, try row.get(0))))
        }.compactMap { $0 }
    }

    func put(_ secret: WebhookSecret, number: Int64, of endpoint: MessageID, _ writer: StoreWriter) throws {
        try writer.run(
            "INSERT INTO endpoint_secret(endpoint, number, secret, is_sealed) VALUES(?, ?, ?, 1)", endpoint.description, number,
            try AES256GCM.seal(secret.bytes, key: key, context: context(endpoint, number)))
    }

    /// Seals what an earlier version kept in plain.
    func sealPlain(_ writer: StoreWriter) throws {
        let plain = try writer.rows("SELECT endpoint, number, secret FROM endpoint_secret WHERE is_sealed = 0") { row in
            (endpoint: try row.get(0, as: String.self), number: try row.get(1, as: Int64.self), bytes: try row.get(2, as: [UInt8].self))
        }
        for one in plain {
            guard let endpoint = MessageID(one.endpoint) else { continue }
            try writer.run(
                "UPDATE endpoint_secret SET secret = ?, is_sealed = 1 WHERE endpoint = ? AND number = ?",
                try AES256GCM.seal(one.bytes, key: key, context: context(endpoint, one.number)), one.endpoint, one.number)
        }
    }

    private func context(_ endpoint: MessageID, _ number: Int64) -> [UInt8] { Array("\(endpoint)/\(number)".utf8) }
}
