public import Bus
import Gateway
import Host
public import Messages
public import PluginKit
public import Store

extension TestSite {
    /// The site's bus, for what takes one as a whole: a plug-in's demo data.
    public var bus: SiteBus { site.bus }

    /// The site's attachments.
    public var files: FileStore { FileStore(folder: "\(site.folder)/files", clock: clock.source) }

    /// What waits for a person, of all plug-ins.
    public func todos(as actor: Actor) async -> [TodoItem] {
        var found: [TodoItem] = []
        for part in site.face.parts { found += await part.todos(actor, clock.now, log) }
        return found
    }

    /// The site's folder, for tests that look at the bytes on disk.
    public var folder: String { site.folder }

    /// The files of the enabled plug-ins, by identifier, in the order they were enabled.
    public var stores: [(plugin: String, file: StoreFile)] { site.face.parts.compactMap { part in part.plug.map { ($0.id, $0.file) } } }
}
