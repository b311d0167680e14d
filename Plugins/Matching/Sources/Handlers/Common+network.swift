import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Common demands over the network: a site above knows the titles of the demands below, merges what is alike, and every member's home gets the answers.
extension Rulebook {
    /// What a site below tells of its demands.
    func hear(_ event: DemandAdvanced, _ tx: Transaction) throws {
        try tx.run(
            """
            INSERT INTO seen_demand (id, site, number, title, category, region, enterprise, enterprise_name, channel, state, level, due_at, revision, created_at, updated_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14)
            ON CONFLICT (id) DO UPDATE SET state = ?10, level = ?11, due_at = ?12, revision = ?13, updated_at = ?14 WHERE revision < ?13 AND site = ?2
            """, event.demand, tx.envelope.site, event.number, event.title, event.category, event.region, event.enterprise.code, event.enterprise.name,
            event.channel.rawValue, event.to.rawValue, event.level.rawValue, event.due, event.revision, tx.envelope.time)
    }

    func proposals(_ query: ProposeCommonDemands, _ snapshot: Snapshot) throws -> [CommonProposal] {
        let since = snapshot.now.day.adding(months: -12).start
        var found: [CommonProposal] = []
        for category in categories.map(\.id) where query.category ?? category == category {
            let open = try snapshot.mergeable(category, since: since, limit: 200, here: "").filter { Self.isStaff(snapshot.actor, in: $0.card.region) }
            var groups: [(pairs: Set<UInt64>, members: [SeenDemand])] = []
            for one in open.sorted(by: { $0.card.id < $1.card.id }) {
                let pairs = Wording.pairs(one.card.title)
                if let place = groups.firstIndex(where: { Wording.similarity($0.pairs, pairs) >= settings.similarity }) {
                    groups[place].members.append(one)
                } else {
                    groups.append((pairs, [one]))
                }
            }
            found += groups.filter { $0.members.count >= 2 }.map { CommonProposal(demands: $0.members) }
        }
        return Array(found.sorted { ($1.demands.count, $0.demands[0].card.id) < ($0.demands.count, $1.demands[0].card.id) }.prefix(20))
    }

    /// Adds a demand that another site keeps, and tells its home.
    func join(_ far: SeenDemand, _ cluster: MessageID, _ title: String, _ category: String, _ tx: Transaction) throws {
        try tx.run("UPDATE seen_demand SET cluster = ? WHERE id = ?", cluster, far.card.id)
        try share(far, cluster, title, category, isMember: true, tx)
    }

    private func share(_ far: SeenDemand, _ cluster: MessageID, _ title: String, _ category: String, isMember: Bool, _ tx: Transaction) throws {
        _ = try tx.send(
            ShareCommon(cluster: cluster, title: title, category: category, demand: far.card.id, isMember: isMember), to: .site(far.site),
            subject: "demand/\(far.card.id)")
    }

    /// Takes a member out that another site keeps.
    func splitFar(_ id: MessageID, _ tx: Transaction) throws -> DemandReceipt {
        guard let far = try tx.seenDemand(id), Self.isStaff(tx.actor, in: far.card.region) else { throw MatchingRefusal.unknown }
        guard let cluster = far.card.cluster else { throw MatchingRefusal.commonUnknown }
        try tx.run("UPDATE seen_demand SET cluster = NULL WHERE id = ?", id)
        try share(far, cluster, "", far.card.category, isMember: false, tx)
        return DemandReceipt(demand: id, number: far.card.number, state: far.card.state, level: far.card.level)
    }

    /// At the home of a member. Only a site above merges, and only what is in no common demand.
    func takeShared(_ command: ShareCommon, _ tx: Transaction) throws -> Done {
        let keeper = tx.envelope.site
        guard tx.isFromOutside, tx.sites.isAbove(keeper, tx.site), var demand = try tx.demandRow(command.demand), demand.home == nil else { throw MatchingRefusal.unknown }
        try tx.follow("demand/\(command.demand)")
        if command.isMember {
            guard demand.card.cluster == nil || demand.card.cluster == command.cluster else { throw MatchingRefusal.inOther }
            if demand.card.cluster == command.cluster { return Done() }
            try tx.run(
                "INSERT INTO cluster (id, title, category, created_at, site) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", command.cluster, command.title, command.category,
                tx.now, keeper)
            guard try tx.keeper(of: command.cluster) == keeper else { throw MatchingRefusal.commonUnknown }
            demand.card.cluster = command.cluster
            try tx.run("INSERT INTO cluster_member (cluster, demand, merged_at) VALUES (?, ?, ?)", command.cluster, command.demand, tx.now)
        } else {
            guard demand.card.cluster == command.cluster, try tx.keeper(of: command.cluster) == keeper else { return Done() }
            demand.card.cluster = nil
            try tx.run("UPDATE cluster_member SET split_at = ? WHERE cluster = ? AND demand = ? AND split_at IS NULL", tx.now, command.cluster, command.demand)
        }
        try tx.write(demand)
        let title: String = try tx.value("SELECT title FROM cluster WHERE id = ?", command.cluster) ?? command.title
        try tx.announce(CommonDemandChanged(cluster: command.cluster, title: title, demand: command.demand, isMember: command.isMember))
        return Done()
    }

    func takeAnswer(_ command: ShareAnswer, _ tx: Transaction) throws -> Done {
        guard tx.isFromOutside, try tx.keeper(of: command.cluster) == tx.envelope.site, (2...2000).contains(command.text.count),
            try tx.demandRow(command.demand)?.card.cluster == command.cluster
        else { throw MatchingRefusal.commonUnknown }
        try tx.follow("demand/\(command.demand)")
        try tx.run("INSERT INTO answer (id, demand, cluster, text, at) VALUES (?, ?, ?, ?, ?)", tx.newID(), command.demand, command.cluster, command.text, tx.now)
        try tx.announce(DemandAnswered(demand: command.demand, cluster: command.cluster))
        return Done()
    }

    /// A member left at its home.
    func hearLeaving(_ command: LeaveCommon, _ tx: Transaction) throws -> Done {
        guard tx.isFromOutside else { throw MatchingRefusal.unknown }
        try tx.run("UPDATE seen_demand SET cluster = NULL WHERE id = ? AND cluster = ? AND site = ?", command.demand, command.cluster, tx.envelope.site)
        return Done()
    }

    /// The home did not join: it is in another common demand, or gone.
    func hearShareReceipt(_ receipt: Receipt, _ tx: Transaction) throws {
        guard receipt.sent.state == .refused, let id = receipt.sent.subject.split(separator: "/").last.flatMap({ MessageID(String($0)) }) else { return }
        // What was told later holds, as when it was taken out and merged elsewhere meanwhile.
        let last = try tx.store.sent(subject: receipt.sent.subject).last { $0.type == ShareCommon.name }
        guard last?.id == receipt.sent.id else { return }
        try tx.run("UPDATE seen_demand SET cluster = NULL WHERE id = ?", id)
    }
}

extension SQLReading {
    /// The site that keeps a common demand; `nil`: this one, or unknown.
    func keeper(of cluster: MessageID) throws -> String? { try value("SELECT site FROM cluster WHERE id = ?", cluster) }
}
