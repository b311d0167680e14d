public import Messages

/// An agency answers a call with one of its listed services of the category that serves the region.
public struct OfferToCall: Command {
    public typealias Reply = CallReceipt

    public static let name: WireName = "matching.offer-to-call.v1"

    public var call: MessageID
    public var service: MessageID

    public init(call: MessageID, service: MessageID) {
        self.call = call
        self.service = service
    }
}
