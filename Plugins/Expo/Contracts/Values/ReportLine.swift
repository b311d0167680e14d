public import Vocabulary

/// What an exhibitor got out of an exhibition.
public struct ReportLine: Codable, Sendable, Hashable {
    public var booth: BoothID
    public var title: String
    public var exhibitor: String
    /// Pages of the booth that were opened.
    public var visits: Int
    public var cards: Int
    public var enquiries: Int
    public var appointments: Int
    public var agreements: Int
    /// Declared, of agreements.
    public var amount: Fen
    public var demands: Int
    /// Leads for which an order was prepared.
    public var orders: Int?

    public init(
        booth: BoothID, title: String, exhibitor: String, visits: Int, cards: Int, enquiries: Int, appointments: Int, agreements: Int,
        amount: Fen, demands: Int, orders: Int? = nil
    ) {
        self.booth = booth
        self.title = title
        self.exhibitor = exhibitor
        self.visits = visits
        self.cards = cards
        self.enquiries = enquiries
        self.appointments = appointments
        self.agreements = agreements
        self.amount = amount
        self.demands = demands
        self.orders = orders
    }
}
