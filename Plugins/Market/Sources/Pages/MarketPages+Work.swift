import MarketContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// Pages of the people of agencies and of the staff.
extension MarketPages {
    private func own(_ request: PageRequest, _ context: PageContext) throws -> AgencyDetail? {
        guard let code = request.actor.organisation else { throw MarketRefusal.noOrganisation }
        do {
            return try context.ask(GetAgency(code: code))
        } catch let refusal as Refusal where refusal.code == "market.agency-unknown" {
            return nil
        }
    }

    // MARK: - The agency's desk

    func desk(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(try deskPage(request, context, refusal: nil)) }

    func deskPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?, resourceRefusal: Refusal? = nil) throws -> Page {
        let orders = try context.ask(FindOrders(box: .agency, limit: 10)).items
        return DeskPage(
            detail: try own(request, context), services: try context.ask(FindMyServices(limit: 500)).items, rulebook: rulebook, refusal: refusal,
            resourceRefusal: resourceRefusal,
            orders: OrderTable("最近的订单", orders, request, empty: EmptyState("还没有订单", hint: "企业询价或下单后会列在这里。")).html
        ).page(request)
    }

    func profileForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(try profilePage(request, context, refusal: nil)) }

    private func profilePage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try own(request, context)
        return ProfileFormPage(detail: detail, contact: contact(detail, request.actor), rulebook: rulebook, refusal: refusal).page(request)
    }

    func saveProfile(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let title = form.text("title", "机构名称", 2...80)
            let region = form.region("region", "所在地")
            let summary = form.text("summary", "机构简介", 10...1000)
            let address = form.optionalText("address", "办公地址", 5...120)
            let name = form.optionalText("contactName", "姓名", 1...40)
            let phone = request.fields["contactPhone"].flatMap { ContactNumber($0) }
            if let text = request.fields["contactPhone"], phone == nil { form.add("contactPhone", "电话号码有误，应为手机号、带区号的座机或服务号码。请修改。", value: String(text.prefix(3)) + "…") }
            try form.refuseIfFaulty(as: "market.invalid-input")
            guard let region else { throw Refusal.notFound }
            let receipt = try await context.tell(
                SaveAgency(
                    title: title, region: region, categories: request.fields.all("categories"), summary: summary,
                    address: address ?? "", contactName: name.map { Personal($0) }, contactPhone: phone.map { Personal($0) }, submit: true))
            return .redirect(to: "\(request.base)/desk", notice: receipt.state == .submitted ? "已提交，等待当地窗口审核。" : "已保存。")
        } catch let refusal as Refusal where refusal.status < 500 {
            return .page(try profilePage(request, context, refusal: refusal))
        }
    }

    func saveQualification(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            if request.fields["do"] == "remove" {
                _ = try await context.tell(RecordQualification(number: request.fields["number"].flatMap { Int($0) }, title: nil))
                return .redirect(to: "\(request.base)/desk", notice: "已移除。")
            }
            var form = FormInput(request)
            let title = form.text("title", "资质名称", 2...60)
            let serial = form.optionalText("serial", "证书编号", 1...60)
            let issuer = form.optionalText("issuer", "发证机关", 2...60)
            let until = form.optionalDay("validUntil", "有效期至")
            let document = form.attachments("document", context).first
            try form.refuseIfFaulty(as: "market.invalid-input")
            _ = try await context.tell(RecordQualification(title: title, serial: serial, issuer: issuer, validUntil: until, document: document))
            return .redirect(to: "\(request.base)/desk", notice: "资质已登记。")
        } catch let refusal as Refusal where refusal.status < 500 {
            return .page(try deskPage(request, context, refusal: refusal))
        }
    }

    func serviceForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try serviceFormPage(request, context, id: request.parameters["id"].flatMap { MessageID($0) }, refusal: nil))
    }

    private func serviceFormPage(_ request: PageRequest, _ context: PageContext, id: MessageID?, refusal: Refusal?) throws -> Page {
        let detail = try id.map { try context.ask(GetService(id: $0)) }
        if let detail, detail.card.agency != request.actor.organisation { throw MarketRefusal.unknownService }
        return ServiceFormPage(
            detail: detail, places: detail?.places, home: try own(request, context)?.card.region, rulebook: rulebook, refusal: refusal
        ).page(request)
    }

    func saveService(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = request.fields["service"].flatMap { MessageID($0) }
        do {
            var form = FormInput(request)
            let title = form.text("title", "服务名称", 4...60)
            let category = form.text("category", "服务类别", 2...40)
            let nature = form.choice("nature", "服务性质", as: ServiceNature.self)
            let kind = form.choice("price", "计价方式", as: Price.Kind.self)
            let amount = form.money("amount", "金额")
            let unit = form.optionalText("unit", "计价单位", 1...10)
            let days = form.number("days", "承诺时间", 1...730)
            let places = form.number("places", "名额", 1...1_000_000)
            let trialDays = form.number("trialDays", "免费试用", 1...365)
            let modes = form.choices("modes", "服务方式", required: true, as: ServiceMode.self)
            let summary = form.text("summary", "服务说明", 10...2000)
            let deliverables = form.text("deliverables", "交付内容", 2...1000)
            let region = form.region("regions", "服务区域")
            try form.refuseIfFaulty(as: "market.invalid-input")
            guard let nature, let kind, let region else { throw Refusal.notFound }
            let receipt = try await context.tell(
                SaveService(
                    service: id, title: title, category: category, nature: nature, price: Price(kind, amount: amount, unit: unit), modes: modes,
                    regions: [region], summary: summary, deliverables: deliverables, days: days, places: places,
                    takesVouchers: request.fields["takesVouchers"] != nil, isSoftware: request.fields["isSoftware"] != nil,
                    isByAppointment: request.fields["isByAppointment"] != nil, submit: true, trialDays: trialDays))
            return .redirect(to: "\(request.base)/desk", notice: receipt.state == .listed ? "服务已上架。" : "服务已提交，等待审核。")
        } catch let refusal as Refusal where refusal.status < 500 {
            return .page(try serviceFormPage(request, context, id: id, refusal: refusal))
        }
    }

    // MARK: - Steps

    func advanceService(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try serviceID(request)
        guard let action: ListingAction = request.coded("action") else { throw Refusal.notFound }
        do {
            let receipt = try await context.tell(AdvanceService(service: id, action: action, opinion: request.fields["opinion"]))
            let isStaff = request.actor.holds(.windowStaff, .cityStaff, .provinceStaff)
            return .redirect(to: isStaff ? "\(request.base)/review" : "\(request.base)/desk", notice: "已办理，现在的状态是“\(receipt.state.title)”。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try servicePage(request, context, refusal: refusal))
        }
    }

    func advanceAgency(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let code = try agencyCode(request)
        guard let action: AgencyAction = request.coded("action") else { throw Refusal.notFound }
        do {
            let receipt = try await context.tell(AdvanceAgency(agency: code, action: action, opinion: request.fields["opinion"]))
            return .redirect(to: request.path(code), notice: "已办理，现在的状态是“\(receipt.state.title)”。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try agencyPage(request, context, refusal: refusal))
        }
    }

    func markCore(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let code = try agencyCode(request)
        do {
            _ = try await context.tell(MarkCoreAgency(agency: code, isCore: request.fields["core"] == "true", document: request.fields["document"] ?? ""))
            return .redirect(to: request.path(code), notice: "已保存。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try agencyPage(request, context, refusal: refusal))
        }
    }

    func review(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(
            ReviewPage(
                agencies: try context.ask(FindAgencies(state: .submitted, limit: 500)).items,
                services: try context.ask(FindMyServices(state: .submitted, limit: 500)).items,
                suspended: try context.ask(FindAgencies(state: .suspended, limit: 100)).items, rulebook: rulebook
            ).page(request))
    }
}
