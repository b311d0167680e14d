public import Messages
public import Vocabulary

/// The site of an agency hands its offer to the site that published the call. From site to site only.
public struct ForwardOffer: Command {
    public typealias Reply = CallReceipt

    public static let name: WireName = "matching.forward-offer.v1"
    public static let reach = Reach.network

    public var call: MessageID
    /// An agency that the sending site keeps.
    public var agency: CreditCode
    public var service: MessageID

    public init(call: MessageID, agency: CreditCode, service: MessageID) {
        self.call = call
        self.agency = agency
        self.service = service
    }
}
