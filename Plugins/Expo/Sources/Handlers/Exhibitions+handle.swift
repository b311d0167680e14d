import Bus
import ExpoContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Fair {
    func saveExhibition(_ command: SaveExhibition, _ tx: Transaction) throws -> ExhibitionReceipt {
        guard Rights.manages(tx.actor, command.region) else { throw ExpoRefusal.region(command.region.description) }
        let old = try command.exhibition.map { try tx.exhibition($0) }
        if let old {
            guard Rights.manages(tx.actor, old.region) else { throw ExpoRefusal.region(old.region.description) }
            guard old.state != .closed else { throw ExpoRefusal.illegal("修改", in: old.state.title, possible: []) }
        }
        try faults { check(command, &$0) }
        let id = try command.exhibition ?? tx.nextExhibitionID()
        if old == nil {
            try tx.run(
                """
                INSERT INTO exhibition (id, title, kind, region, state, opens_on, closes_on, notice, notice_at, entered_at, summary)
                VALUES (?1, ?2, ?3, ?4, 'draft', ?5, ?6, ?7, ?8, ?8, ?9)
                """, id, command.title, command.kind, command.region, command.opensOn, command.closesOn, command.notice, tx.now, command.summary)
        } else {
            try tx.run(
                """
                UPDATE exhibition SET title = ?1, kind = ?2, region = ?3, opens_on = ?4, closes_on = ?5, notice = ?6, summary = ?7,
                  notice_at = CASE WHEN notice IS ?6 THEN notice_at ELSE ?8 END WHERE id = ?9
                """, command.title, command.kind, command.region, command.opensOn, command.closesOn, command.notice, command.summary, tx.now, id)
        }
        try setHalls(command.halls, of: id, tx)
        try tx.announce(
            ExhibitionSaved(
                exhibition: id, title: command.title, kind: command.kind, region: command.region, opensOn: command.opensOn, closesOn: command.closesOn,
                isNew: old == nil))
        // Names of exhibition and halls stand on every booth's card.
        if old?.state == .published { try listAll(of: id, tx) }
        return ExhibitionReceipt(exhibition: id, state: old?.state ?? .draft)
    }

    private func check(_ command: SaveExhibition, _ rules: inout InputRules) {
        rules.text("title", "展会名称", command.title, 4...60)
        rules.text("summary", "展会介绍", command.summary, 10...2000)
        rules.optionalText("notice", "公告", command.notice, 1...500)
        switch (command.kind, command.closesOn) {
        case (.dated, nil): rules.add("closesOn", "定期展须有闭展日期。请填写。")
        case (.permanent, .some): rules.add("closesOn", "常年展没有闭展日期。请去掉日期，或选择定期展。")
        case (.dated, let last?) where last < command.opensOn:
            rules.add("closesOn", "闭展日期（\(last)）早于开展日期（\(command.opensOn)）。请修改。", value: last.description)
        default: break
        }
        if !(1...20).contains(command.halls.count) { rules.add("halls", "展馆应为 1–20 个，现有 \(command.halls.count) 个。请修改。") }
        var titles: Set<String> = []
        for (index, hall) in command.halls.enumerated() {
            rules.text("halls/\(index)/title", "第 \(index + 1) 个展馆的名称", hall.title, 2...20)
            rules.optionalText("halls/\(index)/note", "第 \(index + 1) 个展馆的说明", hall.note, 1...100)
            if !titles.insert(hall.title).inserted { rules.add("halls/\(index)/title", "展馆「\(hall.title)」重复。请改名。", value: hall.title) }
        }
    }

    /// Halls keep their numbers; one that is left out goes, unless booths stand in it.
    private func setHalls(_ halls: [HallDraft], of id: ExhibitionID, _ tx: Transaction) throws {
        let known = try tx.halls(of: id)
        let kept = halls.compactMap(\.number)
        if let wrong = kept.first(where: { number in !known.contains { $0.number == number } }) ?? kept.first(where: { number in kept.count { $0 == number } > 1 }) {
            throw ExpoRefusal.invalid([.init(field: "halls", value: String(wrong), message: "展馆号 \(wrong) 不存在或重复。新增的展馆不填展馆号。")])
        }
        for gone in known where !kept.contains(gone.number) {
            let used: Int = try tx.value("SELECT count(*) FROM booth WHERE exhibition = ? AND hall = ?", id, gone.number) ?? 0
            guard used == 0 else {
                throw ExpoRefusal.make("hall-in-use", "「\(gone.title)」内有 \(used) 个展位，不能删除。请保留该展馆。", log: "hall \(gone.number) holds \(used) booths")
            }
            try tx.run("DELETE FROM hall WHERE exhibition = ? AND number = ?", id, gone.number)
        }
        // The visits of a hall that is gone stay with its number, which is given again only when no other is left.
        let visited = Set(try tx.rows("SELECT DISTINCT hall FROM hall_visit WHERE exhibition = ?", id) { try $0.get(0, as: Int.self) })
        let unused = (1...20).filter { !kept.contains($0) }
        var free = (unused.filter { !visited.contains($0) } + unused.filter { visited.contains($0) })[...]
        for hall in halls {
            guard let number = hall.number ?? free.popFirst() else { continue }
            try tx.run(
                """
                INSERT INTO hall (exhibition, number, kind, title, note) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (exhibition, number) DO UPDATE SET kind = ?3, title = ?4, note = ?5
                """, id, number, hall.kind, hall.title, hall.note)
        }
    }

    func advanceExhibition(_ command: AdvanceExhibition, _ tx: Transaction) throws -> ExhibitionReceipt {
        let row = try tx.exhibition(command.exhibition)
        guard Rights.manages(tx.actor, row.region) else { throw ExpoRefusal.region(row.region.description) }
        guard let state = Life.step(row.state, command.action) else {
            let possible = ExhibitionAction.allCases.filter { Life.step(row.state, $0) != nil }.map(\.title)
            throw ExpoRefusal.illegal(command.action.title, in: row.state.title, possible: possible)
        }
        try tx.run("UPDATE exhibition SET state = ? WHERE id = ?", state, row.id)
        try tx.announce(ExhibitionAdvanced(exhibition: row.id, action: command.action, state: state))
        try listAll(of: row.id, tx)
        return ExhibitionReceipt(exhibition: row.id, state: state)
    }

    private func listAll(of exhibition: ExhibitionID, _ tx: Transaction) throws {
        for row in try tx.rows("SELECT \(BoothRow.columns) FROM \(BoothRow.tables) WHERE b.exhibition = ? AND b.state = 'approved'", exhibition, as: BoothRow.init(row:)) {
            try list(row, tx)
        }
    }
}

extension Transaction {
    fileprivate func nextExhibitionID() throws -> ExhibitionID {
        let year = now.day.year
        let used: Int? = try value("SELECT max(CAST(substr(id, 7) AS INTEGER)) FROM exhibition WHERE id LIKE ?", "X\(year)-%")
        return ExhibitionID(year: year, serial: (used ?? 0) + 1)
    }
}
