/// The number of a task, and the sites that got it.
public struct IssuedTask: Codable, Sendable, Hashable {
    /// `hunan-2026-0001`
    public var task: String
    public var sites: [String]

    public init(task: String, sites: [String]) {
        self.task = task
        self.sites = sites
    }
}
