/// An entry of the knowledge base: what seats tell callers, and where it is written.
public struct Article: Codable, Sendable, Hashable {
    /// Counted up from one; absent for a new one.
    public var id: Int
    public var title: String
    public var body: String
    /// The category it answers, at least two digits.
    public var category: String
    /// Policies and services it refers to: paths of this site or `https:` addresses.
    public var links: [Link]
    /// Shown to everybody, or only to staff.
    public var isPublic: Bool

    public init(id: Int, title: String, body: String, category: String, links: [Link], isPublic: Bool) {
        self.id = id
        self.title = title
        self.body = body
        self.category = category
        self.links = links
        self.isPublic = isPublic
    }

    public struct Link: Codable, Sendable, Hashable {
        public var title: String
        public var address: String

        public init(title: String, address: String) {
            self.title = title
            self.address = address
        }
    }
}
