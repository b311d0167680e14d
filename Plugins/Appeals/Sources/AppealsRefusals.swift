import AppealsContracts
import Messages
import Vocabulary

/// Every refusal of the column, in one place: code, status, the sentence with its next step, the line for the log.
enum AppealsRefusal {
    static let codes: [(code: String, status: Int, about: String)] = [
        ("appeals.invalid-input", 422, "填写的内容有误，逐项列出"),
        ("appeals.case-unknown", 404, "没有这件诉求，或无权查看"),
        ("appeals.region-not-yours", 403, "不在您的辖区内"),
        ("appeals.not-your-department", 403, "不是您所在的部门"),
        ("appeals.illegal-step", 409, "当前状态不能办理此动作"),
        ("appeals.hand-on-too-late", 409, "转交期限已过"),
        ("appeals.cannot-merge", 409, "不能并入共性问题"),
        ("appeals.not-answered", 409, "尚未答复，不能公开"),
        ("appeals.already-dropped", 409, "同一编号已投递"),
        ("appeals.jurisdiction", 404, "Open311：不是本站点的 jurisdiction_id"),
        ("appeals.service-unknown", 404, "Open311：没有这个 service_code"),
        ("appeals.request-unknown", 404, "Open311：没有这个 token 或 service_request_id"),
        ("appeals.lookup-failed", 404, "编号或查询码不对"),
        ("appeals.lookup-limit", 429, "查询码输错次数过多"),
    ]

    static func make(_ reason: String, _ message: String, log: String, faults: [Refusal.Fault] = []) -> Refusal {
        let code = "appeals.\(reason)"
        guard let entry = codes.first(where: { $0.code == code }) else { preconditionFailure("\(code) is not in the list of refusals") }
        return Refusal(code, status: entry.status, message: message, log: log, faults: faults)
    }

    static func invalid(_ faults: [Refusal.Fault]) -> Refusal {
        make(
            "invalid-input", "有 \(faults.count) 处内容需要更正：\(faults.map(\.message).joined(separator: " "))",
            log: "invalid input in \(faults.map(\.field).joined(separator: ", "))", faults: faults)
    }

    /// The same answer whether it does not exist or may not be seen: numbers can be guessed.
    static func unknown(_ number: CaseNumber) -> Refusal {
        make("case-unknown", "没有编号为 \(number) 的诉求，或您无权查看。请核对编号。", log: "no case \(number) for this actor")
    }

    static func illegal(_ action: CaseAction, in state: CaseState) -> Refusal {
        let next: String
        switch state {
        case .closed, .refused: next = "该件已结束，如有新情况请另行提交。"
        case .merged: next = "该件的办理在共性问题中进行；现在可以：\(titles(CaseMachine.possible(state).map(\.title)))。"
        case .processing: next = "正等部门答复；现在可以：\(titles(CaseMachine.possible(state).map(\.title)))（增加承办部门）。"
        case .submitted, .answered: next = "现在可以：\(titles(CaseMachine.possible(state).map(\.title)))。"
        }
        return illegal(action.title, state.title, next)
    }

    /// - Parameter appeal: where the case stands to which the part belongs; while it is not under way, no part is.
    static func illegal(_ action: PartAction, in state: PartState, of appeal: CaseState) -> Refusal {
        switch appeal {
        case .merged: return illegal(action.title, appeal.title, "该件已并入共性问题，请在共性问题中办理。")
        case .closed, .refused: return illegal(action.title, appeal.title, "该件已结束，如有新情况请由提交人另行提交。")
        case .answered: return illegal(action.title, appeal.title, "各部门均已答复，等待评价或归档；提交人不满意的，将转回重新办理。")
        case .submitted: return illegal(action.title, appeal.title, "该件尚未转办，请等平台受理。")
        case .processing: break
        }
        switch state {
        case .sent, .handling: return illegal(action.title, state.title, "现在可以：\(titles(CaseMachine.possible(state).map(\.title)))。")
        case .answered: return illegal(action.title, state.title, "本部门已答复，等待其他部门；提交人不满意的，将转回重新办理。")
        case .handedOn: return illegal(action.title, state.title, "该件已转交，由接手的部门办理；需要收回的请与平台工作人员联系。")
        }
    }

    static func illegalRating(in state: CaseState) -> Refusal {
        let next =
            switch state {
            case .closed: "评价已经结束，如有新情况请另行提交。"
            case .refused: "不予受理的不评价，补充情况后可另行提交。"
            default: "答复后方可评价，请凭编号和查询码留意进展。"
            }
        return illegal("评价", state.title, next)
    }

    private static func titles(_ actions: [String]) -> String { actions.joined(separator: "、") }

    private static func illegal(_ action: String, _ state: String, _ next: String) -> Refusal {
        make("illegal-step", "当前为「\(state)」，不能「\(action)」。\(next)", log: "\(action) is not possible in \(state)")
    }
}
