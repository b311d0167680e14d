import Bus
import Synchronization
public import Vocabulary

/// Everything that ends at a known time, watched in one place: certificates, authorities, revocation lists, OCSP responses, and
/// what modules register beside them (keys, contracts of partners).
///
/// Each term is logged once when 30, 14, 7 and 1 days are left, and once when it has ended; a renewed one begins anew.
public final class ExpiryWatch: Sendable {
    /// Something that ends.
    public struct Term: Sendable, Hashable {
        /// Stable name for the log and the metric, without personal data: `certificate:server.pem`.
        public var what: String
        /// What people call it.
        public var title: String
        public var until: Timestamp
        /// Whose it is; `nil`: the host's. The console of a site shows no other site's.
        public var site: String?

        public init(what: String, title: String, until: Timestamp, site: String? = nil) {
            self.site = site
            self.what = what
            self.title = title
            self.until = until
        }

        /// Whole days left, rounded down; negative when it has ended.
        public func days(at now: Timestamp) -> Int {
            Int((Double(until.milliseconds - now.milliseconds) / 86_400_000).rounded(.down))
        }
    }

    static let thresholds = [30, 14, 7, 1, 0]

    private struct State {
        var sources: [String: @Sendable () -> [Term]] = [:]
        /// The smallest threshold that was logged.
        var told: [Term: Int] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    /// Asks the closure from now on; a later one of the same name takes its place.
    public func watch(_ source: String, _ terms: @escaping @Sendable () -> [Term]) {
        state.withLock { $0.sources[source] = terms }
    }

    /// Everything that is watched, what ends first in front.
    public var terms: [Term] {
        state.withLock { Array($0.sources.values) }.flatMap { $0() }.sorted { ($0.until, $0.what) < ($1.until, $1.what) }
    }

    /// What is due to be told at this moment: each term with the threshold it has passed. Telling it once is the caller's.
    func due(at now: Timestamp) -> [(term: Term, threshold: Int)] {
        let terms = terms
        return state.withLock { state in
            let present = Set(terms)
            state.told = state.told.filter { present.contains($0.key) }
            return terms.compactMap { term in
                let left = term.until.milliseconds - now.milliseconds
                guard let passed = Self.thresholds.filter({ left <= Int64($0) * 86_400_000 }).min(), passed < state.told[term] ?? .max
                else { return nil }
                state.told[term] = passed
                return (term, passed)
            }
        }
    }

    /// Logs what is due.
    func tell(_ log: BusLog, now: Timestamp) {
        for (term, threshold) in due(at: now) {
            log(
                threshold <= 1 ? .error : .warning, threshold == 0 ? "expired" : "expires-soon",
                threshold == 0 ? "it has ended; renew it now" : "it ends within \(threshold) days; renew it",
                ("what", term.what), ("until", "\(term.until)"))
        }
    }

    /// For Prometheus: seconds left, negative when ended.
    func metricLines(now: Timestamp) -> [String] {
        let terms = terms
        guard !terms.isEmpty else { return [] }
        return ["# HELP shuniu_expiry_seconds Seconds until it ends", "# TYPE shuniu_expiry_seconds gauge"]
            + terms.map { term in
                let name = term.what.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: " ")
                return "shuniu_expiry_seconds{what=\"\(name)\"} \((term.until.milliseconds - now.milliseconds) / 1000)"
            }
    }
}
