/// How often a page of an exhibition was opened. Halls that were taken away stand last.
public struct HallLine: Codable, Sendable, Hashable {
    /// Absent: the page of the exhibition itself.
    public var hall: Int?
    public var title: String
    public var visits: Int

    public init(hall: Int? = nil, title: String, visits: Int) {
        self.hall = hall
        self.title = title
        self.visits = visits
    }
}
