public import Messages

/// Registrations: those of the asker's enterprise, or of a class for its staff; in the order of arrival.
public struct FindRegistrations: ListQuery {
    public typealias Item = RegistrationCard
    public typealias Reply = Listing<RegistrationCard>

    public static let name: WireName = "school.find-registrations.v1"

    public var schoolClass: ClassID?
    public var state: RegistrationState?
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(schoolClass: ClassID? = nil, state: RegistrationState? = nil, after: Cursor? = nil, limit: Int? = nil) {
        self.schoolClass = schoolClass
        self.state = state
        self.after = after
        self.limit = limit
    }
}

extension FindRegistrations: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["state": "状态"])
        refineLimit(&schema)
    }
}
