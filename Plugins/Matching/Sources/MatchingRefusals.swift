import MatchingContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// Every refusal of the matching, in one place: code, status, the sentence with its next step, the line for the log.
enum MatchingRefusal {
    static let codes: [(code: String, status: Int, about: String)] = [
        ("matching.invalid-input", 422, "填写的内容有误，逐项列出"),
        ("matching.no-organisation", 403, "账号没有代表企业"),
        ("matching.demand-unknown", 404, "没有这个需求"),
        ("matching.illegal-step", 409, "当前状态不能办理此步骤"),
        ("matching.not-orderable", 409, "达成意向的需求才能下单"),
        ("matching.ordered", 409, "已向承接机构下单"),
        ("matching.agency-closed", 409, "承接机构已暂停"),
        ("matching.other-side", 403, "须由另一方办理"),
        ("matching.region-not-yours", 403, "不在您的辖区内"),
        ("matching.common-unknown", 404, "没有这个共性需求"),
        ("matching.in-other-common", 409, "已属于另一共性需求"),
        ("matching.matchmaking-unknown", 404, "没有这个对接会"),
        ("matching.matchmaking-state", 409, "对接会的状态不允许此操作"),
        ("matching.no-wishes", 409, "还没有志愿，无法排定"),
        ("matching.not-ended", 409, "对接会尚未结束"),
        ("matching.wishes-ended", 409, "志愿填报已截止"),
        ("matching.not-invited", 404, "该单位不在对接会名单中"),
        ("matching.not-coming", 409, "尚未报名参加"),
        ("matching.not-admitted", 403, "机构尚未入驻"),
        ("matching.talk-unknown", 404, "没有这场洽谈"),
        ("matching.enterprise-unknown", 404, "名录中没有这家企业"),
        ("matching.call-unknown", 404, "没有这个征集"),
        ("matching.call-over", 409, "征集已结束"),
        ("matching.call-runs", 409, "同类征集正在进行"),
        ("matching.persons-only", 403, "须由工作人员本人办理"),
    ]

    static func make(_ reason: String, _ message: String, log: String, faults: [Refusal.Fault] = []) -> Refusal {
        let code = "matching.\(reason)"
        guard let entry = codes.first(where: { $0.code == code }) else { preconditionFailure("\(code) is not in the list of refusals") }
        return Refusal(code, status: entry.status, message: message, log: log, faults: faults)
    }

    static func invalid(_ faults: [Refusal.Fault]) -> Refusal { .input("matching.invalid-input", faults) }

    static let noOrganisation = make(
        "no-organisation", "您的账号没有代表企业，不能提出需求。请先在“单位代表”中申请，由当地窗口核实。", log: "actor acts for no enterprise")
    static let unknown = make("demand-unknown", "没有这个需求，或它与您无关。请从需求列表进入。", log: "no demand for the actor")
    static let commonUnknown = make("common-unknown", "没有这个共性需求，请从列表进入。", log: "no common demand")
    static let inOther = make("in-other-common", "所选需求已属于另一共性需求。请先移出，再合并。", log: "demand belongs to another common demand")

    static func notOrderable(_ state: DemandState) -> Refusal {
        make("not-orderable", "需求处于“\(state.title)”，不能下单。达成意向后、交付之前才能向承接机构下单。", log: "no order for a demand in \(state.rawValue)")
    }

    static func ordered(_ agency: String) -> Refusal {
        make("ordered", "已向\(agency)下单。请在“订单”中查看进展。", log: "the demand was ordered from this agency")
    }

    static func agencyClosed(_ agency: String) -> Refusal {
        make("agency-closed", "\(agency)已暂停服务，不能下单。请退回对接，另选机构。", log: "the chosen agency is not open")
    }

    static let matchmakingUnknown = make("matchmaking-unknown", "没有这个对接会，或它与您无关。请从对接会列表进入。", log: "no matchmaking for the actor")
    static let noWishes = make("no-wishes", "还没有任何志愿，不能排定。请先邀请单位报名并填报志愿。", log: "no wishes to plan")
    static let notInvited = make("not-invited", "该单位不在本次对接会的名单中。请先邀请，或由其自行报名。", log: "party has no attendance")
    static let notComing = make("not-coming", "尚未报名参加，不能填报志愿。请先报名。", log: "party is not coming")
    static let notAdmitted = make("not-admitted", "您代表的机构尚未入驻或已暂停，不能参加。请先在服务超市办理入驻。", log: "agency is not admitted")
    static let talkUnknown = make("talk-unknown", "没有这场洽谈，或它与您无关。请从对接会进入。", log: "no talk for the actor")

    static let enterpriseUnknown = make("enterprise-unknown", "名录中没有这家企业，或它不在您的辖区内。请从企业名录进入。", log: "no enterprise for the actor")
    static let personsOnly = make("persons-only", "服务专员须由工作人员本人认领。请登录自己的账号办理。", log: "only a person can take service duty")

    static let callUnknown = make("call-unknown", "没有这个征集，或它由另一站点发布。请从征集列表进入。", log: "no call here")
    static let callRuns = make("call-runs", "该地区同类征集正在进行。请先结束它，或等它截止。", log: "a call for the region and category is open")

    static func callOver(_ until: Day) -> Refusal {
        make("call-over", "征集已结束（截止 \(until)），不再受理应征。请查看其他征集。", log: "the call is over")
    }

    static func matchmakingState(_ state: MatchmakingState, _ action: String) -> Refusal {
        make("matchmaking-state", "对接会处于“\(state.title)”，不能\(action)。请刷新页面核对。", log: "not possible in \(state.rawValue)")
    }

    static func notEnded(_ end: Timestamp) -> Refusal {
        make("not-ended", "对接会到 \(Format.dateTime(end)) 才结束，现在不能办结。请在结束后办理。", log: "matchmaking ends at \(end)")
    }

    static func wishesEnded(_ end: Timestamp) -> Refusal {
        make("wishes-ended", "志愿填报已于 \(Format.dateTime(end)) 截止。如需调整，请联系主办窗口。", log: "wishes ended at \(end)")
    }

    static func region(_ region: RegionCode) -> Refusal {
        make("region-not-yours", "区划 \(region) 不在您的辖区内，请由当地窗口办理。", log: "actor's grants do not reach \(region)")
    }

    static func illegal(_ action: DemandAction, in state: DemandState, possible: [DemandAction]) -> Refusal {
        make(
            "illegal-step", "需求处于“\(state.title)”，不能“\(action.title)”。" + (possible.isEmpty ? "请刷新页面核对。" : "现在可以：\(possible.map(\.title).joined(separator: "、"))。"),
            log: "\(action.rawValue) is not possible in \(state.rawValue)")
    }

    static func otherSide(_ action: DemandAction) -> Refusal {
        make("other-side", "“\(action.title)”须由需求的另一方办理。请通知对方办理。", log: "\(action.rawValue) belongs to another side")
    }
}
