/// A request method; any token is allowed, the router decides.
public struct HTTPMethod: Hashable, Sendable, RawRepresentable {
    /// The token as sent; methods are case-sensitive (RFC 9110 §9.1).
    public let rawValue: String
    /// Wraps a token without checking it; the parser has.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Whether both are the same token.
    public static func == (one: HTTPMethod, other: HTTPMethod) -> Bool {
        // Most methods differ in length already, which is cheaper to compare.
        one.rawValue.utf8.count == other.rawValue.utf8.count && one.rawValue == other.rawValue
    }

    /// Transfer a representation.
    public static let get = HTTPMethod(rawValue: "GET")
    /// The same as `get` without a body in the answer.
    public static let head = HTTPMethod(rawValue: "HEAD")
    /// Process the body.
    public static let post = HTTPMethod(rawValue: "POST")
    /// Replace the target by the body.
    public static let put = HTTPMethod(rawValue: "PUT")
    /// Change the target partly.
    public static let patch = HTTPMethod(rawValue: "PATCH")
    /// Remove the target.
    public static let delete = HTTPMethod(rawValue: "DELETE")
    /// Ask what the target allows.
    public static let options = HTTPMethod(rawValue: "OPTIONS")
}
