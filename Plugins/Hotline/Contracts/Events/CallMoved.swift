public import Messages
public import Vocabulary

/// A call changed: it waits, rings at a seat, is talked on, is over. Nothing about the caller.
public struct CallMoved: Event {
    public static let name: WireName = "hotline.call-moved.v1"
    public var subject: String { "call/\(line)/\(call)" }
    public var line: LineID
    /// As the telephone system names it.
    public var call: String
    public var region: RegionCode
    public var state: CallState
    /// Whom it rings at, or who answered.
    public var seat: SeatID?

    public init(line: LineID, call: String, region: RegionCode, state: CallState, seat: SeatID? = nil) {
        self.line = line
        self.call = call
        self.region = region
        self.state = state
        self.seat = seat
    }
}
