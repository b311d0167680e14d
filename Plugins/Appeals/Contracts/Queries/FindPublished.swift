public import Messages
public import Vocabulary

/// The public board: answered matters in words without persons. Open to everybody.
public struct FindPublished: ListQuery {
    public typealias Item = PublishedCase
    public typealias Reply = Listing<PublishedCase>
    public static let name: WireName = "appeals.find-published.v1"
    public var category: String?
    public var after: Cursor?
    public var limit: Int?

    public init(category: String? = nil, after: Cursor? = nil, limit: Int? = nil) {
        self.category = category
        self.after = after
        self.limit = limit
    }
}

extension FindPublished: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("category", "类别", 2...6)
        refineLimit(&schema)
    }
}

public struct PublishedCase: Codable, Sendable, Hashable {
    public var title: String
    public var text: String
    public var answer: String
    public var departments: [String]
    public var region: RegionCode
    public var category: String
    /// How many raised it.
    public var supporters: Int
    public var publishedOn: Day

    public init(
        title: String, text: String, answer: String, departments: [String], region: RegionCode, category: String, supporters: Int, publishedOn: Day
    ) {
        self.title = title
        self.text = text
        self.answer = answer
        self.departments = departments
        self.region = region
        self.category = category
        self.supporters = supporters
        self.publishedOn = publishedOn
    }
}
