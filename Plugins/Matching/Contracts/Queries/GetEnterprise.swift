public import Messages
public import Vocabulary

/// One enterprise of the staff's regions.
public struct GetEnterprise: Query {
    public typealias Reply = EnterpriseDetail

    public static let name: WireName = "matching.get-enterprise.v1"

    public var code: CreditCode

    public init(code: CreditCode) {
        self.code = code
    }
}
