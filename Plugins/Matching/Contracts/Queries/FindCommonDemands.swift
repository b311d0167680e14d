public import Messages

/// Common demands with their members, the newest first, as far as the staff that asks may see them; at most 200.
public struct FindCommonDemands: Query {
    public typealias Reply = [CommonDemand]

    public static let name: WireName = "matching.find-common-demands.v1"

    public init() {}
}
