public import Messages
public import Vocabulary

/// Most seats of a class that one division may hold, with all below it.
public struct RegionQuota: Codable, Sendable, Hashable {
    public var region: RegionCode
    /// 1…10000.
    public var seats: Int
    /// How many are held; missing in commands.
    public var taken: Int?

    public init(region: RegionCode, seats: Int, taken: Int? = nil) {
        self.region = region
        self.seats = seats
        self.taken = taken
    }
}

extension RegionQuota: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.bound("seats", "地区名额", 1...10000) }
}
