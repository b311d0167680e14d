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
    private struct Count {
        var bucket = TokenBucket()
        var day: Day
        var calls: Int
        var savedCalls: Int
        var savedAt: Timestamp
        /// The last contract's figures and their text: the same for call after call.
        var policy: (perMinute: Int, perDay: Int, text: [UInt8]) = (0, 0, [])

        init(_ entry: PartnerEntry, now: Timestamp) {
            day = now.day
            calls = entry.savedUsage.flatMap { $0.day == now.day ? $0.calls : nil } ?? 0
            savedCalls = calls
            savedAt = now
        }

        /// The count, to be kept now.
        mutating func tally(savedAt now: Timestamp) -> Tally {
            savedCalls = calls
            savedAt = now
            return Tally(day: day, calls: calls)
        }
    }

    private final class Meter: Sendable {
        let count: Mutex<Count>
        /// Whose meter it is.
        let owner: ObjectIdentifier

        init(_ entry: PartnerEntry, of owner: PartnerMeters, now: Timestamp) {
            count = Mutex(Count(entry, now: now))
            self.owner = ObjectIdentifier(owner)
        }
    }

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
        /// What the contract grants, as `RateLimit-Policy` says it.
        var policy: [UInt8]
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

    private let meters = Mutex<[Key: Meter]>([:])

    /// Takes one call.
    func take(_ entry: PartnerEntry, _ contract: CompiledContract, site: String, now: Timestamp) -> Reading {
        let today = now.day
        let (perMinute, perDay) = (contract.terms.ratePerMinute, contract.terms.dailyQuota)
        let rate = TokenBucket.Rate(burst: perMinute, perMinute: perMinute)
        let untilMidnight = max(1, (today.end.milliseconds + 1 - now.milliseconds + 999) / 1000)
        return meter(of: entry, site, now).count.withLock { meter in
            // A clock that was set back gives nobody a second quota.
            if today > meter.day {
                meter.day = today
                meter.calls = 0
                meter.savedCalls = 0
            }
            if meter.policy.perMinute != perMinute || meter.policy.perDay != perDay {
                meter.policy = (perMinute, perDay, Array("\"minute\";q=\(perMinute);w=60, \"day\";q=\(perDay);w=86400".utf8))
            }
            var reading = Reading(
                verdict: .granted, policy: meter.policy.text, perMinute: perMinute, perDay: perDay, leftThisMinute: 0, leftToday: 0, dayEnds: untilMidnight)
            if meter.calls >= perDay {
                reading.verdict = .quotaSpent(retryAfter: untilMidnight)
                if meter.calls != meter.savedCalls { reading.mustSave = meter.tally(savedAt: now) }
            } else if case .refused(let wait) = meter.bucket.take(rate: rate, now: now.milliseconds) {
                reading.verdict = .tooFast(retryAfter: max(1, (wait + 999) / 1000))
            } else {
                meter.calls += 1
                let isMany = meter.calls - meter.savedCalls >= Self.step(perDay)
                if isMany || meter.calls == perDay || now >= meter.savedAt.advanced(by: .seconds(10)) {
                    reading.mustSave = meter.tally(savedAt: now)
                }
            }
            reading.leftThisMinute = meter.bucket.tokens(rate, now: now.milliseconds)
            reading.leftToday = max(0, perDay - meter.calls)
            return reading
        }
    }

    /// So many calls may be lost with a crash.
    private static func step(_ quota: Int) -> Int { max(1, min(100, quota / 10), quota / 1000) }

    /// What of a site's counts is not kept yet, to be kept now.
    func unsaved(at site: String, now: Timestamp) -> [(client: String, tally: Tally)] {
        let here = meters.withLock { meters in meters.filter { $0.key.site == site } }
        var found: [(client: String, tally: Tally)] = []
        for (key, meter) in here {
            let tally: Tally? = meter.count.withLock { count in
                guard count.calls != count.savedCalls else { return nil }
                return count.tally(savedAt: now)
            }
            if let tally { found.append((client: key.client, tally: tally)) }
        }
        return found
    }

    /// Calls counted on this day.
    func calls(of client: String, site: String, on day: Day) -> Int {
        let meter = meters.withLock { $0[Key(client: client, site: site)] }
        return meter?.count.withLock { $0.day == day ? $0.calls : 0 } ?? 0
    }

    private func meter(of entry: PartnerEntry, _ site: String, _ now: Timestamp) -> Meter {
        entry.note.withLock { note in
            if let meter = note as? Meter, meter.owner == ObjectIdentifier(self) { return meter }
            let key = Key(client: entry.client.id, site: site)
            let meter = meters.withLock { meters in
                let meter = meters[key] ?? Meter(entry, of: self, now: now)
                meters[key] = meter
                return meter
            }
            note = meter
            return meter
        }
    }
}
