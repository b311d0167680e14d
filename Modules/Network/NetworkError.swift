import Glibc

/// What went wrong at a socket, a certificate or a peer, in words that say what to do.
public struct NetworkError: Error, Sendable, CustomStringConvertible {
    /// Stable name, `network.…`.
    public let code: String
    /// The sentence for the operator, in Chinese: what, which value, next step.
    public let message: String
    /// The line for the log, in English.
    public let log: String

    init(_ code: String, _ message: String, log: String) {
        self.code = "network.\(code)"
        self.message = message
        self.log = log
    }

    /// A failed system call.
    static func system(_ code: String, _ what: String, _ number: Int32) -> NetworkError {
        let reason = strerror(number).map { String(cString: $0) } ?? "error \(number)"
        return NetworkError(code, "\(what)：\(reason)。", log: "\(code): \(reason)")
    }

    public var description: String { "\(code): \(message) [\(log)]" }
}
