import COpenSSL

/// What a key, a signature or a sealed value was refused for. Never holds secret bytes.
public struct CryptoError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Stable name: `key`, `signature`, `sealed`, `certificate`, `request`.
    public let code: String
    /// One English sentence for the log.
    public let log: String

    public init(_ code: String, _ log: String) {
        self.code = code
        self.log = log
    }

    /// The newest reason in OpenSSL's queue of this thread, which is emptied.
    static func openSSL(_ code: String, _ what: String) -> CryptoError {
        let reason = ERR_reason_error_string(ERR_peek_last_error()).map { String(cString: $0) } ?? "unknown"
        ERR_clear_error()
        return CryptoError(code, "\(what): \(reason)")
    }

    public var description: String { "crypto.\(code): \(log)" }
}
