import Identity
import Messages
import Pages
import PluginKit

/// Signing in, in one step or two, signing out, and choosing a password.
extension Gateway {
    static func title(of role: Role) -> String {
        Role.wellKnown.first { $0.role == role }?.title ?? role.rawValue
    }

    func signInPage(_ visit: Visit, refusal: Refusal? = nil) -> PageReply {
        var page = Page.login(
            post: visit.site.root + "login", request: visit.request, returnPath: visit.request.fields["return"], refusal: refusal)
        if visit.site.identity.policy.signUp.isOpen {
            page.content.append(
                p {
                    "企业和服务机构的人员首次使用，请先"
                    a("注册账号", href: visit.site.root + MembershipPages.join)
                    "。"
                })
        }
        return .page(page)
    }

    func signIn(_ visit: inout Visit) async throws -> PageReply {
        let login = visit.request.fields["account"] ?? ""
        let password = visit.request.fields.all("password").first ?? ""
        let next = visit.request.fields["return"] ?? ""
        do {
            switch try await visit.site.identity.signIn(login: login, password: password, from: visit.origin) {
            case .done(let signedIn): return welcome(signedIn, &visit)
            case .secondFactor(let challenge):
                let site = visit.site.card.id
                visit.cookies.append(Self.setCookie(CookieName.challenge(site), challenge, seconds: CookieName.challengeSeconds))
                return .redirect(to: QueryLink.make(visit.site.root + "login-code", Self.isLocal(next) ? [("return", next)] : []))
            }
        } catch let refusal as Refusal where refusal.status < 500 {
            return signInPage(visit, refusal: refusal)
        }
    }

    func codePage(_ visit: Visit, refusal: Refusal? = nil) -> PageReply {
        guard let challenge = visit.challenge, visit.site.identity.isOpen(challenge: challenge) else {
            return .redirect(to: visit.site.root + "login", notice: refusal?.message ?? "请输入登录名和密码。")
        }
        return .page(
            Page(
                status: refusal?.status ?? 200, title: "两步验证", header: PageHeader(lead: "请打开手机上的验证器，输入本平台当前显示的 6 位数字。"),
                layout: .narrow
            ) {
                Form(
                    post: visit.site.root + "login-code", of: visit.request, refusal: refusal, submit: "登录", cancel: visit.site.root + "login"
                ) { form in
                    if let next = visit.request.fields["return"] { form.hidden("return", next) }
                    form.code()
                }
                p("手机不在身边，可输入一个恢复码。手机和恢复码都遗失的，请联系本站安全管理员重置。", .class("muted"))
            })
    }

    func confirmSignIn(_ visit: inout Visit) async throws -> PageReply {
        do {
            let signedIn = try await visit.site.identity.confirmSignIn(
                challenge: visit.challenge ?? "", code: visit.request.fields["code"] ?? "", from: visit.origin)
            visit.cookies.append(Self.setCookie(CookieName.challenge(visit.site.card.id), "", seconds: 0))
            return welcome(signedIn, &visit)
        } catch let refusal as Refusal where refusal.status < 500 {
            var page = visit
            page.request.fields.pairs.removeAll { $0.name == "code" }
            return codePage(page, refusal: refusal)
        }
    }

    private func welcome(_ signedIn: SignedIn, _ visit: inout Visit) -> PageReply {
        keep(signedIn, &visit)
        let root = visit.site.root
        if signedIn.session.mustChangePassword { return .redirect(to: root + "password", notice: "首次登录或密码已到期，请先修改密码。") }
        if signedIn.session.mustEnrol { return .redirect(to: root + "second-factor", notice: "本站要求您的角色使用两步验证，请先启用。") }
        let next = visit.request.fields["return"] ?? ""
        return .redirect(to: Self.isLocal(next) ? next : root + "me")
    }

    /// The session's cookie, and the one by which the browser is known next time.
    private func keep(_ signedIn: SignedIn, _ visit: inout Visit) {
        let site = visit.site.card.id
        visit.cookies.append(Self.setCookie(CookieName.session(site), signedIn.token))
        visit.cookies.append(Self.setCookie(CookieName.browser(site), signedIn.browser, seconds: CookieName.browserSeconds))
        visit.cookies.append(Self.setCookie(CookieName.visitor(site), "", seconds: 0))
    }

    func signOut(_ visit: inout Visit) async throws -> PageReply {
        if let token = visit.caller.token { try await visit.site.identity.signOut(token: token, address: visit.address) }
        visit.cookies.append(Self.setCookie(CookieName.session(visit.site.card.id), "", seconds: 0))
        return .redirect(to: visit.site.root, notice: "已安全退出。")
    }

    func passwordPage(_ visit: Visit, refusal: Refusal? = nil) -> PageReply {
        let account = visit.caller.session.flatMap { try? visit.site.identity.account($0.account) }
        let login = account?.login.description
        return .page(
            Page(status: refusal?.status ?? 200, title: "修改密码", layout: .narrow) {
                Form(post: visit.site.root + "password", of: visit.request, refusal: refusal, submit: "修改密码") { form in
                    // Password managers learn from it whose password changes.
                    if let login { form.account(login) }
                    form.password("old", "原密码")
                    form.password("new", "新密码", hint: visit.site.identity.passwordHint, autocomplete: "new-password")
                    form.password("repeat", "再次输入新密码", autocomplete: "new-password")
                }
            })
    }

    func changePassword(_ visit: inout Visit) async throws -> PageReply {
        guard let token = visit.caller.token else { throw Refusal.signInRequired }
        func field(_ name: String) -> String { visit.request.fields.all(name).first ?? "" }
        do {
            guard field("new") == field("repeat") else {
                throw Refusal(
                    "identity.password-repeat", status: 422, message: "两次输入的新密码不一致。请重新输入。", log: "repeated password differs",
                    faults: [.init(field: "repeat", message: "与新密码不一致，请重新输入。")])
            }
            let signedIn = try await visit.site.identity.changePassword(
                token: token, old: field("old"), new: field("new"), from: visit.origin)
            keep(signedIn, &visit)
            let notice = "密码已修改，其他登录已退出。"
            return .redirect(to: visit.site.root + (signedIn.session.mustEnrol ? "second-factor" : "me"), notice: notice)
        } catch let refusal as Refusal where refusal.status < 500 {
            return passwordPage(visit, refusal: refusal)
        }
    }
}

extension FormScope {
    /// The field for a one-time code.
    func code() -> HTML {
        text("code", "验证码", hint: "6 位数字，每 30 秒更换；或 16 位恢复码。", required: true, autocomplete: "one-time-code", width: .medium)
    }
}
