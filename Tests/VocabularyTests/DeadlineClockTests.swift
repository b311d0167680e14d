import Foundation
import TestKit
import Testing
import Vocabulary

@Suite("DeadlineClock")
struct DeadlineClockTests {
    let calendar: WorkCalendar
    let bank: WorkCalendar

    init() throws {
        calendar = try Reference.data().stateCalendar
        bank = try Reference.data().bankCalendar
    }

    func at(_ text: String) throws -> Timestamp { try #require(Timestamp(text + ":00+08:00")) }
    func end(_ day: String) throws -> Timestamp { try #require(Day(day)).end }
    static let rule = ExtensionRule(times: 1, longest: .workingDays(5))

    @Test("every published case holds for a clock too, at whatever hour of the start day it begins", arguments: WorkCalendarTests.cases)
    func cases(row: Fixture.Row) throws {
        let start = try #require(Day(row["start"]))
        let days = try #require(Int(row["days"]))
        for moment in [start.start, try #require(start.moment(hour: 15, minute: 7)), start.end] {
            let clock = DeadlineClock(start: moment, limit: .workingDays(days), on: calendar)
            #expect(clock.due == (try #require(Day(row["due"]))).end)
            #expect(clock.isProvisional == (row["standing"] == "provisional"))
        }
    }

    @Test("五个工作日跨2026年春节：调休的周六上班算一天，九天假期不算，银行不上调休的班")
    func springFestival() throws {
        let start = try at("2026-02-11T10:00")
        #expect(DeadlineClock(start: start, limit: .workingDays(5), on: calendar).due == (try end("2026-02-25")))
        #expect(DeadlineClock(start: start, limit: .workingDays(5), on: bank).due == (try end("2026-02-26")))
        #expect(DeadlineClock(start: start, limit: .naturalDays(5), on: calendar).due == (try end("2026-02-16")))
        #expect(DeadlineClock(start: start, limit: .hours(24), on: calendar).due == (try at("2026-02-12T10:00")))
    }

    @Test("the day of a pause counts, the days up to its end do not; a pause within a day changes nothing")
    func pauses() throws {
        var clock = DeadlineClock(start: try at("2026-03-02T10:00"), limit: .workingDays(5), on: calendar)
        #expect(clock.due == (try end("2026-03-09")))
        try clock.pause(at: at("2026-03-03T16:00"), reason: "等企业补充材料", askedBy: "a", approvedBy: "b")
        #expect(clock.due == nil)
        #expect(!clock.isOverdue(at: try at("2026-12-01T10:00")))
        try clock.resume(at: at("2026-03-05T09:00"), on: calendar)
        #expect(clock.due == (try end("2026-03-11")))
        let before = clock.due
        try clock.pause(at: at("2026-03-06T09:00"), reason: "再等", askedBy: "a", approvedBy: "b")
        try clock.resume(at: at("2026-03-06T17:00"), on: calendar)
        #expect(clock.due == before)
        #expect(clock.changes.map(\.cause) == [.paused, .resumed, .paused, .resumed])
    }

    @Test("work that comes back goes on with the days that were left; what was late stays late")
    func reopening() throws {
        var clock = DeadlineClock(start: try at("2026-03-02T10:00"), limit: .workingDays(5), on: calendar)
        var late = clock
        try clock.stop(at: at("2026-03-04T16:00"))
        #expect(!clock.isOverdue(at: try at("2026-05-01T10:00")))
        try clock.reopen(at: at("2026-03-09T10:00"), reason: "答复退回", by: "desk", on: calendar)
        #expect(clock.due == (try end("2026-03-12")))
        try late.stop(at: at("2026-03-10T16:00"))
        try late.reopen(at: at("2026-03-12T10:00"), reason: "答复退回", by: "desk", on: calendar)
        #expect(late.due == (try end("2026-03-09")))
        #expect(late.isOverdue(at: try at("2026-03-12T10:00")))
    }

    @Test("hours leave out paused time to the minute")
    func pausedHours() throws {
        var clock = DeadlineClock(start: try at("2026-03-02T10:00"), limit: .hours(24), on: calendar)
        try clock.pause(at: at("2026-03-02T12:00"), reason: "等待", askedBy: "a", approvedBy: "b")
        try clock.resume(at: at("2026-03-02T15:30"), on: calendar)
        #expect(clock.due == (try at("2026-03-03T13:30")))
    }

    @Test("an extension needs a reason, another's approval, and to be asked for in time; its number and length are limited")
    func extensions() throws {
        let fresh = DeadlineClock(start: try at("2026-03-02T10:00"), limit: .workingDays(5), on: calendar)
        func attempt(
            _ days: Int = 3, at moment: String = "2026-03-04T10:00", reason: String = "情况复杂", by: String = "b", on start: DeadlineClock? = nil
        ) throws -> Result<DeadlineClock, DeadlineClock.Problem> {
            var clock = start ?? fresh
            let now = try at(moment)
            do throws(DeadlineClock.Problem) {
                try clock.extend(by: .workingDays(days), at: now, reason: reason, askedBy: "a", approvedBy: by, within: Self.rule, on: calendar)
                return .success(clock)
            } catch { return .failure(error) }
        }
        let longer = try attempt().get()
        #expect(longer.due == (try end("2026-03-12")))
        #expect(longer.changes.last == .init(at: try at("2026-03-04T10:00"), cause: .extended, from: fresh.due, to: longer.due))
        #expect(try attempt(reason: "  ") == .failure(.reasonMissing))
        #expect(try attempt(by: "a") == .failure(.ownApproval))
        #expect(try attempt(6) == .failure(.extensionTooLong(.workingDays(5))))
        #expect(try attempt(at: "2026-03-10T00:00") == .failure(.alreadyDue))
        #expect(try attempt(at: "2026-03-05T10:00", on: longer) == .failure(.tooManyExtensions(1)))
        #expect(try attempt(at: "2026-03-01T10:00") == .failure(.beforeLastChange))
        var done = fresh
        try done.stop(at: at("2026-03-03T10:00"))
        #expect(try attempt(on: done) == .failure(.stopped))
    }

    @Test("a deadline beyond the published calendar is provisional, moves visibly when the notice is out, and never after it has passed")
    func asKnownOn() throws {
        let published = try #require(Day("2025-11-04"))
        let early = calendar.asKnown(on: published - 1)
        #expect(!early.holidays.years.contains(2026))
        #expect(calendar.asKnown(on: published).holidays.years.contains(2026))
        let clock = DeadlineClock(start: try at("2025-10-20T10:00"), limit: .workingDays(53), on: early)
        #expect(clock.isProvisional)
        #expect(clock.unpublished == [2026])
        let guess = try #require(clock.due)
        // Nothing published: nothing moves.
        #expect(clock.recalculated(at: try at("2025-11-03T10:00"), on: early) == nil)
        let moved = try #require(clock.recalculated(at: try at("2025-11-05T10:00"), on: calendar))
        #expect(moved.due != guess)
        #expect(moved.due == DeadlineClock(start: clock.start, limit: clock.limit, on: calendar).due)
        #expect(!moved.isProvisional)
        #expect(moved.changes == [.init(at: try at("2025-11-05T10:00"), cause: .recalculated, from: guess, to: moved.due)])
        // The notice came to us late: the deadline has passed as it was known.
        #expect(clock.recalculated(at: guess + .milliseconds(1), on: calendar) == nil)
        #expect(clock.isOverdue(at: guess + .milliseconds(1)))
    }

    @Test("whatever is done to it: more days end no earlier, a pause never shortens, counting gives the limit again")
    func properties() throws {
        var generator = Seeded(11)
        let first = try #require(Day("2024-01-02"))
        for _ in 0..<400 {
            let start = first + Int.random(in: 0...900, using: &generator)
            let days = Int.random(in: 1...30, using: &generator)
            let unit: TimeLimit.Unit = Bool.random(using: &generator) ? .workingDays : .naturalDays
            let clock = DeadlineClock(start: start.start + .seconds(3600 * 9), limit: TimeLimit(days, unit), on: calendar)
            let more = DeadlineClock(start: clock.start, limit: TimeLimit(days + 1, unit), on: calendar)
            #expect(clock.due! < more.due!)
            var paused = clock
            let from = clock.start + .seconds(3600 * Int.random(in: 0...(24 * days - 1), using: &generator))
            let until = from + .seconds(3600 * Int.random(in: 0...400, using: &generator))
            try paused.pause(at: from, reason: "等待", askedBy: "a", approvedBy: "b")
            try paused.resume(at: until, on: calendar)
            let due = try #require(paused.due)
            #expect(due >= clock.due!)
            let span = (from.day, until.day)
            let counted = (1...(due.day - start)).count { offset in
                let day = start + offset
                return !(span.0 < day && day <= span.1) && (unit == .naturalDays || calendar.isWorkingDay(day))
            }
            #expect(counted == days, "\(start) \(days) \(unit) paused \(span)")
            let decoded = try #require(DeadlineClock.round(paused))
            #expect(decoded == paused)
        }
    }

    @Test("reminders come at nine of the right working day before and after, and at the end of the last day")
    func reminders() throws {
        let clock = DeadlineClock(start: try at("2026-02-11T10:00"), limit: .workingDays(5), on: calendar)
        let rule = ReminderRule(before: [.workingDays(1), .workingDays(9), .hours(2)], after: [.workingDays(1), .workingDays(5)])
        let calls = clock.reminders(rule, on: calendar)
        #expect(calls.map(\.kind) == [.before, .before, .overdue, .after, .after])
        #expect(calls[0].at == (try at("2026-02-24T09:00")))
        #expect(calls[2].at == (try #require(Day("2026-02-26"))).start)
        #expect(calls[3].at == (try at("2026-02-26T09:00")))
        // 02-28 is a make-up Saturday.
        #expect(calls[4].at == (try at("2026-03-03T09:00")))
        var paused = clock
        try paused.pause(at: at("2026-02-12T10:00"), reason: "等待", askedBy: "a", approvedBy: "b")
        #expect(paused.reminders(rule, on: calendar).isEmpty)
    }
}

@Suite("DeadlinePolicy")
struct DeadlinePolicyTests {
    static let hub = DeadlinePolicy([
        .init(step: "handle", limit: .workingDays(15), extending: ExtensionRule(times: 1, longest: .workingDays(10))),
        .init(step: "handle", urgency: "urgent", limit: .hours(24)), .init(step: "handle", category: "02", limit: .workingDays(5)),
        .init(step: "accept", limit: .workingDays(1)),
    ])

    @Test("the most particular rule wins", arguments: [
        ("handle", "0101", "normal", "", TimeLimit.workingDays(15)), ("handle", "0203", "normal", "", .workingDays(5)),
        ("handle", "0101", "urgent", "", .hours(24)), ("accept", "0203", "urgent", "x", .workingDays(1)),
    ])
    func choosing(step: String, category: String, urgency: String, node: String, limit: TimeLimit) {
        #expect(Self.hub.rule(for: .init(step: step, category: category, urgency: urgency, node: node))?.limit == limit)
    }

    @Test("a node may shorten and never lengthen")
    func ceilings() {
        let node = DeadlinePolicy([
            .init(step: "handle", node: "430181", limit: .workingDays(10), extending: ExtensionRule(times: 3, longest: .workingDays(3))),
            .init(step: "handle", category: "0203", limit: .workingDays(6)), .init(step: "accept", limit: .naturalDays(1)),
        ])
        #expect(node.problems(under: Self.hub) == [.init(rule: 1, own: .workingDays(6), ceiling: .workingDays(5))])
        func rule(_ category: String, _ urgency: String = "normal") -> DeadlinePolicy.Rule? {
            node.rule(for: .init(step: "handle", category: category, urgency: urgency, node: "430181"), under: Self.hub)
        }
        #expect(rule("0101")?.limit == .workingDays(10))
        // More extensions than the hub allows: the hub's.
        #expect(rule("0101")?.extending == ExtensionRule(times: 1, longest: .workingDays(10)))
        #expect(rule("0203")?.limit == .workingDays(5))
        #expect(rule("0101", "urgent")?.limit == .hours(24))
        #expect(node.rule(for: .init(step: "accept"), under: Self.hub)?.limit == .naturalDays(1))
    }

    @Test("of two limits the one that never ends later is known, whatever the units")
    func comparing() throws {
        let calendar = try Reference.data().stateCalendar
        let limits = [1, 2, 5, 10].flatMap { [TimeLimit.workingDays($0), .naturalDays($0)] } + [12, 24, 48, 100, 300].map { TimeLimit.hours($0) }
        let first = try #require(Day("2025-12-20"))
        for one in limits {
            for other in limits where one.endsNoLater(than: other) {
                for offset in 0..<90 {
                    let start = (first + offset).start + .seconds(3600 * (offset % 24))
                    let (left, right) = (DeadlineClock(start: start, limit: one, on: calendar), DeadlineClock(start: start, limit: other, on: calendar))
                    #expect(left.due! <= right.due!, "\(one.title) and \(other.title) from \(start)")
                }
            }
        }
        #expect(!TimeLimit.workingDays(1).endsNoLater(than: .naturalDays(7)))
    }
}

extension DeadlineClock {
    /// There and back through JSON.
    static func round(_ clock: DeadlineClock) -> DeadlineClock? {
        guard let data = try? JSONEncoder().encode(clock) else { return nil }
        return try? JSONDecoder().decode(DeadlineClock.self, from: data)
    }
}
