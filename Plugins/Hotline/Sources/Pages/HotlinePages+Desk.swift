import HotlineContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// What staff work with. Every form, refused, comes back as the page with what was typed and what is wrong.
extension HotlinePages {
    private func filter(_ request: PageRequest) -> FindOrders {
        FindOrders(
            q: request.fields["q"].map { String($0.prefix(60)) }, state: request.coded("state"), category: request.fields["category"],
            closed: request.fields["closed"] == "yes" ? true : nil, overdue: request.fields["overdue"] == "yes" ? true : nil, after: request.after)
    }

    func desk(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(
            DeskPage(
                orders: try context.ask(filter(request)), categories: categories,
                mayRegister: request.actor.holds(.windowStaff, .cityStaff, .provinceStaff), rulebook: rulebook
            ).page(request))
    }

    func deskCSV(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        var query = filter(request)
        query.limit = 500
        query.after = nil
        let orders = try context.ask(query).items
        return .csv(
            name: "工单.csv",
            rows: [["编号", "标题", "状态", "区划", "类别", "紧急程度", "渠道", "主办单位", "登记时间", "期限", "逾期", "重办"]]
                + orders.map { card in
                    [
                        card.number.description, card.title, card.state.title, rulebook.title(of: card.region), rulebook.categoryTitle(card.category),
                        card.urgency.title, card.channel.title, card.ownerName ?? "", Format.dateTime(card.registeredAt),
                        card.due.map { Format.dateTime($0) } ?? "", card.isOverdue ? "是" : "", String(card.redo),
                    ]
                })
    }

    func supervision(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(
            SupervisionPage(
                board: try context.ask(GetBoard()), overdue: try context.ask(FindOrders(overdue: true, limit: 50)),
                supervised: try context.ask(FindOrders(supervised: true, limit: 50)),
                statistics: try context.ask(GetStatistics()), rulebook: rulebook
            ).page(request))
    }

    // MARK: - Registering

