import Identity
import Messages
import Pages
import PluginKit
import Vocabulary

/// 我的授权: what an enterprise lets partners have of it, given and taken back here.
enum ConsentPages {
    /// The page below `/{site}/`.
    static let name = "consents"

    static func isOpen(to actor: Actor) -> Bool { actor.holds(.enterprise) }

    static func list(_ visit: Visit, refusal: Refusal? = nil) throws -> PageReply {
        let actor = visit.caller.actor
        let store = visit.site.identity
        // An account that acts for no enterprise has given none, and giving one is refused.
        let consents = try actor.organisation.map { try store.consents(of: $0) } ?? []
        let offers = store.consentOffers()
        let now = visit.request.now
        return .page(
            Page(status: refusal?.status ?? 200, title: "我的授权", trail: [("我的", visit.site.root + "me")]) {
                p("下列机构经您单位授权，可以为所写用途取得您单位的信息。授权可随时撤回，撤回后其下一次调用即被拒绝。")
                if consents.isEmpty { EmptyState("没有授权", hint: "没有授权时，合作机构不能取得您单位的个人信息。") }
                for consent in consents {
                    Panel(consent.partner.name) {
                        FactList([
                            Fact("授权编号") { code(consent.id.description) }, Fact("用途", consent.purpose),
                            Fact("内容", consent.messages.map(\.description).joined(separator: "，")), Fact("授权时间", at: consent.givenAt),
                            Fact("有效期至", on: consent.until),
                            Fact("状态") {
                                switch consent.state(at: now) {
                                case .good: StateBadge("有效", .success)
                                case .withdrawn: StateBadge("已撤回", .neutral)
                                case .ended: StateBadge("已到期", .neutral)
                                }
                            },
                        ])
                        if consent.state(at: now) == .good {
                            Form(
                                post: visit.site.root + name, of: visit.request, submit: "撤回授权", confirm: "撤回后该机构不能再取得您单位的信息，确定吗？",
                                weight: .danger
                            ) { form in form.hidden("withdraw", consent.id.description) }
                        }
                    }
                }
                if !offers.isEmpty {
                    h2("新的授权")
                    Form(post: visit.site.root + name, of: visit.request, refusal: refusal, submit: "同意授权") { form in
                        form.radio(
                            "partner", "授权给",
                            offers.map {
                                Choice(
                                    $0.partner.code.description, $0.partner.name,
                                    hint: "用途：\($0.purpose)。内容：\($0.messages.map(\.description).joined(separator: "，"))。最长至 \(Format.date($0.until))。")
                            }, required: true)
                        form.date("until", "有效期至", required: true)
                    }
                } else if let refusal {
                    Notice(refusal.message, tone: .danger)
                }
            })
    }

    static func change(_ visit: Visit) async throws -> PageReply {
        let (actor, fields) = (visit.caller.actor, visit.request.fields)
        let store = visit.site.identity
        do {
            if let text = fields["withdraw"] {
                guard let id = MessageID(text) else { throw Refusal.notFound }
                try await store.withdrawConsent(id, by: actor, address: visit.address)
                return .redirect(to: visit.site.root + name, notice: "已撤回授权，下一次调用起拒绝。")
            }
            guard let partner = CreditCode(fields["partner"] ?? "") else {
                throw Refusal(
                    "partner.consent-invalid", status: 422, message: "请选择要授权的机构。", log: "no partner chosen",
                    faults: [.init(field: "partner", message: "请选择一个机构。")])
            }
            let consent = try await store.giveConsent(
                to: partner, until: Day(fields["until"] ?? ""), by: actor, address: visit.address)
            return .redirect(to: visit.site.root + name, notice: "已授权，编号 \(consent.id)。")
        } catch let refusal as Refusal where refusal.status < 500 {
            return try list(visit, refusal: refusal)
        }
    }
}
