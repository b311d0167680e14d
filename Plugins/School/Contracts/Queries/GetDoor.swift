public import Messages

/// What a device at the door needs, for staff of the class.
public struct GetDoor: Query {
    public typealias Reply = Door

    public static let name: WireName = "school.get-door.v1"

    public var schoolClass: ClassID
    public var session: Int

    public init(schoolClass: ClassID, session: Int) {
        self.schoolClass = schoolClass
        self.session = session
    }
}

extension GetDoor: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["session": "场次号"])
    }
}
