public import Messages
public import Vocabulary

/// One's own seat and the call on it; empty for who has none.
public struct GetSeat: Query {
    public typealias Reply = SeatDesk
    public static let name: WireName = "hotline.get-seat.v1"

    public init() {}
}

/// What stands before a seat.
public struct SeatDesk: Codable, Sendable, Hashable {
    public var seat: Seat?
    /// The call that rings or is talked on.
    public var call: CallDetail?
    /// When the seat's turn with it ends unless it answers.
    public var until: Timestamp?
    /// Calls that wait and could come here.
    public var waiting: Int

    public init(seat: Seat?, call: CallDetail?, until: Timestamp?, waiting: Int) {
        self.seat = seat
        self.call = call
        self.until = until
        self.waiting = waiting
    }
}
