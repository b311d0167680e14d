/// When a delivery that failed is tried again, and when an endpoint is given up.
/// - Source: Standard Webhooks, "Deliverability and reliability": over days, growing, with jitter.
public struct RetrySchedule: Sendable, Hashable {
    /// Waits after the first, second, … failure; after the last one the delivery is given up.
    public var waits: [Duration] = [
        .seconds(5), .seconds(300), .seconds(1800), .seconds(7200), .seconds(18_000), .seconds(36_000), .seconds(50_400), .seconds(72_000),
        .seconds(86_400),
    ]
    /// An endpoint without any success for this long is disabled.
    public var disableAfter: Duration = .seconds(5 * 86_400)
    /// Up to this share is added to a wait, so that what failed together does not return together.
    public var jitter = 0.2
    /// How long an old secret goes on signing beside the new one.
    public var secretOverlap: Duration = .seconds(86_400)

    public init() {}

    /// The wait after so many failures; `nil`: give up.
    /// - Parameter chance: 0..<1.
    func wait(after failures: Int, chance: Double) -> Duration? {
        guard (1...waits.count).contains(failures) else { return nil }
        let wait = waits[failures - 1]
        return wait + .milliseconds(Int64(Double(wait.components.seconds) * 1000 * jitter * chance))
    }
}
