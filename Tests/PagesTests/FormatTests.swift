import Pages
import Testing
import Vocabulary

@Suite("Dates, figures and names in Chinese")
struct FormatTests {
    @Test(
        "moments are told in China's time",
        arguments: [
            (0, "1970年1月1日 08:00"), (1_772_345_100_000, "2026年3月1日 14:05"), (1_709_135_999_999, "2024年2月28日 23:59"),
            (1_709_136_000_000, "2024年2月29日 00:00"), (1_709_222_400_000, "2024年3月1日 00:00"),
            (1_767_196_799_000, "2025年12月31日 23:59"),
            (1_767_196_800_000, "2026年1月1日 00:00"), (-1, "1970年1月1日 07:59"), (-28_800_001, "1969年12月31日 23:59"),
            (951_753_600_000, "2000年2月29日 00:00"), (4_107_513_600_000, "2100年3月1日 00:00"),
        ] as [(Int64, String)])
    func moments(milliseconds: Int64, expected: String) {
        #expect(Format.dateTime(Timestamp(milliseconds: milliseconds)) == expected)
    }

    @Test("a civil date is told without a clock")
    func days() throws {
        let day = try #require(Day("2026-03-01"))
        #expect(Format.date(day) == "2026年3月1日")
        #expect(DataTable.Cell.day(day).content.description.contains("datetime=\"2026-03-01\""))
    }

    @Test("where somebody is to be, the day of the week stands beside the date")
    func appointments() {
        let start = Timestamp(milliseconds: 1_772_345_100_000)
        #expect(Format.appointment(start) == "2026年3月1日（周日）14:05")
        #expect(Format.appointment(from: start, to: start.advanced(by: .seconds(3600))) == "2026年3月1日（周日）14:05–15:05")
        #expect(Format.appointment(from: start, to: start.advanced(by: .seconds(86_400))) == "2026年3月1日（周日）14:05 至 2026年3月2日（周一）14:05")
        #expect((0..<7).map { Format.appointment(start.day + $0).suffix(3).prefix(2) } == ["周日", "周一", "周二", "周三", "周四", "周五", "周六"])
        #expect(DataTable.Cell.appointment(start).content.description.contains("datetime=\"2026-03-01T14:05:00+08:00\""))
    }

    @Test("machines read the same moment") func machine() {
        let html = Moment(Timestamp(milliseconds: 1_772_345_109_000)).html.description
        #expect(html.contains("datetime=\"2026-03-01T14:05:09+08:00\"") && html.contains(">2026年3月1日 14:05<"))
    }

    @Test(
        "durations show their two largest units",
        arguments: [
            (0, "不到1分钟"), (59_999, "不到1分钟"), (60_000, "1分钟"), (3_600_000, "1小时"), (18_300_000, "5小时5分钟"),
            (86_400_000, "1天"),
            (273_600_000, "3天4小时"), (-273_600_000, "3天4小时"), (86_400_000 + 1_800_000, "1天"),
            (Int64.min, "106,751,991,167天7小时"),
        ] as [(Int64, String)])
    func durations(milliseconds: Int64, expected: String) {
        #expect(Format.duration(milliseconds: milliseconds) == expected)
    }

    @Test("relative times know before and after")
    func relative() {
        let now = Timestamp(milliseconds: 1_772_345_100_000)
        func at(_ offset: Int64) -> String {
            Format.relative(Timestamp(milliseconds: now.milliseconds + offset), now: now)
        }
        #expect(at(-7_200_000) == "2小时前")
        #expect(at(7_200_000) == "2小时后")
        #expect(at(-1000) == "刚刚")
    }

    @Test(
        "counts have thousands separators",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "-1,234"),
            (Int.min, "-9,223,372,036,854,775,808"),
        ] as [(Int, String)])
    func counts(number: Int, expected: String) { #expect(Format.count(number) == expected) }

    @Test(
        "decimals are rounded half away from zero",
        arguments: [
            (1234.5, 2, "1,234.50"), (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (2.5, 0, "3"), (-2.5, 0, "-3"),
            (.nan, 1, "—"), (.infinity, 1, "—"),
            (9.999, 2, "10.00"),
        ] as [(Double, Int, String)])
    func decimals(number: Double, places: Int, expected: String) {
        #expect(Format.decimal(number, places: places) == expected)
    }

    @Test("a share shows what it is made of, and none without a denominator")
    func shares() {
        #expect(Format.share(8, of: 9) == "88.9%（8/9）")
        #expect(Format.share(0, of: 0) == "—（0/0）")
        #expect(Format.percent(1, of: 3, places: 0) == "33%")
    }

    @Test(
        "money is written from fen",
        arguments: [
            (0, "¥0.00"), (5, "¥0.05"), (123_450, "¥1,234.50"), (-123_450, "-¥1,234.50"),
            (.min, "-¥92,233,720,368,547,758.08"),
        ] as [(Int64, String)])
    func money(fen: Int64, expected: String) { #expect(Format.money(Fen(fen)) == expected) }

    @Test(
        "sizes",
        arguments: [(0, "0 B"), (999, "999 B"), (20_480, "20 KB"), (1_500_000, "1.5 MB"), (2_000_000_000, "2.0 GB")]
            as [(Int64, String)])
    func sizes(bytes: Int64, expected: String) { #expect(Format.size(bytes: bytes) == expected) }
}
