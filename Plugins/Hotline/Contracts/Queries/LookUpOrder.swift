public import Messages
public import Vocabulary

/// How an order stands, for whoever has its number and secret code, or the code of a link to its rating, slowed after wrong codes; and for the
/// enterprise that was asked by its account for the rating.
public struct LookUpOrder: Query {
    public typealias Reply = PublicOrder
    public static let name: WireName = "hotline.look-up-order.v1"
    public var number: OrderNumber
    /// Absent: the signed-in enterprise was asked.
    public var code: String?

    public init(number: OrderNumber, code: String? = nil) {
        self.number = number
        self.code = code
    }
}

extension LookUpOrder: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.limit("code", "查询码", 1...40) }
}

/// What the caller sees: no names of staff, no internal opinions.
public struct PublicOrder: Codable, Sendable, Hashable {
    public var number: OrderNumber
    public var title: String
    public var state: OrderState
    public var registeredAt: Timestamp
    public var ownerName: String?
    public var due: Timestamp?
    public var dueIsProvisional: Bool
    public var answer: String?
    public var satisfaction: Satisfaction?
    public var mayRate: Bool
    public var steps: [Step]

    public init(
        number: OrderNumber, title: String, state: OrderState, registeredAt: Timestamp, ownerName: String?, due: Timestamp?,
        dueIsProvisional: Bool, answer: String?, satisfaction: Satisfaction?, mayRate: Bool, steps: [Step]
    ) {
        self.number = number
        self.title = title
        self.state = state
        self.registeredAt = registeredAt
        self.ownerName = ownerName
        self.due = due
        self.dueIsProvisional = dueIsProvisional
        self.answer = answer
        self.satisfaction = satisfaction
        self.mayRate = mayRate
        self.steps = steps
    }

    public struct Step: Codable, Sendable, Hashable {
        public var title: String
        public var at: Timestamp

        public init(title: String, at: Timestamp) {
            self.title = title
            self.at = at
        }
    }
}
