public import Messages
public import Pages

/// An address of a public interface whose paths and forms somebody else's standard prescribes, such as Open311.
///
/// It stands below `/api/{site}/{plugin}`, beside the plug-in's messages, and takes no part in OpenAPI. Fields come from query string and
/// URL-encoded form; cookies do not count, so that no foreign page can act for whoever is signed in. Who asks is a visitor, or a partner
/// where the route names a message and the partner's contract holds it.
public struct InterfaceRoute: Sendable {
    /// Writes a refusal in the standard's form, also those of the gateway: status, the Chinese sentence, the path that was asked.
    public typealias Refused =
        @Sendable (_ status: Int, _ sentence: String, _ path: String) -> (type: String, bytes: [UInt8])

    public let route: RouteShape
    /// The message behind it: what a partner's contract must hold, and what its receipt names. `nil`: everybody is a visitor here.
    public let message: WireName?
    /// `nil` where the plug-in runs in its own process: then refusals of the gateway are problem details.
    public let refused: Refused?
    /// Must answer with `PageReply.answer`.
    public let body: @Sendable (PageRequest, PageContext) async throws -> PageReply
}

extension Registration {
    /// Serves an address of a public interface at `/api/{site}/{plugin}` + pattern.
    ///
    /// - Parameters:
    ///   - message: the command behind it, for partners who show their access token as `api_key` or as a bearer token.
    ///   - refused: the form in which the standard wants its errors.
    public mutating func interface(
        _ route: RouteShape, for message: WireName? = nil, refused: @escaping InterfaceRoute.Refused,
        _ body: @escaping @Sendable (PageRequest, PageContext) async throws -> PageReply
    ) {
        add(InterfaceRoute(route: route, message: message, refused: refused, body: body))
    }
}
