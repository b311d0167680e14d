public import Messages

/// What a class brought, for its staff.
public struct GetClassReport: Query {
    public typealias Reply = ClassReport

    public static let name: WireName = "school.get-class-report.v1"

    public var schoolClass: ClassID

    public init(schoolClass: ClassID) { self.schoolClass = schoolClass }
}
