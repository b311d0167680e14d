import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Services: their record and their review.
extension Rulebook {
    func saveService(_ command: SaveService, _ tx: Transaction) throws -> ServiceReceipt {
        guard let code = tx.actor.organisation, Rights.isAgency(tx.actor, code) else { throw MarketRefusal.noOrganisation }
        guard let agency = try tx.agencyCard(code) else { throw MarketRefusal.notAdmitted }
        guard agency.site == tx.site else { throw MarketRefusal.elsewhere(agency.site) }
        try check(command, on: tx.now.day)
        let before = try command.service.map { id in
            guard let detail = try tx.serviceDetail(id), detail.card.agency == code else { throw MarketRefusal.unknownService }
            return detail
        }
        let state = before?.card.state ?? .draft
        guard state != .suspended else { throw MarketRefusal.illegal("修改", in: state.title, possible: []) }
        let id = command.service ?? tx.newID()
        let stored = try tx.first("SELECT revision, taken, listed_at FROM service WHERE id = ?", id) { row in
            (revision: try row.get(0, as: Int.self), taken: try row.get(1, as: Int.self), listedAt: try row.get(2, as: Timestamp?.self))
        }
        if let places = command.places, let taken = stored?.taken, places < taken {
            throw MarketRefusal.invalid([.init(field: "places", value: "\(places)", message: "已有 \(taken) 个名额被占用，名额不能少于 \(taken)。请修改。")])
        }
        let isReviewed = isReviewed(category: command.category, isCore: agency.isCore)
        let next = try self.state(after: state, submits: command.submit, isReviewed: isReviewed, agency: agency.state)
        let change = ServiceChanged(
            service: id, agency: code, revision: (stored?.revision ?? 0) + 1, title: command.title, category: command.category,
            nature: command.nature, price: command.price, modes: ServiceMode.allCases.filter(command.modes.contains),
            regions: Array(Set(command.regions)).sorted(), summary: command.summary, deliverables: command.deliverables, days: command.days,
            places: command.places, taken: stored?.taken ?? 0, takesVouchers: command.takesVouchers, isSoftware: command.isSoftware,
            isByAppointment: command.isByAppointment, state: next, listedAt: next == .listed && state != .listed ? tx.now : stored?.listedAt,
            action: next == state ? nil : .submit,
            trialDays: command.trialDays)
        try write(change, in: tx)
        return ServiceReceipt(service: id, state: next)
    }

    /// A listed service that is mended goes on without review only where its category or agency is trusted.
    private func state(after state: ListingState, submits: Bool, isReviewed: Bool, agency: AgencyState) throws -> ListingState {
        if state == .listed { return isReviewed ? .submitted : .listed }
        guard submits else { return state == .submitted ? .submitted : state }
        guard agency == .approved else { throw MarketRefusal.notAdmitted }
        return isReviewed ? .submitted : .listed
    }

    private func check(_ command: SaveService, on day: Day) throws {
        var input = InputRules()
        input.text("title", "服务名称", command.title, 4...60)
        input.text("summary", "服务说明", command.summary, 10...2000)
        input.text("deliverables", "交付内容", command.deliverables, 2...1000)
        input.categories("category", [command.category], known: categories)
        input.price(command.price)
        if command.nature == .publicGood, command.price.kind != .free { input.add("price", "公益服务应当免费。请把计价方式改为“免费”，或改为有偿服务。") }
        if command.modes.isEmpty { input.add("modes", "请至少选择一种服务方式。") }
        if command.isByAppointment, !command.modes.isEmpty, command.modes.allSatisfy({ $0 == .online || $0 == .phone }) {
            input.add("modes", "线下预约的服务须有窗口、上门或进园区中的一种方式。请修改。")
        }
        if command.regions.isEmpty || command.regions.count > 20 { input.add("regions", "请选择 1–20 个服务区域。") }
        for region in command.regions where regions.region(region, on: day) == nil {
            input.add("regions", "区划代码 \(region) 现在无效。请重新选择。", value: region.description)
        }
        input.number("days", "承诺工作日", command.days, 1...730)
        input.number("places", "名额", command.places, 1...1_000_000)
        input.number("trialDays", "试用天数", command.trialDays, 1...365)
        if command.trialDays != nil, !command.isSoftware { input.add("trialDays", "只有信息化应用可以试用。请勾选“信息化应用”，或去掉试用天数。") }
        try input.refuseIfFaulty()
    }

    func write(_ change: ServiceChanged, in tx: Transaction) throws {
        try tx.write(change, site: tx.site, isLocal: true, category: title(ofCategory: change.category))
        try tx.noteActivity(of: change.agency)
        // What was never handed in is nobody else's matter.
        if change.state != .draft { try tx.announce(change) }
    }

    func advanceService(_ command: AdvanceService, _ tx: Transaction) throws -> ServiceReceipt {
        guard let detail = try tx.serviceDetail(command.service), let agency = try tx.agencyCard(detail.card.agency), mayLook(detail.card, agency, tx.actor)
        else { throw MarketRefusal.unknownService }
        let card = detail.card
        guard card.site == tx.site else { throw MarketRefusal.elsewhere(card.site) }
        guard let step = ListingLife.step(from: card.state, by: command.action) else {
            throw MarketRefusal.illegal(command.action.title, in: card.state.title, possible: ListingLife.steps.filter { $0.from == card.state }.map(\.action.title))
        }
        switch step.authority {
        case .agency: guard Rights.isAgency(tx.actor, agency.code) else { throw MarketRefusal.role(step.action.title, "该机构的人员") }
        case .staff: guard Rights.isStaff(tx.actor, in: agency.region) else { throw MarketRefusal.region(agency.region) }
        }
        var input = InputRules()
        if step.needsOpinion, command.opinion == nil { input.add("opinion", "“\(step.action.title)”须写明意见。请补充。") }
        input.text("opinion", "意见", command.opinion, 2...500)
        try input.refuseIfFaulty()
        if step.to == .listed || step.action == .submit, agency.state != .approved { throw MarketRefusal.notAdmitted }
        let isListedAtOnce = step.action == .submit && !isReviewed(category: card.category, isCore: agency.isCore)
        let state = isListedAtOnce ? .listed : step.to
        try write(tx.next(detail, state: state, action: step.action, opinion: command.opinion), in: tx)
        return ServiceReceipt(service: card.id, state: state)
    }

    /// Whether the one who asks sees a service that is not listed.
    func mayLook(_ card: ServiceCard, _ agency: AgencyCard, _ actor: Actor) -> Bool {
        card.state == .listed || Rights.isAgency(actor, agency.code) || (Rights.isStaff(actor, in: agency.region) && card.state != .draft)
    }
}
