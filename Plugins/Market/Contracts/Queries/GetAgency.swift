public import Messages
public import Vocabulary

/// One agency with its services. Public while it is admitted or suspended; otherwise for itself and the staff.
public struct GetAgency: Query {
    public typealias Reply = AgencyDetail

    public static let name: WireName = "market.get-agency.v1"

    public var code: CreditCode

    public init(code: CreditCode) { self.code = code }
}
