/// Counters of one server, readable at any time from any thread.
public final class ServerMetrics: Sendable {
    /// The counters by their Prometheus names, in a fixed order.
    public var values: [(name: String, help: String, isGauge: Bool, value: Int)] { [] }
}
