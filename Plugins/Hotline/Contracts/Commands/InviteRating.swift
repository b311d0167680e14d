public import Messages
public import Vocabulary

/// Asks the caller of a concluded order how satisfied they are without telephoning: by a link that works once, among the to-dos of the
/// enterprise's account, or through the site's message carrier. Who may: the desk of the order's region, but nobody who handled the order.
public struct InviteRating: Command {
    public typealias Reply = RatingInvitation
    public static let name: WireName = "hotline.invite-rating.v1"

    public var number: OrderNumber
    /// HMAC-SHA-256 (64 hexadecimal digits) of `hotline` under the link's secret code, drawn by whoever sends the link. Absent: whoever
    /// carries messages at the site (`RatingWanted`) draws one, tells its digest by this command, and sends the link.
    public var lookup: String?
    /// Whether those who act for the enterprise are asked in the portal; without a link. Needs the order's credit code.
    public var toAccount: Bool?

    public init(number: OrderNumber, lookup: String? = nil, toAccount: Bool? = nil) {
        self.number = number
        self.lookup = lookup
        self.toAccount = toAccount
    }
}

extension InviteRating: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.limit("lookup", "评价链接的查询码摘要", 64...64) }
}

/// What a link to the rating needs.
public struct RatingInvitation: Codable, Sendable, Hashable {
    public var number: OrderNumber
    /// Of the site, `/hunan/hotline/rate?number=…&code=`; the code goes behind it. Absent where the carrier of messages was asked.
    public var path: String?
    public var until: Timestamp
    /// The digest that counts now.
    public var lookup: String?

    public init(number: OrderNumber, path: String?, until: Timestamp, lookup: String?) {
        self.number = number
        self.path = path
        self.until = until
        self.lookup = lookup
    }
}
