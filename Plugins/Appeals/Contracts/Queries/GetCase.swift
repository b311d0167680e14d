public import Messages

/// A case with its parts and record. Who may: the desk of its region and the departments it was sent to; to all others it does not exist.
public struct GetCase: Query {
    public typealias Reply = CaseDetail
    public static let name: WireName = "appeals.get-case.v1"
    public var number: CaseNumber

    public init(number: CaseNumber) { self.number = number }
}
