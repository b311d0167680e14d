public import Messages

/// A question at a booth was answered.
public struct QuestionAnswered: Event {
    public static let name: WireName = "expo.question-answered.v1"
    public var subject: String { booth.subject }

    public var booth: BoothID
    public var question: Int

    public init(booth: BoothID, question: Int) {
        self.booth = booth
        self.question = question
    }
}
