import Glibc

/// `Date: …` with its CRLF (RFC 9110 §5.6.7), made once per second.
final class DateField {
    private var second = Int.min
    private(set) var line: [UInt8] = []
    /// The status line of most answers and the date, in one.
    private(set) var ok: [UInt8] = []
    private var asked = Int64.min

    /// Makes the line anew when the second has changed.
    ///
    /// - Parameter moment: of the loop's clock; the system is asked once for each.
    func refresh(at moment: Int64) {
        guard moment != asked else { return }
        asked = moment
        let now = time(nil)
        guard now != second else { return }
        second = now
        line = DateField.make(now)
        ok = Array("HTTP/1.1 200 OK\r\n".utf8) + line
    }

    static func make(_ moment: Int) -> [UInt8] {
        var moment = moment
        var parts = tm()
        gmtime_r(&moment, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let text =
            "Date: \(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT\r\n"
        return Array(text.utf8)
    }
}
