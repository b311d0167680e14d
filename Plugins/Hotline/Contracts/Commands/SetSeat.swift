public import Messages
public import Vocabulary

/// Enters or changes a seat. Who may: city and province staff of its region.
public struct SetSeat: Command {
    public typealias Reply = Done
    public static let name: WireName = "hotline.set-seat.v1"

    public var id: SeatID
    public var title: String
    /// Whose calls it takes: those of lines inside this region.
    public var region: RegionCode
    /// The account of who sits there.
    public var person: String?
    /// Category codes; empty: all.
    public var skills: [String]
    public var isActive: Bool

    public init(
        id: SeatID, title: String, region: RegionCode, person: String? = nil, skills: [String] = [],
        isActive: Bool = true
    ) {
        self.id = id
        self.title = title
        self.region = region
        self.person = person
        self.skills = skills
        self.isActive = isActive
    }
}

extension SetSeat: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "坐席名称", 2...40)
        schema.limit("person", "人员编号", 1...64)
        schema.limit("skills", "技能", 0...50)
        schema.name(["isActive": "是否启用"])
    }
}
