public import Messages

/// A complaint was filed or went a step further. It travels to the sites above, which evaluate; no text and no personal data.
public struct ComplaintAdvanced: Event {
    public static let name: WireName = "market.complaint-advanced.v1"
    public static let reach = Reach.upward
    public var subject: String { "complaint/\(complaint.id)" }

    public var complaint: ComplaintCard
    /// `nil`: it was filed.
    public var action: ComplaintAction?
    /// Whether the step came after its deadline.
    public var wasLate: Bool

    public init(complaint: ComplaintCard, action: ComplaintAction?, wasLate: Bool) {
        self.complaint = complaint
        self.action = action
        self.wasLate = wasLate
    }
}
