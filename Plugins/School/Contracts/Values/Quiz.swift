/// The quiz of a class as a participant sees it.
public struct Quiz: Codable, Sendable, Hashable {
    public var title: String
    public var passPercent: Int
    public var attempts: Int
    /// Attempts so far.
    public var used: Int
    /// The best score so far, 0…100.
    public var best: Int?
    public var isPassed: Bool
    public var mayTry: Bool
    /// In Chinese: how it stands and what comes next.
    public var sentence: String
    public var questions: [Question]

    public init(
        title: String, passPercent: Int, attempts: Int, used: Int, best: Int? = nil, isPassed: Bool, mayTry: Bool,
        sentence: String, questions: [Question]
    ) {
        self.title = title
        self.passPercent = passPercent
        self.attempts = attempts
        self.used = used
        self.best = best
        self.isPassed = isPassed
        self.mayTry = mayTry
        self.sentence = sentence
        self.questions = questions
    }

    /// A question without its answers.
    public struct Question: Codable, Sendable, Hashable {
        public var text: String
        public var kind: QuestionKind
        public var options: [String]

        public init(text: String, kind: QuestionKind, options: [String]) {
            self.text = text
            self.kind = kind
            self.options = options
        }
    }
}
