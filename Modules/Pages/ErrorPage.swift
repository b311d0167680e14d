public import Messages

extension Page {
    /// What a person sees when a page cannot be shown: a sentence, the next step, and the code that is also in the log.
    ///
    /// - Parameter incident: short code of the log line; `nil` when there is nothing to look up (404, 403).
    public static func failure(_ refusal: Refusal, incident: String? = nil, home: String) -> Page {
        Page(status: refusal.status, title: title(of: refusal.status), layout: .narrow) {
            div(.class("panel")) {
                p(refusal.message)
                if !refusal.faults.isEmpty { ul { for fault in refusal.faults { li(fault.message) } } }
                if let retryAfter = refusal.retryAfter { p("请在 \(Format.duration(retryAfter)) 后再试。") }
                if let incident {
                    p(.class("incident")) {
                        "事件编号："
                        code(incident)
                        "。联系客服时报出此编号，可直接查到原因。"
                    }
                }
                Actions { ButtonLink("返回首页", href: home, .secondary) }
            }
        }
    }

    private static func title(of status: Int) -> String {
        switch status {
        case 401: "请先登录"
        case 403: "没有访问权限"
        case 404: "没有找到这个页面"
        case 405: "不支持这样的访问方式"
        case 409: "操作与现状冲突"
        case 413: "提交的内容太大"
        case 429: "操作过于频繁"
        case 503: "服务暂时不可用"
        case 500...599: "系统出现问题"
        default: "无法完成这个操作"
        }
    }

    /// The sign-in page of a site.
    ///
    /// - Parameters:
    ///   - address: where name and password are posted.
    ///   - returnPath: where to go after, hidden field `return`; the gateway checks it is a path of the site.
    public static func login(
        post address: String, request: PageRequest, returnPath: String? = nil, refusal: Refusal? = nil
    ) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "登录",
            header: PageHeader(lead: "使用\(request.site.title)的账号登录。"), layout: .narrow
        ) {
            Form(post: address, of: request, refusal: refusal, submit: "登录") { form in
                if let returnPath { form.hidden("return", returnPath) }
                form.text("account", "账号", required: true, autocomplete: "username", width: .medium)
                form.password("password", "密码")
            }
            if let hotline = request.site.hotline { p("忘记密码或没有账号，请拨打 \(hotline)，或联系所属平台的管理人员。", .class("muted")) }
        }
    }
}
