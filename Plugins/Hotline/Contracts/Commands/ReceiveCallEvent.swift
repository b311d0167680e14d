public import Messages

/// Takes in what a telephone or video system reports (`CallEvent`), in whatever order and however often it comes. Whoever knows the
/// line's secret may; the signature is looked at before anything else. See `TELEPHONY.md`.
public struct ReceiveCallEvent: Command {
    public typealias Reply = CallReceipt
    public static let name: WireName = "hotline.receive-call-event.v1"

    public var line: LineID
    /// The report as it came, its body a `CallEvent`.
    public var delivery: SignedDelivery

    public init(line: LineID, delivery: SignedDelivery) {
        self.line = line
        self.delivery = delivery
    }
}
