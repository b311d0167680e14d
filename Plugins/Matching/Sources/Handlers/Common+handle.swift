import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Common demands: merged reversibly, and every member gets every answer.
extension Rulebook {
    func merge(_ command: MergeDemands, _ tx: Transaction) throws -> CommonReceipt {
        let ids = Set(command.demands).sorted()
        // Those of the sites below are known by title; their homes are told.
        let far = try ids.compactMap { try tx.seenDemand($0) }
        for one in far {
            guard Self.isStaff(tx.actor, in: one.card.region) else { throw MatchingRefusal.unknown }
            guard one.card.cluster == nil || one.card.cluster == command.cluster else { throw MatchingRefusal.inOther }
        }
        let demands = try ids.filter { id in !far.contains { $0.card.id == id } }.map { id -> DemandRow in
            guard let demand = try tx.demandRow(id), Self.isStaff(tx.actor, in: demand.card.region), demand.home == nil else { throw MatchingRefusal.unknown }
            guard demand.card.cluster == nil || demand.card.cluster == command.cluster else { throw MatchingRefusal.inOther }
            return demand
        }
        let cluster: MessageID
        let title: String
        if let wanted = command.cluster {
            guard let found: String = try tx.value("SELECT title FROM cluster WHERE id = ? AND site IS NULL", wanted) else { throw MatchingRefusal.commonUnknown }
            (cluster, title) = (wanted, found)
            guard !ids.isEmpty else { throw MatchingRefusal.invalid([.init(field: "demands", message: "请至少选择一个需求。")]) }
        } else {
            guard ids.count >= 2, let first = demands.first?.card ?? far.first?.card else {
                throw MatchingRefusal.invalid([.init(field: "demands", message: "新的共性需求至少要有两个需求。请再选择。")])
            }
            title = command.title ?? first.title
            guard (4...60).contains(title.count) else { throw MatchingRefusal.invalid([.init(field: "title", message: "共性需求名称应为 4–60 个字。请修改。")]) }
            cluster = tx.newID()
            try tx.run("INSERT INTO cluster (id, title, category, created_at) VALUES (?, ?, ?, ?)", cluster, title, first.category, tx.now)
        }
        for var demand in demands where demand.card.cluster == nil {
            demand.card.cluster = cluster
            try tx.write(demand)
            try tx.run("INSERT INTO cluster_member (cluster, demand, merged_at) VALUES (?, ?, ?)", cluster, demand.card.id, tx.now)
            try tx.follow("demand/\(demand.card.id)")
            try tx.announce(CommonDemandChanged(cluster: cluster, title: title, demand: demand.card.id, isMember: true))
        }
        let category: String = try tx.value("SELECT category FROM cluster WHERE id = ?", cluster) ?? ""
        for one in far where one.card.cluster == nil { try join(one, cluster, title, category, tx) }
        return CommonReceipt(cluster: cluster, members: try tx.members(of: cluster).count + tx.farMembers(of: cluster).count)
    }

    func split(_ command: SplitDemand, _ tx: Transaction) throws -> DemandReceipt {
        guard var demand = try tx.demandRow(command.demand), demand.home == nil else { return try splitFar(command.demand, tx) }
        guard Self.isStaff(tx.actor, in: demand.card.region) else { throw MatchingRefusal.unknown }
        guard let cluster = demand.card.cluster else { throw MatchingRefusal.commonUnknown }
        demand.card.cluster = nil
        try tx.write(demand)
        try tx.run("UPDATE cluster_member SET split_at = ? WHERE cluster = ? AND demand = ? AND split_at IS NULL", tx.now, cluster, demand.card.id)
        let title: String = try tx.value("SELECT title FROM cluster WHERE id = ?", cluster) ?? ""
        try tx.follow("demand/\(demand.card.id)")
        try tx.announce(CommonDemandChanged(cluster: cluster, title: title, demand: demand.card.id, isMember: false))
        if let keeper = try tx.keeper(of: cluster) {
            _ = try tx.send(LeaveCommon(cluster: cluster, demand: demand.card.id), to: .site(keeper), subject: "demand/\(demand.card.id)")
        }
        return receipt(demand)
    }

    func answer(_ command: AnswerCommonDemand, _ tx: Transaction) throws -> CommonReceipt {
        guard (2...2000).contains(command.text.count) else { throw MatchingRefusal.invalid([.init(field: "text", message: "答复应为 2–2000 个字。请修改。")]) }
        // What a site above keeps is answered there, for all its members.
        guard try tx.keeper(of: command.cluster) == nil else { throw MatchingRefusal.commonUnknown }
        let members = try tx.members(of: command.cluster), far = try tx.farMembers(of: command.cluster)
        guard (members + far.map(\.card)).contains(where: { Self.isStaff(tx.actor, in: $0.region) }) else { throw MatchingRefusal.commonUnknown }
        try tx.run("INSERT INTO common_answer (id, cluster, text, at) VALUES (?, ?, ?, ?)", tx.newID(), command.cluster, command.text, tx.now)
        for one in far {
            _ = try tx.send(
                ShareAnswer(cluster: command.cluster, demand: one.card.id, text: command.text), to: .site(one.site), subject: "demand/\(one.card.id)")
        }
        for member in members {
            try tx.run("INSERT INTO answer (id, demand, cluster, text, at) VALUES (?, ?, ?, ?, ?)", tx.newID(), member.id, command.cluster, command.text, tx.now)
            try tx.follow("demand/\(member.id)")
            try tx.announce(DemandAnswered(demand: member.id, cluster: command.cluster))
        }
        return CommonReceipt(cluster: command.cluster, members: members.count + far.count)
    }

    func commonDemands(_ query: FindCommonDemands, _ snapshot: Snapshot) throws -> [CommonDemand] {
        let all = try snapshot.rows("SELECT id, title, category, created_at FROM cluster WHERE site IS NULL ORDER BY id DESC LIMIT 200") {
            (id: try $0.get(0, as: MessageID.self), title: try $0.get(1, as: String.self), category: try $0.get(2, as: String.self), at: try $0.get(3, as: Timestamp.self))
        }
        return try all.compactMap { one in
            let all = try snapshot.members(of: one.id) + snapshot.farMembers(of: one.id).map(\.card)
            let members = all.filter { Self.isStaff(snapshot.actor, in: $0.region) }
            guard !members.isEmpty else { return nil }
            return CommonDemand(
                id: one.id, title: one.title, category: one.category, members: members, answers: try snapshot.answers(to: one.id), createdAt: one.at)
        }
    }

    func similar(_ query: FindSimilarDemands, _ snapshot: Snapshot) throws -> [SimilarDemand] {
        guard let demand = try snapshot.demandRow(query.demand), Self.isStaff(snapshot.actor, in: demand.card.region) else { throw MatchingRefusal.unknown }
        let own = Wording.pairs(demand.card.title + " " + demand.description)
        let since = snapshot.now.day.adding(months: -12).start
        return try snapshot.demands(ofCategory: demand.card.category, since: since, limit: 2000)
            .filter { $0.card.id != query.demand && Self.isStaff(snapshot.actor, in: $0.card.region) }
            .map { SimilarDemand(card: $0.card, similarity: Wording.similarity(own, Wording.pairs($0.card.title + " " + $0.text))) }
            .filter { $0.similarity >= settings.similarity }
            .sorted { ($1.similarity, $0.card.id) < ($0.similarity, $1.card.id) }.prefix(20).map { $0 }
    }
}
