import Messages
public import Vocabulary

/// What an operator sets for the column of a site (`appeals.json5`). Every key is optional; these are the defaults.
public struct AppealsSettings: Codable, Sendable, Hashable {
    public var categories = Category.proposed
    /// The longest limits allowed; the hub sets and locks them. `step` is accept, receive, handOn or handle.
    public var ceilings = DeadlinePolicy([
        .init(step: "accept", limit: .workingDays(2)), .init(step: "receive", limit: .workingDays(1)), .init(step: "handOn", limit: .workingDays(2)),
        .init(step: "handle", limit: .workingDays(15), reminders: ReminderRule(before: [.workingDays(2)], after: [.workingDays(1)])),
    ])
    /// The site's own limits: they may only be shorter than the ceilings.
    public var limits = DeadlinePolicy([])
    public var workingTime = WorkingTime()
    /// How often 不满意 reopens a case; 0…5.
    public var reopenings = 1
    /// At the hub: settings that hold for every site below it on this host.
    public var lockedByHub: [String] = ["categories", "ceilings"]

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        categories = try container.decodeIfPresent([Category].self, forKey: .categories) ?? categories
        ceilings = try container.decodeIfPresent(DeadlinePolicy.self, forKey: .ceilings) ?? ceilings
        limits = try container.decodeIfPresent(DeadlinePolicy.self, forKey: .limits) ?? limits
        workingTime = try container.decodeIfPresent(WorkingTime.self, forKey: .workingTime) ?? workingTime
        reopenings = try container.decodeIfPresent(Int.self, forKey: .reopenings) ?? reopenings
        lockedByHub = try container.decodeIfPresent([String].self, forKey: .lockedByHub) ?? lockedByHub
        let faults = limits.problems(under: ceilings).map { excess in
            Refusal.Fault(
                field: "/limits/\(excess.rule)", value: excess.own.title,
                message: "办理时限只能比上限短：此处为 \(excess.own.title)，上限为 \(excess.ceiling.title)。请缩短，或删除此条即采用上限。")
        }
        guard faults.isEmpty else {
            throw Refusal(
                "appeals.settings", status: 500, message: "专栏的办理时限设置有误：\(faults.map(\.message).joined(separator: " "))",
                log: "limits of the column exceed the ceilings", faults: faults)
        }
    }

    public struct Category: Codable, Sendable, Hashable {
        public var code: String
        public var title: String

        public init(_ code: String, _ title: String) {
            self.code = code
            self.title = title
        }

        /// The first level of the hotline's list, so that one directory serves both.
        public static let proposed = [
            Category("01", "政策落实"), Category("02", "权益保护"), Category("03", "融资服务"), Category("04", "用工与社保"), Category("05", "税费"),
            Category("06", "证照办理"), Category("07", "用地用能"), Category("08", "市场与合作"), Category("09", "意见建议"), Category("99", "其他"),
        ]
    }
}
