import MarketContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// Pages of orders.
extension MarketPages {
    func orders(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let boxes = Self.boxes(of: request.actor)
        guard let box = request.coded("box") ?? boxes.first, boxes.contains(box) else { throw MarketRefusal.noOrganisation }
        let result = try context.ask(
            FindOrders(
                box: box, state: request.coded("state"), isOverdue: request.fields["overdue"] == "true" ? true : nil,
                after: request.fields["after"].flatMap { Cursor($0) }))
        return .page(OrderListPage(box: box, boxes: boxes, result: result).page(request))
    }

    static func boxes(of actor: Actor) -> [FindOrders.Box] {
        (actor.holds(.enterprise) ? [.enterprise] : []) + (actor.holds(.agency) ? [.agency] : [])
            + (actor.holds(.windowStaff, .cityStaff, .provinceStaff) ? [.staff] : [])
    }

    func orderForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(try orderFormPage(request, context, refusal: nil)) }

    private func orderFormPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let service = try request.fields["service"].flatMap { MessageID($0) }.map { try context.ask(GetService(id: $0)).card }
        var agencies: [AgencyCard] = []
        if service == nil, request.fields["category"] != nil || request.fields["q"] != nil || refusal != nil {
            agencies = try context.ask(
                FindAgencies(text: request.fields["q"].map { String($0.prefix(60)) }, category: request.fields["category"], limit: 50)).items
        }
        let slots = try service.map { $0.isByAppointment ? try context.ask(FindSlots(service: $0.id)).filter { $0.left > 0 } : [] } ?? []
        return OrderFormPage(
            service: service, agencies: agencies, slots: slots, isOnBehalf: !request.actor.holds(.enterprise), rulebook: rulebook, refusal: refusal
        ).page(request)
    }

    func placeOrder(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let isOnBehalf = !request.actor.holds(.enterprise)
            var form = FormInput(request)
            let service = request.fields["service"].flatMap { MessageID($0) }
            let title = service == nil ? form.text("title", "需要什么服务", 4...60) : nil
            let category = service == nil ? form.text("category", "服务类别", 2...40) : nil
            let description = form.text("description", "需要说明", 2...2000)
            let address = form.optionalText("address", "服务地址", 5...120)
            let budget = form.money("budget", "预算")
            let wantedBy = form.optionalDay("wantedBy", "期望完成日期")
            let agencies = request.fields.all("agencies").compactMap { CreditCode($0) }
            let party = isOnBehalf ? self.party(&form) : nil
            let region = isOnBehalf ? form.region("region", "企业所在地") : nil
            let channel: OrderChannel? = isOnBehalf ? form.choice("channel", "来源") : .web
            let (name, phone) = contact(&form)
            let slot = request.fields["slot"].flatMap { MessageID($0) }
            try form.refuseIfFaulty(as: "market.invalid-input")
            let receipt = try await context.tell(
                PlaceOrder(
                    service: service, agencies: agencies, title: title, category: category, description: description, budget: budget, wantedBy: wantedBy,
                    enterprise: party, region: region, channel: channel ?? .web, contactName: name.map { Personal($0) }, contactPhone: phone.map { Personal($0) },
                    slot: slot, isTrial: service != nil && request.fields["isTrial"] != nil ? true : nil, address: address))
            let waits = !isOnBehalf && receipt.state == .proposed
            return .redirect(to: request.path(order: receipt.order), notice: waits ? "订单 \(receipt.number) 超过本单位的审批限额，等待另一人同意。" : "订单 \(receipt.number) 已提交。")
        } catch let refusal as Refusal where refusal.status < 500 && refusal.status != 404 {
            return .page(try orderFormPage(request, context, refusal: refusal))
        }
    }

    func party(_ form: inout FormInput) -> Party? {
        let name = form.text("enterpriseName", "企业名称", 2...80)
        return form.creditCode("enterpriseCode", "统一社会信用代码").map { Party(code: $0, name: name) }
    }

    private func contact(_ form: inout FormInput) -> (String?, ContactNumber?) {
        guard let text = form.request.fields["contactPhone"] else { return (nil, nil) }
        let name = form.text("contactName", "联系人姓名", 1...40)
        guard let phone = ContactNumber(text) else {
            form.add("contactPhone", "电话号码有误，应为手机号、带区号的座机或服务号码。请修改。")
            return (nil, nil)
        }
        return (name, phone)
    }

    func recordForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(recordPage(request, refusal: nil)) }

    private func recordPage(_ request: PageRequest, refusal: Refusal?) -> Page {
        RecordFormPage(ownAgency: request.actor.holds(.agency) ? request.actor.organisation : nil, rulebook: rulebook, refusal: refusal).page(request)
    }

    func recordService(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let party = self.party(&form)
            let region = form.region("region", "企业所在地")
            let agency = form.creditCode("agency", "服务机构的信用代码")
            let title = form.text("title", "服务名称", 4...60)
            let category = form.text("category", "服务类别", 2...40)
            let channel: OrderChannel? = form.choice("channel", "来源")
            let day = form.day("happenedOn", "实际日期")
            let description = form.text("description", "服务说明", 2...2000)
            let proof = form.text("proof", "交付情况", 2...2000)
            let amount = form.money("amount", "金额")
            let documents = form.attachments("documents", context)
            try form.refuseIfFaulty(as: "market.invalid-input")
            guard let party, let region, let agency, let channel, let day else { throw Refusal.notFound }
            let receipt = try await context.tell(
                RecordService(
                    enterprise: party, region: region, agency: agency, title: title, category: category, description: description, proof: proof,
                    documents: documents, channel: channel, happenedOn: day, amount: amount))
            return .redirect(to: request.path(order: receipt.order), notice: "已补录，编号 \(receipt.number)，等待企业确认。")
        } catch let refusal as Refusal where refusal.status < 500 {
            return .page(recordPage(request, refusal: refusal))
        }
    }

    // MARK: - One order

    func orderID(_ request: PageRequest) throws -> MessageID {
        guard let id = request.parameters["id"].flatMap({ MessageID($0) }) else { throw MarketRefusal.unknownOrder }
        return id
    }

    func order(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(try orderPage(request, context, refusal: nil)) }

    func orderPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try context.ask(GetOrder(id: try orderID(request)))
        let isChosen = detail.card.agency.map { Rights.isAgency(request.actor, $0.code) } ?? false
        let right = UnmaskingRight(purpose: "办理订单时联系", holder: request.actor.id)
        let name = detail.contactName?.reveal(by: right), phone = detail.contactPhone?.reveal(by: right)
        return OrderPage(
            detail: detail, happenings: try context.timeline(subject: "order/\(detail.card.id)").filter { Self.told.contains($0.type) },
            contact: name.flatMap { name in phone.map { (name, $0.digits) } }, mayReply: isChosen && detail.rating != nil && detail.rating?.reply == nil,
            vouchers: Rights.isEnterprise(request.actor, detail.card.enterprise.code) ? try context.ask(FindVouchers(order: detail.card.id)) : [],
            mayReport: isChosen && detail.activation != nil && detail.activation?.state != .activated, mayConfirm: Rights.isEnterprise(request.actor, detail.card.enterprise.code),
            mayComplain: detail.card.home == request.site.id && (Rights.isEnterprise(request.actor, detail.card.enterprise.code) || Rights.isStaff(request.actor, in: detail.card.region)),
            rulebook: rulebook, refusal: refusal
        ).page(request)
    }

    /// What stands in the story of an order; what sites tell each other on the way does not.
    private static let told: Set<WireName> = [
        OrderAdvanced.name, OrderReceived.name, OrderDueSoon.name, OrderOverdue.name, OrderRefunded.name, IntegritySignalRaised.name, VoucherMoved.name, ApprovalAsked.name, ActivationReported.name,
    ]

    func advanceOrder(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try orderID(request)
        guard let action: OrderAction = request.coded("action") else { throw Refusal.notFound }
        do {
            var form = FormInput(request)
            let amount = form.money("amount", "报价", required: action == .quote)
            let days = form.number("days", "用时", 1...730)
            let appointment = action == .schedule ? self.appointment(&form) : nil
            let documents = form.attachments("documents", context)
            try form.refuseIfFaulty(as: "market.invalid-input")
            let receipt = try await context.tell(
                AdvanceOrder(
                    order: id, action: action, agency: request.fields["agency"].flatMap { CreditCode($0) }, amount: amount, days: days,
                    note: request.fields["note"], appointment: appointment, documents: documents))
            let after = try context.ask(GetOrder(id: id))
            let home = after.card.home
            if after.approval?.isOwn == true, action == .accept || action == .endorse {
                return .redirect(to: request.path(order: id), notice: "金额超过本单位的审批限额，等待另一人同意。")
            }
            guard home == request.site.id else {
                return .redirect(to: request.path(order: id), notice: "“\(action.title)”已发往订单所在站点，确认后这里会更新。")
            }
            return .redirect(to: request.path(order: id), notice: "已办理“\(action.title)”，现在的状态是“\(receipt.state.title)”。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try orderPage(request, context, refusal: refusal))
        }
    }

    func appointment(_ form: inout FormInput) -> Timestamp? {
        guard let day = form.day("day", "约定日期") else { return nil }
        let parts = (form.request.fields["time"] ?? "").replacing("：", with: ":").split(separator: ":").map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...23).contains(hour), (0...59).contains(minute) else {
            form.add("time", "时间应形如 14:30。请修改。", value: form.request.fields["time"])
            return nil
        }
        return day.start.advanced(by: .seconds(hour * 3600 + minute * 60))
    }

    func rateOrder(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try orderID(request)
        do {
            var form = FormInput(request)
            let score = form.number("score", "评价", 1...5, required: true)
            let financing = form.money("financing", "融资额"), saving = form.money("saving", "节约成本")
            let jobs = form.number("jobs", "新增就业", 0...1_000_000)
            var evidence = form.attachments("evidence", context)
            try form.refuseIfFaulty(as: "market.invalid-input")
            // What was handed in before stays unless something new takes its place.
            if evidence.isEmpty { evidence = try context.ask(GetOrder(id: id)).rating?.evidence ?? [] }
            _ = try await context.tell(
                RateOrder(
                    order: id, score: score ?? 0, comment: request.fields["comment"], effects: Effects(financing: financing, saving: saving, jobs: jobs),
                    evidence: evidence))
            return .redirect(to: request.path(order: id), notice: "评价已提交，30 天内可以修改。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try orderPage(request, context, refusal: refusal))
        }
    }

    func replyToRating(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try orderID(request)
        do {
            _ = try await context.tell(ReplyToRating(order: id, text: request.fields["text"] ?? ""))
            return .redirect(to: request.path(order: id), notice: "已回复。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try orderPage(request, context, refusal: refusal))
        }
    }
}
