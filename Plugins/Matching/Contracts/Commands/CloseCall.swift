public import Messages

/// Ends a call before its day.
public struct CloseCall: Command {
    public typealias Reply = CallReceipt

    public static let name: WireName = "matching.close-call.v1"

    public var call: MessageID

    public init(call: MessageID) { self.call = call }
}
