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

    public var description: String { "\(code): \(log) – \(message)" }
}
