public import Messages

/// An agency offered a service to a call.
public struct CallAnswered: Event {
    public static let name: WireName = "matching.call-answered.v1"
    public static let reach = Reach.upward
    public var subject: String { "call/\(call)" }

    public var call: MessageID
    public var offer: CallOffer

    public init(call: MessageID, offer: CallOffer) {
        self.call = call
        self.offer = offer
    }
}
