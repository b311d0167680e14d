public import Vocabulary

/// What the console shows and does about links to sites of other hosts; the host does it.
public protocol LinkBoard: Sendable {
    /// The links of one site.
    func links(of site: String) -> [LinkState]
    /// A one-time token for a site below, shown this once.
    func invite(_ child: String, to site: String) async throws -> String
    /// Puts a site below out: its certificate is refused from now on.
    func exclude(_ child: String, from site: String) async throws
}

/// How one link is.
public struct LinkState: Sendable {
    public var peer: String
    /// Whether the peer is the site above.
    public var isUpwards: Bool
    /// In Chinese, and whether all is well.
    public var condition: String
    public var isGood: Bool
    public var lastContact: Timestamp?
    /// Entries that the other end has not taken yet.
    public var waiting: Int
    public var certificateUntil: Timestamp?
    /// A Chinese sentence: what is wrong.
    public var trouble: String?

    public init(
        peer: String, isUpwards: Bool, condition: String, isGood: Bool, lastContact: Timestamp?, waiting: Int, certificateUntil: Timestamp?, trouble: String?
    ) {
        self.peer = peer
        self.isUpwards = isUpwards
        self.condition = condition
        self.isGood = isGood
        self.lastContact = lastContact
        self.waiting = waiting
        self.certificateUntil = certificateUntil
        self.trouble = trouble
    }
}
