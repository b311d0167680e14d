import ExpoContracts
import MatchingContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// Leads in rows, without names and numbers.
struct LeadTable: Component {
    var title: String
    var leads: [LeadCard]
    var request: PageRequest
    var empty: EmptyState

    var html: HTML {
        DataTable(
            title, columns: [.text("访客"), .text("方式"), .text("展位"), .text("时间"), .text("状态"), .text("下次跟进")],
            rows: leads.map { lead in
                [
                    .link(lead.organisation ?? "个人访客", "\(request.base)/leads/\(lead.id)"), .text(lead.kind.title), .text(lead.boothTitle), .moment(lead.createdAt),
                    DataTable.Cell { lead.state.badge }, .day(lead.followUp),
                ]
            }, empty: empty
        ).html
    }
}

/// One lead: what the visitor wants, how to reach the visitor, what became of it.
struct LeadPage {
    var detail: LeadDetail
    /// The exhibitor's own in Market; `nil` where no order can be prepared.
    var services: [Choice]?
    /// In full, after it was asked for.
    var contact: LeadContact?
    var story: [Happening]
    var categories: [ServiceCategory]
    var regions: RegionTable
    var refusal: Refusal?

    private var card: LeadCard { detail.card }

    func page(_ request: PageRequest) -> Page {
        let own = "\(request.base)/leads/\(card.id)"
        let right = UnmaskingRight(purpose: "参展单位联系访客", holder: request.actor.id)
        return Page(
            status: refusal?.status ?? 200, title: card.organisation ?? "个人访客", trail: [("访客线索", "\(request.base)/leads")],
            header: PageHeader(caption: "\(card.kind.title) · \(card.boothTitle)", state: card.state.badge, nextStep: nextStep(request))
        ) {
            FactList([
                Fact("姓名", contact?.name.reveal(by: right) ?? detail.name.description),
                Fact("电话", contact?.phone.reveal(by: right)?.digits ?? detail.phone.description), Fact("内容", card.text),
                Fact("预约时间", card.slotAt.map { Format.appointment($0) }), Fact("来源标签", card.source), Fact("意向金额", card.amount.map { Format.money($0) }),
                Fact("转为需求", card.demand), Fact("代下订单", card.order), Fact("同意提供联系方式", Format.dateTime(detail.consentedAt)),
            ])
            if contact == nil {
                Form(post: "\(own)/contact", of: request.withoutFields, submit: "查看联系方式（留痕）", weight: .secondary, prefix: "contact") { _ in HTML() }
            }
            if !detail.notes.isEmpty {
                DataTable(
                    "跟进记录", columns: [.text("时间"), .text("事项"), .text("记录")],
                    rows: detail.notes.map { [.moment($0.at), .text($0.action.title), .text($0.text)] })
            }
            if !detail.actions.isEmpty { follow(own, request) }
            if card.code != nil, card.demand == nil { conversion(own, request) }
            if let services { LeadOrder(lead: card, services: services, categories: categories, regions: regions, request: request, refusal: refusal) }
            Timeline(story.map { Timeline.Entry(at: $0.time, actor: $0.actor, title: $0.title) })
            request.storyLink(story)
        }
    }

    private func nextStep(_ request: PageRequest) -> String? {
        switch card.state {
        case .new: "联系访客，并记录结果"
        case .closed: nil
        default: card.followUp.map { "\(Format.date($0)) 再次跟进" }
        }
    }

    private func follow(_ own: String, _ request: PageRequest) -> HTML {
        section {
            h2("跟进")
            Form(post: "\(own)/advance", of: request.typed(in: "follow"), refusal: request.fields["form"] == "follow" ? refusal : nil, submit: "记录", prefix: "follow") { form in
                form.hidden("form", "follow")
                form.radio("action", "办理事项", detail.actions.map { Choice($0.rawValue, $0.title) }, required: true)
                form.textarea("note", "记录", rows: 3, hint: "结束跟进须写明原因")
                form.money("amount", "意向金额", hint: "达成意向时填写，企业自报")
                form.date("followUp", "下次跟进日期")
            }
        }
    }

    private func conversion(_ own: String, _ request: PageRequest) -> HTML {
        let isTried = request.fields["form"] == "demand"
        return Disclosure("转为需求，由需求对接寻找服务机构", isOpen: isTried) {
            Form(post: "\(own)/demand", of: request.typed(in: "demand"), refusal: isTried ? refusal : nil, submit: "转为需求", prefix: "demand") { form in
                form.hidden("form", "demand")
                form.text("title", "需求名称", value: card.text.map { String($0.prefix(40)) }, hint: "4–60 个字", required: true)
                form.select("category", "服务类别", categories.map { Choice($0.id, $0.name) }, required: true)
                form.textarea("description", "需求说明", value: card.text, rows: 4, required: true)
                form.region("region", "企业所在地", in: regions, below: request.site.region?.province, on: request.now.day, required: true)
            }
        }.html
    }
}
