import Network

/// Asks the resolver for the addresses of parents, for all links of the process: one question at a time for each name, however many links
/// to the same host ask, since a question holds a thread until the resolver gives up.
actor Lookups {
    static let shared = Lookups()
    private var underWay: [ParentPlace: Task<SocketAddress, any Error>] = [:]

    /// - Throws: `NetworkError`, or `Refusal` `trunk.no-address`.
    func address(of place: ParentPlace) async throws -> SocketAddress {
        let host = ParentPlace(host: place.host, port: place.port, site: "")
        if let task = underWay[host] { return try await task.value }
        let task = Task { try await blocking { try host.lookUp() } }
        underWay[host] = task
        defer { underWay[host] = nil }
        return try await task.value
    }
}
