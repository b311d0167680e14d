import Bus
import MarketContracts
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Rulebook {
    func findDemands(_ query: FindDemands, _ snapshot: Snapshot) throws -> Listing<DemandCard> {
        let limit = try query.checkedLimit()
        let after = try query.after?.position(MessageID.self)
        let actor = snapshot.actor
        let rows: [DemandCard]
        switch query.box {
        case .enterprise:
            guard let code = actor.organisation, actor.holds(.enterprise) else { return Listing([]) }
            rows = try snapshot.demands(ofEnterprise: code, query.state, query.category, limit: limit + 1, after: after)
        case .agency:
            guard let code = actor.organisation, actor.holds(.agency) else { return Listing([]) }
            rows = try snapshot.demands(ofAgency: code, query.state, query.category, limit: limit + 1, after: after)
        case .staff:
            rows = try snapshot.demands(in: Self.ranges(of: actor), query.state, query.category, limit: limit + 1, after: after)
        }
        return try Listing(probing: rows, limit: limit) { $0.id }
    }

    static func ranges(of actor: Actor, roles: [Role] = [.windowStaff, .cityStaff, .provinceStaff]) -> [ClosedRange<String>] {
        actor.grants.filter { roles.contains($0.role) }.map { $0.region?.codesBelow ?? "000000"..."999999" }
    }

    func getDemand(_ query: GetDemand, _ snapshot: Snapshot) throws -> DemandDetail {
        guard let demand = try snapshot.demandRow(query.id) else { throw MatchingRefusal.unknown }
        let sides = try sides(of: snapshot.actor, demand.card, snapshot)
        guard !sides.isEmpty else { throw MatchingRefusal.unknown }
        let isInside = sides.contains(.enterprise) || sides.contains(.staff)
        let invitations = try snapshot.invitations(of: query.id)
        let own = invitations.first { $0.agency.code == snapshot.actor.organisation }
        var detail = DemandDetail(
            card: demand.card, description: demand.description, budget: demand.budget, wantedBy: demand.wantedBy,
            invitations: isInside ? invitations : own.map { [$0] } ?? [], answers: isInside ? try snapshot.answers(of: query.id) : [],
            reason: demand.reason, proof: demand.proof, score: demand.score, comment: demand.comment)
        let size: String? = try snapshot.value("SELECT size FROM enterprise WHERE code = ?", demand.card.enterprise.code)
        detail.size = size.flatMap { EnterpriseSize(rawValue: $0) }
        // 邀请 → 联系: whoever said that they want to may call.
        if isInside || own?.state == .interested || own?.state == .chosen {
            let sealed = try snapshot.first("SELECT contact_name, contact_phone FROM demand WHERE id = ?", query.id) {
                (name: try $0.get(0, as: String?.self), phone: try $0.get(1, as: String?.self))
            }
            detail.contactName = try sealed?.name.map { try snapshot.unseal(String.self, $0) }
            detail.contactPhone = try sealed?.phone.map { try snapshot.unseal(ContactNumber.self, $0) }
        }
        if let home = demand.home {
            detail.home = home
            let step = try snapshot.first("SELECT pending, refusal FROM demand WHERE id = ?", query.id) {
                (pending: try $0.get(0, as: String?.self), refusal: try $0.get(1, as: String?.self))
            }
            detail.pending = step?.pending.flatMap { DemandAction(rawValue: $0) }
            detail.refusal = step?.refusal
        }
        detail.actions = DemandLife.steps.filter { $0.from == demand.card.state && !$0.sides.isDisjoint(with: sides) }.map(\.action)
        return detail
    }

    func gap(_ query: GetSupplyGap, _ snapshot: Snapshot) throws -> [SupplyGap] {
        let since = snapshot.now.day.adding(months: -12).start
        var counts: [String: SupplyGap] = [:]
        try snapshot.each(
            "SELECT region, category, state, level FROM demand WHERE created_at >= ? AND state <> 'withdrawn'", binding: [since]
        ) { row in
            let city = (try row.get(0, as: RegionCode.self)).city
            let category: String = try row.get(1)
            let key = "\(city) \(category)"
            var one = counts[key] ?? SupplyGap(city: city, category: category, demands: 0, unmet: 0, services: 0)
            one.demands += 1
            let state: String = try row.get(2), level: String = try row.get(3)
            if state == "unmet" || ((state == "received" || state == "matching") && level != "county") { one.unmet += 1 }
            counts[key] = one
            return true
        }
        guard !counts.isEmpty else { return [] }
        try snapshot.each("SELECT category, regions FROM offer WHERE is_listed = 1", binding: []) { row in
            let category: String = try row.get(0)
            let served = (try row.get(1, as: String.self)).split(separator: " ").compactMap { RegionCode(String($0)) }
            for (key, one) in counts where one.category == category && served.contains(where: { $0.contains(one.city) || one.city.contains($0) }) {
                counts[key]?.services += 1
            }
            return true
        }
        return counts.values.sorted { left, right in
            let a = (left.isShort ? 0 : 1, -left.unmet, -left.demands, left.services), b = (right.isShort ? 0 : 1, -right.unmet, -right.demands, right.services)
            return a == b ? (left.city, left.category) < (right.city, right.category) : a < b
        }
    }

    // MARK: - To-dos

    func todos(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        var items = try matchmakingTodos(actor, snapshot)
        func add(_ cards: [DemandCard], _ step: String) {
            for card in cards {
                items.append(TodoItem(title: "\(card.title)（\(card.number)）", path: "/demands/\(card.id)", step: step, since: card.updatedAt, due: card.due))
            }
        }
        if let code = actor.organisation, actor.holds(.enterprise) {
            add(try snapshot.demands(ofEnterprise: code, .answered, nil, limit: 50, after: nil), "选择承接的机构")
            add(try snapshot.demands(ofEnterprise: code, .delivered, nil, limit: 50, after: nil), "评价")
        }
        if let code = actor.organisation, actor.holds(.agency) {
            for state in [DemandState.matching, .answered] {
                let open = try snapshot.demands(ofAgency: code, state, nil, limit: 50, after: nil)
                add(
                    try open.filter {
                        try snapshot.value("SELECT state FROM invitation WHERE demand = ? AND agency = ?", $0.id, code, as: String.self) == "invited"
                    }, "响应邀请")
            }
            add(
                try snapshot.demands(ofAgency: code, .agreed, nil, limit: 50, after: nil).filter { $0.agency?.code == code }, "交付")
        }
        // What one of the parties leaves lying is for the window to ask about.
        for state in [DemandState.answered, .agreed] {
            add(
                try snapshot.demands(in: Self.ranges(of: actor, roles: [.windowStaff]), state, nil, limit: 100, after: nil).filter { $0.due.map { $0 < snapshot.now } ?? false },
                "催办：\(state.title)")
        }
        // Whose level it is: the window at first, then the city, then the province.
        for (role, level) in [(Role.windowStaff, DemandLevel.county), (.cityStaff, .city), (.provinceStaff, .province)] {
            let ranges = Self.ranges(of: actor, roles: [role])
            for state in [DemandState.received, .matching] {
                add(try snapshot.demands(in: ranges, state, nil, limit: 100, after: nil).filter { $0.level == level }, state == .received ? "受理" : "寻找机构")
            }
        }
        return items
    }
}
