/// The sites that were reminded.
public struct RemindedSites: Codable, Sendable, Hashable {
    public var sites: [String]

    public init(sites: [String]) { self.sites = sites }
}
