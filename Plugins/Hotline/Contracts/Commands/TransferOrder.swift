public import Messages
public import Vocabulary

/// Another hotline (12345) hands a matter over: registered under this site's number, mapped to theirs, its handling clock running since
/// they accepted it. Told again with the same number it is the same matter. Who may: a partner in the role of the region's staff.
/// - Source: 国办发〔2020〕53号 (归并、互转，统一时限和评价)
public struct TransferOrder: Command {
    public typealias Reply = TransferReceipt
    public static let name: WireName = "hotline.transfer-order.v1"

    /// Their number for it, 1…60 characters.
    public var foreignNumber: String
    public var title: String
    public var content: String
    /// A code of this site's category list.
    public var category: String
    public var region: RegionCode
    public var urgency: Urgency
    public var isConfidential: Bool
    /// When they accepted it: the one clock began then.
    public var acceptedAt: Timestamp
    /// Until when they promised an answer; ours is never later.
    public var due: Timestamp?
    public var callerName: Personal<String>?
    public var callerPhone: Personal<ContactNumber>?
    public var enterprise: String?
    public var creditCode: CreditCode?

    public init(
        foreignNumber: String, title: String, content: String, category: String, region: RegionCode,
        urgency: Urgency = .normal,
        isConfidential: Bool = false, acceptedAt: Timestamp, due: Timestamp? = nil, callerName: Personal<String>? = nil,
        callerPhone: Personal<ContactNumber>? = nil, enterprise: String? = nil, creditCode: CreditCode? = nil
    ) {
        self.foreignNumber = foreignNumber
        self.title = title
        self.content = content
        self.category = category
        self.region = region
        self.urgency = urgency
        self.isConfidential = isConfidential
        self.acceptedAt = acceptedAt
        self.due = due
        self.callerName = callerName
        self.callerPhone = callerPhone
        self.enterprise = enterprise
        self.creditCode = creditCode
    }
}

extension TransferOrder: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("foreignNumber", "对方编号", 1...60)
        schema.limit("title", "事项标题", 4...60)
        schema.limit("content", "反映内容", 5...4000)
        schema.limit("category", "事项类别", 2...6)
        schema.limit("enterprise", "企业名称", 2...80)
        schema.name([
            "urgency": "紧急程度", "isConfidential": "是否保密", "acceptedAt": "对方受理时刻", "due": "对方承诺的期限",
            "callerName": "来电人姓名", "callerPhone": "来电人电话",
        ])
    }
}

/// The two numbers of a matter that two hotlines share, and how it stands.
public struct TransferReceipt: Codable, Sendable, Hashable {
    public var number: OrderNumber
    public var foreignNumber: String
    public var direction: TransferDirection
    public var state: OrderState
    /// Of the handling clock; absent before it is dispatched.
    public var due: Timestamp?
    /// Once the answer was approved.
    public var answer: String?
    public var satisfaction: Satisfaction?

    public init(
        number: OrderNumber, foreignNumber: String, direction: TransferDirection, state: OrderState, due: Timestamp?,
        answer: String?,
        satisfaction: Satisfaction?
    ) {
        self.number = number
        self.foreignNumber = foreignNumber
        self.direction = direction
        self.state = state
        self.due = due
        self.answer = answer
        self.satisfaction = satisfaction
    }
}

/// Which way a matter went. Where it came from, the caller is asked afterwards; nowhere else.
public enum TransferDirection: String, Codable, Sendable, Hashable, CaseIterable {
    case received, handedOver

    public var title: String { self == .received ? "由对方转入" : "转给对方" }
}
