import HotlineContracts
import PluginKit
import Vocabulary

/// The clocks of a work order; each has its own limit in the policy, under the same name.
enum OrderClock: String, CaseIterable, Sendable {
    case review, dispatch, sign, handle, approve, revisit, urge, supervise, suspend

    var title: String {
        switch self {
        case .review: "审核"
        case .dispatch: "派单"
        case .sign: "签收"
        case .handle: "办理"
        case .approve: "答复审核"
        case .revisit: "回访"
        case .urge: "催办反馈"
        case .supervise: "督办"
        case .suspend: "挂起"
        }
    }

    /// The clock whose due moment stands on lists while the order is in that state.
    static func leading(in state: OrderState) -> OrderClock? {
        switch state {
        case .registered: .review
        case .dispatching, .returned: .dispatch
        case .dispatched: .sign
        case .handling: .handle
        case .answered: .approve
        case .concluded: .revisit
        case .archived, .refused: nil
        }
    }

    static let table = ClockTable("clock")
}

extension DeadlinePolicy {
    /// Proposed limits: no national time table exists. 5 working days as 衡阳 has them, complaints 13, incidents 24 hours.
    /// - Source: 国办发〔2020〕53号 (限时办理); rules of single cities
    static let hotlineDefault = DeadlinePolicy([
        Rule(step: "review", limit: .workingDays(1)), Rule(step: "review", urgency: "urgent", limit: .hours(2)),
        Rule(step: "review", urgency: "critical", limit: .hours(1)),
        Rule(step: "dispatch", limit: .workingDays(1)), Rule(step: "dispatch", urgency: "urgent", limit: .hours(2)),
        Rule(step: "dispatch", urgency: "critical", limit: .hours(1)),
        Rule(step: "sign", limit: .workingDays(1), reminders: early), Rule(step: "sign", urgency: "critical", limit: .hours(2)),
        Rule(step: "sendBack", limit: .workingDays(1)),
        Rule(step: "handle", limit: .workingDays(5), extending: longer, pauses: 2, reminders: usual),
        Rule(step: "handle", category: "02", limit: .workingDays(13), extending: longer, pauses: 2, reminders: usual),
        Rule(step: "handle", urgency: "urgent", limit: .workingDays(2), extending: ExtensionRule(times: 1, longest: .workingDays(3)), pauses: 1, reminders: usual),
        Rule(step: "handle", urgency: "critical", limit: .hours(24), reminders: ReminderRule(before: [.hours(4)], after: [.hours(4), .hours(24)])),
        Rule(step: "approve", limit: .workingDays(1)), Rule(step: "revisit", limit: .workingDays(3)), Rule(step: "urge", limit: .workingDays(1)),
        Rule(step: "supervise", limit: .workingDays(3)), Rule(step: "suspend", limit: .workingDays(20)),
    ])

    private static let longer = ExtensionRule(times: 1, longest: .workingDays(10))
    private static let early = ReminderRule(before: [.hours(2)])
    private static let usual = ReminderRule(before: [.workingDays(1)], after: [.workingDays(1), .workingDays(5)])
}

extension DeadlineClock.Problem {
    /// What it means to the person, with the next step.
    var sentence: String {
        switch self {
        case .stopped: "该事项的计时已结束。请刷新页面后再办。"
        case .notStopped: "该事项的计时并未结束。请刷新页面后再办。"
        case .alreadyPaused: "工单已经挂起。请先恢复办理。"
        case .notPaused: "工单没有挂起，不需要恢复。请刷新页面。"
        case .reasonMissing: "须写明理由。请补填。"
        case .ownApproval: "延期和挂起不能由申请人自己批准。请由其他主管人员审批。"
        case .alreadyDue: "办理期限已过，不能再延期或挂起。请尽快答复，并说明逾期原因。"
        case .tooManyExtensions(let most): most == 0 ? "该类工单不得延期。请在期限内答复。" : "该类工单最多延期 \(most) 次，已用完。请在期限内答复。"
        case .extensionTooLong(let most): "一次延期最长 \(most.title)。请缩短后重新申请。"
        case .tooManyPauses(let most): "该类工单最多挂起 \(most) 次，已用完。请继续办理。"
        case .beforeLastChange: "办理时间早于上一次变动。请核对系统时间后再办。"
        }
    }
}
