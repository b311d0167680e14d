public import Messages

/// Says whether a seat takes calls; ready again, it gets the call that waits longest at once. Who may: who sits there.
public struct SetPresence: Command {
    public typealias Reply = SeatPresenceReceipt
    public static let name: WireName = "hotline.set-presence.v1"

    public var presence: SeatPresence

    public init(presence: SeatPresence) {
        self.presence = presence
    }
}

extension SetPresence: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["presence": "坐席状态"])
    }
}

/// How the seat stands now, and the call it was given.
public struct SeatPresenceReceipt: Codable, Sendable, Hashable {
    public var seat: SeatID
    public var presence: SeatPresence
    public var assignment: SeatAssignment?

    public init(seat: SeatID, presence: SeatPresence, assignment: SeatAssignment?) {
        self.seat = seat
        self.presence = presence
        self.assignment = assignment
    }
}
