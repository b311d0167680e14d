import Identity
import Messages
import Pages
import PluginKit

extension ConsoleChapter {
    /// 应急授权: the second pair of eyes on temporary roles.
    static let emergency = ConsoleChapter(
        id: "emergency", title: "应急授权", note: "批准、驳回或结束限时角色", icon: .calendar,
        access: .role(.systemAdministrator, .securityAdministrator, .auditAdministrator),
        pages: [
            .get("/") { _, visit in try emergencyList(visit, refusal: nil) },
            .post("/{id}") { _, visit in
                guard let id = visit.request.parameters["id"].flatMap({ MessageID($0) }) else { throw Refusal.notFound }
                let identity = visit.site.identity
                let (actor, address) = (visit.caller.actor, visit.address)
                do {
                    switch visit.request.fields["do"] {
                    case "approve": try await identity.decideEmergency(id, approve: true, by: actor, address: address)
                    case "refuse": try await identity.decideEmergency(id, approve: false, by: actor, address: address)
                    case "end": try await identity.endEmergency(id, by: actor, address: address)
                    default: throw Refusal.notFound
                    }
                } catch let refusal as Refusal where refusal.status == 403 || refusal.status == 409 {
                    return try emergencyList(visit, refusal: refusal)
                }
                return .redirect(to: visit.consolePath("emergency"), notice: "已办理。")
            },
        ])

    private static func emergencyList(_ visit: Visit, refusal: Refusal?) throws -> PageReply {
        let all = try visit.site.identity.emergencies()
        return .page(
            Page(
                status: refusal?.status ?? 200, title: "应急授权", trail: visit.consoleTrail(.emergency, withSelf: false),
                header: PageHeader(lead: "申请人与批准人须为两人，批准人须担任申请人未担任的管理员角色。到时自动结束，全部留有审计记录。")
            ) {
                if let refusal { Notice(refusal.message, tone: .danger) }
                EmergencyTable.html(all, visit) { one in
                    let path = visit.consolePath("emergency", "/\(one.id)")
                    return HTML {
                        if one.state == .requested {
                            SmallForm(post: path, [("do", "approve")], request: visit.request, submit: "批准")
                            " "
                            SmallForm(post: path, [("do", "refuse")], request: visit.request, submit: "驳回")
                        }
                        if one.state == .active { SmallForm(post: path, [("do", "end")], request: visit.request, submit: "结束") }
                    }
                }
            })
    }
}

/// Temporary roles in a table, with what may be done in the last column.
enum EmergencyTable {
    static func html(_ all: [Emergency], _ visit: Visit, _ actions: (Emergency) -> HTML) -> HTML {
        DataTable(
            "应急授权",
            columns: [.text("申请人"), .text("角色"), .text("理由"), .number("时长", unit: "小时"), .text("申请时间"), .text("状态"), .text("办理人"), .text("结束时间"), .text("操作")],
            rows: all.map { one in
                let tone: Tone =
                    switch one.state {
                    case .requested: .warning
                    case .active: .danger
                    case .refused, .ended, .lapsed: .neutral
                    }
                return [
                    .text(one.name), .text(ConsoleChapter.roleText(one.grant, visit)), .text(one.reason), .number(one.hours),
                    .moment(one.requestedAt), .state(one.state.title, tone), .text(one.decidedBy), .moment(one.endsAt), DataTable.Cell { actions(one) },
                ]
            }, empty: EmptyState("没有应急授权")
        ).html
    }
}
