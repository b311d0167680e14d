import Identity
import Messages
import Pages
import PluginKit

/// 登录记录: where a person is signed in, and ending it.
extension Gateway {
    func sessionsPage(_ visit: Visit) throws -> PageReply {
        guard let session = visit.caller.session else { throw Refusal.signInRequired }
        let sessions = try visit.site.identity.sessions(of: session.account)
        let others = sessions.count { $0.id != session.handle }
        return .page(
            Page(
                title: "登录记录", trail: [("我的", visit.site.root + "me")], header: PageHeader(lead: "您的账号现在登录在以下设备上。有不认识的，请立即结束它并修改密码。")
            ) {
                SessionTable.html(
                    sessions, own: session.handle, post: visit.site.root + "sessions", request: visit.request)
                if others > 0 {
                    Actions {
                        SmallForm(
                            post: visit.site.root + "sessions", [("end", "others")], request: visit.request, submit: "结束其他全部登录",
                            confirm: "除本设备外，其他设备都须重新登录，确定吗？", weight: .secondary)
                    }
                }
            })
    }

    func endSessions(_ visit: inout Visit) async throws -> PageReply {
        guard let session = visit.caller.session, let token = visit.caller.token else { throw Refusal.signInRequired }
        let identity = visit.site.identity
        let path = visit.site.root + "sessions"
        let wanted = visit.request.fields["end"] ?? ""
        guard wanted != "others" else {
            let count = try await identity.endSessions(of: session.account, except: token, by: visit.caller.actor, address: visit.address)
            return .redirect(to: path, notice: "已结束其他 \(count) 处登录。")
        }
        try await identity.endSession(wanted, of: session.account, by: visit.caller.actor, address: visit.address)
        if wanted == session.handle {
            visit.cookies.append(Self.setCookie(CookieName.session(visit.site.card.id), "", seconds: 0))
            return .redirect(to: visit.site.root, notice: "已安全退出。")
        }
        return .redirect(to: path, notice: "已结束该登录。")
    }
}

/// Running sessions with a button each; for their owner and for security administrators.
enum SessionTable {
    static func html(_ sessions: [SessionSummary], own: String?, post address: String, request: PageRequest) -> HTML {
        DataTable(
            "登录中的设备", columns: [.text("设备"), .text("地址"), .text("登录时间"), .text("最近使用"), .text("操作")],
            rows: sessions.map { one in
                [
                    DataTable.Cell {
                        one.device.isEmpty ? "未知设备" : one.device
                        if one.id == own { StateBadge("本设备", .info) }
                    },
                    DataTable.Cell { span(one.address, .class("nowrap")) }, .moment(one.startedAt), .moment(one.seenAt),
                    DataTable.Cell { SmallForm(post: address, [("end", one.id)], request: request, submit: one.id == own ? "退出" : "结束") },
                ]
            }, empty: EmptyState("没有登录中的设备")
        ).html
    }
}

/// A form of one button: a link's look inside a table's row, a button's beside others.
struct SmallForm: Component {
    let address: String
    let fields: [(name: String, value: String)]
    let request: PageRequest
    let submit: String
    let confirm: String?
    let weight: ButtonLink.Weight?

    /// - Parameter weight: `nil`: looks like a link.
    init(
        post address: String, _ fields: [(name: String, value: String)], request: PageRequest, submit: String, confirm: String? = nil,
        weight: ButtonLink.Weight? = nil
    ) {
        self.address = address
        self.fields = fields
        self.request = request
        self.submit = submit
        self.confirm = confirm
        self.weight = weight
    }

    var html: HTML {
        form(Attribute("method", "post"), .action(address), .class("inline"), Attribute("data-confirm", ifPresent: confirm)) {
            input(.type("hidden"), .name("_csrf"), .value(request.csrfToken))
            for field in fields { input(.type("hidden"), .name(field.name), .value(field.value)) }
            button(submit, .type("submit"), .class(weight.map { "button button-\($0.rawValue)" } ?? "button-link"))
        }
    }
}
