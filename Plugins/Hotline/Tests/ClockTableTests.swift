import Messages
import PluginKit
import Store
import TestKit
import Testing
import Vocabulary

/// A writer that counts what goes through it.
final class CountingWriter: SQLWriting {
    let writer: StoreWriter
    private(set) var statements = 0
    private(set) var rows = 0
    init(_ writer: StoreWriter) { self.writer = writer }

    var lastRowID: Int64 { writer.lastRowID }
    func each(_ sql: String, binding arguments: [any SQLValue], _ body: (Row) throws -> Bool) throws {
        statements += 1
        try writer.each(sql, binding: arguments) { row in
            rows += 1
            return try body(row)
        }
    }
    func run(_ sql: String, binding arguments: [any SQLValue]) throws -> Int {
        statements += 1
        return try writer.run(sql, binding: arguments)
    }
}

@Suite("计时表")
struct ClockTableTests {
    static let table = ClockTable("clock")
    static let calendar = WorkCalendar(holidays: HolidayTable(years: [2026]))

    /// Many clocks due far away, a few due now.
    @Test("A scan touches what is due and nothing else: with 3000 clocks running, one statement and no row when nothing is due")
    func onlyWhatIsDue() async throws {
        let desk = try await Desk()
        let file = try #require(desk.site.stores.first?.file)
        let start = try #require(Timestamp("2026-03-02T10:00:00+08:00"))
        let counts = try await file.write { writer -> [Int] in
            for index in 0..<3000 {
                let days = index < 7 ? 1 : 100
                try Self.table.begin(
                    DeadlineClock(start: start, limit: .naturalDays(days), on: Self.calendar), of: "order/\(index)", named: "handle",
                    reminders: ReminderRule(), on: Self.calendar, in: writer)
            }
            let early = CountingWriter(writer)
            #expect(try Self.table.call(at: start + .seconds(3600), { _ in Self.calendar }, in: early).isEmpty)
            let late = CountingWriter(writer)
            let calls = try Self.table.call(at: start + .seconds(3 * 86_400), { _ in Self.calendar }, in: late)
            #expect(calls.count == 7)
            #expect(calls.allSatisfy { $0.reminder.kind == .overdue })
            let again = CountingWriter(writer)
            #expect(try Self.table.call(at: start + .seconds(3 * 86_400), { _ in Self.calendar }, in: again).isEmpty)
            return [early.statements, early.rows, late.statements, late.rows, again.rows]
        }
        #expect(counts == [1, 0, 8, 7, 0])
    }

    @Test("A notice that comes out moves open provisional deadlines and gives each back; certain and passed ones stay")
    func recalculating() async throws {
        let desk = try await Desk()
        let file = try #require(desk.site.stores.first?.file)
        let start = try #require(Timestamp("2025-12-29T10:00:00+08:00"))
        let early = WorkCalendar(holidays: HolidayTable(years: [2025]))
        let newYear = try #require(Day("2026-01-01"))
        let mark = HolidayTable.Mark(kind: .off, name: "元旦")
        let known = WorkCalendar(holidays: HolidayTable(years: [2025, 2026], marks: [newYear: mark, newYear + 1: mark]))
        let (first, second) = try await file.write { writer in
            for (subject, days) in [("passed", 1), ("moves", 5), ("certain", 2)] {
                try Self.table.begin(
                    DeadlineClock(start: start, limit: .workingDays(days), on: early), of: subject, named: "handle", reminders: ReminderRule(),
                    on: early, in: writer)
            }
            let now = start + .seconds(2 * 86_400)
            return (
                try Self.table.recalculate(at: now, { _ in known }, in: writer), try Self.table.recalculate(at: now, { _ in known }, in: writer)
            )
        }
        #expect(first.map(\.entry.subject) == ["moves"])
        #expect(first.first?.to == Day("2026-01-07")?.end)
        #expect(second.isEmpty)
    }
}
