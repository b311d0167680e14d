import TestKit
import Testing
import Vocabulary

@Suite("WorkCalendar")
struct WorkCalendarTests {
    static let cases = Fixture.rows("deadlines")
    let calendar: WorkCalendar
    let bank: WorkCalendar

    init() throws {
        calendar = try Reference.data().stateCalendar
        bank = try Reference.data().bankCalendar
    }

    @Test("all published cases are there") func countsCases() { #expect(Self.cases.count == 32) }

    @Test("the N-th working day after a start", arguments: cases)
    func deadlines(row: Fixture.Row) throws {
        let start = try #require(Day(row["start"]))
        let days = try #require(Int(row["days"]))
        let result = calendar.deadline(after: start, .workingDays(days))
        #expect(result.value == Day(row["due"]))
        #expect(result.isProvisional == (row["standing"] == "provisional"))
    }

    @Test("years have the published number of working days", arguments: [(2024, 251), (2025, 248), (2026, 248)])
    func yearly(year: Int, days: Int) throws {
        let before = try #require(Day(year: year - 1, month: 12, day: 31))
        let end = try #require(Day(year: year, month: 12, day: 31))
        #expect(calendar.workingDays(after: before, through: end) == .certain(days))
    }

    @Test("adding n working days and counting them gives n, and deadlines never run backwards") func properties() throws
    {
        var generator = Seeded(7)
        let first = try #require(Day("2017-06-01"))
        for calendar in [calendar, bank] {
            for _ in 0..<300 {
                let start = first + Int.random(in: 0...4000, using: &generator)
                let days = Int.random(in: 0...120, using: &generator)
                let due = calendar.deadline(after: start, .workingDays(days)).value
                #expect(calendar.workingDays(after: start, through: due).value == days)
                #expect(days == 0 ? due == start : calendar.isWorkingDay(due))
                #expect(calendar.deadline(after: start, .workingDays(days + 1)).value > due)
                #expect(calendar.deadline(after: start + 1, .workingDays(days)).value >= due)
            }
        }
    }

    @Test("banks stay closed on make-up weekends") func banks() throws {
        let sunday = try #require(Day("2026-01-04"))
        #expect(calendar.isWorkingDay(sunday))
        #expect(!bank.isWorkingDay(sunday))
        let eve = try #require(Day("2025-12-31"))
        #expect(bank.deadline(after: eve, .workingDays(1)) == .certain(try #require(Day("2026-01-05"))))
    }

    @Test("an organisation's own days come first") func ownDays() throws {
        let monday = try #require(Day("2026-11-23"))
        let saturday = try #require(Day("2026-11-21"))
        let own = WorkCalendar(name: "园区", holidays: calendar.holidays, closedDays: [monday], openDays: [saturday])
        #expect(!own.isWorkingDay(monday))
        #expect(own.isWorkingDay(saturday))
    }

    @Test("beyond the notices a deadline is provisional and names the years") func provisional() throws {
        let start = try #require(Day("2026-12-31"))
        let expected = try #require(Day("2027-01-04"))
        #expect(calendar.deadline(after: start, .workingDays(1)) == .provisional(expected, unpublished: [2027]))
        #expect(calendar.deadline(after: start, .workingDays(0)) == .certain(start))
        let long = calendar.deadline(after: start, .workingDays(300))
        guard case .provisional(_, let years) = long else { throw Unexpected("a certain deadline in \(long.value)") }
        #expect(years == [2027, 2028])
    }

    @Test("natural days run on, and the last may move to a working day") func naturalDays() throws {
        let start = try #require(Day("2026-09-16"))
        let due = calendar.deadline(after: start, .naturalDays(15))
        #expect(due == .certain(try #require(Day("2026-10-01"))))
        #expect(calendar.workingDay(onOrAfter: due.value) == .certain(try #require(Day("2026-10-08"))))
        #expect(calendar.workingDay(onOrAfter: start) == .certain(start))
    }

    @Test("absurd periods end") func absurd() throws {
        let start = try #require(Day("2026-03-02"))
        #expect(calendar.deadline(after: start, .workingDays(-5)).value == start)
        #expect(calendar.deadline(after: start, .workingDays(.max)).value > start)
        #expect(calendar.deadline(after: .last, .workingDays(3)).value == .last)
        #expect(calendar.deadline(after: start, .naturalDays(.max)).value == start + 36_500)
        #expect(calendar.workingDays(after: start, through: start - 10).value == 0)
    }
}
