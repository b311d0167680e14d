public import Messages

/// The standard items with the latest check of each at one node. Public without remarks and evidence, which staff see.
/// - Source: 湘经信中小服务〔2017〕711号 三
public struct GetChecklist: Query {
    public typealias Reply = Checklist

    public static let name: WireName = "registry.get-checklist.v1"

    public var id: NodeID

    public init(id: NodeID) {
        self.id = id
    }
}
