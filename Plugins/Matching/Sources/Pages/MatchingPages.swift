import MarketContracts
import MatchingContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// The matching's pages: what each asks and how it fills its model.
struct MatchingPages: Sendable {
    let rulebook: Rulebook

    // MARK: - Stating a need

    func form(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(DemandFormPage(isOnBehalf: !request.actor.holds(.enterprise), rulebook: rulebook, refusal: nil).page(request))
    }

    func submit(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let isOnBehalf = !request.actor.holds(.enterprise)
        do {
            var form = FormInput(request)
            let title = form.text("title", "需求名称", 4...60)
            let category = form.text("category", "服务类别", 2...40)
            let description = form.text("description", "需求说明", 2...2000)
            let budget = form.money("budget", "预算")
            let wantedBy = form.optionalDay("wantedBy", "期望完成日期")
            var party: DemandParty?
            var region: RegionCode?
            var channel: DemandChannel? = .web
            if isOnBehalf {
                let name = form.text("enterpriseName", "企业名称", 2...80)
                party = form.creditCode("enterpriseCode", "统一社会信用代码").map { DemandParty(code: $0, name: name) }
                region = form.region("region", "企业所在地")
                channel = form.choice("channel", "来源")
            }
            var contact: (String, ContactNumber)?
            if let text = request.fields["contactPhone"] {
                let name = form.text("contactName", "联系人姓名", 1...40)
                if let phone = ContactNumber(text) { contact = (name, phone) } else { form.add("contactPhone", "电话号码有误，应为手机号、带区号的座机或服务号码。请修改。") }
            }
            try form.refuseIfFaulty(as: "matching.invalid-input")
            let receipt = try await context.tell(
                SubmitDemand(
                    title: title, category: category, description: description, budget: budget, wantedBy: wantedBy, enterprise: party, region: region,
                    channel: channel ?? .web, contactName: contact.map { Personal($0.0) }, contactPhone: contact.map { Personal($0.1) }))
            return .redirect(to: request.path(demand: receipt.demand), notice: "需求 \(receipt.number) 已提交，由\(receipt.level.title)受理。")
        } catch let refusal as Refusal where refusal.status < 500 {
            return .page(DemandFormPage(isOnBehalf: isOnBehalf, rulebook: rulebook, refusal: refusal).page(request))
        }
    }

    // MARK: - Lists

    func list(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let actor = request.actor
        let boxes: [FindDemands.Box] =
            (actor.holds(.enterprise) ? [.enterprise] : []) + (actor.holds(.agency) ? [.agency] : [])
            + (actor.holds(.windowStaff, .cityStaff, .provinceStaff) ? [.staff] : [])
        let wanted = request.fields["box"].flatMap { FindDemands.Box(rawValue: $0) }
        guard let box = wanted ?? boxes.first, boxes.contains(box) else { throw MatchingRefusal.noOrganisation }
        let result = try context.ask(
            FindDemands(
                box: box, state: request.fields["state"].flatMap { DemandState(rawValue: $0) }, category: request.fields["category"],
                after: request.fields["after"].flatMap { Cursor($0) }))
        return .page(DemandListPage(box: box, boxes: boxes, result: result, rulebook: rulebook).page(request))
    }

    /// The list to take away. Whom to reach stands in it for those who see it on the demand's page, too.
    func demandsCSV(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let actor = request.actor
        let isStaff = actor.holds(.windowStaff, .cityStaff, .provinceStaff)
        let box = request.fields["box"].flatMap { FindDemands.Box(rawValue: $0) } ?? (isStaff ? .staff : actor.holds(.enterprise) ? .enterprise : .agency)
        let right = UnmaskingRight(purpose: "下载需求", holder: actor.id)
        var rows = [["编号", "需求", "服务类别", "企业", "统一社会信用代码", "企业规模", "区划代码", "状态", "负责层级", "期限", "承接机构", "来源", "提出日期", "预算（元）", "联系人", "联系电话"]]
        var query = FindDemands(box: box, state: request.fields["state"].flatMap { DemandState(rawValue: $0) }, category: request.fields["category"], limit: 500)
        while rows.count <= 20_000 {
            let part = try context.ask(query)
            for card in part.items {
                let detail = try context.ask(GetDemand(id: card.id))
                rows.append([
                    card.number, card.title, rulebook.title(ofCategory: card.category), card.enterprise.name, card.enterprise.code.description,
                    detail.size?.title ?? "", card.region.description, card.state.title, card.state.isClosed ? "" : card.level.title,
                    card.due.map { $0.day.description } ?? "", card.agency?.name ?? "", card.channel.title, card.createdAt.day.description,
                    detail.budget?.description ?? "", detail.contactName?.reveal(by: right) ?? "", detail.contactPhone?.reveal(by: right)?.digits ?? "",
                ])
            }
            guard let next = part.next else { break }
            query.after = next
        }
        return .csv(name: "需求.csv", rows: rows)
    }

