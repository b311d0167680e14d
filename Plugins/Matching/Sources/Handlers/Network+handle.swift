import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Demands between sites (D42): unanswered they become answerable at the city's site, then at the hub; their home keeps and decides.
extension Rulebook {
    /// Tells the sites above that have become answerable, and the sites of invited agencies, how the demand stands.
    func mirror(_ demand: DemandRow, _ tx: Transaction) throws {
        for site in answerable(demand.card.level, tx) where demand.card.level != level(of: demand.card.region) {
            try tx.run("INSERT INTO demand_site (demand, site) VALUES (?, ?) ON CONFLICT DO NOTHING", demand.card.id, site)
        }
        let above = Set(try tx.rows("SELECT site FROM demand_site WHERE demand = ?", demand.card.id) { try $0.get(0, as: String.self) })
        let kept = try tx.rows("SELECT i.agency, a.site FROM invitation i JOIN agency a ON a.code = i.agency WHERE i.demand = ? AND a.site <> ?", demand.card.id, tx.site) {
            (agency: try $0.get(0, as: CreditCode.self), site: try $0.get(1, as: String.self))
        }
        let invitations = try tx.invitations(of: demand.card.id)
        var card = demand.card
        card.cluster = nil
        for site in above.union(kept.map(\.site)).sorted() where tx.sites[site] != nil {
            let own = Set(kept.filter { $0.site == site }.map(\.agency))
            _ = try tx.send(
                ReceiveDemand(
                    demand: DemandCopy(
                        card: card, description: demand.description, budget: demand.budget, wantedBy: demand.wantedBy, reason: demand.reason, proof: demand.proof,
                        score: demand.score, comment: demand.comment,
                        invitations: above.contains(site) ? invitations : invitations.filter { own.contains($0.agency.code) }, isForAbove: above.contains(site),
                        revision: demand.revision)), to: .site(site), subject: "demand/\(demand.card.id)")
        }
    }

    /// The city's site, and from the province's level on the hub too; where a level has no site, the next one above.
    private func answerable(_ level: DemandLevel, _ tx: Transaction) -> [String] {
        let above = tx.sites.above(tx.site)
        guard level != .county, let nearest = above.first, let top = above.last else { return [] }
        let city = above.first { tx.sites[$0]?.kind == .city } ?? nearest
        return level == .city ? [city] : [city, top]
    }

    func receive(_ command: ReceiveDemand, _ tx: Transaction) throws -> Done {
        let copy = command.demand, home = tx.envelope.site
        guard tx.isFromOutside, !copy.isForAbove || tx.sites.isAbove(tx.site, home) else { throw MatchingRefusal.unknown }
        if !copy.isForAbove {
            for one in copy.invitations where try tx.value("SELECT site FROM agency WHERE code = ?", one.agency.code, as: String.self) != tx.site {
                throw MatchingRefusal.unknown
            }
        }
        let stored = try tx.demandRow(copy.card.id)
        if let stored {
            guard stored.home == home else { throw MatchingRefusal.unknown }
            if stored.revision >= copy.revision { return Done() }
        }
        var card = copy.card
        // Numbers are a site's own.
        card.number = stored?.card.number ?? "\(card.number)·\(home)"
        card.cluster = nil
        try tx.write(
            DemandRow(
                card: card, description: copy.description, budget: copy.budget, wantedBy: copy.wantedBy, revision: copy.revision, score: copy.score,
                comment: copy.comment, reason: copy.reason, proof: copy.proof, home: home))
        try tx.run("UPDATE demand SET pending = NULL WHERE id = ?", card.id)
        for one in copy.invitations {
            try tx.run(
                """
                INSERT INTO invitation (demand, agency, name, state, note, invited_at, answered_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                ON CONFLICT (demand, agency) DO UPDATE SET state = ?4, note = ?5, answered_at = ?7
                """, card.id, one.agency.code, one.agency.name, one.state.rawValue, one.note, one.invitedAt, one.answeredAt)
        }
        return Done()
    }

    /// A step at another site than the home: looked at here, decided there.
    func forward(_ command: AdvanceDemand, of demand: DemandRow, _ sides: Set<DemandLife.Side>, _ tx: Transaction) throws -> DemandReceipt {
        guard let home = demand.home else { throw MatchingRefusal.unknown }
        let step = try allowed(command, demand, sides)
        let isAgencys = !step.sides.isDisjoint(with: [.invited, .chosen])
        try tx.run("UPDATE demand SET pending = ?, refusal = NULL WHERE id = ?", command.action.rawValue, command.demand)
        _ = try tx.send(
            ForwardDemandStep(step: command, agency: isAgencys ? tx.actor.organisation : nil), to: .site(home), subject: "demand/\(command.demand)")
        return receipt(demand)
    }

    func takeForwarded(_ command: ForwardDemandStep, _ tx: Transaction) throws -> DemandReceipt {
        guard tx.isFromOutside, var demand = try tx.demandRow(command.step.demand), demand.home == nil else { throw MatchingRefusal.unknown }
        let sides: Set<DemandLife.Side>
        if let agency = command.agency {
            let found = try tx.first(
                "SELECT i.state, a.site FROM invitation i JOIN agency a ON a.code = i.agency WHERE i.demand = ? AND i.agency = ?", demand.card.id, agency
            ) { (state: try $0.coded(0, as: Invitation.State.self), site: try $0.get(1, as: String?.self)) }
            // A site speaks only for the agencies that it keeps.
            guard let found, found.site == tx.envelope.site else { throw MatchingRefusal.unknown }
            sides = [found.state == .chosen ? .chosen : .invited]
        } else {
            let isTold = try tx.value("SELECT 1 FROM demand_site WHERE demand = ? AND site = ?", demand.card.id, tx.envelope.site, as: Int.self) != nil
            guard isTold, tx.sites.isAbove(tx.envelope.site, tx.site) else { throw MatchingRefusal.unknown }
            sides = [.staff]
        }
        try tx.follow("demand/\(command.step.demand)")
        return try advance(&demand, command.step, sides, by: command.agency, tx)
    }

    /// What became of a step at the home; refused, the person sees why.
    func hearReceipt(_ receipt: Receipt, _ tx: Transaction) throws {
        guard receipt.sent.state == .refused, let id = receipt.sent.subject.split(separator: "/").last.flatMap({ MessageID(String($0)) }) else { return }
        try tx.run(
            "UPDATE demand SET pending = NULL, refusal = ? WHERE id = ? AND home IS NOT NULL", receipt.sent.message ?? "对方站点未受理。", id)
    }
}
