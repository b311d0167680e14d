import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Rulebook {
    func findMatchmakings(_ query: FindMatchmakings, _ snapshot: Snapshot) throws -> Listing<MatchmakingCard> {
        let limit = try query.checkedLimit()
        let found = try snapshot.matchmakings(
            drafts: Self.ranges(of: snapshot.actor), query.state, query.category, after: try query.after?.position(MatchmakingPlace.self), limit: limit + 1)
        let cards = try found.map { try card($0, snapshot) }
        return try Listing(probing: cards, limit: limit) { MatchmakingPlace(startsAt: $0.startsAt, id: $0.id) }
    }

    func getMatchmaking(_ query: GetMatchmaking, _ snapshot: Snapshot) throws -> MatchmakingFacts {
        guard let row = try snapshot.matchmakingRow(query.id), try isVisible(row, snapshot) else { throw MatchingRefusal.matchmakingUnknown }
        return try facts(row, snapshot)
    }

    /// A draft is known to the staff who hold it and to whom it invited.
    private func isVisible(_ row: MatchmakingRow, _ snapshot: Snapshot) throws -> Bool {
        guard row.state == .draft, !Self.isStaff(snapshot.actor, in: row.region) else { return true }
        guard let code = snapshot.actor.organisation else { return false }
        return try !snapshot.attendances(of: row.id, party: code).isEmpty
    }

    private func card(_ row: MatchmakingRow, _ snapshot: Snapshot) throws -> MatchmakingCard {
        func coming(_ side: MatchmakingSide) throws -> Int {
            try snapshot.value("SELECT count(*) FROM attendance WHERE matchmaking = ? AND side = ? AND state = 'coming'", row.id, side.rawValue) ?? 0
        }
        return MatchmakingCard(
            id: row.id, title: row.title, region: row.region, place: row.place, categories: row.categories, startsAt: row.hall.startsAt,
            endsAt: row.hall.endsAt, wishesUntil: row.wishesUntil, state: row.state, enterprises: try coming(.enterprise), agencies: try coming(.agency),
            talks: try snapshot.value("SELECT count(*) FROM talk WHERE matchmaking = ?", row.id) ?? 0)
    }

    private func facts(_ row: MatchmakingRow, _ snapshot: Snapshot) throws -> MatchmakingFacts {
        MatchmakingFacts(
            card: try card(row, snapshot), description: row.description, slots: row.hall.slots, slotMinutes: row.hall.slotMinutes,
            pauseMinutes: row.hall.pauseMinutes, tables: row.hall.tables, enterpriseLimit: row.enterpriseLimit, agencyLimit: row.agencyLimit,
            reason: row.reason)
    }

    func getDesk(_ query: GetMatchmakingDesk, _ snapshot: Snapshot) throws -> MatchmakingDesk {
        guard let row = try snapshot.matchmakingRow(query.id), try isVisible(row, snapshot) else { throw MatchingRefusal.matchmakingUnknown }
        let actor = snapshot.actor
        let isStaff = Self.isStaff(actor, in: row.region)
        let all = try snapshot.attendances(of: row.id).map(\.attendance)
        let sides = MatchmakingSide.allCases.filter { actor.holds($0 == .enterprise ? .enterprise : .agency) }
        let own = try all.filter { $0.party.code == actor.organisation && sides.contains($0.side) }.map { try revealed($0, row, snapshot) }
        let coming = own.filter { $0.state == .coming }.map(\.side)
        let party = isStaff ? nil : actor.organisation
        let isInside = isStaff || !own.isEmpty
        return MatchmakingDesk(
            facts: try facts(row, snapshot), isStaff: isStaff, own: own,
            others: isStaff
                ? try all.map { try revealed($0, row, snapshot) } : all.filter { $0.state == .coming && coming.contains($0.side.other) && $0.party.code != party },
            wishes: isInside ? try snapshot.wishes(of: row.id, party: party) : [], talks: isInside ? try snapshot.talks(of: row.id, party: party) : [],
            unmet: isInside ? try snapshot.unmet(of: row.id, party: party).filter { isStaff || wished($0, party) } : [],
            figures: isStaff ? row.figures : nil, actions: isStaff ? MatchmakingLife.actions(in: row.state).filter { $0 != .close || row.hall.endsAt <= snapshot.now } : [])

        /// What another side wanted in vain is none of the party's business.
        func wished(_ one: UnmetWish, _ party: CreditCode?) -> Bool {
            (try? snapshot.value(
                "SELECT 1 FROM wish WHERE matchmaking = ? AND party = ? AND other IN (?, ?)", row.id, party, one.enterprise.code, one.agency.code, as: Int.self))
                ?? nil != nil
        }
    }

    private func revealed(_ one: Attendance, _ row: MatchmakingRow, _ snapshot: Snapshot) throws -> Attendance {
        var shown = one
        let sealed = try snapshot.first(
            "SELECT representative, phone FROM attendance WHERE matchmaking = ? AND side = ? AND party = ?", row.id, one.side.rawValue, one.party.code
        ) { (name: try $0.get(0, as: String?.self), phone: try $0.get(1, as: String?.self)) }
        shown.representative = try sealed?.name.map { try snapshot.unseal(String.self, $0) }
        shown.phone = try sealed?.phone.map { try snapshot.unseal(ContactNumber.self, $0) }
        return shown
    }

    func findFollowUps(_ query: FindFollowUps, _ snapshot: Snapshot) throws -> [FollowUpItem] {
        let limit = min(max(query.limit ?? 100, 1), 500)
        let party = snapshot.actor.holds(.enterprise) || snapshot.actor.holds(.agency) ? snapshot.actor.organisation : nil
        return try snapshot.openFollowUps(in: Self.ranges(of: snapshot.actor), party: party, limit: limit)
    }

    /// One talk with its follow-ups, for its two sides and the staff who hold it.
    func getTalk(_ query: GetTalk, _ snapshot: Snapshot) throws -> Talk {
        guard let talk = try snapshot.talk(query.id), let row = try snapshot.matchmakingRow(talk.matchmaking), isSide(snapshot.actor, of: talk, row) else {
            throw MatchingRefusal.talkUnknown
        }
        return talk
    }

    func matchmakingTodos(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        var items: [TodoItem] = []
        if let code = actor.organisation, actor.holds(.enterprise) || actor.holds(.agency) {
            items += try snapshot.rows(
                """
                SELECT m.id, m.title, a.state, a.changed_at, m.wishes_until FROM attendance a JOIN matchmaking m ON m.id = a.matchmaking
                  WHERE a.party = ?1 AND m.state IN ('draft', 'open') AND m.wishes_until > ?2 AND (a.state = 'invited' OR a.state = 'coming' AND m.state = 'open'
                    AND NOT EXISTS (SELECT 1 FROM wish w WHERE w.matchmaking = m.id AND w.side = a.side AND w.party = a.party)) ORDER BY m.starts_at LIMIT 50
                """, code, snapshot.now
            ) { row in
                let state: String = try row.get(2)
                return TodoItem(
                    title: "对接会“\(try row.get(1, as: String.self))”", path: "/matchmaking/\(try row.get(0, as: MessageID.self))",
                    step: state == "invited" ? "答复邀请" : "填报志愿", since: try row.get(3), due: try row.get(4))
            }
        }
        let ranges = Self.ranges(of: actor)
        guard !ranges.isEmpty else { return items }
        for row in try snapshot.matchmakings(drafts: ranges, .open, nil, after: nil, limit: 100)
        where row.wishesUntil <= snapshot.now && ranges.contains(where: { $0.contains(row.region.description) }) {
            items.append(
                TodoItem(title: "对接会“\(row.title)”", path: "/matchmaking/\(row.id)", step: "排定洽谈", since: row.wishesUntil, due: row.hall.startsAt))
        }
        for item in try snapshot.openFollowUps(in: ranges, party: nil, limit: 100) where item.followUp.due <= snapshot.now.advanced(by: .seconds(7 * 86_400)) {
            items.append(
                TodoItem(
                    title: "\(item.talk.enterprise.name)与\(item.talk.agency.name)的洽谈", path: "/talks/\(item.talk.id)", step: "第 \(item.followUp.days) 日跟踪",
                    since: item.talk.startsAt, due: item.followUp.due))
        }
        return items
    }
}
