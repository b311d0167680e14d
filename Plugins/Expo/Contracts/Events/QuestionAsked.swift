public import Messages

/// A question was asked at a booth.
public struct QuestionAsked: Event {
    public static let name: WireName = "expo.question-asked.v1"
    public var subject: String { booth.subject }

    public var booth: BoothID
    public var question: Int

    public init(booth: BoothID, question: Int) {
        self.booth = booth
        self.question = question
    }
}
