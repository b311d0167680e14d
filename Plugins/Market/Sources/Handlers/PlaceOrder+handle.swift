import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Rulebook {
    func placeOrder(_ command: PlaceOrder, _ tx: Transaction) throws -> OrderReceipt {
        let buyer = try self.buyer(command.enterprise, command.region, channel: command.channel, tx)
        var input = InputRules()
        input.text("description", "需要说明", command.description, 2...2000)
        if let budget = command.budget, budget < .zero { input.add("budget", "预算不能是负数。请修改。") }
        if let day = command.wantedBy, day < tx.now.day { input.add("wantedBy", "期望完成日期已过（\(day)）。请修改。", value: day.description) }
        input.address("address", "服务地址", command.address)
        if (command.contactName == nil) != (command.contactPhone == nil) { input.add("contactPhone", "联系人和联系电话须一并填写。") }
        let detail = try wanted(command, &input, tx), service = detail?.card
        let agencies = Array(Set(service.map { [$0.agency] } ?? command.agencies)).sorted()
        if agencies.isEmpty || agencies.count > 5 { input.add("agencies", "请选择 1–5 家机构询价。") }
        let asked = try agencies.compactMap { code -> (party: Party, site: String)? in
            if code == buyer.party.code { input.add("agencies", "不能向本单位下单。请选择其他机构。") }
            guard let found = try tx.approvedAgency(code) else {
                input.add("agencies", "机构 \(code) 尚未入驻或已暂停。请重新选择。", value: code.description)
                return nil
            }
            return found
        }
        let title = command.title ?? service?.title ?? ""
        let category = command.category ?? service?.category ?? ""
        input.text("title", "订单名称", title, 4...60)
        if let slot = command.slot { try check(slot: slot, of: service, &input, tx) }
        if command.isTrial == true, service?.trialDays == nil { input.add("isTrial", "该服务不提供试用。请按正式下单办理。") }
        input.categories("category", [category], known: categories)
        try input.refuseIfFaulty()
        let isTrial = command.isTrial ?? false
        let isDirect = service.map { isTrial || $0.price.kind == .free || $0.price.kind == .fixed } ?? false
        var order = OrderRow(
            card: OrderCard(
                id: tx.newID(), number: try tx.nextNumber(), home: tx.site, title: title, category: category, service: service?.id,
                enterprise: buyer.party, region: buyer.region, agency: nil, state: buyer.isOnBehalf ? .proposed : .requested, due: nil, amount: nil,
                channel: command.channel, isOnBehalf: buyer.isOnBehalf, isBackfilled: false, happenedOn: nil, createdAt: tx.now, updatedAt: tx.now),
            isHome: true, isDirect: isDirect, description: command.description, budget: command.budget, wantedBy: command.wantedBy, days: nil,
            appointment: nil, proof: nil, reason: nil, revision: 1, deliveredAt: nil, holdsPlace: false, slot: command.slot,
            isTrial: isTrial, address: command.address.flatMap { $0.isEmpty ? nil : $0 })
        let mustWait = try !buyer.isOnBehalf && isBeyondLimit(order, isTrial ? nil : service?.price.amount, tx)
        windUp(&order, tx)
        if let detail, isDirect, !buyer.isOnBehalf, !mustWait, detail.card.site == tx.site {
            try bind(&order, to: detail, placedBy: .enterprise, tx)
            try keepContact(command, of: order.card.id, tx)
        } else {
            try tx.write(order)
            for one in asked {
                try tx.run(
                    "INSERT INTO asked_agency (order_, agency, name, site, state) VALUES (?, ?, ?, ?, 'asked')", order.card.id, one.party.code, one.party.name, one.site)
            }
            try keepContact(command, of: order.card.id, tx)
            // Its own limit binds the enterprise also where the price is listed.
            if mustWait, try directWaits(order, service, tx) {
                order.card.state = .proposed
                windUp(&order, tx)
                try tx.write(order)
            }
            try note(order, action: nil, from: nil, wasLate: false, side: buyer.isOnBehalf ? .staff : .enterprise, tx)
        }
        return OrderReceipt(order: order.card.id, number: order.card.number, state: order.card.state)
    }

    /// For whom the order is: the actor's own enterprise, or the one that staff of its region names.
    func buyer(
        _ named: Party?, _ region: RegionCode?, channel: OrderChannel, _ tx: Transaction
    ) throws -> (party: Party, region: RegionCode, isOnBehalf: Bool) {
        let actor = tx.actor
        if let code = actor.organisation, Rights.isEnterprise(actor, code), named == nil || named?.code == code {
            let own = actor.grants.first { $0.role == .enterprise }?.region ?? region
            guard let own else { throw MarketRefusal.invalid([.init(field: "region", message: "请说明企业所在的县市区。")]) }
            return (Party(code: code, name: actor.organisationName ?? named?.name ?? code.description), own, false)
        }
        // The enterprise itself asked for it, at Matching.
        if actor.kind == .system, channel == .matching, let named, let region { return (named, region, false) }
        guard actor.kind == .system || actor.holds(.windowStaff, .cityStaff, .provinceStaff) else { throw MarketRefusal.noOrganisation }
        var input = InputRules()
        if named == nil { input.add("enterprise", "代下单须写明企业的名称和统一社会信用代码。") }
        if region == nil { input.add("region", "代下单须写明企业所在的县市区。") }
        input.text("enterprise", "企业名称", named?.name, 2...80)
        try input.refuseIfFaulty()
        guard let named, let region else { throw MarketRefusal.noOrganisation }
        guard Rights.isStaff(actor, in: region) else { throw MarketRefusal.region(region) }
        return (named, region, true)
    }

    private func wanted(_ command: PlaceOrder, _ input: inout InputRules, _ tx: Transaction) throws -> ServiceDetail? {
        guard let id = command.service else { return nil }
        guard let detail = try tx.serviceDetail(id), detail.card.state == .listed else {
            input.add("service", "该服务不存在或已下架。请重新查找。", value: id.description)
            return nil
        }
        return detail
    }

    private func keepContact(_ command: PlaceOrder, of order: MessageID, _ tx: Transaction) throws {
        guard let name = command.contactName, let phone = command.contactPhone else { return }
        // A person named by staff has no account here: the order itself names them.
        let own = tx.actor.kind == .person && tx.actor.holds(.enterprise) ? PersonID(tx.actor.id) : nil
        guard let person = own ?? PersonID("contact.\(order)") else { return }
        try tx.run(
            "UPDATE order_ SET contact_person = ?, contact_name = ?, contact_phone = ?, phone_key = ? WHERE id = ?", person.description,
            try tx.seal(name.of(person)), try tx.seal(phone.of(person)), try telephoneKey(phone, tx), order)
    }

    /// Whether an order at a listed price waits for a second person of the enterprise.
    func directWaits(_ order: OrderRow, _ service: ServiceCard?, _ tx: Transaction) throws -> Bool {
        guard order.isDirect, !order.isTrial, let service else { return false }
        return try waitsForApproval(order, Party(code: service.agency, name: service.agencyName), service.price.amount, tx)
    }

    /// An order at a listed price that a second person has endorsed needs no quote: where a place is left the agency is bound at once.
    func settle(_ order: inout OrderRow, _ tx: Transaction) throws {
        guard order.isDirect, let service = order.card.service, let detail = try tx.serviceDetail(service), detail.card.site == tx.site else { return }
        try bind(&order, to: detail, placedBy: nil, tx)
    }

    /// Binds the agency of a service of this site at its listed price: quoted and accepted in one go, the row written once, as it ends.
    ///
    /// - Parameter side: whose the order is that is placed just now; `nil` where its row, its step and its agency are kept already.
    private func bind(_ order: inout OrderRow, to detail: ServiceDetail, placedBy side: OrderLife.Side?, _ tx: Transaction) throws {
        let (service, agency) = (detail.card.id, Party(code: detail.card.agency, name: detail.card.agencyName))
        guard try tx.take(1, of: service) else { throw MarketRefusal.full }
        let placed = order
        order.holdsPlace = true
        try step(&order, OrderLife.step(from: .requested, by: .quote), tx)
        let quoted = order
        order.card.agency = agency
        order.card.amount = order.isTrial ? .zero : detail.card.price.amount ?? .zero
        order.days = detail.card.days
        try step(&order, OrderLife.step(from: .quoted, by: .accept), tx)
        let (id, amount, days) = (order.card.id, order.card.amount, order.days)
        try tx.write(order)
        if let side {
            try tx.run(
                "INSERT INTO asked_agency (order_, agency, name, site, state, amount, days, at) VALUES (?, ?, ?, ?, 'chosen', ?, ?, ?)", id, agency.code,
                agency.name, tx.site, amount, days, tx.now)
            try tx.run(
                """
                INSERT INTO order_step (order_, number, action, side, actor, at)
                VALUES (?1, ?2, 'place', ?3, ?4, ?5), (?1, ?2 + 1, 'quote', 'system', ?4, ?5), (?1, ?2 + 2, 'accept', 'system', ?4, ?5)
                """, id, placed.revision, side.rawValue, tx.actor.id, tx.now)
            try announce(placed, action: nil, from: nil, wasLate: false, tx)
        } else {
            try tx.run(
                "UPDATE asked_agency SET state = 'chosen', amount = ?, days = ?, at = ? WHERE order_ = ? AND agency = ?", amount, days, tx.now, id, agency.code)
            try tx.run(
                "INSERT INTO order_step (order_, number, action, side, actor, at) VALUES (?1, ?2, 'quote', 'system', ?3, ?4), (?1, ?2 + 1, 'accept', 'system', ?3, ?4)",
                id, quoted.revision, tx.actor.id, tx.now)
        }
        try announce(quoted, action: .quote, from: .requested, wasLate: false, tx)
        try announce(order, action: .accept, from: .quoted, wasLate: false, tx)
        try tx.countOrder(of: service, on: tx.now.day)
        if detail.card.isSoftware { try requestActivation(order, tx) }
        if let slot = order.slot {
            guard let start = try book(slot, for: id, of: service, tx) else { throw MarketRefusal.slotFull }
            try appoint(&order, at: start, tx)
        }
        try tell(ofPlacesAt: detail, tx)
    }

    /// A booked slot is an appointment that both sides already agreed to.
    func appoint(_ order: inout OrderRow, at start: Timestamp, _ tx: Transaction) throws {
        order.appointment = start
        try move(&order, OrderLife.step(from: .accepted, by: .schedule), .system, tx)
    }

    /// Tells the network how many places are left; of a service whose places are not counted there is nothing to tell.
    func tell(ofPlacesAt detail: ServiceDetail, _ tx: Transaction) throws {
        guard detail.places != nil else { return try tx.noteActivity(of: detail.card.agency) }
        try write(tx.next(detail, state: detail.card.state), in: tx)
    }
}
