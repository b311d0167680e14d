public import Messages

/// The home of a complaint tells the site of the agency how it stands. From site to site only.
public struct ReceiveComplaint: Command {
    public typealias Reply = Done

    public static let name: WireName = "market.receive-complaint.v1"
    public static let reach = Reach.network

    public var complaint: ComplaintDetail

    public init(complaint: ComplaintDetail) { self.complaint = complaint }
}
