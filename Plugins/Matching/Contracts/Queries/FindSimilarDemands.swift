public import Messages

/// Demands of the last twelve months whose wording is close to one's, the closest first; for staff.
public struct FindSimilarDemands: Query {
    public typealias Reply = [SimilarDemand]

    public static let name: WireName = "matching.find-similar-demands.v1"

    public var demand: MessageID

    public init(demand: MessageID) { self.demand = demand }
}
