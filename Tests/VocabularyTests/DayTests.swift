import Foundation
import Testing
import Vocabulary

@Suite("Day")
struct DayTests {
    @Test("every day of four centuries round-trips and follows its predecessor") func walksTheCalendar() throws {
        var day = try #require(Day("1899-12-31"))
        var weekday = day.weekday
        #expect(weekday == .sunday)
        let end = try #require(Day("2300-01-01"))
        while day < end {
            let next = day + 1
            let parts = next.components
            #expect(Day(year: parts.year, month: parts.month, day: parts.day) == next)
            #expect(Day(next.description) == next)
            #expect(next.weekday.rawValue == weekday.rawValue % 7 + 1)
            #expect(next.day == 1 || next.day == day.day + 1)
            (day, weekday) = (next, next.weekday)
        }
        #expect(end - 1 == day - 1)
    }

    @Test(
        "refuses dates that do not exist",
        arguments: [
            "", "2026-02-29", "1900-02-29", "2026-04-31", "2026-00-10", "2026-10-00", "0000-01-01", "2026-1-01",
            "2026/01/01", "20260101", "2026-01-01 ", "+026-01-01",
        ])
    func refuses(text: String) {
        #expect(Day(text) == nil)
    }

    @Test("adding months keeps the day or takes the month's last") func addsMonths() throws {
        let rows = [
            ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-03-31", -1, "2026-02-28"),
            ("2025-11-30", 3, "2026-02-28"), ("2026-05-15", 12, "2027-05-15"), ("2026-01-15", -1, "2025-12-15"),
            ("2024-02-29", 12, "2025-02-28"), ("9999-06-01", 12, "9999-12-31"), ("0001-02-01", -12, "0001-01-01"),
        ]
        for (start, months, expected) in rows {
            #expect(try #require(Day(start)).adding(months: months) == Day(expected), "\(start) + \(months)")
        }
        #expect(try #require(Day("2024-02-10")).lastOfMonth == Day("2024-02-29"))
        #expect(try #require(Day("2024-02-10")).firstOfMonth == Day("2024-02-01"))
        #expect(try #require(Day("2024-10-10")).quarter == 4)
    }

    @Test("arithmetic stays inside the type's range") func saturates() throws {
        #expect(Day.last + 1 == .last)
        #expect(Day.first - 1 == .first)
        #expect(Day.first + .max == .last)
        #expect(Day.last - .min == .last)
        #expect(Day.first.adding(months: .max) == .last)
        #expect(Day.last.adding(months: .min) == .first)
        #expect(Day.last - Day.first == 3_652_058)
        #expect(Day.first.description == "0001-01-01" && Day.last.description == "9999-12-31")
    }

    @Test(
        "a moment's day is that of UTC+08:00",
        arguments: [
            ("2026-02-28T15:59:59.999Z", "2026-02-28"), ("2026-02-28T16:00:00.000Z", "2026-03-01"),
            ("1969-12-31T15:59:59.999Z", "1969-12-31"), ("2026-01-01T00:00:00+08:00", "2026-01-01"),
        ])
    func dayOfMoment(moment: String, day: String) throws {
        #expect(try #require(Timestamp(moment)).day == Day(day))
    }

    @Test("start, end and clock times of a day") func moments() throws {
        let day = try #require(Day("2026-03-01"))
        #expect(day.start == Timestamp("2026-03-01T00:00:00+08:00"))
        #expect(day.end == Timestamp("2026-03-01T23:59:59.999+08:00"))
        #expect(day.moment(hour: 17, minute: 30) == Timestamp("2026-03-01T17:30:00+08:00"))
        #expect(day.moment(hour: 24) == nil)
        #expect(day.moment(hour: 3, minute: 60) == nil)
        #expect(day.end.day == day && day.start.day == day && day.start.millisecondOfDay == 0)
    }

    @Test("is text in JSON") func codes() throws {
        let day = try #require(Day("2026-03-01"))
        #expect(String(decoding: try JSONEncoder().encode([day]), as: UTF8.self) == #"["2026-03-01"]"#)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Day].self, from: Data(#"["2026-02-30"]"#.utf8))
        }
    }
}
