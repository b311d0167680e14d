/// A step that is possible now, and what it needs.
public struct NextStep: Codable, Sendable, Hashable {
    public var action: StageAction
    public var to: Stage
    public var needsOpinion: Bool
    public var needsDocument: Bool
    public var needsDocumentNumber: Bool
    public var needsDue: Bool

    public init(
        action: StageAction, to: Stage, needsOpinion: Bool, needsDocument: Bool, needsDocumentNumber: Bool,
        needsDue: Bool
    ) {
        self.action = action
        self.to = to
        self.needsOpinion = needsOpinion
        self.needsDocument = needsDocument
        self.needsDocumentNumber = needsDocumentNumber
        self.needsDue = needsDue
    }
}
