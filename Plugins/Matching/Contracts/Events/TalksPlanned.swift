public import Messages

/// The talks of a 对接会 were planned, or planned anew.
public struct TalksPlanned: Event {
    public static let name: WireName = "matching.talks-planned.v1"
    public var subject: String { "matchmaking/\(matchmaking)" }

    public var matchmaking: MessageID
    public var figures: PlanFigures

    public init(matchmaking: MessageID, figures: PlanFigures) {
        self.matchmaking = matchmaking
        self.figures = figures
    }
}
