/// What a report of played pieces was worth.
public struct StudyReceipt: Codable, Sendable, Hashable {
    public var progress: StudyProgress
    /// Played time that was accepted from this report, in milliseconds: never more than the time since the report before.
    public var credited: Int
    /// Nothing more counts until a report says that somebody is there.
    public var mustConfirm: Bool
    /// What is covered so far, in order.
    public var pieces: [PlayedPiece]

    public init(progress: StudyProgress, credited: Int, mustConfirm: Bool, pieces: [PlayedPiece]) {
        self.progress = progress
        self.credited = credited
        self.mustConfirm = mustConfirm
        self.pieces = pieces
    }
}
