import Exchange
import Identity
import Messages
import Network
import Synchronization
import Vocabulary

/// The calls of one client at one site, counted against its contract.
final class PartnerMeter: Sendable {
    private struct Count {
        var bucket = TokenBucket()
        var day: Day
        var calls: Int
        var savedCalls: Int
        var savedAt: Timestamp
        /// China's day of the last call, and its first and last millisecond.
        var today: (day: Day, from: Timestamp, to: Timestamp)
        /// What was worked out for the contract in force, by message, and the last of it that was asked for.
        var standings: [WireName: PartnerStanding] = [:]
        var last: (contract: CompiledContract, standing: PartnerStanding)?

        /// The count, to be kept now.
        mutating func tally(savedAt now: Timestamp) -> PartnerMeters.Tally {
            savedCalls = calls
            savedAt = now
            return PartnerMeters.Tally(day: day, calls: calls)
        }

        mutating func move(to now: Timestamp) {
            if now < today.from || now > today.to { today = Self.around(now) }
            // A clock that was set back gives nobody a second quota.
            guard today.day > day else { return }
            day = today.day
            calls = 0
            savedCalls = 0
        }

        static func around(_ now: Timestamp) -> (day: Day, from: Timestamp, to: Timestamp) { (now.day, now.day.start, now.day.end) }

        mutating func standing(_ entry: PartnerEntry, _ contract: CompiledContract, _ message: WireName, site: String) -> PartnerStanding {
            if let last, last.contract === contract {
                if last.standing.form.message == message { return last.standing }
            } else {
                standings = [:]
            }
            let standing = standings[message] ?? PartnerStanding(entry, contract, message, site: site)
            standings[message] = standing
            last = (contract, standing)
            return standing
        }
    }

    private let count: Mutex<Count>
    private let site: String
    /// Whose meter it is.
    let owner: ObjectIdentifier

    init(_ entry: PartnerEntry, of owner: PartnerMeters, site: String, now: Timestamp) {
        let calls = entry.savedUsage.flatMap { $0.day == now.day ? $0.calls : nil } ?? 0
        count = Mutex(Count(day: now.day, calls: calls, savedCalls: calls, savedAt: now, today: Count.around(now)))
        self.site = site
        self.owner = ObjectIdentifier(owner)
    }

    /// Takes one call.
    ///
    /// - Parameter contract: the one of this entry that is in force.
    func take(
        _ entry: PartnerEntry, _ contract: CompiledContract, _ message: WireName, now: Timestamp
    ) -> (reading: PartnerMeters.Reading, standing: PartnerStanding) {
        let (perMinute, perDay) = (contract.terms.ratePerMinute, contract.terms.dailyQuota)
        let rate = TokenBucket.Rate(burst: perMinute, perMinute: perMinute)
        return count.withLock { count in
            count.move(to: now)
            let untilMidnight = max(1, (count.today.to.milliseconds + 1 - now.milliseconds + 999) / 1000)
            var reading = PartnerMeters.Reading(
                verdict: .granted, perMinute: perMinute, perDay: perDay, leftThisMinute: 0, leftToday: 0, dayEnds: untilMidnight)
            if count.calls >= perDay {
                reading.verdict = .quotaSpent(retryAfter: untilMidnight)
                if count.calls != count.savedCalls { reading.mustSave = count.tally(savedAt: now) }
            } else if case .refused(let wait) = count.bucket.take(rate: rate, now: now.milliseconds) {
                reading.verdict = .tooFast(retryAfter: max(1, (wait + 999) / 1000))
            } else {
                count.calls += 1
                let isMany = count.calls - count.savedCalls >= Self.step(perDay)
                if isMany || count.calls == perDay || now.milliseconds - count.savedAt.milliseconds >= 10_000 {
                    reading.mustSave = count.tally(savedAt: now)
                }
            }
            reading.leftThisMinute = count.bucket.tokens(rate, now: now.milliseconds)
            reading.leftToday = max(0, perDay - count.calls)
            return (reading, count.standing(entry, contract, message, site: site))
        }
    }

    /// So many calls may be lost with a crash.
    private static func step(_ quota: Int) -> Int { max(1, min(100, quota / 10), quota / 1000) }

    /// The count, where it is not kept yet, to be kept now.
    func unsaved(now: Timestamp) -> PartnerMeters.Tally? {
        count.withLock { count in
            guard count.calls != count.savedCalls else { return nil }
            return count.tally(savedAt: now)
        }
    }

    /// Calls counted on this day.
    func calls(on day: Day) -> Int { count.withLock { $0.day == day ? $0.calls : 0 } }
}
