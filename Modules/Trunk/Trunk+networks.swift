import Bus
import FoundationEssentials
import Messages
import Store
import Synchronization

/// Of which network the sites of this host are part.
extension Trunk {
    /// The names of the network of which a site is part: as its uppermost site on this host was told, or made there where nothing is above it.
    ///
    /// - Parameter said: names that it has said of its network before, where the folder does not know.
    func networks(of site: String, said: () throws -> [String] = { [] }) throws -> [String] {
        let own = Dictionary(around.network.own.map { ($0.id, $0) }) { first, _ in first }
        var top = site
        var seen: Set<String> = []
        while let parent = own[top]?.parent, own[parent] != nil, seen.insert(parent).inserted { top = parent }
        guard let place = state.withLock({ $0.places[top] }) else { return [] }
        let folder = TrunkFolder(site: top, in: place.folder)
        // One that is joined, or has a parent that it does not know yet, does not name the network.
        let isUppermost = try own[top]?.parent == nil && folder.parent() == nil
        guard isUppermost, try folder.memory().networks.isEmpty else { return try folder.memory().networks }
        let names = try said()
        return try folder.remember { if $0.networks.isEmpty { $0.join(names.isEmpty ? ["\(around.ids.next())"] : names) } }.networks
    }

    /// The names of the network of which a site of this host is part; its uppermost site here is named, where nothing is above that one.
    package func networkNames(of site: String) throws -> [String] { try networks(of: site) }

    /// Notes in the folder of a site that goes to another host in which network it was here, and of which sites its plug-ins have heard: those of
    /// the same host it heard without a link. Its files must be closed.
    package static func noteHeard(by site: String, in folder: String, of networks: [String]) throws {
        guard !networks.isEmpty else { return }
        var heard: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where !name.hasPrefix("_") {
            // A plug-in in a process of its own has a folder.
            let path = name.hasSuffix(".sqlite") ? "\(folder)/\(name)" : "\(folder)/\(name)/\(name).sqlite"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            heard.formUnion(try StoreView(path: path).read { try $0.cursorsOfOtherSites() }.filter { $0.value > 0 }.keys.map { String($0.prefix { $0 != "/" }) })
        }
        heard.remove(site)
        try TrunkFolder(site: site, in: folder).remember { memory in
            memory.join(networks)
            memory.hear(Array(heard))
        }
    }

    func join(_ site: String, _ names: [String]) throws {
        guard let place = state.withLock({ $0.places[site] }) else { return }
        try TrunkFolder(site: site, in: place.folder).remember { $0.join(names) }
        around.log(.info, "trunk-network", "the site is part of a network that it did not know by these names", ("site", site), ("network", names.first ?? ""))
    }

    /// The sites that one knows, or of which something came over its links.
    func known(to site: String) throws -> [String] {
        let (place, relay) = state.withLock { ($0.places[site], $0.relays[site]) }
        let heard = try place.map { try TrunkFolder(site: site, in: $0.folder).memory().heard } ?? []
        guard let relay else { return heard }
        return try heard + relay.plug.file.read { try Relay.heardOf($0) } + relay.places(behind: Relay.broker).map(\.id)
    }
}
