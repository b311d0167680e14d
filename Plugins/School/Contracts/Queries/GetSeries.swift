public import Messages

/// A series with its courses in order.
public struct GetSeries: Query {
    public typealias Reply = SeriesDetail

    public static let name: WireName = "school.get-series.v1"

    public var id: SeriesID

    public init(id: SeriesID) { self.id = id }
}
