import Foundation
import TestKit
import Testing
import Vocabulary

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "reads RFC 3339 with any offset and fraction",
        arguments: [
            ("2026-03-01T06:05:00.000Z", "2026-03-01T06:05:00.000Z"),
            ("2026-03-01T14:05:00+08:00", "2026-03-01T06:05:00.000Z"),
            ("2026-03-01T14:05:00+0800", "2026-03-01T06:05:00.000Z"),
            ("2026-02-28T23:35:00.5-06:30", "2026-03-01T06:05:00.500Z"),
            ("2026-03-01T06:05:00.123456789z", "2026-03-01T06:05:00.123Z"),
            ("2026-03-01t06:05:00.12Z", "2026-03-01T06:05:00.120Z"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
            ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ])
    func readsAndWrites(text: String, written: String) throws {
        let moment = try #require(Timestamp(text))
        #expect(moment.description == written)
        #expect(Timestamp(written) == moment)
    }

    @Test(
        "refuses other shapes",
        arguments: [
            "", "2026-03-01", "2026-03-01T06:05:00", "2026-03-01 06:05:00Z", "2026-3-1T06:05:00Z",
            "2026-02-29T06:05:00Z",
            "2026-13-01T06:05:00Z", "2026-03-01T24:00:00Z", "2026-03-01T06:60:00Z", "2026-03-01T06:05:60Z",
            "2026-03-01T06:05:00.Z", "2026-03-01T06:05:00.1234567890Z", "2026-03-01T06:05:00+24:00",
            "2026-03-01T06:05:00ZZ",
            "２026-03-01T06:05:00Z", "0000-01-01T00:00:00Z", " 2026-03-01T06:05:00Z", "2026-03-01T06:05:00Z\u{0}",
            String(repeating: "2", count: 1000),
        ])
    func refuses(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("is text in JSON, and refuses numbers there") func codes() throws {
        let moment = try #require(Timestamp("2026-03-01T06:05:00.000Z"))
        let bytes = try JSONEncoder().encode([moment])
        #expect(String(decoding: bytes, as: UTF8.self) == #"["2026-03-01T06:05:00.000Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: bytes) == [moment])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Timestamp].self, from: Data("[1]".utf8)) }
        #expect(throws: EncodingError.self) { try JSONEncoder().encode([Timestamp(milliseconds: .max)]) }
    }

    @Test("has the same milliseconds as Foundation's calendar") func agreesWithFoundation() throws {
        var generator = Seeded(11)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for _ in 0..<500 {
            let moment = Timestamp(
                milliseconds: Int64.random(in: -2_000_000_000_000...4_000_000_000_000, using: &generator))
            let date = try Date(moment.description, strategy: style)
            #expect(Int64((date.timeIntervalSince1970 * 1000).rounded()) == moment.milliseconds)
        }
    }

    @Test("arithmetic stops at the ends instead of overflowing") func saturates() {
        let late = Timestamp(milliseconds: .max - 5)
        #expect(late + .seconds(1) == Timestamp(milliseconds: .max))
        #expect(late + .seconds(Int64.max / 2) == Timestamp(milliseconds: .max))
        #expect(Timestamp(milliseconds: .min) - .seconds(1) == Timestamp(milliseconds: .min))
        #expect(Timestamp(milliseconds: 1500).since(Timestamp(milliseconds: 500)) == .seconds(1))
    }

    @Test("extreme moments print and have a day") func extremes() {
        for value in [Int64.min, .min + 1, -1, 0, .max - 1, .max] {
            let moment = Timestamp(milliseconds: value)
            #expect(moment.description.utf8.count == 24)
            #expect((0..<86_400_000).contains(moment.millisecondOfDay))
            #expect(moment.day >= .first && moment.day <= .last)
        }
    }
}
