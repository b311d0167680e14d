public import Vocabulary

/// One step of an application: who, when, with what opinion and which documents.
public struct ApplicationStep: Codable, Sendable, Hashable {
    /// Counts from one within the application.
    public var number: Int
    /// `nil` for the submission.
    public var action: StageAction?
    public var from: Stage?
    public var to: Stage
    /// The person's account and name, as in the event log.
    public var actorID: String
    public var actorName: String
    public var opinion: String?
    /// 文号
    public var documentNumber: String?
    public var documents: [DocumentReference]
    /// When it happened (实际时间).
    public var happenedAt: Timestamp
    /// When it was entered (录入时间); later than `happenedAt` for a record made afterwards (补录).
    public var enteredAt: Timestamp

    public init(
        number: Int, action: StageAction?, from: Stage?, to: Stage, actorID: String, actorName: String, opinion: String?,
        documentNumber: String?, documents: [DocumentReference], happenedAt: Timestamp, enteredAt: Timestamp
    ) {
        self.number = number
        self.action = action
        self.from = from
        self.to = to
        self.actorID = actorID
        self.actorName = actorName
        self.opinion = opinion
        self.documentNumber = documentNumber
        self.documents = documents
        self.happenedAt = happenedAt
        self.enteredAt = enteredAt
    }
}
