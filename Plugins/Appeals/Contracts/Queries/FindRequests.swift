public import Messages
public import Vocabulary

/// Answered matters as the public interface lists them: what stands on the board, in the desk's own words. Open to everybody.
/// - Source: Open311 GeoReport v2, GET Service Requests
public struct FindRequests: Query {
    public typealias Reply = OpenRequests
    public static let name: WireName = "appeals.find-requests.v1"

    /// Only these; then the other members do not count.
    public var numbers: [CaseNumber]?
    public var categories: [String]?
    /// First and last day of submission.
    public var from: Day?
    public var until: Day?
    public var closed: Bool?

    public init(
        numbers: [CaseNumber]? = nil, categories: [String]? = nil, from: Day? = nil, until: Day? = nil,
        closed: Bool? = nil
    ) {
        self.numbers = numbers
        self.categories = categories
        self.from = from
        self.until = until
        self.closed = closed
    }
}

extension FindRequests: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("numbers", "诉求编号", 1...50)
        schema.limit("categories", "类别", 1...50)
        schema.name(["closed": "是否办结"])
    }
}

/// At most a thousand, the latest first.
public struct OpenRequests: Codable, Sendable, Hashable {
    public var requests: [OpenRequest]

    public init(requests: [OpenRequest]) { self.requests = requests }
}

/// One published matter; nothing finer than days.
public struct OpenRequest: Codable, Sendable, Hashable {
    public var number: CaseNumber
    public var isClosed: Bool
    public var category: String
    public var region: RegionCode
    public var title: String
    public var text: String
    public var answer: String
    public var departments: [String]
    public var submittedOn: Day
    public var publishedOn: Day

    public init(
        number: CaseNumber, isClosed: Bool, category: String, region: RegionCode, title: String, text: String,
        answer: String,
        departments: [String], submittedOn: Day, publishedOn: Day
    ) {
        self.number = number
        self.isClosed = isClosed
        self.category = category
        self.region = region
        self.title = title
        self.text = text
        self.answer = answer
        self.departments = departments
        self.submittedOn = submittedOn
        self.publishedOn = publishedOn
    }
}
