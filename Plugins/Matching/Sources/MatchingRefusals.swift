import MatchingContracts
import Messages
import PluginKit
import Vocabulary

/// Every refusal of the matching, in one place: code, status, the sentence with its next step, the line for the log.
enum MatchingRefusal {
    static let codes: [(code: String, status: Int, about: String)] = [
        ("matching.invalid-input", 422, "填写的内容有误，逐项列出"),
        ("matching.no-organisation", 403, "账号没有代表企业"),
        ("matching.demand-unknown", 404, "没有这个需求"),
        ("matching.illegal-step", 409, "当前状态不能办理此步骤"),
        ("matching.other-side", 403, "须由另一方办理"),
        ("matching.region-not-yours", 403, "不在您的辖区内"),
        ("matching.common-unknown", 404, "没有这个共性需求"),
        ("matching.in-other-common", 409, "已属于另一共性需求"),
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
