import FoundationEssentials
import Store

extension TrunkFolder {
    /// Notes in the folder of a site that goes to another host in which network it was here, and of which sites its plug-ins have heard: those of
    /// the same host it heard without a link, so that only the plug-ins' cursors know. Its files must be closed.
    ///
    /// - Parameters:
    ///   - folder: the site's.
    ///   - networks: names of the network that it was part of; none: nothing is noted, since nothing could be compared with it.
    /// - Throws: `StoreError` where a file cannot be read, `Refusal` where the note cannot be written.
    package func noteHeard(in folder: String, of networks: [String]) throws {
        guard !networks.isEmpty else { return }
        var heard: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where !name.hasPrefix("_") {
            // A plug-in in a process of its own has a folder.
            let path = name.hasSuffix(".sqlite") ? "\(folder)/\(name)" : "\(folder)/\(name)/\(name).sqlite"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let cursors = try StoreView(path: path).read { try $0.cursorsOfOtherSites() }
            heard.formUnion(cursors.filter { $0.value > 0 }.keys.map { String($0.prefix { $0 != "/" }) })
        }
        heard.remove(site)
        try remember { memory in
            memory.join(networks)
            memory.hear(Array(heard))
        }
    }
}
