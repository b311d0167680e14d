public import Messages
public import Vocabulary

/// Departments of the directory for a region and a category, the best in front, each with the reason it is proposed for.
public struct ProposeDepartments: Query {
    public typealias Reply = DepartmentList
    public static let name: WireName = "appeals.propose-departments.v1"
    public var region: RegionCode?
    public var category: String?

    public init(region: RegionCode? = nil, category: String? = nil) {
        self.region = region
        self.category = category
    }
}

extension ProposeDepartments: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.limit("category", "类别", 2...6) }
}

public struct DepartmentList: Codable, Sendable, Hashable {
    public var departments: [Proposal]

    public init(departments: [Proposal]) { self.departments = departments }

    public struct Proposal: Codable, Sendable, Hashable {
        public var id: DepartmentID
        public var name: String
        public var region: RegionCode
        /// Why it is proposed; absent for those that only exist.
        public var reason: String?

        public init(id: DepartmentID, name: String, region: RegionCode, reason: String?) {
            self.id = id
            self.name = name
            self.region = region
            self.reason = reason
        }
    }
}
