/// What an operator sets for the market of a site (`market.json5`). Every key is optional; these are the defaults.
public struct MarketSettings: Codable, Sendable, Hashable {
    /// Categories whose services are listed without a review; their identifiers.
    public var unreviewedCategories: [String] = []
    /// Whether services of core agencies are listed without a review.
    public var trustsCoreAgencies = true
    /// An agency without a sign of life for so many months is not counted as active (D11); 1…60.
    public var activeMonths = 12
    /// The notice's target of active agencies (D11).
    public var agencyTarget = 6000
    /// Working days for each step of an order.
    public var orderDays = OrderDays()
    /// Working days for the agency's answer to a complaint and for its closing.
    public var complaintDays = ComplaintDays()
    /// Working days before a deadline on which whoever has to act is reminded; 0: not at all.
    public var remindDays = 1
    /// Days in which a rating may be changed; 1…365.
    public var ratingDays = 30
    /// Largest attachment in bytes; 1…104857600.
    public var largestAttachment: Int64 = 20 * 1024 * 1024

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        unreviewedCategories = try container.decodeIfPresent([String].self, forKey: .unreviewedCategories) ?? unreviewedCategories
        trustsCoreAgencies = try container.decodeIfPresent(Bool.self, forKey: .trustsCoreAgencies) ?? trustsCoreAgencies
        activeMonths = try container.decodeIfPresent(Int.self, forKey: .activeMonths) ?? activeMonths
        agencyTarget = try container.decodeIfPresent(Int.self, forKey: .agencyTarget) ?? agencyTarget
        orderDays = try container.decodeIfPresent(OrderDays.self, forKey: .orderDays) ?? orderDays
        complaintDays = try container.decodeIfPresent(ComplaintDays.self, forKey: .complaintDays) ?? complaintDays
        remindDays = try container.decodeIfPresent(Int.self, forKey: .remindDays) ?? remindDays
        ratingDays = try container.decodeIfPresent(Int.self, forKey: .ratingDays) ?? ratingDays
        largestAttachment = try container.decodeIfPresent(Int64.self, forKey: .largestAttachment) ?? largestAttachment
    }

    public struct ComplaintDays: Codable, Sendable, Hashable {
        /// 机构答复
        public var answer = 5
        /// 窗口办结
        public var close = 10

        public init() {}

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            answer = try container.decodeIfPresent(Int.self, forKey: .answer) ?? answer
            close = try container.decodeIfPresent(Int.self, forKey: .close) ?? close
        }
    }

    /// Working days within which each state of an order is to be left.
    public struct OrderDays: Codable, Sendable, Hashable {
        /// 企业确认代下的订单
        public var endorse = 3
        /// 报价
        public var quote = 3
        /// 选定
        public var accept = 7
        /// 约定时间或开始服务
        public var schedule = 5
        /// 交付, where the quote promised nothing
        public var deliver = 20
        /// 确认收到
        public var confirm = 7
        /// 处理异议
        public var settle = 10
        /// 评价
        public var rate = 15

        public init() {}

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            endorse = try container.decodeIfPresent(Int.self, forKey: .endorse) ?? endorse
            quote = try container.decodeIfPresent(Int.self, forKey: .quote) ?? quote
            accept = try container.decodeIfPresent(Int.self, forKey: .accept) ?? accept
            schedule = try container.decodeIfPresent(Int.self, forKey: .schedule) ?? schedule
            deliver = try container.decodeIfPresent(Int.self, forKey: .deliver) ?? deliver
            confirm = try container.decodeIfPresent(Int.self, forKey: .confirm) ?? confirm
            settle = try container.decodeIfPresent(Int.self, forKey: .settle) ?? settle
            rate = try container.decodeIfPresent(Int.self, forKey: .rate) ?? rate
        }
    }
}
