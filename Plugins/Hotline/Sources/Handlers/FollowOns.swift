import AppealsContracts
import Bus
public import HotlineContracts
import MarketContracts
import MatchingContracts
import Messages
import PluginKit
public import Store
import Vocabulary

/// What a work order leads to elsewhere: the command goes out in the order's own transaction, and the events of the plug-in that takes it
/// say under which number it stands there and what becomes of it.
extension Rulebook {
    func openFollowOn(_ command: OpenFollowOn, _ tx: Transaction) throws -> HotlineContracts.OrderReceipt {
        let sight = try Sight(of: tx.actor, in: tx)
        let row = try tx.order(command.order, for: sight)
        guard sight.reaches(row.card.region) else { throw HotlineRefusal.region(row.card.region) }
        guard !row.card.state.isFinal else {
            throw HotlineRefusal.make(
                "illegal-step", "工单处于「\(row.card.state.title)」状态，不能再「\(command.request.kind.title)」。有新情况请另行登记工单。",
                log: "follow-on in \(row.card.state.rawValue)")
        }
        try open(command.request, of: row, prefix: "", tx)
        return HotlineContracts.OrderReceipt(number: row.card.number, state: row.card.state)
    }

    /// - Parameter prefix: of the fields that faults name.
    func open(_ request: FollowOnRequest, of row: OrderRow, prefix: String, _ tx: Transaction) throws {
        guard !row.card.isConfidential else {
            throw HotlineRefusal.make(
                "confidential-stays", "保密工单的内容不得转入其他业务，不能「\(request.kind.title)」。请征得企业同意后另行登记非保密工单。",
                log: "follow-on of a confidential order",
                faults: [.init(field: prefix.isEmpty ? "kind" : prefix, message: "保密工单不能转入其他业务。")])
        }
        var input = FollowOnInput(prefix: prefix)
        let caller = try tx.callerOf(row)
        switch request.kind {
        case .service: try tx.send(order(request, row, caller, &input), subject: row.card.number.subject)
        case .demand: try tx.send(demand(request, row, caller, &input), subject: row.card.number.subject)
        case .appeal: try tx.send(appeal(request, row, caller, &input), subject: row.card.number.subject)
        }
        try tx.run(
            "INSERT INTO follow_on (work_order, kind, title, opened_at, correlation) VALUES (?, ?, ?, ?, ?)", row.id,
            request.kind,
            request.title ?? row.card.title, tx.now, tx.envelope.correlation)
        try tx.record(row.id, nil, "为来电人\(request.kind.title)", row.card.state, text: request.title)
        try tx.tally("followOn:\(request.kind.rawValue)", row.card)
        try tx.announce(FollowOnOpened(number: row.card.number, region: row.card.region, kind: request.kind))
    }

    private func order(_ request: FollowOnRequest, _ row: OrderRow, _ caller: Caller, _ input: inout FollowOnInput)
        throws -> PlaceOrder
    {
        let party = input.enterprise(row)
        let text = input.text("text", "需要说明", request.text ?? row.content, 2...2000)
        if request.service == nil { input.add("service", "请选择要订购的服务。") }
        try input.refuseIfFaulty()
        return PlaceOrder(
            service: request.service, title: request.title, description: text,
            enterprise: party.map { Party(code: $0.code, name: $0.name) },
            region: row.card.region, channel: .hotline, contactName: caller.both?.name, contactPhone: caller.both?.phone
        )
    }

    private func demand(_ request: FollowOnRequest, _ row: OrderRow, _ caller: Caller, _ input: inout FollowOnInput)
        throws -> SubmitDemand
    {
        let party = input.enterprise(row)
        let title = input.text("title", "需求名称", request.title ?? row.card.title, 4...60)
        let text = input.text("text", "需求说明", request.text ?? row.content, 2...2000)
        if !serviceCategories.contains(where: { $0.id == request.category }) {
            input.add("category", "没有代码为“\(request.category ?? "")”的服务类别。请从列表中选择。", value: request.category)
        }
        try input.refuseIfFaulty()
        return SubmitDemand(
            title: title, category: request.category ?? "", description: text,
            enterprise: party.map { DemandParty(code: $0.code, name: $0.name) },
            region: row.card.region, channel: .hotline, contactName: caller.both?.name, contactPhone: caller.both?.phone
        )
    }

    private func appeal(_ request: FollowOnRequest, _ row: OrderRow, _ caller: Caller, _ input: inout FollowOnInput)
        throws -> SubmitAppeal
    {
        let title = input.text("title", "标题", request.title ?? row.card.title, 4...60)
        let text = input.text("text", "内容", request.text ?? row.content, 10...4000)
        if caller.both == nil { input.add("caller", "代企业提交意见诉求须有来电人的姓名和电话。请先在工单中登记。") }
        if request.lookup.map(LookupCode.isDigest) != true {
            input.add("lookup", "缺少查询码摘要，应为 64 位十六进制数（HMAC-SHA-256）。请重新打开页面。")
        }
        try input.refuseIfFaulty()
        guard let both = caller.both else { throw HotlineRefusal.invalid([]) }
        return SubmitAppeal(
            title: title, content: text, kind: .help, category: request.category ?? String(row.card.category.prefix(2)),
            region: row.card.region,
            signing: request.isKeptFromDepartments == true ? .confidential : .signed, submitter: both.name,
            phone: both.phone,
            enterprise: row.enterprise, lookup: request.lookup ?? "")
    }

