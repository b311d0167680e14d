public import Vocabulary

/// One stretch of time during which an organisation was 建设主体 or 运营单位 of a node.
public struct PartyPeriod: Codable, Sendable, Hashable {
    /// What the organisation was.
    public enum Part: String, Codable, Sendable, Hashable, CaseIterable {
        /// 建设主体
        case builder
        /// 运营单位
        case operatingUnit

        /// The Chinese name shown on pages.
        public var title: String { self == .builder ? "建设主体" : "运营单位" }
    }

    public var part: Part
    public var organisation: Organisation
    /// Only for 运营单位.
    public var mode: OperatingMode?
    /// The first day.
    public var from: Day
    /// The first day after the end; `nil` while it lasts.
    public var until: Day?
    /// Why it began.
    public var reason: String?

    public init(part: Part, organisation: Organisation, mode: OperatingMode?, from: Day, until: Day?, reason: String?) {
        self.part = part
        self.organisation = organisation
        self.mode = mode
        self.from = from
        self.until = until
        self.reason = reason
    }
}
