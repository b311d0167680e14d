import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

/// What the school keeps about a participant.
enum PersonRecords {
    static func of(_ person: PersonID, _ snapshot: Snapshot) throws -> [PersonalRecord] {
        let right = UnmaskingRight(purpose: "本人查阅", holder: person.description)
        return try snapshot.registrations(of: person).map { row in
            PersonalRecord(
                title: "课堂报名",
                values: [
                    .init("报名编号", row.id.description), .init("企业", row.enterprise.name),
                    .init("姓名", try snapshot.unseal(String.self, row.sealedName).reveal(by: right) ?? PersonalData.erasedText),
                    .init("手机", try snapshot.unseal(Mobile.self, row.sealedMobile).reveal(by: right)?.digits ?? PersonalData.erasedText),
                    .init("岗位", row.position ?? ""), .init("状态", row.state.title), .init("报名时间", row.enteredAt.description),
                ], basis: "组织培训、通知和签到（个人信息保护法第十三条第一款第一项：本人同意）")
        }
    }

    /// A place in a class to come must be given back first; otherwise the sealed values go with the person's key.
    static func erase(_ person: PersonID, _ tx: Transaction) throws -> Erasure {
        for row in try tx.registrations(of: person) where row.state.isLiving {
            let schoolClass = try tx.schoolClass(row.schoolClass)
            if schoolClass.card.state == .published, schoolClass.card.endsAt > tx.now {
                return .held(reason: "报名 \(row.id) 尚未结束，须先取消报名，或待课程结束后再删除。")
            }
        }
        try tx.run("UPDATE registration SET position = NULL WHERE person = ?", person)
        return .done
    }
}
