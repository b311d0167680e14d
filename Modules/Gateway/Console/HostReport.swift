public import Vocabulary

/// How the host is, for the console's chapter 运行状态: no names of other sites, no addresses, no personal data.
public struct HostReport: Sendable {
    /// Something that ends.
    public struct Term: Sendable {
        public var title: String
        public var until: Timestamp
        /// Whose it is; `nil`: the host's, shown at every site.
        public var site: String?

        public init(_ title: String, until: Timestamp, site: String? = nil) {
            self.title = title
            self.until = until
            self.site = site
        }
    }

    /// A number with its name.
    public struct Figure: Sendable {
        public var title: String
        public var value: Int

        public init(_ title: String, _ value: Int) {
            self.title = title
            self.value = value
        }
    }

    public var version: String
    public var startedAt: Timestamp
    public var sites: Int
    /// Resident, in bytes.
    public var memory: Int64
    public var terms: [Term]
    /// Connections, queues, refusals.
    public var figures: [Figure]

    /// Of a host that is gone.
    public static let none = HostReport(version: "", startedAt: Timestamp(milliseconds: 0), sites: 0, memory: 0, terms: [], figures: [])

    public init(version: String, startedAt: Timestamp, sites: Int, memory: Int64, terms: [Term], figures: [Figure]) {
        self.version = version
        self.startedAt = startedAt
        self.sites = sites
        self.memory = memory
        self.terms = terms
        self.figures = figures
    }
}
