public import Bus
public import Store
public import Vocabulary

/// What a plug-in needs to fill its part of the demo network with clearly invented records.
public struct Demonstration: Sendable {
    /// The site's identifier.
    public let site: String
    /// The site's own division.
    public let region: RegionCode?
    /// Whether it is its division's own platform; otherwise a chain, a park or a base that stands in it beside that one.
    public let isOfRegion: Bool
    /// Commands are told here, as the system or as an invented person.
    public let bus: SiteBus
    public let files: FileStore
    public let reference: ReferenceData
    public let now: Timestamp

    package init(
        site: String, region: RegionCode?, isOfRegion: Bool = true, bus: SiteBus, files: FileStore, reference: ReferenceData, now: Timestamp
    ) {
        self.site = site
        self.region = region
        self.isOfRegion = isOfRegion
        self.bus = bus
        self.files = files
        self.reference = reference
        self.now = now
    }
}
