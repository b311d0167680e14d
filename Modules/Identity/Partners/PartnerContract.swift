public import Messages
public import Vocabulary

/// What one client of a partner may do, from when until when; agreed on paper, stated here. Each version replaces the one before
/// from its first day on, and is kept.
/// - Source: demand D21 (scoped contract: message types, fields, purpose, rate, until when)
public struct PartnerContract: Sendable, Hashable, Codable {
    /// Who begins: the partner asks and tells, or the site sends to the partner.
    public enum Direction: String, Sendable, Codable, CaseIterable {
        case call, receive

        public var title: String { self == .call ? "调用" : "接收" }
    }

    /// One message of a contract.
    public struct Terms: Sendable, Hashable, Codable {
        public var name: WireName
        public var direction: Direction
        /// What the partner gets: paths such as `nodes/*/name` in the reply, or in the event; none for everything.
        public var fields: [String]?
        /// What the partner may send: paths in the request; none for everything.
        public var requestFields: [String]?
        /// The role in which the message is called, `window-staff@430181`; none where the message wants none.
        public var role: String?
        /// The request's member that names the enterprise whose consent the call needs, as a path; none where no consent is needed.
        public var consent: String?

        public init(
            _ name: WireName, _ direction: Direction = .call, fields: [String]? = nil, requestFields: [String]? = nil, role: String? = nil,
            consent: String? = nil
        ) {
            self.name = name
            self.direction = direction
            self.fields = fields
            self.requestFields = requestFields
            self.role = role
            self.consent = consent
        }

        /// The role as a grant; `nil` also where the text is no role with a region.
        public var grant: Grant? {
            guard let role else { return nil }
            let parts = role.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { return Grant(Role(rawValue: role)) }
            return RegionCode(parts[1]).map { Grant(Role(rawValue: parts[0]), in: $0) }
        }
    }

    /// 5…200 characters.
    public var purpose: String
    /// Both days belong to it; China's calendar.
    public var validFrom: Day
    public var validUntil: Day
    /// Calls a minute, 1…60,000.
    public var ratePerMinute: Int
    /// Calls a day of China's calendar, 1…100,000,000.
    public var dailyQuota: Int
    public var messages: [Terms]

    public init(
        purpose: String, validFrom: Day, validUntil: Day, ratePerMinute: Int, dailyQuota: Int, messages: [Terms]
    ) {
        self.purpose = purpose
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.ratePerMinute = ratePerMinute
        self.dailyQuota = dailyQuota
        self.messages = messages
    }

    /// Lists of fields in which nothing stands, `name.of-message.v1 fields`. New contracts may not have them, since they read like “nothing”; in
    /// one that was recorded with them they mean what they meant then: everything passes.
    public var emptyLists: [String] {
        messages.flatMap { terms in
            [("fields", terms.fields), ("requestFields", terms.requestFields)].compactMap { $1?.isEmpty == true ? "\(terms.name) \($0)" : nil }
        }
    }

    /// The contract as a file that can be changed and given back: indented JSON.
    public var text: String { get throws { try JSONValue(encoding: self).indented() + "\n" } }
}
