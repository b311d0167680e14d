public import Messages
public import Vocabulary

/// The site of an agency hands its answer to the home of the complaint. From site to site only.
public struct ForwardComplaintAnswer: Command {
    public typealias Reply = ComplaintReceipt

    public static let name: WireName = "market.forward-complaint-answer.v1"
    public static let reach = Reach.network

    public var complaint: MessageID
    /// Who answers; an agency that the sending site keeps.
    public var agency: CreditCode
    public var text: String

    public init(complaint: MessageID, agency: CreditCode, text: String) {
        self.complaint = complaint
        self.agency = agency
        self.text = text
    }
}
