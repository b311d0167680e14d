public import Vocabulary

/// That somebody was at a session.
public struct AttendanceMark: Codable, Sendable, Hashable {
    public var session: Int
    /// When they were there, not when it was entered.
    public var at: Timestamp
    public var way: CheckInWay
    public var device: String?

    public init(session: Int, at: Timestamp, way: CheckInWay, device: String? = nil) {
        self.session = session
        self.at = at
        self.way = way
        self.device = device
    }
}
