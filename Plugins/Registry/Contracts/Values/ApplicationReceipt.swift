/// The answer to a step: where the application stands now.
public struct ApplicationReceipt: Codable, Sendable, Hashable {
    public var application: ApplicationID
    public var stage: Stage
    /// The node, once recognised.
    public var node: NodeID?

    public init(application: ApplicationID, stage: Stage, node: NodeID? = nil) {
        self.application = application
        self.stage = stage
        self.node = node
    }
}
