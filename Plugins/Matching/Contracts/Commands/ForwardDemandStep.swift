public import Messages
public import Vocabulary

/// A site above, or the site of an invited agency, hands a step to the home of the demand, which decides. From site to site only.
public struct ForwardDemandStep: Command {
    public typealias Reply = DemandReceipt

    public static let name: WireName = "matching.forward-demand-step.v1"
    public static let reach = Reach.network

    public var step: AdvanceDemand
    /// Whose step it is; missing: the staff's of a site above.
    public var agency: CreditCode?

    public init(step: AdvanceDemand, agency: CreditCode? = nil) {
        self.step = step
        self.agency = agency
    }
}
