import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

/// What the school keeps about a participant.
enum PersonRecords {
    static func of(_ person: PersonID, _ snapshot: Snapshot) throws -> [PersonalRecord] {
        let right = UnmaskingRight(purpose: "本人查阅", holder: person.description)
        let said = try snapshot.rows("SELECT class, overall, teaching, comment FROM survey WHERE person = ?", person) {
            PersonalRecord(
                title: "课程评价",
                values: [
                    .init("班次", try $0.get(0, as: String.self)), .init("总体评价", "\(try $0.get(1, as: Int.self))"),
                    .init("教学评价", "\(try $0.get(2, as: Int.self))"),
                    .init(
                        "意见建议",
                        try $0.get(3, as: String?.self).flatMap {
                            try snapshot.unseal(String.self, $0).reveal(by: right)
                        } ?? ""),
                ], basis: "评价服务质量（个人信息保护法第十三条第一款第一项：本人同意）")
        }
        let learnt = try snapshot.rows(
            """
            SELECT t.registration, t.session, t.studied, t.completed_at FROM study t JOIN registration r ON r.id = t.registration AND r.issue = t.issue
            WHERE r.person = ? ORDER BY t.registration, t.session
            """, person
        ) {
            PersonalRecord(
                title: "录播学习",
                values: [
                    .init("报名编号", try $0.get(0, as: String.self)), .init("场次", "\(try $0.get(1, as: Int.self))"),
                    .init("学习时间", Words.clock(try $0.get(2))),
                    .init("学完时间", try $0.get(3, as: Timestamp?.self).map(\.description) ?? ""),
                ], basis: "证明参加培训（个人信息保护法第十三条第一款第一项：本人同意）")
        }
        let listed = try snapshot.trainees(of: person).map { row in
            PersonalRecord(
                title: "人员培训档案",
                values: [
                    .init("编号", row.id.description),
                    .init(
                        "姓名",
                        try snapshot.unseal(String.self, row.sealedName).reveal(by: right) ?? PersonalData.erasedText),
                    .init(
                        "手机",
                        try snapshot.unseal(Mobile.self, row.sealedMobile).reveal(by: right)?.digits
                            ?? PersonalData.erasedText),
                    .init("岗位", row.role), .init("登记时间", row.enteredAt.description),
                ], basis: "管理工作人员培训（个人信息保护法第十三条第一款第二项：实施人力资源管理所必需）")
        }
        return try said + learnt + listed
            + snapshot.registrations(of: person).map { row in
                PersonalRecord(
                    title: "课堂报名",
                    values: [
                        .init("报名编号", row.id.description), .init("企业", row.enterprise.name),
                        .init(
                            "姓名",
                            try snapshot.unseal(String.self, row.sealedName).reveal(by: right)
                                ?? PersonalData.erasedText),
                        .init(
                            "手机",
                            try snapshot.unseal(Mobile.self, row.sealedMobile).reveal(by: right)?.digits
                                ?? PersonalData.erasedText),
                        .init("岗位", row.position ?? ""), .init("状态", row.state.title),
                        .init("报名时间", row.enteredAt.description),
                    ], basis: "组织培训、通知和签到（个人信息保护法第十三条第一款第一项：本人同意）")
            }
            + snapshot.certificates(of: person).map { row in
                PersonalRecord(
                    title: "培训证书",
                    values: [
                        .init("证书编号", row.number.description), .init("培训", row.title),
                        .init("发证日期", row.issuedOn.description),
                        .init("状态", row.revokedAt == nil ? "有效" : "已撤销"),
                    ], basis: "证明参加培训（个人信息保护法第十三条第一款第一项：本人同意）")
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
        // Who still works there is trained as part of the work; the entry goes when they have left.
        for row in try tx.trainees(of: person) where row.isActive(on: tx.now.day) {
            return .held(reason: "培训档案 \(row.id) 仍在岗，须先由登记人员填写离岗日期。")
        }
        try tx.run("UPDATE registration SET position = NULL, mark = x'' WHERE person = ?", person)
        try tx.run("UPDATE trainee SET mark = x'', account = NULL WHERE person = ?", person)
        return .done
    }
}
