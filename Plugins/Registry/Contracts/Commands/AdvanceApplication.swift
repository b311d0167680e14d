public import Messages
public import Vocabulary

/// Moves an application to the next stage, with opinion and documents as the step asks for.
/// Who may is part of the step: role and region. An illegal jump is refused with the steps that are possible.
/// - Source: 湘经信中小服务〔2017〕711号 二 (按相关程序办理), 九
public struct AdvanceApplication: Command {
    public typealias Reply = ApplicationReceipt

    public static let name: WireName = "registry.advance-application.v1"

    public var application: ApplicationID
    /// Any action but `handOver` and `resubmit`, which have commands of their own.
    public var action: StageAction
    /// The stage the person saw; refused with 409 when the application has moved on since.
    public var expected: Stage?
    /// 意见, 2…2000 characters; required by most steps.
    public var opinion: String?
    /// 文号, for instance 湘工信中小服务〔2026〕12号; required for recognition.
    public var documentNumber: String?
    /// Last day of the rectification; required by `orderRectification`.
    public var due: Day?
    /// At most 20 files.
    public var documents: [DocumentReference]
    /// The actual day, when entered afterwards (补录); not in the future and not before the previous step.
    public var happenedOn: Day?

    public init(
        application: ApplicationID, action: StageAction, expected: Stage? = nil, opinion: String? = nil,
        documentNumber: String? = nil, due: Day? = nil, documents: [DocumentReference] = [], happenedOn: Day? = nil
    ) {
        self.application = application
        self.action = action
        self.expected = expected
        self.opinion = opinion
        self.documentNumber = documentNumber
        self.due = due
        self.documents = documents
        self.happenedOn = happenedOn
    }
}

extension AdvanceApplication: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("opinion", "意见", 1...2000)
        schema.limit("documentNumber", "文号", 1...100)
        schema.limit("documents", "附件", 0...20)
        schema.name(["action": "办理动作", "expected": "所见阶段", "due": "整改期限", "happenedOn": "实际日期"])
    }
}
