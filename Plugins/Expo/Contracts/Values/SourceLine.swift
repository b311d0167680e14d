public import Vocabulary

/// What a campaign link brought.
public struct SourceLine: Codable, Sendable, Hashable {
    /// The tag; empty: none.
    public var source: String
    public var leads: Int
    public var agreements: Int
    public var amount: Fen
    /// Pages of booths that were opened.
    public var visits: Int?
    /// Pages of the exhibition and its halls that were opened; for the organiser.
    public var hallVisits: Int?

    public init(source: String, leads: Int, agreements: Int, amount: Fen, visits: Int? = nil, hallVisits: Int? = nil) {
        self.source = source
        self.leads = leads
        self.agreements = agreements
        self.amount = amount
        self.visits = visits
        self.hallVisits = hallVisits
    }
}
