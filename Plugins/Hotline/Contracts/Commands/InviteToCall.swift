public import Messages

/// Pulls a unit's staff into a session under way (三方). They find it among their to-dos; who joined when is written down. Who may: the
/// desk of its region. Demand D44.
public struct InviteToCall: Command {
    public typealias Reply = CallInvitation
    public static let name: WireName = "hotline.invite-to-call.v1"

    /// The call's number here.
    public var call: Int
    public var unit: UnitID
    /// What it is about, 2…200 characters.
    public var note: String?

    public init(call: Int, unit: UnitID, note: String? = nil) {
        self.call = call
        self.unit = unit
        self.note = note
    }
}

extension InviteToCall: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("call", "通话序号", 1...Int64(Int32.max))
        schema.limit("note", "说明", 2...200)
    }
}

public struct CallInvitation: Codable, Sendable, Hashable {
    public var number: Int
    /// What the session's system calls who comes by it: `guest/12`.
    public var participant: String

    public init(number: Int, participant: String) {
        self.number = number
        self.participant = participant
    }
}
