public import Messages
public import Vocabulary

/// 征集: a city or county asks agencies for services that are short there.
/// - Source: 湘经信中小服务〔2017〕711号 三; demand D5
public struct AgencyCall: Codable, Sendable, Hashable {
    public var id: MessageID
    /// The site that published it and takes the offers.
    public var site: String
    public var region: RegionCode
    public var category: String
    /// 4…60 characters.
    public var title: String
    /// What is wanted; 10…1000 characters, public.
    public var text: String
    /// The last day for offers.
    public var until: Day
    public var isOpen: Bool
    public var publishedAt: Timestamp
    public var revision: Int

    public init(
        id: MessageID, site: String, region: RegionCode, category: String, title: String, text: String, until: Day, isOpen: Bool, publishedAt: Timestamp, revision: Int
    ) {
        self.id = id
        self.site = site
        self.region = region
        self.category = category
        self.title = title
        self.text = text
        self.until = until
        self.isOpen = isOpen
        self.publishedAt = publishedAt
        self.revision = revision
    }

    /// Whether offers are taken on the day.
    public func isRunning(on day: Day) -> Bool { isOpen && day <= until }
}

/// What an agency offered to a call.
public struct CallOffer: Codable, Sendable, Hashable {
    public var agency: DemandParty
    public var service: MessageID
    public var title: String
    public var at: Timestamp

    public init(agency: DemandParty, service: MessageID, title: String, at: Timestamp) {
        self.agency = agency
        self.service = service
        self.title = title
        self.at = at
    }
}

/// A call with what was offered; at another site than its own, the offers from there only.
public struct CallDetail: Codable, Sendable, Hashable {
    public var call: AgencyCall
    public var offers: [CallOffer]
    /// Services of the agency that asks which fit and were not offered yet.
    public var fitting: [CallOffer]
    public var mayClose: Bool

    public init(call: AgencyCall, offers: [CallOffer], fitting: [CallOffer] = [], mayClose: Bool = false) {
        self.call = call
        self.offers = offers
        self.fitting = fitting
        self.mayClose = mayClose
    }
}

/// Where a call stands after a step.
public struct CallReceipt: Codable, Sendable, Hashable {
    public var call: MessageID
    public var isOpen: Bool

    public init(call: MessageID, isOpen: Bool) {
        self.call = call
        self.isOpen = isOpen
    }
}
