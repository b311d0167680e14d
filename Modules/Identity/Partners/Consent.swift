public import Messages
public import Vocabulary

/// An enterprise's leave that a partner may have what is personal to it: for a purpose, certain messages, until a day.
/// - Source: 个人信息保护法 第十三条、第十五条 (consent, and withdrawing it as easily as it was given); demand D21
public struct Consent: Sendable, Hashable, Identifiable {
    /// The reference that calls name in `Consent-Reference`.
    public var id: MessageID
    public var enterprise: CreditCode
    /// To whom it is given: all clients of this organisation.
    public var partner: Organisation
    public var purpose: String
    public var messages: [WireName]
    /// The last day on which it is good; China's calendar.
    public var until: Day
    public var givenAt: Timestamp
    public var withdrawnAt: Timestamp?

    public enum State: Sendable { case good, withdrawn, ended }

    public func state(at now: Timestamp) -> State { withdrawnAt != nil ? .withdrawn : now > until.end ? .ended : .good }
}

/// What an enterprise can consent to: the messages of a partner's contracts that need it.
public struct ConsentOffer: Sendable, Hashable {
    public var partner: Organisation
    public var purpose: String
    public var messages: [WireName]
    /// No consent lasts longer than the contract.
    public var until: Day
}

/// Consents that calls named, in memory; bounded. A value behind a `Mutex`.
struct ConsentCache {
    private var entries: [MessageID: Consent] = [:]
    /// Grows with every removal: what was read from the file before it is not put in afterwards.
    private(set) var generation = 0

    func find(_ id: MessageID) -> Consent? { entries[id] }

    mutating func insert(_ consent: Consent, readAt generation: Int, limit: Int) {
        guard generation == self.generation else { return }
        if entries.count >= limit { entries = [:] }
        entries[consent.id] = consent
    }

    mutating func remove(_ id: MessageID) {
        generation += 1
        entries[id] = nil
    }
}
