import Messages
import PluginKit
import Vocabulary

/// What is said on the way out of a version that has a successor.
enum Farewell {
    /// `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and the successor's address; empty for what is current.
    static func fields(_ endpoint: Endpoint, among all: [Endpoint], base: String) -> [(name: String, value: String)] {
        guard let deprecation = endpoint.deprecation else { return [] }
        var fields = [(name: "Deprecation", value: "@\(deprecation.since.start.milliseconds / 1000)")]
        if let sunset = deprecation.sunset { fields.append(("Sunset", date(sunset.start))) }
        if let successor = all.filter({ $0.message.isNewer(than: endpoint.message) }).max(by: { $0.message.version < $1.message.version }) {
            fields.append(("Link", "<\(base)\(successor.route.pattern)>; rel=\"successor-version\""))
        }
        return fields
    }

    /// The date format of HTTP (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func date(_ moment: Timestamp) -> String {
        let seconds = moment.milliseconds / 1000
        let day = (Day(year: 1970, month: 1, day: 1) ?? .first) + Int(seconds / 86_400)
        let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let (year, month, dayOfMonth) = day.components
        let time = seconds % 86_400
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return
            "\(names[day.weekday.rawValue - 1]), \(two(Int64(dayOfMonth))) \(months[month - 1]) \(year) \(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60)) GMT"
    }
}
