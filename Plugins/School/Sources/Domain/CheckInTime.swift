import SchoolContracts
import Vocabulary

/// When presences at a session count.
enum CheckInTime {
    /// Devices' clocks may be ahead of the server's by so much.
    static let clockError = Duration.seconds(300)

    /// From the doors' opening to the session's end.
    static func window(of session: SessionCard, hours: Int) -> ClosedRange<Timestamp> {
        let opens = session.startsAt.advanced(by: .seconds(-hours * 3600))
        return opens...max(opens, session.endsAt)
    }

    static func counts(_ at: Timestamp, in window: ClosedRange<Timestamp>, now: Timestamp) -> Bool {
        window.contains(at) && at <= now.advanced(by: clockError)
    }
}
