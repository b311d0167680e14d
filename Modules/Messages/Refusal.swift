/// The only error that crosses a boundary: what was refused, why, and what to do next. Problem details (RFC 9457) on the wire.
public struct Refusal: Error, Sendable, Hashable {
    /// One thing wrong with one field of the input.
    public struct Fault: Codable, Sendable, Hashable {
        /// JSON Pointer (RFC 6901) or form field name, for instance `/operator/creditCode`.
        public var field: String
        /// The value as given, shortened; masked where the type is personal.
        public var value: String?
        /// A Chinese sentence: the rule and the next step.
        public var message: String

        public init(field: String, value: String? = nil, message: String) {
            self.field = field
            self.value = value
            self.message = message
        }
    }

    /// Stable code `plugin.reason`, for instance `registry.county-has-window`.
    public var code: String
    /// HTTP status, 400…599.
    public var status: Int
    /// A Chinese sentence for the person: what was refused, which value, which rule, the next step.
    public var message: String
    /// One English line for the log; no personal data.
    public var log: String
    /// Everything wrong with the input, together.
    public var faults: [Fault]
    /// When to try again, for 429 and 503.
    public var retryAfter: Duration?

    public init(
        _ code: String, status: Int, message: String, log: String, faults: [Fault] = [], retryAfter: Duration? = nil
    ) {
        self.code = code
        self.status = status
        self.message = message
        self.log = log
        self.faults = faults
        self.retryAfter = retryAfter
    }
}
