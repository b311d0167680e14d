public import Messages
public import Vocabulary

/// The caller of an order is to be asked by message how satisfied they are. Whoever carries messages at the site, a plug-in that hears this, draws a
/// code (twelve characters as for looking up), sends its digest by `InviteRating`, and `path` with the code to `phone`.
public struct RatingWanted: Event {
    public static let name: WireName = "hotline.rating-wanted.v1"
    public var subject: String { number.subject }

    public var number: OrderNumber
    public var region: RegionCode
    public var phone: Personal<ContactNumber>
    /// Of the site, `/hunan/hotline/rate?number=…&code=`; the code goes behind it.
    public var path: String
    /// Until when a link works.
    public var until: Timestamp

    public init(number: OrderNumber, region: RegionCode, phone: Personal<ContactNumber>, path: String, until: Timestamp)
    {
        self.number = number
        self.region = region
        self.phone = phone
        self.path = path
        self.until = until
    }
}
