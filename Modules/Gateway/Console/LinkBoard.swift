public import Messages
public import Vocabulary

/// What the console shows and does about links to sites of other hosts; the host does it.
public protocol LinkBoard: Sendable {
    /// The links of one site.
    func links(of site: String) -> [LinkState]
    /// A one-time token for a site below, shown this once.
    func invite(_ child: String, to site: String, by actor: Actor, address: String) async throws -> String
    /// Compares with every site below on another host what it has and what is here, `days` days back.
    func compare(_ site: String, days: Int) async throws -> [LinkComparison]
    /// Puts a site below out: its certificate is refused from now on.
    func exclude(_ child: String, from site: String, by actor: Actor, address: String) async throws
}

/// What one site below has, and what is here of it.
public struct LinkComparison: Sendable {
    /// Events of one type and day, of one log.
    public struct Line: Sendable {
        public var source: String
        public var type: WireName
        public var day: Day
        /// At the site below as far as it was sent, here, and not yet sent.
        public var there: Int
        public var here: Int
        public var waiting: Int
        /// In Chinese: how they differ and why.
        public var verdict: String
        public var isGood: Bool

        public init(source: String, type: WireName, day: Day, there: Int, here: Int, waiting: Int, verdict: String, isGood: Bool) {
            self.source = source
            self.type = type
            self.day = day
            self.there = there
            self.here = here
            self.waiting = waiting
            self.verdict = verdict
            self.isGood = isGood
        }
    }

    public var peer: String
    /// Why nothing could be compared, in Chinese.
    public var trouble: String?
    public var lines: [Line]

    public init(peer: String, trouble: String?, lines: [Line]) {
        self.peer = peer
        self.trouble = trouble
        self.lines = lines
    }
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
    /// When the oldest of them was said.
    public var waitingSince: Timestamp?
    public var certificateUntil: Timestamp?
    /// A Chinese sentence: what is wrong.
    public var trouble: String?

    public init(
        peer: String, isUpwards: Bool, condition: String, isGood: Bool, lastContact: Timestamp?, waiting: Int, waitingSince: Timestamp?,
        certificateUntil: Timestamp?, trouble: String?
    ) {
        self.peer = peer
        self.isUpwards = isUpwards
        self.condition = condition
        self.isGood = isGood
        self.lastContact = lastContact
        self.waiting = waiting
        self.waitingSince = waitingSince
        self.certificateUntil = certificateUntil
        self.trouble = trouble
    }
}
