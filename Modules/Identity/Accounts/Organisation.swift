public import Vocabulary

/// An enterprise, agency or office for which people act; known by its credit code.
public struct Organisation: Hashable, Sendable, Codable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case enterprise, agency, department, operatingUnit = "operating-unit", association

        public var title: String {
            switch self {
            case .enterprise: "企业"
            case .agency: "服务机构"
            case .department: "政府部门"
            case .operatingUnit: "运营单位"
            case .association: "行业协会"
            }
        }
    }

    public var code: CreditCode
    /// 2…100 characters.
    public var name: String
    public var kind: Kind

    public init(code: CreditCode, name: String, kind: Kind) {
        self.code = code
        self.name = name
        self.kind = kind
    }

    /// The rule that a name breaks, as a Chinese sentence; `nil` when it is good.
    static func problem(inName name: String) -> String? {
        let isGood = (2...100).contains(name.count) && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        return isGood ? nil : "单位名称须为 2…100 个字，请按营业执照或批文填写全称。"
    }
}
