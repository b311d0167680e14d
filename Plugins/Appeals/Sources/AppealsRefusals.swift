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

    static func illegal(_ action: String, _ state: String, next: String) -> Refusal {
        make("illegal-step", "当前为「\(state)」，不能「\(action)」。\(next)", log: "\(action) is not possible in \(state)")
    }
}
