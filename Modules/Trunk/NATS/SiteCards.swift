import Bus

/// The other sites at the broker, by their cards: which come by themselves, and are looked up after every connection.
///
/// A card that comes while it is looked counts, because it is newer than what was found; and it is looked once more a while after each
/// connection, because a cluster's other nodes may learn late that this host wants to hear.
struct SiteCards: Sendable {
    /// By site.
    private(set) var all: [String: SiteEntry] = [:]
    /// Sites whose cards cannot be read here, and why.
    private(set) var unread: [String: String] = [:]
    /// Whether it was ever looked; before that it says nothing that a site is not here.
    private(set) var isKnown = false
    /// Came since it was begun to look.
    private var heard: Set<String> = []
    private var next = ContinuousClock.now
    private var isSettled = false

    /// How long what was found counts.
    static let patience: Duration = .seconds(600)

    /// A connection began.
    mutating func connected(now: ContinuousClock.Instant = .now) {
        next = now
        isSettled = false
    }

    /// A card came by itself; whether it is another one than before.
    mutating func heard(_ card: SiteEntry) -> Bool {
        heard.insert(card.id)
        unread[card.id] = nil
        return all.updateValue(card, forKey: card.id) != card
    }

    /// One came that cannot be read.
    mutating func heardUnread(_ site: String, _ sentence: String) { unread[site] = sentence }

    /// Whether it is time to look; then whatever comes until `found` counts beside it.
    mutating func mustLook(now: ContinuousClock.Instant = .now) -> Bool {
        guard now >= next else { return false }
        heard = []
        return true
    }

    /// What was found.
    ///
    /// - Parameters:
    ///   - missed: sites whose cards could not be asked for: what was known stays, and it is looked again soon.
    ///   - soon: after which it is looked once more behind a connection.
    mutating func found(
        _ cards: [String: SiteEntry], unread: [String: String], missed: Set<String>, soon: Duration, now: ContinuousClock.Instant = .now
    ) {
        isKnown = true
        let kept = all.filter { heard.contains($0.key) || missed.contains($0.key) }
        all = cards.merging(kept) { _, known in known }
        self.unread = unread.filter { !heard.contains($0.key) }
        guard missed.isEmpty else { return }
        next = now + (isSettled ? Self.patience : soon)
        isSettled = true
    }
}