    func orderForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try await orderForm(request, context, refusal: nil))
    }

    private func orderForm(
        _ request: PageRequest, _ context: PageContext, refusal: Refusal?, similar: [SimilarOrder] = []
    ) async throws -> Page {
        let filled = refusal == nil ? try filled(request, context) : request
        var page = OrderFormPage(
            categories: categories, regions: regions(request), suggested: try await suggested(filled, context), refusal: refusal, similar: similar,
            followOns: followOns(context), serviceCategories: serviceCategories
        ).page(filled)
        page.assets = [SuggestScript.asset.path]
        return page
    }

    /// The form as far as the call it is opened from fills it in: a known caller's name, number, enterprise and region.
    private func filled(_ request: PageRequest, _ context: PageContext) throws -> PageRequest {
        guard let id = request.fields["call"].flatMap({ Int($0) }) else { return request }
        let call = try context.ask(GetCall(id: id))
        let right = UnmaskingRight(purpose: "接听来电、登记工单", holder: request.actor.id)
        let known: [(String, String?)] = [
            ("phone", call.callerPhone?.reveal(by: right)?.digits), ("name", call.callerName?.reveal(by: right)),
            ("enterprise", call.enterprise),
            ("creditCode", call.creditCode?.description), ("category", call.card.skill),
            ("region", (call.orders.first?.region ?? call.card.region).description),
        ]
        var filled = request
        for case (let name, let value?) in known where request.fields[name] == nil {
            filled.fields.pairs.append((name, value))
        }
        return filled
    }

    func register(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        if request.fields["look"] == "yes" { return .page(try await orderForm(request, context, refusal: nil)) }
        do {
            var form = FormInput(request)
            let title = form.text("title", "事项标题")
            let content = form.text("content", "反映内容", 1...4000)
            let category = form.text("category", "事项类别")
            let region = form.region("region", "所在区划")
            let urgency = form.choice("urgency", "紧急程度", or: Urgency.normal)
            let channel = form.choice("channel", "受理渠道", or: Channel.telephone)
            let phone = form.optional("phone", "电话号码有误，应为 11 位手机号或带区号的固定电话。请核对。") { ContactNumber($0) }
            let creditCode = form.optional("creditCode", "统一社会信用代码有误：应为 18 位，且校验码正确（GB 32100-2015）。请核对。") { CreditCode($0) }
            try form.refuseIfFaulty()
            guard let region else { return .page(try await orderForm(request, context, refusal: nil)) }
            let service = form.optional("followOnService", "服务编号有误。请从列表中选择。") { MessageID($0) }
            try form.refuseIfFaulty()
            let call = try request.fields["call"].flatMap { Int($0) }.map {
                try context.ask(GetCall(id: $0)).card.reference
            }
            if request.fields["isDistinct"] != "yes" {
                let similar = try context.ask(
                    FindSimilarOrders(
                        title: title, enterprise: request.fields["enterprise"], creditCode: creditCode,
                        callerPhone: phone.map { Personal($0) })
                ).orders
                if !similar.isEmpty { return .page(try await orderForm(request, context, refusal: nil, similar: similar)) }
            }
            let code = LookupCode(request.fields["lookupCode"] ?? "") ?? .random()
            let digest = code.digest(for: Rulebook.lookupPurpose)
            let followOn = (request.coded("followOn") as FollowOnKind?).map { kind in
                FollowOnRequest(
                    kind: kind, category: kind == .demand ? request.fields["followOnCategory"] : nil,
                    service: kind == .service ? service : nil,
                    lookup: kind == .appeal ? code.digest(for: Self.appealPurpose) : nil)
            }
            let receipt = try await context.tell(
                RegisterOrder(
                    title: title, content: content, category: category, region: region, urgency: urgency,
                    channel: channel,
                    isConfidential: request.fields["isConfidential"] == "yes",
                    callerName: request.fields["name"].map { Personal($0) },
                    callerPhone: phone.map { Personal($0) }, enterprise: request.fields["enterprise"],
                    creditCode: creditCode,
                    call: call, lookup: digest, followOn: followOn))
            return .page(
                RegisteredPage(
                    number: receipt.number, code: receipt.lookup == digest ? code.description : nil,
                    followOns: request.fields["isConfidential"] == "yes" ? [] : followOns(context), opened: followOn?.kind
                ).page(request))
        } catch let refusal as Refusal {
            return .page(try await orderForm(request, context, refusal: refusal))
        }
    }

    func issueCode(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let number = try number(request)
        let code = LookupCode(request.fields["lookupCode"] ?? "") ?? .random()
        let digest = code.digest(for: Rulebook.lookupPurpose)
        let receipt = try await context.tell(IssueCode(number: number, lookup: digest))
        return .page(RegisteredPage(number: number, code: receipt.lookup == digest ? code.description : nil, isRenewed: true).page(request))
    }

    // MARK: - One order

    func number(_ request: PageRequest) throws -> OrderNumber {
        let text = request.parameters["number"] ?? ""
        guard let number = OrderNumber(text) else {
            throw HotlineRefusal.make("order-unknown", "没有编号为“\(text.prefix(40))”的工单。编号形如 HT20260302-430181-0001，请核对。", log: "malformed order number")
        }
        return number
    }

    func order(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try orderPage(request, context, refusal: nil))
    }

    func orderPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try context.ask(GetOrder(number: number(request)))
        let units = try context.ask(FindUnits(region: detail.card.region, category: detail.card.category)).units
        let articles =
            detail.card.state.isFinal ? [] : try context.ask(FindArticles(category: String(detail.card.category.prefix(2)), limit: 3)).items
        return OrderPage(
            detail: detail, units: units, articles: articles, rulebook: rulebook, followOns: followOns(context), refusal: refusal
        ).page(request)
    }

    func advance(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let action = form.choice("action", "办理动作", or: OrderAction.note)
            let unit = form.unit("unit")
            let days = form.optional("days", "工作日数应为整数。请修改。") { Int($0) }
            let assistants = request.fields.all("assistants").compactMap { UnitID($0) }
            try form.refuseIfFaulty()
            let receipt = try await context.tell(
                AdvanceOrder(
                    order: number(request), action: action, expected: request.coded("expected"), text: request.fields["text"], unit: unit,
                    assistants: assistants.isEmpty ? nil : assistants, days: days, satisfaction: request.coded("satisfaction"),
                    person: request.fields["person"]))
            return .redirect(to: request.path(receipt.number), notice: "已办理「\(action.title)」，工单现为「\(receipt.state.title)」。")
        } catch let refusal as Refusal {
            return .page(try orderPage(request, context, refusal: refusal))
        }
    }

    // MARK: - Units

    func units(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try unitsPage(request, context, refusal: nil))
    }

    private func unitsPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        UnitsPage(
            units: try context.ask(FindUnits()).units.map(\.unit), categories: categories, regions: regions(request),
            mayChange: request.actor.holds(.cityStaff, .provinceStaff), rulebook: rulebook, refusal: refusal
        ).page(request)
    }

    func setUnit(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let id = form.unit("id")
            if id == nil { _ = form.text("id", "单位标识") }
            let title = form.text("title", "单位名称")
            let region = form.region("region", "管辖区划")
            let creditCode = form.optional("creditCode", "统一社会信用代码有误，应为 18 位。请核对。") { CreditCode($0) }
            let format = "日期应一行一个，形如 2026-08-03，或一段 2026-08-03 至 2026-08-07（不超过 60 天）。请改正。"
            let closed = form.optional("closedDays", format, DaySpans.days)
            let open = form.optional("openDays", format, DaySpans.days)
            let clears = request.fields["clearsDays"] == "yes"
            try form.refuseIfFaulty()
            guard let id, let region else { return .page(try unitsPage(request, context, refusal: nil)) }
            _ = try await context.tell(
                SetUnit(
                    id: id, title: title, region: region, creditCode: creditCode, categories: request.fields.all("categories"),
                    worksMakeUpDays: request.fields["noMakeUp"] != "yes",
                    closedDays: closed ?? (clears ? [] : nil), openDays: open ?? (clears ? [] : nil)))
            return .redirect(to: "\(request.base)/units", notice: "承办单位“\(title)”已保存。")
        } catch let refusal as Refusal {
            return .page(try unitsPage(request, context, refusal: refusal))
        }
    }
}
