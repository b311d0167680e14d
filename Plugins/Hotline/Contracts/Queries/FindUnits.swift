public import Messages
public import Vocabulary

/// Handling units, the best fit for region and category first, each with the reason it is proposed for.
public struct FindUnits: Query {
    public typealias Reply = UnitList
    public static let name: WireName = "hotline.find-units.v1"
    public var region: RegionCode?
    public var category: String?

    public init(region: RegionCode? = nil, category: String? = nil) {
        self.region = region
        self.category = category
    }
}

extension FindUnits: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.limit("category", "事项类别", 2...6) }
}

public struct UnitList: Codable, Sendable, Hashable {
    public var units: [Proposal]

    public init(units: [Proposal]) { self.units = units }

    public struct Proposal: Codable, Sendable, Hashable {
        public var unit: HandlingUnit
        /// Why it is proposed: 承办“税费”（05）、所在区划 430100; absent for those that only exist.
        public var reason: String?

        public init(unit: HandlingUnit, reason: String?) {
            self.unit = unit
            self.reason = reason
        }
    }
}
