public import Bus
import FoundationEssentials
import Host
import Messages
import Pages
public import PluginKit
import Store
import Synchronization
public import Vocabulary

/// Where the plug-ins of a test run, which makes no difference to what they promise.
public enum Placement: String, Sendable, CaseIterable {
    case inline
    /// Each at the other end of a socket, as in a process of its own; without the confinement.
    case process
}

/// Several sites of one host in virtual time, joined as a tree.
///
/// ```swift
/// let network = try await TestNetwork([InstalledPlugin(Market.self)], sites: .small)
/// _ = try await network["liuyang"].tell(Offer(…), as: .window("430181"))
/// await network.settle()
/// #expect(try network["hunan"].ask(FindOffers()).count == 1)
/// ```
public final class TestNetwork: Sendable {
    public let clock: TestClock
    private let network: SiteNetwork
    private let all: [String: TestSite]
    private let folder: String
    private let lanes: LanePool
    private let isClosed = Mutex(false)
    /// Whether the folder goes when this value does.
    private let isOwnFolder: Bool

    /// - Parameters:
    ///   - plugins: enabled, with default settings, at every site that names none of its own.
    ///   - sites: `Array.small`, or a tree of the test's own; `plugins` names those enabled at the site, an empty list means all.
    ///   - folder: where an earlier network of the same sites stood; by default a new one that is removed at the end.
    ///   - placement: where the plug-ins run.
    public init(_ plugins: [InstalledPlugin], sites: [SiteEntry] = .small, placement: Placement = .inline, now: Timestamp? = nil, folder: String? = nil) async throws {
        let clock = TestClock(now ?? Timestamp(milliseconds: 1_772_413_200_000))
        self.clock = clock
        lanes = LanePool(threads: 2)
        let network = SiteNetwork(log: .silent)
        self.network = network
        isOwnFolder = folder == nil
        let path = folder ?? FileManager.default.temporaryDirectory.path + "/shuniu-network-" + UUID().uuidString
        self.folder = path
        var entries = sites
        for index in entries.indices where entries[index].plugins.isEmpty { entries[index].plugins = plugins.map(\.manifest.id) }
        network.place(entries)
        var all: [String: TestSite] = [:]
        for entry in entries {
            let enabled = plugins.filter { entry.plugins.contains($0.manifest.id) }
            all[entry.id] = try await TestSite(
                card: SiteCard(id: entry.id, title: entry.title, region: entry.region), enabled.map { ($0, .object([])) },
                folder: "\(path)/\(entry.id)", clock: clock, lanes: lanes, network: network,
                placed: placement == .process ? Set(enabled.map(\.manifest.id)) : [])
        }
        self.all = all
        network.wake()
    }

    deinit {
        guard !isClosed.withLock({ $0 }) else { return }
        let (network, all, lanes, folder, isOwn) = (network, all, lanes, folder, isOwnFolder)
        Task {
            await Self.end(network, all, lanes)
            if isOwn { try? FileManager.default.removeItem(atPath: folder) }
        }
    }

    /// Ends all sites as a host does that stops; another network may then take up their folder.
    public func close() async {
        guard !isClosed.withLock({ isClosed in defer { isClosed = true }; return isClosed }) else { return }
        await Self.end(network, all, lanes)
        if isOwnFolder { try? FileManager.default.removeItem(atPath: folder) }
    }

    private static func end(_ network: SiteNetwork, _ all: [String: TestSite], _ lanes: LanePool) async {
        await network.close()
        for site in all.values { await site.site.close() }
        lanes.shutdown()
    }

    /// A site by its identifier, which must be one of the tree.
    public subscript(_ site: String) -> TestSite {
        guard let found = all[site] else { preconditionFailure("no site \(site) in this test's network") }
        return found
    }

    /// The tree as the sites see it.
    public var map: SiteMap { network.map }

    /// Waits until nothing passes between or inside the sites any more.
    public func settle() async {
        let docks = all.values.filter { !$0.site.supervisors.isEmpty }
        guard !docks.isEmpty else { return await network.settle() }
        var before = -1
        while true {
            await network.settle()
            var told = 0
            for site in docks { told += await site.quiet() }
            if told == before { return }
            before = told
        }
    }

    /// Ends every plug-in that runs at the other end of a socket, in the middle of whatever it does, and starts it again.
    public func restartPlaced() async throws {
        for site in all.values { try await site.restartPlaced() }
    }

    /// Moves the clock and does everywhere what has become due.
    public func advance(by duration: Duration) async {
        clock.advance(by: duration)
        for site in all.values { site.tick() }
        await settle()
    }
}

extension [SiteEntry] {
    /// 湖南 over 长沙 and 株洲, 长沙 over 浏阳 and 望城, 株洲 over 醴陵.
    public static let small: [SiteEntry] = [
        SiteEntry(id: "hunan", title: "湖南省平台", kind: .hub, region: RegionCode("430000")),
        SiteEntry(id: "changsha", title: "长沙市平台", kind: .city, region: RegionCode("430100"), parent: "hunan"),
        SiteEntry(id: "zhuzhou", title: "株洲市平台", kind: .city, region: RegionCode("430200"), parent: "hunan"),
        SiteEntry(id: "liuyang", title: "浏阳市平台", kind: .county, region: RegionCode("430181"), parent: "changsha"),
        SiteEntry(id: "wangcheng", title: "望城区平台", kind: .county, region: RegionCode("430112"), parent: "changsha"),
        SiteEntry(id: "liling", title: "醴陵市平台", kind: .county, region: RegionCode("430281"), parent: "zhuzhou"),
    ]
}
