import ExpoContracts
import Messages
import PluginKit

/// Every refusal of the expo, in one place: code, status, the sentence with its next step, the line for the log.
enum ExpoRefusal {
    /// All codes with what they are about, for the printed table; a test checks them for duplicates.
    static let codes: [(code: String, status: Int, about: String)] = [
        ("expo.invalid-input", 422, "填写的内容有误，逐项列出"),
        ("expo.exhibition-unknown", 404, "没有这个展会，或尚未发布"),
        ("expo.booth-unknown", 404, "没有这个展位，或不在展出"),
        ("expo.lead-unknown", 404, "没有这条线索，或无权查看"),
        ("expo.file-unknown", 404, "没有这个文件，或无权打开"),
        ("expo.question-unknown", 404, "没有这个问题"),
        ("expo.too-many-questions", 429, "当天提问次数过多"),
        ("expo.region-not-yours", 403, "不在您的辖区内"),
        ("expo.not-yours", 403, "不是您单位的展位"),
        ("expo.no-organisation", 403, "账号没有关联单位"),
        ("expo.illegal-step", 409, "当前状态不能办理此事项"),
        ("expo.not-open", 409, "展会未开放"),
        ("expo.booth-exists", 409, "同一单位在同一展会已有展位"),
        ("expo.hall-in-use", 409, "展馆内已有展位，不能删除"),
        ("expo.slot-taken", 409, "洽谈场次已被预约或已过"),
        ("expo.slot-clash", 409, "同一时间已预约其他洽谈"),
        ("expo.already-left", 409, "今天已向该展位留过联系方式"),
        ("expo.lead-without-enterprise", 409, "访客没有以企业身份登录，不能转为需求"),
        ("expo.lead-converted", 409, "线索已转为需求"),
        ("expo.lead-ordered", 409, "线索已代下订单"),
        ("expo.lead-of-own", 409, "不能向本单位下单"),
    ]

    static func make(_ reason: String, _ message: String, log: String, faults: [Refusal.Fault] = []) -> Refusal {
        let code = "expo.\(reason)"
        guard let entry = codes.first(where: { $0.code == code }) else { preconditionFailure("\(code) is not in the list of refusals") }
        return Refusal(code, status: entry.status, message: message, log: log, faults: faults)
    }

    static func invalid(_ faults: [Refusal.Fault]) -> Refusal { .input("expo.invalid-input", faults) }

    static func unknown(_ exhibition: ExhibitionID) -> Refusal {
        make("exhibition-unknown", "没有编号为 \(exhibition) 的展会，或尚未发布。请在博览会首页查找。", log: "no exhibition \(exhibition) for this actor")
    }

    static func unknown(_ booth: BoothID) -> Refusal {
        make("booth-unknown", "没有编号为 \(booth) 的展位，或已不在展出。请在博览会首页查找。", log: "no booth \(booth) for this actor")
    }

    static func unknown(_ lead: MessageID) -> Refusal {
        make("lead-unknown", "没有这条线索，或不属于您单位的展位。请在线索列表中打开。", log: "no lead \(lead) for this actor")
    }

    static func region(_ name: String) -> Refusal {
        make("region-not-yours", "区划 \(name) 不在您的辖区内，不能办理。请由该辖区的工作人员办理。", log: "actor's grants do not reach region \(name)")
    }

    static let noOrganisation = make(
        "no-organisation", "您的账号没有关联企业或服务机构，不能参展。请先在“我的”中认领单位，由窗口核实。", log: "the actor has no organisation")

    static func notYours(_ booth: BoothID) -> Refusal {
        make("not-yours", "展位 \(booth) 不属于您的单位，不能办理。请用参展单位的账号登录。", log: "booth \(booth) is another exhibitor's")
    }

    static func illegal(_ action: String, in state: String, possible: [String]) -> Refusal {
        let words = possible.isEmpty ? "已经结束，不能再办理" : "可以办理：\(possible.joined(separator: "、"))"
        return make("illegal-step", "现为「\(state)」，不能办理「\(action)」。\(words)。", log: "the step is illegal in this state")
    }

    static func notOpen(_ why: String) -> Refusal { make("not-open", "\(why)。请查看其他展会。", log: "the exhibition is not open") }
}
