public import Messages

/// Seats and lines of one's region.
public struct FindSeats: Query {
    public typealias Reply = SeatList
    public static let name: WireName = "hotline.find-seats.v1"

    public init() {}
}

public struct SeatList: Codable, Sendable, Hashable {
    public var seats: [Seat]
    public var lines: [Line]

    public init(seats: [Seat], lines: [Line]) {
        self.seats = seats
        self.lines = lines
    }
}
