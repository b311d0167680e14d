/// The number of a series that was written down.
public struct SeriesReceipt: Codable, Sendable, Hashable {
    public var series: SeriesID

    public init(series: SeriesID) { self.series = series }
}
