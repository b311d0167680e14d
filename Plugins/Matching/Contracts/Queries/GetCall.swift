public import Messages

/// One call with its offers. Public.
public struct GetCall: Query {
    public typealias Reply = CallDetail

    public static let name: WireName = "matching.get-call.v1"

    public var id: MessageID

    public init(id: MessageID) { self.id = id }
}