    func common(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(CommonPage(all: try context.ask(FindCommonDemands()), proposals: try context.ask(ProposeCommonDemands()), rulebook: rulebook, refusal: nil).page(request))
    }

    func answer(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        guard let cluster = request.parameters["id"].flatMap({ MessageID($0) }) else { throw MatchingRefusal.commonUnknown }
        do {
            let receipt = try await context.tell(AnswerCommonDemand(cluster: cluster, text: request.fields["text"] ?? ""))
            return .redirect(to: "\(request.base)/common", notice: "已答复 \(receipt.members) 个需求。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(CommonPage(all: try context.ask(FindCommonDemands()), proposals: try context.ask(ProposeCommonDemands()), rulebook: rulebook, refusal: refusal).page(request))
        }
    }

    func gap(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(
            GapPage(
                gaps: try context.ask(GetSupplyGap()), calls: try context.ask(FindCalls()), isStaff: request.actor.holds(.windowStaff, .cityStaff, .provinceStaff),
                rulebook: rulebook
            ).page(request))
    }

    // MARK: - One demand

    private func id(_ request: PageRequest) throws -> MessageID {
        guard let id = request.parameters["id"].flatMap({ MessageID($0) }) else { throw MatchingRefusal.unknown }
        return id
    }

    func demand(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(try demandPage(request, context, refusal: nil)) }

    private func demandPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let id = try id(request)
        let detail = try context.ask(GetDemand(id: id))
        let isStaff = Rulebook.isStaff(request.actor, in: detail.card.region)
        let right = UnmaskingRight(purpose: "对接需求时联系", holder: request.actor.id)
        let name = detail.contactName?.reveal(by: right), phone = detail.contactPhone?.reveal(by: right)
        let happenings = try context.timeline(subject: "demand/\(id)")
        let isOwn = detail.home == nil && detail.card.state == .agreed && request.actor.holds(.enterprise) && detail.card.enterprise.code == request.actor.organisation
        let isOrdered = happenings.last { $0.type == DemandOrdered.name }?.event(DemandOrdered.self)?.agency == detail.card.agency?.code
        return DemandPage(
            detail: detail, candidates: detail.actions.contains(.invite) ? try context.ask(GetCandidates(demand: id)) : [],
            similar: isStaff && detail.card.cluster == nil ? try context.ask(FindSimilarDemands(demand: id)) : [],
            happenings: happenings, contact: name.flatMap { name in phone.map { (name, $0.digits) } },
            isStaff: isStaff, mayOrder: isOwn && !isOrdered && context.bus.command(PlaceOrder.name) != nil, rulebook: rulebook, refusal: refusal
        ).page(request)
    }

    func order(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try id(request)
        do {
            _ = try await context.tell(OrderForDemand(demand: id))
            return .redirect(to: request.path(demand: id), notice: "已下单，请在“订单”中等待机构报价。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try demandPage(request, context, refusal: refusal))
        }
    }

    func advance(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try id(request)
        guard let action = request.fields["action"].flatMap({ DemandAction(rawValue: $0) }) else { throw Refusal.notFound }
        do {
            let receipt = try await context.tell(
                AdvanceDemand(
                    demand: id, action: action, agencies: request.fields.all("agencies").compactMap { CreditCode($0) },
                    isInterested: request.fields["interested"].map { $0 == "yes" }, score: request.fields["score"].flatMap { Int($0) },
                    note: request.fields["note"]))
            return .redirect(to: request.path(demand: id), notice: "已办理“\(action.title)”，现在的状态是“\(receipt.state.title)”。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try demandPage(request, context, refusal: refusal))
        }
    }

    func merge(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try id(request)
        do {
            let others = request.fields.all("others").compactMap { MessageID($0) }
            // A member of a common demand among the others: join that one.
            let cluster = try others.compactMap { try context.ask(GetDemand(id: $0)).card.cluster }.first
            let receipt = try await context.tell(MergeDemands(demands: [id] + others, cluster: cluster, title: request.fields["title"]))
            return .redirect(to: "\(request.base)/common", notice: "已合并，共 \(receipt.members) 个需求。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try demandPage(request, context, refusal: refusal))
        }
    }

    func mergeProposed(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let receipt = try await context.tell(MergeDemands(demands: request.fields.all("demands").compactMap { MessageID($0) }, title: request.fields["title"]))
            return .redirect(to: "\(request.base)/common", notice: "已合并，共 \(receipt.members) 个需求。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(
                CommonPage(
                    all: try context.ask(FindCommonDemands()), proposals: try context.ask(ProposeCommonDemands()), rulebook: rulebook, refusal: refusal
                ).page(request))
        }
    }

    func split(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try id(request)
        _ = try await context.tell(SplitDemand(demand: id))
        return .redirect(to: request.path(demand: id), notice: "已移出共性需求，此前的答复保留。")
    }
}

extension PageRequest {
    func path(demand id: MessageID) -> String { "\(base)/demands/\(id)" }
}
