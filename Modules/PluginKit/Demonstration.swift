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

    /// Gives an invented person's login name and name an identifier; the same one every time.
    package typealias Registrar = @Sendable (_ login: String, _ name: String) async throws -> String

    private let registrar: Registrar

    package init(
        site: String, region: RegionCode?, isOfRegion: Bool = true, bus: SiteBus, files: FileStore, reference: ReferenceData, now: Timestamp,
        registrar: @escaping Registrar = { login, _ in login }
    ) {
        self.registrar = registrar
        self.site = site
        self.region = region
        self.isOfRegion = isOfRegion
        self.bus = bus
        self.files = files
        self.reference = reference
        self.now = now
    }

    /// Somebody invented who does something in the demo network. An account nobody can sign in to keeps the name for timelines.
    ///
    /// - Parameters:
    ///   - key: Lower-case letters, digits and `-`; the same key is the same person at every site and in every plug-in.
    ///   - name: Shown as 演示·….
    public func person(
        _ key: String, _ name: String, _ grants: [Grant], organisation: CreditCode? = nil, organisationName: String? = nil
    ) async throws -> Actor {
        let shown = "演示·\(name)"
        return Actor(
            kind: .person, id: try await registrar("demo-\(key)", shown), name: shown, grants: grants, organisation: organisation,
            organisationName: organisationName)
    }
}
