import Messages
public import Vocabulary

/// What an operator sets for the hotline of a site (`hotline.json5`). Every key is optional; these are the defaults.
public struct HotlineSettings: Codable, Sendable, Hashable {
    /// Categories of matters, two digits for the first level, four for the second.
    public var categories = Category.proposed
    /// The longest limits allowed; the hub sets and locks them. `step` is review, dispatch, sign, sendBack, handle, approve, revisit, urge,
    /// supervise or suspend.
    public var ceilings = DeadlinePolicy.hotlineDefault
    /// The site's own limits: they may only be shorter than the ceilings.
    public var limits = DeadlinePolicy([])
    /// The desk's own working time; units have theirs in the directory.
    public var workingTime = WorkingTime()
    /// How often 不满意 begins an order anew; 0…5.
    public var redoTimes = 2
    /// How often a revisit that reaches nobody is tried before the order may be put away; 1…10.
    public var revisitAttempts = 3
    /// For how many days a link to a rating works; 1…30.
    public var ratingLinkDays = 7
    /// Whether a plug-in at this site carries messages: it hears `hotline.rating-wanted.v1`.
    public var sendsMessages = false
    /// What is said when a caller is asked by telephone, a sentence each, at most 20; `{number}`, `{title}`, `{date}`, `{unit}` and `{answer}` stand
    /// for the order's own.
    public var revisitScript = [
        "您好，这里是96871企业服务热线，就您{date}反映的“{title}”回访，占用您一分钟，可以吗？", "本件由{unit}办理，答复为：{answer}", "您收到这个答复了吗？与实际办理的情况一致吗？",
        "对办理结果，您是非常满意、满意、基本满意，还是不满意？", "（不满意的）请问还有什么没有解决？我们将换人重新办理，您可以用工单编号和查询码查看进展。", "感谢您的评价。以后有问题，随时拨打96871。",
    ]
    /// How long a call rings at a seat before it is taken back, in seconds; 5…120.
    public var ringSeconds = 20
    /// How long a seat may write after a call before the next one comes, in seconds; 0…600.
    public var wrapUpSeconds = 30
    /// For how long only seats with the skill are asked, in seconds; 0…600.
    public var skillPatience = 20
    /// How old a report may be for its call to be put into the queue, in minutes; 1…120.
    public var queueMinutes = 10
    /// After how long without a report a call is given up, in minutes; 10…1440.
    public var silenceMinutes = 240
    /// At the hub: settings that hold for every site below it on this host.
    public var lockedByHub: [String] = ["categories", "ceilings", "redoTimes"]

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        categories = try container.decodeIfPresent([Category].self, forKey: .categories) ?? categories
        ceilings = try container.decodeIfPresent(DeadlinePolicy.self, forKey: .ceilings) ?? ceilings
        limits = try container.decodeIfPresent(DeadlinePolicy.self, forKey: .limits) ?? limits
        workingTime = try container.decodeIfPresent(WorkingTime.self, forKey: .workingTime) ?? workingTime
        redoTimes = try container.decodeIfPresent(Int.self, forKey: .redoTimes) ?? redoTimes
        revisitAttempts = try container.decodeIfPresent(Int.self, forKey: .revisitAttempts) ?? revisitAttempts
        ratingLinkDays = try container.decodeIfPresent(Int.self, forKey: .ratingLinkDays) ?? ratingLinkDays
        sendsMessages = try container.decodeIfPresent(Bool.self, forKey: .sendsMessages) ?? sendsMessages
        revisitScript = try container.decodeIfPresent([String].self, forKey: .revisitScript) ?? revisitScript
        ringSeconds = try container.decodeIfPresent(Int.self, forKey: .ringSeconds) ?? ringSeconds
        wrapUpSeconds = try container.decodeIfPresent(Int.self, forKey: .wrapUpSeconds) ?? wrapUpSeconds
        skillPatience = try container.decodeIfPresent(Int.self, forKey: .skillPatience) ?? skillPatience
        queueMinutes = try container.decodeIfPresent(Int.self, forKey: .queueMinutes) ?? queueMinutes
        silenceMinutes = try container.decodeIfPresent(Int.self, forKey: .silenceMinutes) ?? silenceMinutes
        lockedByHub = try container.decodeIfPresent([String].self, forKey: .lockedByHub) ?? lockedByHub
        try checkLimits()
    }

    /// Nodes may only shorten.
    private func checkLimits() throws {
        let faults = limits.problems(under: ceilings).map { excess in
            Refusal.Fault(
                field: "/limits/\(excess.rule)", value: excess.own.title,
                message: "办理时限只能比上限短：此处为 \(excess.own.title)，上限为 \(excess.ceiling.title)。请缩短，或删除此条即采用上限。")
        }
        let unknown = (ceilings.rules + limits.rules).map(\.step).filter { OrderClock(rawValue: $0) == nil && $0 != "sendBack" }
        let wrong = Set(unknown).sorted().map { step in
            Refusal.Fault(
                field: "/limits", value: step,
                message: "没有名为“\(step)”的环节。可以是 \((OrderClock.allCases.map(\.rawValue) + ["sendBack"]).joined(separator: "、"))。")
        }
        let ranges = [
            ("ringSeconds", ringSeconds, 5...120), ("wrapUpSeconds", wrapUpSeconds, 0...600),
            ("skillPatience", skillPatience, 0...600),
            ("ratingLinkDays", ratingLinkDays, 1...30), ("revisitScript", revisitScript.count, 0...20),
            ("queueMinutes", queueMinutes, 1...120), ("silenceMinutes", silenceMinutes, 10...1440),
        ]
        let outside = ranges.filter { !$0.2.contains($0.1) }.map { name, value, range in
            Refusal.Fault(
                field: "/\(name)", value: String(value),
                message: "\(name) 应为 \(range.lowerBound) 至 \(range.upperBound)，现为 \(value)。请修改。")
        }
        guard faults.isEmpty, wrong.isEmpty, outside.isEmpty else {
            throw Refusal(
                "hotline.settings", status: 500,
                message: "热线的设置有误：\((faults + wrong + outside).map(\.message).joined(separator: " "))",
                log: "settings of the hotline: limits beyond the ceilings, unknown steps, or numbers out of range",
                faults: faults + wrong + outside)
        }
    }

    public struct Category: Codable, Sendable, Hashable {
        public var code: String
        public var title: String

        public init(_ code: String, _ title: String) {
            self.code = code
            self.title = title
        }

        /// A list to start from; the national classification (GB/T 39666-2020) is not public in full.
        public static let proposed = [
            Category("01", "政策咨询"), Category("0101", "惠企政策"), Category("0102", "申报指引"), Category("02", "投诉举报"),
            Category("0201", "拖欠账款"), Category("0202", "涉企收费"), Category("0203", "执法检查"), Category("03", "融资服务"),
            Category("04", "用工与社保"), Category("05", "税费"), Category("06", "证照办理"), Category("07", "用地用能"),
            Category("08", "市场与合作"), Category("09", "意见建议"), Category("99", "其他"),
        ]
    }
}
