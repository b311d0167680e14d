public import Messages

/// Shows names and numbers of a class's registered people to its staff; who asked, when and why is kept.
public struct RevealContacts: Command {
    public typealias Reply = ContactSheet

    public static let name: WireName = "school.reveal-contacts.v1"

    public var schoolClass: ClassID
    /// 2…100 characters: 通知开课时间调整.
    public var purpose: String

    public init(schoolClass: ClassID, purpose: String) {
        self.schoolClass = schoolClass
        self.purpose = purpose
    }
}

extension RevealContacts: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("purpose", "用途", 2...100)
    }
}
