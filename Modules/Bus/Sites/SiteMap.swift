public import Messages
public import Vocabulary

/// A site of the tree, as the others know it.
public struct SiteEntry: Codable, Sendable, Hashable {
    public var id: String
    /// 浏阳市中小企业公共服务平台
    public var title: String
    public var kind: SiteKind
    public var region: RegionCode?
    /// The site above it; `nil` of the hub.
    public var parent: String?
    /// The plug-ins enabled there.
    public var plugins: [String]
    /// The version of each, where it is known.
    public var versions: [String: String]?
    /// The version of the host's program, where it is known.
    public var program: String?
    /// Every version of the protocol between sites that it speaks, where it is known.
    public var protocols: [Int]?

    public init(
        id: String, title: String, kind: SiteKind, region: RegionCode? = nil, parent: String? = nil, plugins: [String] = [], versions: [String: String]? = nil,
        program: String? = nil, protocols: [Int]? = nil
    ) {
        self.versions = versions
        self.program = program
        self.protocols = protocols
        self.id = id
        self.title = title
        self.kind = kind
        self.region = region
        self.parent = parent
        self.plugins = plugins
    }
}

/// An entry that many links remember: eight bytes to each, where the entry itself takes over a hundred and stands in memory once.
package final class SharedSite: Sendable {
    package let entry: SiteEntry

    init(_ entry: SiteEntry) { self.entry = entry }
}

/// The protocol between sites of different hosts, `Modules/Trunk/README.md`.
public enum LinkProtocol {
    /// Every version that this program speaks.
    public static let spoken = [1]

    /// The latest version that both speak; `nil`: none.
    public static func common(_ theirs: [Int], _ ours: [Int] = spoken) -> Int? { Set(theirs).intersection(ours).max() }
}

/// The tree of sites as this host knows it now: its own sites and those it is joined with.
public struct SiteMap: Sendable, Hashable {
    private var entries: [String: SiteEntry] = [:]
    private var below: [String: [String]] = [:]
    /// The uppermost site of each, which may be known by its name only.
    private var roots: [String: String] = [:]

    public init(_ sites: [SiteEntry] = []) {
        for site in sites { entries[site.id] = site }
        for site in sites.sorted(by: { $0.id < $1.id }) {
            if let parent = site.parent { below[parent, default: []].append(site.id) }
        }
        for site in sites { roots[site.id] = above(site.id).last ?? site.id }
    }

    /// Whether both stand in the same tree: a host may hold several, for instance a sandbox beside the real network.
    public func areOneTree(_ one: String, _ other: String) -> Bool { (roots[one] ?? one) == (roots[other] ?? other) }

    /// Whether what goes so far from one site comes to the other.
    public func reaches(_ reach: Reach, from site: String, to other: String) -> Bool {
        switch reach {
        case .local: false
        case .network: site != other && areOneTree(site, other)
        case .upward: isAbove(other, site)
        }
    }

    /// Every site, by identifier.
    public var sites: [SiteEntry] { entries.values.sorted { $0.id < $1.id } }

    public subscript(_ site: String) -> SiteEntry? { entries[site] }

    /// The sites above, the nearest first; the last one may be unknown here but for its name.
    public func above(_ site: String) -> [String] {
        var found: [String] = []
        var next = entries[site]?.parent
        while let parent = next, parent != site, !found.contains(parent) {
            found.append(parent)
            next = entries[parent]?.parent
        }
        return found
    }

    /// The sites directly below, by identifier.
    public func children(of site: String) -> [SiteEntry] { (below[site] ?? []).compactMap { entries[$0] } }

    /// Every site below at any depth: of one kind, in one region, where given; by identifier.
    public func below(_ site: String, kind: SiteKind? = nil, region: RegionCode? = nil) -> [SiteEntry] {
        var found: [String: SiteEntry] = [:]
        var open = children(of: site)
        while let next = open.popLast() {
            guard found.updateValue(next, forKey: next.id) == nil else { continue }
            open += children(of: next.id)
        }
        found[site] = nil
        return found.values.filter { entry in
            (kind.map { $0 == entry.kind } ?? true) && (region.map { region in entry.region.map { region.contains($0) } ?? false } ?? true)
        }.sorted { $0.id < $1.id }
    }

    /// Whether the first site stands above the second one.
    public func isAbove(_ site: String, _ other: String) -> Bool {
        var next = entries[other]?.parent
        var steps = 0
        while let parent = next, steps < 16 {
            if parent == site { return true }
            next = entries[parent]?.parent
            steps += 1
        }
        return false
    }
}

/// Where a command goes that leaves the site.
public enum Destination: Sendable, Hashable {
    /// The site above.
    case parent
    case site(String)
    /// The sites directly below; with a kind, every site of that kind below at any depth; with a region, only those in it.
    case children(kind: SiteKind? = nil, region: RegionCode? = nil)

    /// Every site directly below.
    public static let children = Destination.children(kind: nil, region: nil)
}

/// Which sites' events a reaction hears.
public enum Hearing: String, Codable, Sendable, CaseIterable {
    /// This site's own plug-ins.
    case here
    /// Those of other sites, as far as the event's reach goes.
    case network
    case everywhere

    var hearsHere: Bool { self != .network }
    var hearsOthers: Bool { self != .here }
}
