public import Messages

/// 热门 and 最新 services. Public.
public struct GetServiceBoard: Query {
    public typealias Reply = ServiceBoard

    public static let name: WireName = "market.get-service-board.v1"

    public init() {}
}
