public import Messages
public import Vocabulary

/// What a service costs, as it is listed.
public struct Price: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        case free, fixed, from, byQuote

        public var title: String {
            switch self {
            case .free: "免费"
            case .fixed: "固定价"
            case .from: "起价"
            case .byQuote: "面议报价"
            }
        }
    }

    public var kind: Kind
    /// In fen; for `fixed` and `from` only.
    public var amount: Fen?
    /// Per what: 次, 人天, 年; at most 10 characters.
    public var unit: String?

    public init(_ kind: Kind, amount: Fen? = nil, unit: String? = nil) {
        self.kind = kind
        self.amount = amount
        self.unit = unit
    }
}

extension Price: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["kind": "计价方式", "amount": "金额（分）"])
        schema.limit("unit", "计价单位", 1...10)
    }
}
