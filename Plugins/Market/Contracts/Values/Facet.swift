/// How many of what was found have each value of one trait; counted as if this trait were not filtered.
public struct Facet: Codable, Sendable, Hashable {
    public struct Value: Codable, Sendable, Hashable {
        public var value: String
        public var title: String
        public var count: Int

        public init(value: String, title: String, count: Int) {
            self.value = value
            self.title = title
            self.count = count
        }
    }

    /// The parameter of the search that it narrows: `category`, `nature`, `mode`, `price`.
    public var field: String
    public var title: String
    public var values: [Value]

    public init(field: String, title: String, values: [Value]) {
        self.field = field
        self.title = title
        self.values = values
    }
}
