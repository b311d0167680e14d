/// One page of applications; those with the nearest due day first.
public struct ApplicationPage: Codable, Sendable, Hashable {
    public var applications: [ApplicationCard]
    public var total: Int
    public var page: Int
    public var size: Int

    public init(applications: [ApplicationCard], total: Int, page: Int, size: Int) {
        self.applications = applications
        self.total = total
        self.page = page
        self.size = size
    }
}
