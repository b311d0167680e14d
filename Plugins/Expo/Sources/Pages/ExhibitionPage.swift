import ExpoContracts
import Messages
import Pages
import Vocabulary

/// An exhibition: what, when, its halls with plan and booths. Public.
struct ExhibitionPage {
    var detail: ExhibitionDetail
    var booths: [BoothCard]
    var featured: [FeaturedExhibit]
    var region: String
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let card = detail.card
        let own = "\(request.base)/exhibitions/\(card.id)"
        return Page(
            status: refusal?.status ?? 200, title: card.title, trail: [("网上博览会", "\(request.base)/")],
            header: PageHeader(caption: "\(card.kind.title) · \(region) · \(card.days)", state: card.badge(on: request.now.day), lead: detail.summary) {
                if request.actor.holds(.enterprise, .agency), card.state == .published { ButtonLink("申请参展", href: "\(own)/apply") }
                if detail.mayManage {
                    if card.state != .closed { ButtonLink("修改展会", href: "\(own)/edit", .secondary) }
                    ButtonLink("成效", href: "\(own)/report", .secondary)
                }
            }
        ) {
            if let notice = detail.notice { Notice(notice, tone: .info, title: "公告") }
            LiveTable(lives: detail.lives, request: request, namesBooths: true)
            FeaturedExhibits(exhibits: featured, request: request)
            for hall in detail.halls { part(hall, own, request) }
            if detail.mayManage { manage(own, request) }
        }
    }

    private func part(_ hall: Hall, _ own: String, _ request: PageRequest) -> HTML {
        let booths = booths.filter { $0.hall == hall.number }
        return section {
            h2 { a(hall.title, href: QueryLink.make("\(own)/halls/\(hall.number)", [("via", BoothCards.tag(request) ?? "")])) }
            p("\(hall.kind.title) · \(booths.count) 个展位" + (hall.note.map { " · \($0)" } ?? ""), .class("muted"))
            if !booths.isEmpty {
                if booths.count > 1 { PlanDrawing(booths: booths, request: request) }
                BoothCards.grid(Array(booths.prefix(6)), request)
                if booths.count > 6 { p { a("全部 \(booths.count) 个展位", href: "\(own)/halls/\(hall.number)") } }
            }
        }
    }

    private func manage(_ own: String, _ request: PageRequest) -> HTML {
        section {
            h2("展会办理")
            for action in ExhibitionAction.allCases where Life.step(detail.card.state, action) != nil {
                let isTried = request.fields["action"] == action.rawValue
                Disclosure(action.title, isOpen: isTried || action == .publish) {
                    Form(
                        post: "\(own)/advance", of: isTried ? request : request.withoutFields, refusal: isTried ? refusal : nil, submit: action.title,
                        confirm: action == .close ? "确认闭展？展位将不再公开，不能撤销。" : nil, weight: action == .close ? .danger : .primary, prefix: action.rawValue
                    ) { form in form.hidden("action", action.rawValue) }
                }
            }
            p("推广链接：在展会或展位地址后加 ?via=标签（小写字母、数字、连字符），由此而来的线索会记下标签，成效中分别统计。", .class("muted"))
        }
    }
}
