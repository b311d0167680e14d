import Identity
import Messages
import Pages
import PluginKit

/// 应急授权 as the asking person sees it.
extension Gateway {
    func emergencyPage(_ visit: Visit, refusal: Refusal? = nil) throws -> PageReply {
        guard let session = visit.caller.session else { throw Refusal.signInRequired }
        let identity = visit.site.identity
        let longest = identity.policy.emergency.longestHours
        let path = visit.site.root + "emergency"
        let own = try identity.emergencies(of: session.account)
        let roles = identity.roles.filter { !$0.needsOrganisation && $0.role != .auditAdministrator }
        return .page(
            Page(
                status: refusal?.status ?? 200, title: "应急授权", trail: [("我的", visit.site.root + "me")],
                header: PageHeader(lead: "紧急情况下申请限时角色。须由另一位管理员批准，到时自动结束，全过程留有审计记录。")
            ) {
                EmergencyTable.html(own, visit) { one in
                    HTML {
                        if one.state == .active {
                            SmallForm(post: path, [("end", one.id.description)], request: visit.request, submit: "提前结束")
                        }
                    }
                }
                h2("申请")
                Form(post: path, of: visit.request, refusal: refusal, submit: "提交申请") { form in
                    form.select("role", "角色", roles.map { Choice($0.role.rawValue, $0.title) }, required: true)
                    ConsoleChapter.regionField(form, visit, hint: "全站角色不选。")
                    form.number("hours", "时长", value: "1", unit: "小时", hint: "最长 \(longest) 小时。", required: true)
                    form.textarea("reason", "理由", rows: 3, hint: "5…200 字：发生了什么，要办什么。会写入审计记录，请勿填写个人信息。", required: true)
                }
            })
    }

    func changeEmergency(_ visit: inout Visit) async throws -> PageReply {
        guard let token = visit.caller.token else { throw Refusal.signInRequired }
        let identity = visit.site.identity
        let path = visit.site.root + "emergency"
        do {
            if let id = visit.request.fields["end"] {
                guard let id = MessageID(id) else { throw Refusal.notFound }
                try await identity.endEmergency(id, by: visit.caller.actor, address: visit.address)
                return .redirect(to: path, notice: "已提前结束。")
            }
            try await identity.requestEmergency(
                try ConsoleChapter.grantField(visit), reason: visit.request.fields["reason"] ?? "",
                hours: visit.request.fields["hours"].flatMap { Int($0) } ?? 0, token: token, from: visit.origin)
            return .redirect(to: path, notice: "申请已提交，请联系一位管理员批准；一小时内未处理即失效。")
        } catch let refusal as Refusal where refusal.status < 500 && refusal.status != 401 {
            return try emergencyPage(visit, refusal: refusal)
        }
    }

    /// What stands on every page while temporary roles are in force.
    static func emergencyNotices(_ caller: Caller, _ site: SiteFace) -> [Notice] {
        (caller.session?.emergencies ?? []).map { note in
            let role = site.identity.roles.first { $0.role == note.grant.role }?.title ?? note.grant.role.rawValue
            return Notice(
                "角色“\(role)”\(note.grant.region.map { "（\($0)）" } ?? "")至 \(Format.dateTime(note.until)) 自动结束，您的操作均有审计记录。", tone: .warning,
                title: "应急授权生效中")
        }
    }
}
