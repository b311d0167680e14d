public import Messages

/// Puts another person of the same enterprise in a place, until the class begins.
public struct SubstituteParticipant: Command {
    public typealias Reply = AdvanceReceipt

    public static let name: WireName = "school.substitute-participant.v1"

    public var registration: RegistrationID
    public var participant: ParticipantDraft
    /// As in `Register`.
    public var consent: Bool

    public init(registration: RegistrationID, participant: ParticipantDraft, consent: Bool) {
        self.registration = registration
        self.participant = participant
        self.consent = consent
    }
}

extension SubstituteParticipant: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["consent": "已告知个人信息处理事项"])
    }
}
