import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What the hotline keeps about a person: callers, and staff whose official acts are on record.
enum Records {
    /// A step `s` in which somebody only said for the enterprise how it was: the rating, and right before it the redo that follows from it.
    private static let rating = """
        (s.action IS NULL AND (s.title LIKE '企业评价：%' OR (s.title = '不满意，转入重办' AND EXISTS (SELECT 1 FROM step n
          WHERE n.work_order = s.work_order AND n.number = s.number + 1 AND n.action IS NULL AND n.title LIKE '企业评价：%'))))
        """

    static func of(_ person: PersonID, _ snapshot: Snapshot) throws -> [PersonalRecord] {
        let right = UnmaskingRight(purpose: "答复本人查阅", holder: person.description)
        let caller = try snapshot.rows("SELECT name, phone, enterprise FROM caller WHERE person = ?", person.description) { row in
            let name = try row.get(0, as: String?.self).flatMap { try snapshot.unseal(String.self, $0).reveal(by: right) }
            let phone = try row.get(1, as: String?.self).flatMap { try snapshot.unseal(ContactNumber.self, $0).reveal(by: right)?.digits }
            return PersonalRecord(
                title: "来电人信息",
                values: [.init("姓名", name ?? "未留"), .init("电话", phone ?? "未留"), .init("企业", try row.get(2, as: String?.self) ?? "未留")],
                basis: "办理来电来访事项（湘经信中小服务〔2017〕711号 五）")
        }
        let orders = try snapshot.rows("SELECT number, title, content FROM work_order WHERE caller = ? ORDER BY id", person.description) { row in
            let number: OrderNumber = try row.get(0)
            return PersonalRecord(
                title: "反映的事项",
                values: [
                    .init("工单", number.description), .init("标题", try snapshot.unveil(try row.get(1), of: number)),
                    .init("内容", try snapshot.unveil(try row.get(2), of: number)),
                ],
                basis: "办理来电来访事项（湘经信中小服务〔2017〕711号 五）")
        }
        let acts = try snapshot.rows(
            """
            SELECT o.number, s.title, s.actor_name, s.at FROM step s JOIN work_order o ON o.id = s.work_order
            WHERE s.actor_id = ? AND NOT \(rating) ORDER BY s.work_order, s.number
            """, person.description
        ) { row in
            PersonalRecord(
                title: "工单办理记录",
                values: [
                    .init("工单", try row.get(0)), .init("动作", try row.get(1)), .init("经办人", try row.get(2)),
                    .init("时间", Timestamp(milliseconds: try row.get(3)).description),
                ], basis: "办理过程留痕（湘经信中小服务〔2017〕711号 九）")
        }
        let ratings = try snapshot.rows(
            """
            SELECT o.number, s.title, s.actor_name, s.at, s.text FROM step s JOIN work_order o ON o.id = s.work_order
            WHERE s.actor_id = ? AND \(rating) ORDER BY s.work_order, s.number
            """, person.description
        ) { row in
            let number: OrderNumber = try row.get(0)
            let text = try row.get(4, as: String?.self).map { try snapshot.unveil($0, of: number) }
            return PersonalRecord(
                title: "企业评价",
                values: [
                    .init("工单", number.description), .init("评价", try row.get(1)), .init("评价人", try row.get(2)), .init("说明", text ?? "未填"),
                    .init("时间", Timestamp(milliseconds: try row.get(3)).description),
                ], basis: "代表企业评价办理结果（国办发〔2020〕53号）")
        }
        let calls = try snapshot.rows(
            "SELECT line, call_key, offered_at FROM call WHERE caller = ? ORDER BY id", person.description
        ) { row in
            PersonalRecord(
                title: "通话记录",
                values: [
                    .init("通话", "\(try row.get(0, as: String.self))/\(try row.get(1, as: String.self))"),
                    .init("呼入", try row.get(2, as: Timestamp?.self)?.description ?? "未报"),
                ], basis: "办理来电来访事项（湘经信中小服务〔2017〕711号 五）")
        }
        return caller + orders + ratings + calls + acts
    }

    static func erase(_ person: PersonID, _ tx: Transaction) throws -> Erasure {
        let open: Int = try tx.value("SELECT count(*) FROM work_order WHERE caller = ? AND is_open = 1", person.description) ?? 0
        if open > 0 { return .held(reason: "还有 \(open) 件您反映的事项正在办理，办结归档后即可删除。") }
        let acts: Int = try tx.value("SELECT count(*) FROM step s WHERE s.actor_id = ? AND NOT \(rating)", person.description) ?? 0
        if acts > 0 { return .held(reason: "该人员经办的 \(acts) 项工单记录属于办理档案，须依法留存，不予删除（个人信息保护法第四十七条第二款）。") }
        // What is left were ratings: that the enterprise gave them stays, who gave them does not.
        try tx.run("UPDATE step SET actor_id = ?, actor_name = '企业人员', text = NULL WHERE actor_id = ?", Actor.visitor.id, person.description)
        for table in ["rating_link", "rating_notice"] {
            try tx.run("DELETE FROM \(table) WHERE work_order IN (SELECT id FROM work_order WHERE caller = ?)", person.description)
        }
        for number in try tx.rows("SELECT number FROM work_order WHERE caller = ?", person.description, as: { try $0.get(0) as String }) {
            try Migrations.orders.remove(number, in: tx.store)
        }
        try tx.run(
            "UPDATE follow_on SET title = '（应本人要求删除）' WHERE work_order IN (SELECT id FROM work_order WHERE caller = ?)", person.description)
        // What was written may name the person; what remains are codes, moments and figures.
        try tx.run(
            """
            UPDATE work_order SET title = '（应本人要求删除）', content = '（应本人要求删除）', answer = NULL, enterprise = NULL, credit_code = NULL,
              call_id = NULL, caller = NULL WHERE caller = ?
            """, person.description)
        try tx.run("UPDATE call SET caller = NULL WHERE caller = ?", person.description)
        try tx.run("DELETE FROM caller WHERE person = ?", person.description)
        return .done
    }
}
