import Identity
import Network
import Synchronization
import Vocabulary

/// Counts the calls of every partner's client against its contract: a token bucket for the minute, a count for China's calendar day.
///
/// The day's count is kept in the site's file every ten seconds or hundred calls while calls come, without waiting: a restart forgets
/// at most so many.
final class PartnerMeters: Sendable {
    private struct Meter {
        var bucket = TokenBucket()
        var day: Day
        var calls: Int
        var savedCalls: Int
        var savedAt: Timestamp
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
        var mustSave: Int?
    }

    private let meters = Mutex<[String: Meter]>([:])

    /// Takes one call.
    /// - Parameter site: the identifier of the site, since clients of two sites may have one name.
    func take(_ entry: PartnerEntry, _ contract: PartnerContract, site: String, now: Timestamp) -> Reading {
        let today = now.day
        let rate = TokenBucket.Rate(burst: contract.ratePerMinute, perMinute: contract.ratePerMinute)
        let untilMidnight = max(1, (today.end.milliseconds + 1 - now.milliseconds + 999) / 1000)
        return meters.withLock { meters in
            let key = site + "/" + entry.client.id
            var meter = meters[key] ?? Self.fresh(entry, now: now)
            defer { meters[key] = meter }
            if meter.day != today {
                meter.day = today
                meter.calls = 0
                meter.savedCalls = 0
            }
            var reading = Reading(
                verdict: .granted, perMinute: contract.ratePerMinute, perDay: contract.dailyQuota, leftThisMinute: 0, leftToday: 0,
                dayEnds: untilMidnight)
            if meter.calls >= contract.dailyQuota {
                reading.verdict = .quotaSpent(retryAfter: untilMidnight)
            } else if case .refused(let wait) = meter.bucket.take(rate: rate, now: now.milliseconds) {
                reading.verdict = .tooFast(retryAfter: max(1, (wait + 999) / 1000))
            } else {
                meter.calls += 1
                if meter.calls - meter.savedCalls >= 100 || now >= meter.savedAt.advanced(by: .seconds(10)) {
                    meter.savedCalls = meter.calls
                    meter.savedAt = now
                    reading.mustSave = meter.calls
                }
            }
            reading.leftThisMinute = meter.bucket.tokens(rate, now: now.milliseconds)
            reading.leftToday = max(0, contract.dailyQuota - meter.calls)
            return reading
        }
    }

    /// Calls counted on this day.
    func calls(of client: String, site: String, on day: Day) -> Int {
        meters.withLock { meters in meters[site + "/" + client].flatMap { $0.day == day ? $0.calls : 0 } ?? 0 }
    }

    private static func fresh(_ entry: PartnerEntry, now: Timestamp) -> Meter {
        let saved = entry.savedUsage.flatMap { $0.day == now.day ? $0.calls : nil } ?? 0
        return Meter(day: now.day, calls: saved, savedCalls: saved, savedAt: now)
    }
}
