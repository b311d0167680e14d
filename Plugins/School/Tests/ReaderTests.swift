import Foundation
import Messages
import Pages
import PluginKit
import SchoolContracts
import TestKit
import Testing

@testable import SchoolPlugin

@Suite("别人的程序读得懂")
struct SchoolReaderTests {
    @Test(
        "QR codes of ticket and certificate are read back by zbarimg",
        .enabled(if: Tool.zbarimg.isInstalled, "zbarimg is missing; Tools/setup --browser installs it"))
    func codes() async throws {
        let lessons = try await Lessons()
        let id = try await lessons.register(1).registration
        let ticket = try lessons.ticket(id)
        for text in [
            ticket, "https://platform.example.cn/hunan/school/certificates/Z2026-000001/abcdefghijklmnopqrstuvwxyz",
        ] {
            let picture = try #require(QRCode(text))
            let side = (picture.size + 8) * 4
            var map = Array("P5\n\(side) \(side)\n255\n".utf8)
            for y in 0..<side {
                for x in 0..<side {
                    let (row, column) = (y / 4 - 4, x / 4 - 4)
                    let isInside = (0..<picture.size).contains(row) && (0..<picture.size).contains(column)
                    map.append(isInside && picture.modules[row][column] ? 0 : 255)
                }
            }
            try await Tool.withFolder { folder in
                try Data(map).write(to: URL(fileURLWithPath: "\(folder)/code.pgm"))
                let read = try Tool.zbarimg.run("--quiet", "--raw", "\(folder)/code.pgm")
                // Without a desktop it also complains that there is none.
                #expect(read.output.split(separator: "\n").last.map(String.init) == text)
            }
        }
    }

    @Test(
        "Calendars are read by PyPI's icalendar: every session once, with its moments, place and state",
        .enabled(
            if: Tool.calendarReader != nil, "the Python module icalendar is missing; Tools/setup --browser installs it")
    )
    func calendar() async throws {
        let lessons = try await Lessons()
        var draft = try Lessons.draft(
            of: lessons.course, id: lessons.schoolClass, capacity: 2, now: lessons.site.clock.now)
        draft.sessions.removeLast()
        draft.sessions[0].place = "四楼教室；请走东门, 上楼\\左转"
        draft.note = "第一行\n第二行"
        _ = try await lessons.site.tell(draft, as: Lessons.staff)
        guard
            case .download(_, _, let bytes) = try await lessons.site.get(
                "/school/classes/\(lessons.schoolClass)/calendar.ics")
        else {
            Issue.record("no file")
            return
        }
        let script = """
            sys, icalendar = map(__import__, ("sys", "icalendar"))
            calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
            assert calendar['VERSION'] == '2.0' and not calendar.errors
            for event in calendar.walk('VEVENT'):
                assert not event.errors, event.errors
                print(event['UID'], event['DTSTART'].dt.isoformat(), event['DTEND'].dt.isoformat(), event['SEQUENCE'], event['STATUS'], event.get('LOCATION', '-'), len(event['DESCRIPTION'].splitlines()))
            """
        let read = try Tool.env.run(#require(Tool.calendarReader), "-c", script, input: bytes)
        #expect(
            read.output == """
                K2026-001-1@test.school 2026-03-12T01:00:00+00:00 2026-03-12T03:00:00+00:00 1 CONFIRMED 四楼教室；请走东门, 上楼\\左转 3
                K2026-001-2@test.school 2026-03-13T01:00:00+00:00 2026-03-13T02:00:00+00:00 1 CANCELLED - 3

                """)
    }
}
