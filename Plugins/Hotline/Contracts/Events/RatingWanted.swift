public import Messages
public import Vocabulary

/// The caller of an order is to be asked by message how satisfied they are: the message platform draws a code, tells its digest by
/// `InviteRating`, reads the number to send to by `GetOrder`, and sends the link.
public struct RatingWanted: Event {
    public static let name: WireName = "hotline.rating-wanted.v1"
    public var subject: String { number.subject }

    public var number: OrderNumber
    public var region: RegionCode
    /// Until when a link works.
    public var until: Timestamp

    public init(number: OrderNumber, region: RegionCode, until: Timestamp) {
        self.number = number
        self.region = region
        self.until = until
    }
}
