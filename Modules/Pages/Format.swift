public import Vocabulary

/// How dates, times, numbers and money stand in Chinese text. Times are China's, UTC+8 the whole year.
///
/// - Moments: `dateTime`, `date`, `time`, `appointment`, `relative`, `duration`
/// - Figures: `count`, `decimal`, `percent`, `share`, `money`, `size`
///
/// Telephone and identity numbers have their masked form themselves (`Mobile.masked`).
public enum Format {
    /// `2026年3月1日`
    public static func date(_ day: Day) -> String {
        let (year, month, day) = day.components
        return "\(year)年\(month)月\(day)日"
    }

    /// `2026年3月1日`, the date in China at this moment.
    public static func date(_ moment: Timestamp) -> String { date(moment.day) }

    /// `14:05`, 24 hours.
    public static func time(_ moment: Timestamp) -> String {
        let minutes = moment.millisecondOfDay / 60_000
        return "\(twoDigits(minutes / 60)):\(twoDigits(minutes % 60))"
    }

    /// `2026年3月1日 14:05`
    public static func dateTime(_ moment: Timestamp) -> String { "\(date(moment)) \(time(moment))" }

    /// `2026年3月1日（周日）14:05`: where somebody is to be at that moment and plans by the week.
    public static func appointment(_ moment: Timestamp) -> String { "\(appointment(moment.day))\(time(moment))" }

    /// `2026年3月1日（周日）`
    public static func appointment(_ day: Day) -> String {
        let names = ["一", "二", "三", "四", "五", "六", "日"]
        return "\(date(day))（周\(names[day.weekday.rawValue - 1])）"
    }

    /// `2026年3月1日（周日）09:00–11:30`; with both dates where they differ.
    public static func appointment(from start: Timestamp, to end: Timestamp) -> String {
        start.day == end.day ? "\(appointment(start))–\(time(end))" : "\(appointment(start)) 至 \(appointment(end))"
    }

    /// `2026-03-01T14:05:09+08:00`, for `datetime` attributes.
    static func machine(_ moment: Timestamp) -> String {
        let seconds = moment.millisecondOfDay / 1000 % 60
        return "\(moment.day.description)T\(time(moment)):\(twoDigits(seconds))+08:00"
    }

    /// The two largest units: `3天4小时`, `4小时5分钟`, `5分钟`; under a minute `不到1分钟`. The sign is dropped.
    public static func duration(milliseconds: Int64) -> String {
        let minutes = Int64(milliseconds.magnitude / 60_000)
        if minutes < 1 { return "不到1分钟" }
        let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60)
        if days > 0 { return "\(count(days))天" + (hours > 0 ? "\(hours)小时" : "") }
        if hours > 0 { return "\(hours)小时" + (rest > 0 ? "\(rest)分钟" : "") }
        return "\(rest)分钟"
    }

    public static func duration(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return self.duration(milliseconds: seconds &* 1000 &+ attoseconds / 1_000_000_000_000_000)
    }

    public static func duration(from start: Timestamp, to end: Timestamp) -> String {
        duration(milliseconds: end.milliseconds &- start.milliseconds)
    }

    /// `3天4小时前`, `2小时后`, `刚刚`. Always beside the absolute moment, never alone.
    public static func relative(_ moment: Timestamp, now: Timestamp) -> String {
        let difference = moment.milliseconds &- now.milliseconds
        if difference.magnitude < 60_000 { return difference > 0 ? "马上" : "刚刚" }
        return duration(milliseconds: difference) + (difference > 0 ? "后" : "前")
    }

    /// `1,234,567`
    public static func count(_ number: some BinaryInteger) -> String {
        let digits = String(number.magnitude)
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// Rounded half away from zero to at most six places, with thousands separators: `1,234.50`. Not finite: `—`.
    public static func decimal(_ number: Double, places: Int = 1) -> String {
        guard number.isFinite, number.magnitude < 1e12 else { return "—" }
        let places = min(max(places, 0), 6)
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = Int64((number.magnitude * Double(scale)).rounded(.toNearestOrAwayFromZero))
        let sign = number < 0 && scaled > 0 ? "-" : ""
        let whole = count(scaled / Int64(scale))
        if places == 0 { return sign + whole }
        let fraction = String(scaled % Int64(scale))
        return sign + whole + "." + String(repeating: "0", count: places - fraction.count) + fraction
    }

    /// `¥1,234.50`
    public static func money(_ amount: Fen) -> String {
        let (yuan, rest) = (amount.fen.magnitude / 100, Int(amount.fen.magnitude % 100))
        return (amount.fen < 0 ? "-¥" : "¥") + count(yuan) + "." + twoDigits(rest)
    }

    /// `88.9%`; without a denominator there is no share: `—`.
    public static func percent(_ numerator: Int, of denominator: Int, places: Int = 1) -> String {
        guard denominator > 0 else { return "—" }
        return decimal(Double(numerator) / Double(denominator) * 100, places: places) + "%"
    }

    /// The share with what it was made of: `88.9%（8/9）`; `—（0/0）` when nothing counts.
    public static func share(_ numerator: Int, of denominator: Int, places: Int = 1) -> String {
        "\(percent(numerator, of: denominator, places: places))（\(count(numerator))/\(count(denominator))）"
    }

    /// `1.5 MB` of 1,500,000 bytes; decimal units, as file managers show them.
    public static func size(bytes: Int64) -> String {
        let size = Double(bytes)
        if bytes < 1000 { return "\(bytes) B" }
        if bytes < 1_000_000 { return decimal(size / 1000, places: 0) + " KB" }
        if bytes < 1_000_000_000 { return decimal(size / 1_000_000) + " MB" }
        return decimal(size / 1_000_000_000) + " GB"
    }

    static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
