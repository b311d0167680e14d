import Identity
import Messages
import Network
import Pages
import PluginKit
import Store
import Vocabulary

/// Nothing typed is lost: a form that comes too late is kept and shown again, a long one may be saved on purpose.
///
/// A form carries the page it stands on (`_page`), and once it was kept, the draft it came from (`_draft`). The button 保存草稿 sends
/// its title as `_save`. The page is asked for again with `?_draft=<id>`; what was typed then stands in the request's fields.
extension Gateway {
    // MARK: - Forms that come too late

    /// Keeps a form that came without a valid session or token, and answers with the way back to it; `false` when it cannot be kept
    /// and must be refused.
    func rescue(_ refusal: Refusal, _ site: SiteFace, _ request: HTTPRequest, _ exchange: HTTPExchange) -> Bool {
        let isLate = refusal.status == 401 || refusal.code == Refusal.formExpired.code
        guard isLate, request.method == .post, Self.isFromHere(request), let pairs = try? formPairs(request) else { return false }
        guard let page = Self.page(of: pairs, at: site), let fields = DraftStore.keepable(pairs), !fields.isEmpty else { return false }
        let cookieName = Self.draftCookie(site)
        let cookie = Self.cookie(cookieName, in: request).flatMap { $0.utf8.count == 43 ? $0 : nil } ?? site.identity.visitor().cookie
        let id = ids.next()
        let account = Self.cookie(CookieName.session(site.card.id), in: request).flatMap { site.identity.account(ofSession: $0) }
        let back = QueryLink.make(page, [("_draft", id.description)])
        let isSignedIn = caller(of: request, at: site).session != nil
        let mustSignIn = refusal.status == 401 || (account != nil && !isSignedIn)
        let target = mustSignIn ? QueryLink.make(site.root + "login", [("return", back)]) : back
        site.drafts.keep(id, of: .browser(cookie), page: page, title: "", fields: fields, saved: false, account: account) { [self] result in
            guard case .success = result else { return refuse(refusal, site, request, exchange) }
            var cookies = [Self.setCookie(cookieName, cookie, seconds: Int(DraftStore.rescuedFor.components.seconds))]
            if mustSignIn {
                let notice = "登录已超时，您填写的内容已暂存，登录后会自动找回。"
                cookies.append(Self.setCookie(Self.noticeCookie, QueryLink.encode(notice), seconds: 60))
            }
            exchange.finish(.redirect(to: target, cookies: cookies))
        }
        return true
    }

    /// A foreign page must not be able to fill in a form for somebody.
    private static func isFromHere(_ request: HTTPRequest) -> Bool {
        guard let host = request.field("Host") else { return false }
        if let origin = request.field("Origin") { return origin == "https://\(host)" }
        return request.field("Referer")?.hasPrefix("https://\(host)/") == true
    }

    /// The page that shows the form: a path of a plug-in of this site.
    private static func page(of pairs: [(name: String, value: String)], at site: SiteFace) -> String? {
        guard let page = pairs.first(where: { $0.name == "_page" })?.value, isLocal(page), page.hasPrefix(site.root),
            page.utf8.count <= 2000, !page.contains("?"), site.isPluginPage(page)
        else { return nil }
        return page
    }

    private static func draftCookie(_ site: SiteFace) -> String { "__Host-shuniu-\(site.card.id)-draft" }

    // MARK: - Showing it again

    /// Puts a draft's fields into a page's request; says so, or that there is none.
    func restore(_ id: MessageID, into pairs: inout [(name: String, value: String)], _ caller: Caller, _ site: SiteFace, _ request: HTTPRequest)
        -> Notice
    {
        let found = try? site.drafts.fields(id, of: holders(caller, site, request), account: caller.session?.account)
        guard let found, found.page == request.path else {
            pairs.removeAll { $0.name == "_draft" }
            return Notice("没有找到要恢复的草稿：可能已提交、已过期，或由其他账号填写。", tone: .warning)
        }
        pairs += found.pairs
        return Notice("已恢复此前填写的内容，尚未提交。请核对后提交；附件和密码须重新填写。", tone: .success)
    }

    func holders(_ caller: Caller, _ site: SiteFace, _ request: HTTPRequest) -> [DraftStore.Holder] {
        var holders: [DraftStore.Holder] = []
        if let account = caller.session?.account { holders.append(.account(account)) }
        if let cookie = Self.cookie(Self.draftCookie(site), in: request) { holders.append(.browser(cookie)) }
        return holders
    }

    // MARK: - Saving on purpose

