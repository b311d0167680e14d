import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// 征集服务机构 (D5): from the supply gap a call, seen on every site; agencies answer with a listed service; the site that called keeps the offers.
extension Rulebook {
    func publish(_ command: PublishCall, _ tx: Transaction) throws -> CallReceipt {
        var faults: [Refusal.Fault] = []
        func text(_ field: String, _ title: String, _ value: String, _ range: ClosedRange<Int>) {
            if !range.contains(value.count) {
                faults.append(.init(field: field, value: String(value.prefix(60)), message: "\(title)应为 \(range.lowerBound)–\(range.upperBound) 个字，现为 \(value.count) 个字。请修改。"))
            }
        }
        text("title", "征集名称", command.title, 4...60)
        text("text", "征集说明", command.text, 10...1000)
        if !categories.contains(where: { $0.id == command.category }) {
            faults.append(.init(field: "category", value: String(command.category.prefix(40)), message: "没有这个服务类别。请从类别表中选择。"))
        }
        if command.until < tx.now.day || command.until > tx.now.day + 180 {
            faults.append(.init(field: "until", value: command.until.description, message: "截止日期应在今天至 180 天内。请修改。"))
        }
        guard faults.isEmpty else { throw MatchingRefusal.invalid(faults) }
        guard Self.isStaff(tx.actor, in: command.region) else { throw MatchingRefusal.region(command.region) }
        let running = try tx.calls(runningOn: tx.now.day, all: false, category: command.category).contains { $0.site == tx.site && $0.region == command.region }
        guard !running else { throw MatchingRefusal.callRuns }
        let call = AgencyCall(
            id: tx.newID(), site: tx.site, region: command.region, category: command.category, title: command.title, text: command.text, until: command.until,
            isOpen: true, publishedAt: tx.now, revision: 1)
        try tx.write(call)
        try tx.announce(CallChanged(call: call))
        return CallReceipt(call: call.id, isOpen: true)
    }

    func close(_ command: CloseCall, _ tx: Transaction) throws -> CallReceipt {
        guard var call = try tx.call(command.call), call.site == tx.site, Self.isStaff(tx.actor, in: call.region) else { throw MatchingRefusal.callUnknown }
        if call.isOpen {
            call.isOpen = false
            call.revision += 1
            try tx.write(call)
            try tx.announce(CallChanged(call: call))
        }
        return CallReceipt(call: call.id, isOpen: false)
    }

    /// Another site's call.
    func hear(_ event: CallChanged, _ tx: Transaction) throws {
        guard event.call.site == tx.envelope.site else { return }
        if let stored = try tx.call(event.call.id), stored.site != event.call.site || stored.revision >= event.call.revision { return }
        try tx.write(event.call)
    }

    func offer(_ command: OfferToCall, _ tx: Transaction) throws -> CallReceipt {
        guard let agency = tx.actor.organisation, tx.actor.holds(.agency) else { throw MatchingRefusal.noOrganisation }
        let call = try keep(command.service, of: agency, at: command.call, tx)
        if call.site != tx.site {
            _ = try tx.send(ForwardOffer(call: call.id, agency: agency, service: command.service), to: .site(call.site), subject: "call/\(call.id)/\(command.service)")
        }
        return CallReceipt(call: call.id, isOpen: true)
    }

    func takeForwarded(_ command: ForwardOffer, _ tx: Transaction) throws -> CallReceipt {
        // A site speaks only for the agencies that it keeps.
        guard tx.isFromOutside, try tx.value("SELECT site FROM agency WHERE code = ?", command.agency, as: String.self) == tx.envelope.site else {
            throw MatchingRefusal.callUnknown
        }
        _ = try keep(command.service, of: command.agency, at: command.call, tx)
        return CallReceipt(call: command.call, isOpen: true)
    }

    /// Only what is listed, of the category, and for the region answers a call; offered twice it stands once.
    private func keep(_ service: MessageID, of agency: CreditCode, at id: MessageID, _ tx: Transaction) throws -> AgencyCall {
        guard let call = try tx.call(id) else { throw MatchingRefusal.callUnknown }
        guard call.isRunning(on: tx.now.day) else { throw MatchingRefusal.callOver(call.until) }
        guard var offer = try fitting(call, agency, tx).first(where: { $0.service == service }) else {
            throw MatchingRefusal.invalid([
                .init(field: "service", value: service.description, message: "应征的须是本机构已上架、“\(title(ofCategory: call.category))”类、服务到\(title(of: call.region))的服务。请先在服务超市上架，再来应征。")
            ])
        }
        offer.at = tx.now
        if try tx.write(offer, to: id), call.site == tx.site { try tx.announce(CallAnswered(call: id, offer: offer)) }
        return call
    }

    private func fitting(_ call: AgencyCall, _ agency: CreditCode, _ reading: some SQLReading) throws -> [CallOffer] {
        try reading.listedOffers(of: agency, call.category).filter { one in one.regions.contains { $0.contains(call.region) || call.region.contains($0) } }.map(\.offer)
    }

    /// Refused where the call is kept: the offer stands here no longer.
    func hearOfferReceipt(_ receipt: Receipt, _ tx: Transaction) throws {
        let parts = receipt.sent.subject.split(separator: "/")
        guard receipt.sent.state == .refused, parts.count == 3, let call = MessageID(String(parts[1])), let service = MessageID(String(parts[2])) else { return }
        try tx.run("UPDATE call_offer SET refusal = ? WHERE call = ? AND service = ?", receipt.sent.message ?? "对方站点未受理。", call, service)
    }

    // MARK: - Reading

    func findCalls(_ query: FindCalls, _ snapshot: Snapshot) throws -> [AgencyCall] {
        try snapshot.calls(runningOn: snapshot.now.day, all: query.all ?? false, category: query.category)
    }

    func getCall(_ query: GetCall, _ snapshot: Snapshot) throws -> CallDetail {
        guard let call = try snapshot.call(query.id) else { throw MatchingRefusal.callUnknown }
        let offers = try snapshot.offers(to: query.id)
        var detail = CallDetail(call: call, offers: offers)
        let isRunning = call.isRunning(on: snapshot.now.day)
        if isRunning, let agency = snapshot.actor.organisation, snapshot.actor.holds(.agency) {
            detail.fitting = try fitting(call, agency, snapshot).filter { one in !offers.contains { $0.service == one.service } }
        }
        let isLocal = try snapshot.value("SELECT is_local FROM call_ WHERE id = ?", query.id, as: Bool.self) ?? false
        detail.mayClose = isRunning && isLocal && snapshot.actor.kind == .person && Self.isStaff(snapshot.actor, in: call.region)
        return detail
    }

    /// Calls that an agency could answer with what it has.
    func callTodos(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        guard let agency = actor.organisation, actor.holds(.agency) else { return [] }
        return try snapshot.calls(runningOn: snapshot.now.day, all: false, category: nil).filter { call in
            let own = try fitting(call, agency, snapshot)
            return try !own.isEmpty && !snapshot.offers(to: call.id).contains { $0.agency.code == agency }
        }.prefix(10).map { call in
            TodoItem(title: call.title, path: "/calls/\(call.id)", step: "应征", since: call.publishedAt, due: call.until.end)
        }
    }
}
