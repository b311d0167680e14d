public import Vocabulary

/// Demand against supply in one city and category (D5).
public struct SupplyGap: Codable, Sendable, Hashable {
    public var city: RegionCode
    public var category: String
    /// Demands of the last twelve months.
    public var demands: Int
    /// Of these, those that ended unmet or wait at a level above the county.
    public var unmet: Int
    /// Listed services that serve the city now.
    public var services: Int

    public init(city: RegionCode, category: String, demands: Int, unmet: Int, services: Int) {
        self.city = city
        self.category = category
        self.demands = demands
        self.unmet = unmet
        self.services = services
    }

    public static let rule = "近 12 个月该市州企业提出的需求数，对比现在服务到该市州的在架服务数；有需求而服务不多于 1 项的列为短板。"
    /// 短板: wanted, and hardly offered.
    public var isShort: Bool { demands > 0 && services <= 1 }
}
