/// A request method; any token is allowed, the router decides.
public struct HTTPMethod: Hashable, Sendable, RawRepresentable {
    /// The token as sent; methods are case-sensitive (RFC 9110 §9.1).
    public let rawValue: String
    /// Which of the known ones it is, so that they are told apart by a number; 0 for any other.
    @usableFromInline let number: UInt8

    @inlinable
    init(_ token: String, number: UInt8) {
        rawValue = token
        self.number = number
    }

    /// Wraps a token without checking it; the parser has.
    public init(rawValue: String) {
        let known: [HTTPMethod] = [.get, .head, .post, .put, .patch, .delete, .options]
        self = known.first { $0.rawValue == rawValue } ?? HTTPMethod(rawValue, number: 0)
    }

    /// Whether both are the same token.
    @inlinable
    public static func == (one: HTTPMethod, other: HTTPMethod) -> Bool {
        one.number == other.number && (one.number != 0 || one.rawValue == other.rawValue)
    }

    /// By the token.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    /// Transfer a representation.
    @inlinable public static var get: HTTPMethod { HTTPMethod("GET", number: 1) }
    /// The same as `get` without a body in the answer.
    @inlinable public static var head: HTTPMethod { HTTPMethod("HEAD", number: 2) }
    /// Process the body.
    @inlinable public static var post: HTTPMethod { HTTPMethod("POST", number: 3) }
    /// Replace the target by the body.
    @inlinable public static var put: HTTPMethod { HTTPMethod("PUT", number: 4) }
    /// Change the target partly.
    @inlinable public static var patch: HTTPMethod { HTTPMethod("PATCH", number: 5) }
    /// Remove the target.
    @inlinable public static var delete: HTTPMethod { HTTPMethod("DELETE", number: 6) }
    /// Ask what the target allows.
    @inlinable public static var options: HTTPMethod { HTTPMethod("OPTIONS", number: 7) }
}
