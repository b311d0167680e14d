public import Messages

/// A unit's staff was asked to join a session; the session's system lets them in as this participant.
public struct InvitedToCall: Event {
    public static let name: WireName = "hotline.invited-to-call.v1"
    public var subject: String { "call/\(line)/\(call)" }
    public var line: LineID
    /// As its system names it.
    public var call: String
    public var unit: UnitID
    public var participant: String

    public init(line: LineID, call: String, unit: UnitID, participant: String) {
        self.line = line
        self.call = call
        self.unit = unit
        self.participant = participant
    }
}
