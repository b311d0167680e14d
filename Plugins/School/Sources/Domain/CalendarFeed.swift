import Vocabulary

/// An iCalendar stream of events.
/// - Source: RFC 5545: 3.1 (content lines, folding), 3.3.11 (text), 3.8.4.7 (UID), 3.8.7.4 (SEQUENCE), 3.8.1.11 (STATUS)
struct CalendarFeed {
    struct Event {
        /// The same for ever, whatever changes: number of class and session at a site.
        var uid: String
        var startsAt: Timestamp
        var endsAt: Timestamp
        var changedAt: Timestamp
        /// How often it was changed.
        var sequence: Int
        var isCancelled: Bool
        var summary: String
        var description: String?
        var location: String?
    }

    var title: String
    var events: [Event]

    var bytes: [UInt8] {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Shuniu//School 1.0//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
            "X-WR-CALNAME:\(Self.escaped(title))",
        ]
        for event in events {
            lines += [
                "BEGIN:VEVENT", "UID:\(Self.escaped(event.uid))", "DTSTAMP:\(Self.moment(event.changedAt))",
                "LAST-MODIFIED:\(Self.moment(event.changedAt))", "DTSTART:\(Self.moment(event.startsAt))", "DTEND:\(Self.moment(event.endsAt))",
                "SEQUENCE:\(event.sequence)", "STATUS:\(event.isCancelled ? "CANCELLED" : "CONFIRMED")", "SUMMARY:\(Self.escaped(event.summary))",
            ]
            if let text = event.description { lines.append("DESCRIPTION:\(Self.escaped(text))") }
            if let text = event.location { lines.append("LOCATION:\(Self.escaped(text))") }
            lines.append("END:VEVENT")
        }
        lines.append("END:VCALENDAR")
        return lines.flatMap { Self.folded($0) }
    }

    /// `20260301T060500Z`
    static func moment(_ moment: Timestamp) -> String {
        String(moment.description.prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
    }

    /// Backslash, semicolon and comma with a backslash; a line end as `\n`; other control characters are dropped.
    static func escaped(_ text: String) -> String {
        var result = ""
        var last: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", ";", ",": result += "\\" + String(scalar)
            case "\r": result += "\\n"
            case "\n": result += last == "\r" ? "" : "\\n"
            default: if scalar.value >= 32 && scalar.value != 127 { result.unicodeScalars.append(scalar) }
            }
            last = scalar
        }
        return result
    }

    /// A line in pieces of at most 75 bytes, each after the first behind a space; no character is cut. Ends with CRLF.
    static func folded(_ line: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var length = 0
        for scalar in line.unicodeScalars {
            let piece = Array(String(scalar).utf8)
            if length + piece.count > 75 {
                bytes += [13, 10, 32]
                length = 1
            }
            bytes += piece
            length += piece.count
        }
        return bytes + [13, 10]
    }
}