    /// What 保存草稿 answers: the form again, its content kept under the account.
    func saveDraft(_ visit: Visit, _ title: String) async throws -> PageReply {
        guard let account = visit.caller.session?.account else { throw Refusal.signInRequired }
        guard let page = Self.page(of: visit.request.fields.pairs, at: visit.site) else { throw Refusal.notFound }
        guard let fields = DraftStore.keepable(visit.request.fields.pairs) else { throw Refusal.largeDraft }
        let known = Set((try visit.site.drafts.saved(by: account)).map(\.id))
        let given = visit.request.fields["_draft"].flatMap { MessageID($0) }
        let id = given.flatMap { known.contains($0) ? $0 : nil } ?? ids.next()
        let shown = String(title.filter { !$0.isNewline }.prefix(60))
        let back = QueryLink.make(page, [("_draft", id.description)])
        do {
            try await keep(id, of: .account(account), page, shown, fields, saved: true, at: visit.site)
            return .redirect(to: back, notice: "草稿已保存 30 天，可在“我的”中继续填写。附件须在提交时重新选择。")
        } catch let refusal as Refusal where refusal.code == Refusal.tooManyDrafts.code {
            try await keep(id, of: .account(account), page, shown, fields, saved: false, at: visit.site)
            return .redirect(to: back, notice: "\(refusal.message)本次填写的内容只暂存 30 分钟。")
        }
    }

    private func keep(
        _ id: MessageID, of holder: DraftStore.Holder, _ page: String, _ title: String, _ fields: [[String]], saved: Bool, at site: SiteFace
    ) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            site.drafts.keep(id, of: holder, page: page, title: title, fields: fields, saved: saved) { continuation.resume(with: $0) }
        }
    }

    /// A form that ended on an error page is kept for a while, and the page says how to get back to it.
    func rescue(_ visit: inout Visit) async {
        guard let account = visit.caller.session?.account, let page = Self.page(of: visit.request.fields.pairs, at: visit.site),
            let fields = DraftStore.keepable(visit.request.fields.pairs), !fields.isEmpty
        else { return }
        let id = ids.next()
        do { try await keep(id, of: .account(account), page, "未能提交的表单", fields, saved: false, at: visit.site) } catch { return }
        let back = QueryLink.make(page, [("_draft", id.description)])
        visit.notices.append(
            Notice(tone: .info) {
                p {
                    "您填写的内容已暂存 30 分钟。"
                    a("返回表单继续填写", href: back)
                }
            })
    }

    /// A form that was accepted needs no draft any more.
    func forgetDraft(_ reply: PageReply, _ visit: Visit, _ holders: [DraftStore.Holder]) async {
        guard case .redirect = reply, let id = visit.request.fields["_draft"].flatMap({ MessageID($0) }), !holders.isEmpty else { return }
        do { try await visit.site.drafts.drop(id, of: holders) } catch {
            log(.warning, "draft-kept", "a draft that was handed in could not be removed", ("site", visit.site.card.id))
        }
    }

    /// The list under 我的.
    func drafts(of visit: Visit) throws -> HTML {
        guard let account = visit.caller.session?.account else { return HTML {} }
        let saved = try visit.site.drafts.saved(by: account)
        return HTML {
            if !saved.isEmpty {
                h2("草稿")
                ul(.class("results")) {
                    for draft in saved {
                        li {
                            a(draft.title.isEmpty ? "未命名草稿" : draft.title, href: QueryLink.make(draft.page, [("_draft", draft.id.description)]))
                            p("保存于 \(Format.dateTime(draft.savedAt))，保留至 \(Format.date(draft.until))")
                            Form(
                                post: visit.site.root + "drafts", of: visit.request, submit: "删除草稿", confirm: "确认删除这份草稿？", weight: .quiet
                            ) { form in form.hidden("draft", draft.id.description) }
                        }
                    }
                }
            }
        }
    }

    func dropDraft(_ visit: Visit) async throws -> PageReply {
        guard let account = visit.caller.session?.account else { throw Refusal.signInRequired }
        if let id = visit.request.fields["draft"].flatMap({ MessageID($0) }) {
            try await visit.site.drafts.drop(id, of: [.account(account)])
        }
        return .redirect(to: visit.site.root + "me", notice: "草稿已删除。")
    }
}

extension SiteFace {
    /// Whether a GET of the path is a page of an enabled plug-in.
    func isPluginPage(_ path: String) -> Bool {
        let (plugin, rest) = Gateway.split(path.dropFirst(root.utf8.count - 1)[...])
        guard let table = pages[String(plugin)], case .found = table.match("GET", rest.isEmpty ? "/" : rest) else { return false }
        return true
    }
}
