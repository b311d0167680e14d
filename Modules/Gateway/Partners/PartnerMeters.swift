import Identity
import Network
import Synchronization
import Vocabulary

/// Counts the calls of every partner's client against its contract: a token bucket for the minute, a count for China's calendar day.
///
/// The day's count is kept in the site's file while calls come, without waiting: every ten seconds, or when a hundred calls have come
/// since (a tenth of a quota below 1,000, a thousandth of one above 100,000), when the quota is spent, and when the host stops. A crash
/// forgets at most so many.
final class PartnerMeters: Sendable {
    /// Clients of two sites may have one name.
    private struct Key: Hashable {
        let client: String
        let site: String
    }

    /// What is left, as the header fields say it.
    struct Reading: Sendable, Hashable {
        enum Verdict: Sendable, Hashable {
            case granted
            case tooFast(retryAfter: Int64)
            case quotaSpent(retryAfter: Int64)
        }

        var verdict: Verdict
        var perMinute: Int
        var perDay: Int
        var leftThisMinute: Int
        var leftToday: Int
        /// Seconds to the next midnight in China.
        var dayEnds: Int64
        /// The day's count, where it is due to be kept.
        var mustSave: Tally?
    }

    /// How many calls a client made on a day.
    struct Tally: Sendable, Hashable {
        var day: Day
        var calls: Int
    }

    private let meters = Mutex<[Key: PartnerMeter]>([:])

    /// What of a site's counts is not kept yet, to be kept now.
    func unsaved(at site: String, now: Timestamp) -> [(client: String, tally: Tally)] {
        let here = meters.withLock { meters in meters.filter { $0.key.site == site } }
        var found: [(client: String, tally: Tally)] = []
        for (key, meter) in here {
            if let tally = meter.unsaved(now: now) { found.append((client: key.client, tally: tally)) }
        }
        return found
    }

    /// Calls counted on this day.
    func calls(of client: String, site: String, on day: Day) -> Int {
        let meter = meters.withLock { $0[Key(client: client, site: site)] }
        return meter?.calls(on: day) ?? 0
    }

    /// The meter of a client, found once for each entry.
    func meter(of entry: PartnerEntry, site: String, now: Timestamp) -> PartnerMeter {
        entry.note.withLock { note in
            if let meter = note as? PartnerMeter, meter.owner == ObjectIdentifier(self) { return meter }
            let key = Key(client: entry.client.id, site: site)
            let meter = meters.withLock { meters in
                let meter = meters[key] ?? PartnerMeter(entry, of: self, site: site, now: now)
                meters[key] = meter
                return meter
            }
            note = meter
            return meter
        }
    }
}
