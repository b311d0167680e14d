import Messages
import RegistryContracts
import Vocabulary

/// Every refusal of the registry, in one place: code, status, the sentence with its next step, the line for the log.
enum RegistryRefusal {
    /// All codes with what they are about, for the printed table; a test checks them for duplicates.
    static let codes: [(code: String, status: Int, about: String)] = [
        ("registry.invalid-input", 422, "填写的内容有误，逐项列出"),
        ("registry.node-unknown", 404, "没有这个平台"),
        ("registry.application-unknown", 404, "没有这个申报"),
        ("registry.document-unknown", 404, "没有这个附件"),
        ("registry.region-not-yours", 403, "不在您的辖区内"),
        ("registry.role-missing", 403, "您的角色不能办理此步骤"),
        ("registry.must-stand-back", 403, "申报人回避评审"),
        ("registry.illegal-step", 409, "当前阶段不能办理此步骤"),
        ("registry.stage-moved-on", 409, "申报已被他人办理"),
        ("registry.county-has-window", 409, "该县市区已有综合窗口平台"),
        ("registry.override-not-allowed", 403, "无权突破一县一窗口"),
        ("registry.hub-exists", 409, "已有省枢纽平台"),
        ("registry.node-exists", 409, "平台编号已被使用"),
        ("registry.placement", 422, "违反平台网络层级规则"),
        ("registry.cycle", 409, "上下级关系成环"),
        ("registry.same-operator", 409, "新旧运营单位相同"),
        ("registry.node-not-in-service", 409, "平台已退出"),
    ]

    static func make(
        _ reason: String, _ message: String, log: String, faults: [Refusal.Fault] = []
    ) -> Refusal {
        let code = "registry.\(reason)"
        guard let entry = codes.first(where: { $0.code == code }) else {
            preconditionFailure("\(code) is not in the list of refusals")
        }
        return Refusal(code, status: entry.status, message: message, log: log, faults: faults)
    }

    static func invalid(_ faults: [Refusal.Fault]) -> Refusal {
        make(
            "invalid-input", "有 \(faults.count) 处内容需要更正：\(faults.map(\.message).joined(separator: " "))",
            log: "invalid input in \(faults.map(\.field).joined(separator: ", "))", faults: faults)
    }

    static func placement(_ faults: [Refusal.Fault]) -> Refusal {
        make(
            "placement", faults.map(\.message).joined(separator: " "),
            log: "placement rule broken: \(faults.map(\.field).joined(separator: ", "))", faults: faults)
    }

    static func unknown(_ node: NodeID) -> Refusal {
        make("node-unknown", "没有编号为 \(node) 的平台。请在平台名录中查找。", log: "no node \(node)")
    }

    static func unknown(_ application: ApplicationID) -> Refusal {
        make("application-unknown", "没有编号为 \(application) 的申报，或您无权查看。请核对编号。", log: "no application \(application)")
    }

    static func region(_ region: RegionCode, named name: String) -> Refusal {
        make(
            "region-not-yours", "\(name)（\(region)）不在您的辖区内，不能办理。请由该辖区的工作人员办理。",
            log: "actor's grants do not reach region \(region)")
    }

    static func role(_ authority: Lifecycle.Authority, action: String) -> Refusal {
        let who =
            switch authority {
            case .applicant: "申报单位所在辖区的窗口或市级主管人员"
            case .city: "所属市州的市级主管人员"
            case .province: "省级主管人员"
            }
        return make("role-missing", "「\(action)」须由\(who)办理。请转交有权限的人员。", log: "\(action) needs authority \(authority)")
    }

    static func illegalStep(_ action: StageAction, in stage: Stage, possible: [Lifecycle.Step]) -> Refusal {
        let next =
            possible.isEmpty
            ? "该申报已结束，不能再办理。" : "现在可以：\(possible.map(\.action.title).joined(separator: "、"))。"
        return make(
            "illegal-step", "申报处于「\(stage.title)」阶段，不能「\(action.title)」。\(next)",
            log: "\(action.rawValue) is not possible in \(stage.rawValue)")
    }
}
