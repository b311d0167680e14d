public import Messages
public import Vocabulary

/// Registers one or several people of an enterprise for a class, in the order given.
///
/// Who is in time gets a seat while there are any and nobody waits, otherwise a place in the waiting list. The enterprise is the caller's
/// own; window staff name it and act on its behalf, which stays visible.
public struct Register: Command {
    public typealias Reply = RegistrationReceipt

    public static let name: WireName = "school.register.v1"

    public var schoolClass: ClassID
    /// 1…50.
    public var participants: [ParticipantDraft]
    /// For staff only; people of an enterprise act for their own.
    public var enterprise: EnterpriseName?
    /// The enterprise's county; people of an enterprise have it by their role, unless that names a city only. Wanted where the class has seats by region.
    public var region: RegionCode?
    /// The people know what is kept about them and why (个人信息保护法 art. 13, 17); must be true.
    public var consent: Bool

    public init(
        schoolClass: ClassID, participants: [ParticipantDraft], enterprise: EnterpriseName? = nil, region: RegionCode? = nil,
        consent: Bool
    ) {
        self.schoolClass = schoolClass
        self.participants = participants
        self.enterprise = enterprise
        self.region = region
        self.consent = consent
    }
}

extension Register: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("participants", "参加人员", 1...50)
        schema.name(["consent": "已告知个人信息处理事项"])
    }
}
