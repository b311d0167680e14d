public import Messages

/// One stretch of what was found, the best first, with its facets.
public struct FoundServices: Codable, Sendable, Hashable {
    public var items: [ServiceCard]
    public var next: Cursor?
    public var total: Int
    public var facets: [Facet]
    /// Whether nothing held every word, so that similar wording is shown.
    public var isSimilar: Bool

    public init(items: [ServiceCard], next: Cursor?, total: Int, facets: [Facet], isSimilar: Bool) {
        self.items = items
        self.next = next
        self.total = total
        self.facets = facets
        self.isSimilar = isSimilar
    }
}

extension FoundServices: Listed {}
