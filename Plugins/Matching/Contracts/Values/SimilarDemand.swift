/// A demand whose wording is close to another's.
public struct SimilarDemand: Codable, Sendable, Hashable {
    public var card: DemandCard
    /// Shared pairs of characters of all pairs, percent.
    public var similarity: Int

    public init(card: DemandCard, similarity: Int) {
        self.card = card
        self.similarity = similarity
    }
}
