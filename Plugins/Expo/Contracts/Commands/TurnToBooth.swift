public import Messages
public import Vocabulary

/// A visitor leaves a business card, asks for something or takes a time for talking; the exhibitor gets name and number.
public struct TurnToBooth: Command {
    public typealias Reply = LeadReceipt

    public static let name: WireName = "expo.turn-to-booth.v1"

    public var booth: BoothID
    public var kind: LeadKind
    /// 1…40 characters.
    public var name: Personal<String>
    public var phone: Personal<ContactNumber>
    /// At most 80 characters.
    public var organisation: String?
    /// For an enquiry, 2…500 characters.
    public var text: String?
    /// For an appointment.
    public var slot: Int?
    /// The visitor agrees that the exhibitor gets name and number to answer; without it nothing is kept.
    public var consent: Bool
    /// The tag of the campaign link, 1…40 of a–z, 0–9, -.
    public var source: String?

    public init(
        booth: BoothID, kind: LeadKind, name: Personal<String>, phone: Personal<ContactNumber>, organisation: String? = nil,
        text: String? = nil, slot: Int? = nil, consent: Bool, source: String? = nil
    ) {
        self.booth = booth
        self.kind = kind
        self.name = name
        self.phone = phone
        self.organisation = organisation
        self.text = text
        self.slot = slot
        self.consent = consent
        self.source = source
    }
}

extension TurnToBooth: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("organisation", "单位", 1...80)
        schema.limit("text", "咨询内容", 2...500)
        schema.limit("source", "来源标签", 1...40)
        schema.name(["kind": "方式", "name": "姓名", "phone": "电话", "slot": "洽谈场次", "consent": "同意提供联系方式"])
    }
}
