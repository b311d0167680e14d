import Messages
import RegistryContracts
import Vocabulary

/// One 综合窗口 for each county (and each city), unless an allowed role overrides it with a reason.
/// - Source: 湘经信中小服务〔2017〕711号 二 (每个县市区支持建设1个窗口平台)
enum CountyWindowRule {
    static func applies(to kind: NodeKind) -> Bool { kind == .county || kind == .city }

    /// Throws unless the region is free or the second window is allowed.
    static func check(
        kind: NodeKind, regionTitle: String, existing: (id: NodeID, title: String)?, underWay: ApplicationID?,
        overrideReason: String?, actor: Actor, allowedRoles: [Role]
    ) throws {
        guard applies(to: kind), existing != nil || underWay != nil else { return }
        let obstacle =
            existing.map { "已有「\($0.title)」（\($0.id)）" } ?? underWay.map { "已有在办申报 \($0)" } ?? ""
        guard overrideReason != nil else {
            throw RegistryRefusal.make(
                "county-has-window",
                "\(regionTitle)\(obstacle)，每个\(kind.shortTitle)建设 1 个综合窗口平台（711号文第二条）。确需增设的，请由省级主管人员提交并写明理由。",
                log: "region already has a window: \(existing?.id.description ?? underWay?.description ?? "-")",
                faults: [Refusal.Fault(field: "region", message: "\(regionTitle)\(obstacle)。")])
        }
        guard actor.kind == .system || actor.grants.contains(where: { allowedRoles.contains($0.role) }) else {
            let roles = allowedRoles.map { role in Role.wellKnown.first { $0.role == role }?.title ?? role.rawValue }
            throw RegistryRefusal.make(
                "override-not-allowed",
                "增设第二个综合窗口只能由\(roles.isEmpty ? "（未授权任何角色）" : roles.joined(separator: "、"))提交。请将理由报请其办理。",
                log: "override of the one-window rule is not allowed for \(actor.id)",
                faults: [Refusal.Fault(field: "overrideReason", message: "您的角色不能增设第二个综合窗口。")])
        }
    }
}
