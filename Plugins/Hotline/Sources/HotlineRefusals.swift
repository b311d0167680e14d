import HotlineContracts
import Messages
import Vocabulary

/// Every refusal of the hotline, in one place: code, status, the sentence with its next step, the line for the log.
enum HotlineRefusal {
    static let codes: [(code: String, status: Int, about: String)] = [
        ("hotline.invalid-input", 422, "填写的内容有误，逐项列出"),
        ("hotline.order-unknown", 404, "没有这个工单，或无权查看"),
        ("hotline.article-unknown", 404, "没有这个知识条目"),
        ("hotline.region-not-yours", 403, "不在您的辖区内"),
        ("hotline.not-your-step", 403, "您不能办理此动作"),
        ("hotline.illegal-step", 409, "当前状态不能办理此动作"),
        ("hotline.state-moved-on", 409, "工单已被他人办理"),
        ("hotline.suspended", 409, "工单已挂起，须先恢复办理"),
        ("hotline.same-handler", 409, "重办须换人办理"),
        ("hotline.own-rating", 403, "承办人不能替企业评价"),
        ("hotline.own-answer", 403, "答复人不能审核自己的答复"),
        ("hotline.return-too-late", 409, "退回期限已过"),
        ("hotline.clock", 409, "计时规则不允许"),
        ("hotline.nothing-pending", 409, "没有待批的延期或挂起"),
        ("hotline.request-pending", 409, "已有待批的延期或挂起"),
        ("hotline.not-confidential", 409, "不是保密工单"),
        ("hotline.confidential-stays", 409, "保密工单不能转入其他业务"),
        ("hotline.no-carrier", 409, "本站点没有发送短信的插件"),
        ("hotline.not-rated", 409, "尚未回访，不能归档"),
        ("hotline.not-marked", 409, "没有督办，不需要解除"),
        ("hotline.transfer-unknown", 404, "没有这个对方编号的工单"),
        ("hotline.rated-elsewhere", 409, "由另一热线回访和评价"),
        ("hotline.call-unknown", 404, "没有这次通话，或无权查看"),
        ("hotline.call-over", 409, "通话已结束"),
        ("hotline.recording-unknown", 404, "没有这段录音"),
        ("hotline.no-seat", 409, "账号没有坐席"),
        ("hotline.delivery-refused", 401, "线路不存在、已停用，或上报的签名、时刻不对"),
        ("hotline.lookup-failed", 404, "编号或查询码不对"),
        ("hotline.lookup-limit", 429, "查询码输错次数过多"),
    ]

    static func make(_ reason: String, _ message: String, log: String, faults: [Refusal.Fault] = []) -> Refusal {
        let code = "hotline.\(reason)"
        guard let entry = codes.first(where: { $0.code == code }) else { preconditionFailure("\(code) is not in the list of refusals") }
        return Refusal(code, status: entry.status, message: message, log: log, faults: faults)
    }

    static func invalid(_ faults: [Refusal.Fault]) -> Refusal {
        make(
            "invalid-input", "有 \(faults.count) 处内容需要更正：\(faults.map(\.message).joined(separator: " "))",
            log: "invalid input in \(faults.map(\.field).joined(separator: ", "))", faults: faults)
    }

    /// The same answer whether it does not exist or may not be seen: numbers can be guessed.
    static func unknown(_ number: OrderNumber) -> Refusal {
        make("order-unknown", "没有编号为 \(number) 的工单，或您无权查看。请核对编号。", log: "no order \(number) for this actor")
    }

    static func transfer(_ number: String) -> Refusal {
        make(
            "transfer-unknown", "没有您以编号 \(number.prefix(60)) 转来或承接的工单。请核对编号。",
            log: "no transfer of this partner under that number")
    }

    static func ratedElsewhere(_ number: OrderNumber) -> Refusal {
        make(
            "rated-elsewhere", "工单 \(number) 的回访和评价由受理来电的一方进行，一件只评一次。请等候或向对方查询评价。",
            log: "the matter is rated by the hotline it came from")
    }

    static func call(_ id: Int) -> Refusal {
        make("call-unknown", "没有序号为 \(id) 的通话，或您无权查看。请从通话记录进入。", log: "no call \(id) for this actor")
    }

    static func noSeat() -> Refusal {
        make("no-seat", "您的账号没有启用的坐席，不能切换状态。请主管人员在“坐席与线路”中登记。", log: "actor has no seat")
    }

    static func region(_ region: RegionCode) -> Refusal {
        make("region-not-yours", "区划 \(region) 不在您的辖区内，不能办理。请由该辖区的工作人员办理。", log: "actor's grants do not reach \(region)")
    }

    static func illegal(_ action: OrderAction, in state: OrderState) -> Refusal {
        let possible = OrderMachine.steps.filter { $0.from == state && $0.to != state }.map(\.action.title)
        let next = state.isFinal ? "该工单已结束，如有新情况请另行登记。" : "现在可以：\(possible.joined(separator: "、"))。"
        return make(
            "illegal-step", "工单处于「\(state.title)」状态，不能「\(action.title)」。\(next)", log: "\(action.rawValue) is not possible in \(state.rawValue)")
    }

    static func authority(_ step: OrderMachine.Step) -> Refusal {
        let who = step.authorities.map { authority in
            switch authority {
            case .desk: "所在辖区的热线人员"
            case .owner: "主办单位经办人"
            case .assistant: "协办单位经办人"
            case .supervisor: "市级或省级主管人员"
            }
        }.sorted().joined(separator: "、")
        return make("not-your-step", "「\(step.action.title)」须由\(who)办理。请转交有权限的人员。", log: "\(step.action.rawValue) needs another authority")
    }

    static func clock(_ problem: DeadlineClock.Problem) -> Refusal {
        make("clock", problem.sentence, log: "clock refused: \(problem)")
    }
}
