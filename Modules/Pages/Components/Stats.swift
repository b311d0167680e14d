public import Vocabulary

/// Figures beside each other; each says its unit and its date, and opens what it counts.
public struct StatTiles: Component, Sendable {
    public struct Stat: Sendable {
        public var title: String
        /// Already written, by `Format`.
        public var figure: String
        public var unit: String?
        /// What it is made of or compared with: 130/137 个节点.
        public var note: String?
        /// The moment the figure holds for.
        public var asOf: Timestamp?
        public var address: String?
        /// The last values, oldest first, drawn as a small line.
        public var trend: [Double]

        public init(
            _ title: String, _ figure: String, unit: String? = nil, note: String? = nil, asOf: Timestamp? = nil,
            href address: String? = nil, trend: [Double] = []
        ) {
            self.title = title
            self.figure = figure
            self.unit = unit
            self.note = note
            self.asOf = asOf
            self.address = address
            self.trend = trend
        }
    }

    public var stats: [Stat]

    public init(_ stats: [Stat]) { self.stats = stats }

    public var html: HTML {
        ul(.class("stats"), .role("list")) { for stat in stats { li(.class("stat")) { tile(stat) } } }
    }

    private func tile(_ stat: Stat) -> HTML {
        HTML {
            p(.class("stat-title")) {
                if let address = stat.address { a(stat.title, href: address) } else { stat.title }
            }
            p(.class("stat-figure")) {
                strong {
                    // A share has what it was made of behind it, smaller: it would not fit a narrow tile.
                    let whole = stat.figure.prefix { $0 != "（" }
                    String(whole)
                    if whole.count < stat.figure.count { small(String(stat.figure.dropFirst(whole.count))) }
                }
                if let unit = stat.unit { span(unit, .class("stat-unit")) }
            }
            if stat.trend.count > 1 { Sparkline(stat.trend) }
            if let note = stat.note { p(note, .class("stat-note")) }
            if let asOf = stat.asOf {
                p(.class("stat-date")) {
                    "截至 "
                    Moment(asOf, showsTime: false)
                }
            }
        }
    }
}

/// A link with a title and a few lines about what it opens.
public struct Card: Sendable {
    public var title: String
    public var address: String
    public var text: String?
    public var state: StateBadge?
    /// Small facts below: place, date, count.
    public var notes: [String]

    public init(
        _ title: String, href address: String, text: String? = nil, state: StateBadge? = nil, notes: [String] = []
    ) {
        self.title = title
        self.address = address
        self.text = text
        self.state = state
        self.notes = notes
    }
}

/// Cards in as many columns as fit.
public struct CardGrid: Component, Sendable {
    public var cards: [Card]
    /// Whether a heading of the second level stands above them; otherwise the cards' own are of that level.
    public var isBelowHeading: Bool

    public init(_ cards: [Card], isBelowHeading: Bool = true) {
        self.cards = cards
        self.isBelowHeading = isBelowHeading
    }

    public var html: HTML {
        ul(.class("cards"), .role("list")) {
            for card in cards {
                li(.class("card")) {
                    div(.class("card-head")) {
                        element(isBelowHeading ? "h3" : "h2") { a(card.title, href: card.address) }
                        if let state = card.state { state }
                    }
                    if let text = card.text { p(text) }
                    if !card.notes.isEmpty {
                        ul(.class("card-notes")) { for note in card.notes { li(note) } }
                    }
                }
            }
        }
    }
}

/// The service entrances of a front page: 找服务, 提需求, 反映诉求 …
public struct EntranceGrid: Component, Sendable {
    public struct Entrance: Sendable {
        public var title: String
        public var text: String
        public var address: String
        public var icon: Icon

        public init(_ title: String, _ text: String, href address: String, icon: Icon) {
            self.title = title
            self.text = text
            self.address = address
            self.icon = icon
        }
    }

    public var entrances: [Entrance]

    public init(_ entrances: [Entrance]) { self.entrances = entrances }

    public var html: HTML {
        ul(.class("entrances"), .role("list")) {
            for entrance in entrances {
                li {
                    a(.href(entrance.address), .class("entrance")) {
                        span(.class("entrance-icon")) { entrance.icon }
                        span(.class("entrance-text")) {
                            strong(entrance.title)
                            span(entrance.text)
                        }
                    }
                }
            }
        }
    }
}
