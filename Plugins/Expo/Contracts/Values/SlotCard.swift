public import Vocabulary

/// A time for talking to an exhibitor.
public struct SlotCard: Codable, Sendable, Hashable {
    public var number: Int
    public var startsAt: Timestamp
    public var minutes: Int
    public var isTaken: Bool

    public init(number: Int, startsAt: Timestamp, minutes: Int, isTaken: Bool) {
        self.number = number
        self.startsAt = startsAt
        self.minutes = minutes
        self.isTaken = isTaken
    }
}
