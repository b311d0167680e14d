import Bus
import Store
import Vocabulary

/// What the registry keeps about a person: the official acts done by them. Its nodes and organisations are no persons.
enum Records {
    static func of(_ person: PersonID, _ snapshot: Snapshot) throws -> [PersonalRecord] {
        let basis = "平台报建、认定与检查的办理档案（湘经信中小服务〔2017〕711号 二、三）"
        let steps = try snapshot.rows(
            """
            SELECT application, actor_name, coalesce(action, 'submit'), happened_at, opinion FROM step WHERE actor_id = ?
            ORDER BY application, number
            """, person.description
        ) { row in
            let opinion: String? = try row.get(4)
            return PersonalRecord(
                title: "申报办理记录",
                values: [
                    .init("申报编号", try row.get(0)), .init("经办人", try row.get(1)), .init("办理动作", try row.get(2)),
                    .init("办理时间", Timestamp(milliseconds: try row.get(3)).description),
                ] + (opinion.map { [.init("意见", $0)] } ?? []), basis: basis)
        }
        let plans = try snapshot.rows(
            "SELECT year, revision, actor_name, entered_at FROM plan WHERE actor_id = ? ORDER BY year, revision", person.description
        ) { row in
            PersonalRecord(
                title: "下达建设计划",
                values: [
                    .init("年度", "\(try row.get(0, as: Int.self))"), .init("版次", "\(try row.get(1, as: Int.self))"),
                    .init("经办人", try row.get(2)), .init("录入时间", Timestamp(milliseconds: try row.get(3)).description),
                ], basis: basis)
        }
        let checks = try snapshot.rows(
            "SELECT node, item, checked_on, actor_name FROM checklist_check WHERE actor_id = ? ORDER BY id", person.description
        ) { row in
            PersonalRecord(
                title: "标准化检查记录",
                values: [
                    .init("平台", try row.get(0)), .init("检查项", try row.get(1)), .init("检查日期", try row.get(2)), .init("检查人", try row.get(3)),
                ], basis: basis)
        }
        return steps + plans + checks
    }

    static func keep(_ person: PersonID, _ tx: Transaction) throws -> Erasure {
        let acts: Int =
            try tx.value(
                """
                SELECT (SELECT count(*) FROM step WHERE actor_id = ?1) + (SELECT count(*) FROM plan WHERE actor_id = ?1)
                  + (SELECT count(*) FROM checklist_check WHERE actor_id = ?1)
                """, person.description) ?? 0
        guard acts > 0 else { return .done }
        return .held(reason: "该人员经办的 \(acts) 项报建、认定与检查记录属于行政办理档案，须依法留存，不予删除（个人信息保护法第四十七条第二款）。")
    }
}
