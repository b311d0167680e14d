import Bus
import ExpoContracts
import Messages
import Store
import Vocabulary

/// What the expo keeps about a visitor.
enum PersonRecords {
    private static func leads(of person: PersonID, _ reading: some SQLReading) throws -> [LeadRow] {
        try reading.rows("SELECT \(LeadRow.columns) FROM \(LeadRow.tables) WHERE l.person = ? ORDER BY l.id", person, as: LeadRow.init(row:))
    }

    static func of(_ person: PersonID, _ snapshot: Snapshot) throws -> [PersonalRecord] {
        let right = UnmaskingRight(purpose: "本人查阅", holder: person.description)
        return try leads(of: person, snapshot).map { row in
            PersonalRecord(
                title: "博览会\(row.card.kind.title)",
                values: [
                    .init("展位", "\(row.card.boothTitle)（\(row.card.booth)）"),
                    .init("姓名", try snapshot.unseal(String.self, row.sealedName).reveal(by: right) ?? PersonalData.erasedText),
                    .init("电话", try snapshot.unseal(ContactNumber.self, row.sealedPhone).reveal(by: right)?.digits ?? PersonalData.erasedText),
                    .init("单位", row.card.organisation ?? ""), .init("内容", row.card.text ?? ""), .init("同意时间", row.card.createdAt.description),
                ], basis: "提供给参展单位联系（个人信息保护法第十三条第一款第一项：本人同意）")
        }
    }

    /// Name and number go with the key; what the visitor wrote, and the mark by which the number is found again, go here.
    static func erase(_ person: PersonID, _ tx: Transaction) throws -> Erasure {
        for row in try leads(of: person, tx) {
            try tx.run("UPDATE lead SET text = NULL, organisation = NULL, phone_digest = zeroblob(32) WHERE id = ?", row.card.id)
            try tx.run("UPDATE lead_note SET text = NULL WHERE lead = ?", row.card.id)
        }
        return .done
    }
}
