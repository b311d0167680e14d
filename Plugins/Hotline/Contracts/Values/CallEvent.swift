public import Vocabulary

/// What a telephone or video system reports, as it stands in the body of its signed delivery (`TELEPHONY.md`). Order and number of
/// deliveries do not matter: what a call is follows from the set of its events.
public struct CallEvent: Codable, Sendable, Hashable {
    /// One of `Kind`; what is not known is acknowledged and left alone.
    public var type: String
    /// When it happened, by the reporting system's clock.
    public var timestamp: Timestamp
    public var data: Content

    public enum Kind: String, Sendable, CaseIterable {
        case callOffered = "call.offered"
        case callAnswered = "call.answered"
        case callEnded = "call.ended"
        case callRecorded = "call.recorded"
        case videoCreated = "video.created"
        case videoJoined = "video.joined"
        case videoLeft = "video.left"
        case seatPresence = "seat.presence"
    }

    public struct Content: Codable, Sendable, Hashable {
        /// The call or session as the reporting system names it, 1…80 visible ASCII characters; all but `seat.presence` have it.
        public var call: String?
        /// The caller's number; absent when withheld.
        public var from: String?
        /// The number dialled.
        public var to: String?
        /// What the caller chose before: a category code. Seats with that skill are asked first.
        public var skill: String?
        /// Which seat answered, joined, left or changed.
        public var seat: SeatID?
        /// Why it ended, in the reporting system's words, 1…80 characters.
        public var reason: String?
        /// Where the recording lies, as the reporting system names it, 1…400 characters.
        public var recording: String?
        /// Of `video.joined` and `video.left`: `caller`, `seat/8001`, or `guest/` and the invitation's number.
        public var participant: String?
        /// Of `video.created`: where invited staff join, an `https:` address.
        public var address: String?
        /// Of `seat.presence`.
        public var presence: SeatPresence?

        public init(
            call: String? = nil, from: String? = nil, to: String? = nil, skill: String? = nil, seat: SeatID? = nil,
            reason: String? = nil,
            recording: String? = nil, participant: String? = nil, address: String? = nil, presence: SeatPresence? = nil
        ) {
            self.call = call
            self.from = from
            self.to = to
            self.skill = skill
            self.seat = seat
            self.reason = reason
            self.recording = recording
            self.participant = participant
            self.address = address
            self.presence = presence
        }
    }

    public init(_ kind: Kind, at timestamp: Timestamp, _ data: Content) {
        type = kind.rawValue
        self.timestamp = timestamp
        self.data = data
    }
}
