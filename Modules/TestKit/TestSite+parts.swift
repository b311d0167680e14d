public import Bus
import Host
public import Store

extension TestSite {
    /// The site's bus, for what takes one as a whole: a plug-in's demo data.
    public var bus: SiteBus { site.bus }

    /// The site's attachments.
    public var files: FileStore { FileStore(folder: "\(site.folder)/files") }
}
