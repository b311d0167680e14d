import ExpoContracts
import MarketContracts
import Messages
import Pages
import PluginKit
import Vocabulary

extension ExpoPages {
    /// What the exhibitor lists in Market; `nil` where no order can be prepared, or the exhibitor is no agency that may be asked there.
    func services(for lead: LeadCard, _ request: PageRequest, _ context: PageContext) async throws -> [Choice]? {
        guard lead.code != nil, lead.order == nil, context.bus.command(PlaceOrder.name) != nil,
            let own = request.actor.organisation
        else { return nil }
        do {
            let agency = try await context.ask(across: GetAgency(code: own))
            guard agency.card.state == .approved else { return nil }
            return agency.services.filter { $0.state == .listed }.map { Choice($0.id.description, $0.title) }
        } catch let refusal as Refusal where refusal.status == 404 { return nil }
    }

    func order(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let service = form.optional("service", "服务编号有误。请从列表中选择。") { MessageID($0) }
            let description = form.text("description", "需要说明", 2...2000)
            let region = form.region("region", "企业所在地")
            try form.refuseIfFaulty(as: "expo.invalid-input")
            guard let region else { throw Refusal.notFound }
            let receipt = try await context.tell(
                OrderForLead(
                    lead: request.leadID(), service: service, title: request.fields["title"],
                    category: request.fields["category"], description: description,
                    region: region))
            return .redirect(to: "\(request.base)/leads/\(receipt.lead)", notice: "已代下订单，待企业确认后生效。编号稍后显示。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try await leadPage(request, context, contact: nil, refusal: refusal))
        }
    }
}

/// Preparing an order: one of the exhibitor's services, or a request for its quote.
struct LeadOrder: Component {
    var lead: LeadCard
    var services: [Choice]
    var categories: [ServiceCategory]
    var regions: RegionTable
    var request: PageRequest
    var refusal: Refusal?

    var html: HTML {
        let isTried = request.fields["form"] == "order"
        return Disclosure("代下订单，由企业确认", isOpen: isTried) {
            p("访客的企业在服务超市确认后订单才生效。", .class("muted"))
            Form(
                post: "\(request.base)/leads/\(lead.id)/order", of: request.typed(in: "order"),
                refusal: isTried ? refusal : nil, submit: "代下订单", prefix: "order"
            ) { form in
                form.hidden("form", "order")
                if services.isEmpty {
                    p("本单位在服务超市没有上架的服务，按询价下单。", .class("muted"))
                } else {
                    form.select("service", "服务", services, hint: "不选的按询价下单，须填写订单名称和类别")
                }
                form.text("title", "订单名称", hint: "4–60 个字；选了服务的可不填")
                form.select("category", "服务类别", categories.map { Choice($0.id, $0.name) }, hint: "选了服务的可不选")
                form.textarea("description", "需要说明", value: lead.text, rows: 4, required: true)
                form.region("region", "企业所在地", in: regions, below: request.site.region?.province, on: request.now.day, required: true)
            }
        }.html
    }
}
