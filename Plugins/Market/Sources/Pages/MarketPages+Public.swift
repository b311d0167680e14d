import MarketContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// The market's pages: what each asks and how it fills its model. Here those that everybody may see.
struct MarketPages: Sendable {
    let rulebook: Rulebook

    func front(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(
            FrontPage(
                board: try context.ask(GetServiceBoard()), facets: try context.ask(SearchServices(limit: 1)).facets,
                count: try context.ask(CountAgencies()), satisfaction: try context.ask(GetSatisfaction()), rulebook: rulebook
            ).page(request))
    }

    func services(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let found = try context.ask(
            SearchServices(
                text: request.fields["q"].map { String($0.prefix(60)) }, category: request.fields["category"],
                region: request.fields["region"].flatMap { RegionCode($0) }, nature: request.coded("nature"), mode: request.coded("mode"),
                price: request.coded("price"), after: request.fields["after"].flatMap { Cursor($0) }))
        return .page(ServiceListPage(found: found, rulebook: rulebook).page(request))
    }

    func service(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try servicePage(request, context, refusal: nil))
    }

    func servicePage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?, slotRefusal: Refusal? = nil) throws -> Page {
        let detail = try context.ask(GetService(id: try serviceID(request)))
        return ServicePage(
            detail: detail, rulebook: rulebook, refusal: refusal, offer: offer(detail.card, request),
            slots: try slots(detail.card, request, context, refusal: slotRefusal)
        ).page(request)
    }

    /// What can be booked, for services that are rendered offline.
    private func slots(_ card: ServiceCard, _ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> HTML {
        guard card.isByAppointment, card.state == .listed else { return HTML() }
        let isOwn = Rights.isAgency(request.actor, card.agency) && card.site == request.site.id
        return SlotParts(
            card: card, slots: try context.ask(FindSlots(service: card.id)),
            resources: isOwn ? try context.ask(GetAgency(code: card.agency)).resources ?? [] : nil,
            mayOrder: request.actor.kind == .visitor || Market.buyers.allows(request.actor), request: request, refusal: refusal
        ).html
    }

    /// The way to an order, for whoever may order; visitors are led to the sign-in.
    private func offer(_ card: ServiceCard, _ request: PageRequest) -> HTML {
        guard card.state == .listed, request.actor.kind == .visitor || Market.buyers.allows(request.actor) else { return HTML() }
        let isFull = card.placesLeft == 0
        let word = request.actor.holds(.windowStaff, .cityStaff, .provinceStaff) ? "代企业下单" : card.isByAppointment ? "预约" : card.price.kind == .free || card.price.kind == .fixed ? "下单" : "请机构报价"
        return Actions {
            if isFull {
                StateBadge("名额已满", .warning)
            } else {
                ButtonLink(word, href: QueryLink.make("\(request.base)/orders/new", [("service", card.id.description)]))
                if let days = card.trialDays {
                    ButtonLink("免费试用 \(days) 天", href: QueryLink.make("\(request.base)/orders/new", [("service", card.id.description), ("isTrial", "on")]), .secondary)
                }
            }
        }.html
    }

    func serviceID(_ request: PageRequest) throws -> MessageID {
        guard let id = request.parameters["id"].flatMap({ MessageID($0) }) else { throw MarketRefusal.unknownService }
        return id
    }

    func compare(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let ids = request.fields.all("id").compactMap { MessageID($0) }
        let services = ids.isEmpty ? [] : try context.ask(CompareServices(ids: Array(ids.prefix(4))))
        return .page(ComparePage(services: services, rulebook: rulebook).page(request))
    }

    func agencies(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let result = try context.ask(
            FindAgencies(
                text: request.fields["q"].map { String($0.prefix(60)) }, category: request.fields["category"],
                region: request.fields["region"].flatMap { RegionCode($0) }, isCore: request.fields["core"] == "true" ? true : nil,
                after: request.fields["after"].flatMap { Cursor($0) }))
        return .page(AgencyListPage(result: result, count: try context.ask(CountAgencies()), rulebook: rulebook).page(request))
    }

    func agency(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try agencyPage(request, context, refusal: nil))
    }

    func agencyCode(_ request: PageRequest) throws -> CreditCode {
        guard let code = request.parameters["code"].flatMap({ CreditCode($0) }) else { throw Refusal.notFound }
        return code
    }

    func agencyPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try context.ask(GetAgency(code: try agencyCode(request)))
        let actor = request.actor
        let isInside = Rights.isAgency(actor, detail.card.code) || Rights.isStaff(actor, in: detail.card.region)
        return AgencyPage(
            detail: detail, happenings: isInside ? try context.timeline(subject: "agency/\(detail.card.code)") : [], isInside: isInside,
            mayMarkCore: Rights.isProvince(actor, in: detail.card.region) && detail.card.state == .approved,
            contact: contact(detail, actor), rulebook: rulebook, refusal: refusal
        ).page(request)
    }

    /// The agency's contact in full, for itself and the staff of its region.
    func contact(_ detail: AgencyDetail?, _ actor: Actor) -> (name: String, phone: String)? {
        guard let contact = detail?.contact else { return nil }
        let right = UnmaskingRight(purpose: "办理机构入驻和服务对接", holder: actor.id)
        guard let name = contact.name.reveal(by: right), let phone = contact.phone.reveal(by: right) else { return nil }
        return (name, phone.digits)
    }

    /// A document, for whoever may see it.
    func file(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let document = try context.ask(GetMarketDocument(digest: request.parameters["digest"] ?? ""))
        let kept = Attachment(
            digest: document.digest, size: Int(document.length), name: document.name, type: FileKind(fileName: document.name) ?? .pdf)
        return .file(path: context.files.path(of: kept), length: document.length, name: document.name, type: document.type)
    }
}