    // MARK: - What became of it

    func hear(_ event: MarketContracts.OrderAdvanced, _ tx: Transaction) throws {
        guard event.channel == .hotline else { return }
        let path = "market/orders/\(event.order)"
        if event.action == nil { try tx.link(.service, event.number, path) }
        try tx.follow(path, event.to.title)
    }

    func hear(_ event: DemandAdvanced, _ tx: Transaction) throws {
        guard event.channel == .hotline else { return }
        let path = "matching/demands/\(event.demand)"
        if event.action == nil { try tx.link(.demand, event.number, path) }
        try tx.follow(path, event.to.title)
    }

    func hear(_ event: AppealSubmitted, _ tx: Transaction) throws {
        guard event.signing != .anonymous else { return }
        let path = "appeals/cases/\(event.number)"
        try tx.link(.appeal, event.number.description, path)
        try tx.follow(path, CaseState.submitted.title)
    }

    func hear(_ event: CaseMoved, _ tx: Transaction) throws {
        try tx.follow("appeals/cases/\(event.number)", event.state.title)
    }
}

/// Faults of a follow-on, under the names that their form gives the fields.
private struct FollowOnInput {
    private var rules = InputRules()
    private let prefix: String

    init(prefix: String) { self.prefix = prefix }

    private func name(_ field: String) -> String {
        prefix.isEmpty ? field : prefix + field.prefix(1).uppercased() + field.dropFirst()
    }

    mutating func add(_ field: String, _ message: String, value: String? = nil) {
        rules.add(name(field), message, value: value)
    }

    mutating func text(_ field: String, _ title: String, _ text: String, _ range: ClosedRange<Int>) -> String {
        rules.text(name(field), title, text, range)
        return text
    }

    mutating func enterprise(_ row: OrderRow) -> (code: CreditCode, name: String)? {
        if let code = row.creditCode, let name = row.enterprise { return (code, name) }
        add("enterprise", "代企业办理须有企业名称和统一社会信用代码，工单里没有。请先登记企业信息。")
        return nil
    }

    func refuseIfFaulty() throws { try rules.refuseIfFaulty(HotlineRefusal.invalid) }
}

/// Name and number of an order's caller, as far as they are known.
private struct Caller {
    var name: Personal<String>?
    var phone: Personal<ContactNumber>?

    var both: (name: Personal<String>, phone: Personal<ContactNumber>)? {
        guard let name, let phone, !name.isErased, !phone.isErased else { return nil }
        return (name, phone)
    }
}

extension FollowOnKind: SQLRawValue {}

extension Transaction {
    fileprivate func callerOf(_ row: OrderRow) throws -> Caller {
        guard let person = row.caller else { return Caller() }
        return try first("SELECT name, phone FROM caller WHERE person = ?", person) { found in
            Caller(
                name: try found.get(0, as: String?.self).map { try unseal(String.self, $0) },
                phone: try found.get(1, as: String?.self).map { try unseal(ContactNumber.self, $0) })
        } ?? Caller()
    }

    /// The number of what was opened, by the chain of causes; told twice it is linked once.
    fileprivate func link(_ kind: FollowOnKind, _ number: String, _ path: String) throws {
        let found = try first(
            "SELECT f.id, o.id, o.state FROM follow_on f JOIN work_order o ON o.id = f.work_order WHERE f.correlation = ? AND f.kind = ? AND f.number IS NULL",
            envelope.correlation, kind
        ) {
            (
                id: try $0.get(0, as: Int64.self), order: try $0.get(1, as: Int64.self),
                state: try $0.get(2, as: HotlineContracts.OrderState.self)
            )
        }
        guard let found else { return }
        try run("UPDATE follow_on SET number = ?, path = ? WHERE id = ?", number, path, found.id)
        try record(found.order, nil, "\(kind.title)已登记，编号 \(number)", found.state)
    }

    fileprivate func follow(_ path: String, _ state: String) throws {
        try run("UPDATE follow_on SET state = ? WHERE path = ?", state, path)
    }
}

extension SQLReading {
    func followOns(of order: Int64) throws -> [FollowOn] {
        try rows(
            "SELECT kind, title, opened_at, number, path, state FROM follow_on WHERE work_order = ? ORDER BY id", order
        ) {
            FollowOn(
                kind: try $0.get(0), title: try $0.get(1), openedAt: try $0.get(2), number: try $0.get(3),
                path: try $0.get(4), state: try $0.get(5))
        }
    }
}
