import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What the matching keeps about a person: the contact of a demand, the representative at a 对接会. They lie sealed and go with the person's key.
enum Records {
    static func of(_ person: PersonID, _ snapshot: Snapshot) throws -> [PersonalRecord] {
        let right = UnmaskingRight(purpose: "向本人提供副本", holder: person.description)
        let talks = try snapshot.rows(
            "SELECT m.title, a.representative, a.phone FROM attendance a JOIN matchmaking m ON m.id = a.matchmaking WHERE a.person = ?", person.description
        ) { row in
            let name = try (row.get(1, as: String?.self)).map { try snapshot.unseal(String.self, $0) }
            let phone = try (row.get(2, as: String?.self)).map { try snapshot.unseal(ContactNumber.self, $0) }
            return PersonalRecord(
                title: "对接会代表",
                values: [
                    .init("对接会", try row.get(0)), .init("姓名", name?.reveal(by: right) ?? ""), .init("电话", phone?.reveal(by: right)?.digits ?? ""),
                ], basis: "在对接会上代表单位洽谈")
        }
        let duties: Int = try snapshot.value("SELECT count(*) FROM enterprise WHERE specialist = ?", person.description) ?? 0
        let duty = duties == 0 ? [] : [PersonalRecord(title: "服务专员", values: [.init("负责企业", "\(duties) 家")], basis: "联系服务企业")]
        return try duty + talks + snapshot.rows("SELECT number, title, contact_name, contact_phone FROM demand WHERE contact_person = ?", person.description) { row in
            let name = try (row.get(2, as: String?.self)).map { try snapshot.unseal(String.self, $0) }
            let phone = try (row.get(3, as: String?.self)).map { try snapshot.unseal(ContactNumber.self, $0) }
            return PersonalRecord(
                title: "需求联系人",
                values: [
                    .init("需求", "\(try row.get(0, as: String.self)) \(try row.get(1, as: String.self))"), .init("联系人", name?.reveal(by: right) ?? ""),
                    .init("联系电话", phone?.reveal(by: right)?.digits ?? ""),
                ], basis: "对接需求时联系")
        }
    }

    static func erase(_ person: PersonID, _ tx: Transaction) throws -> Erasure {
        try tx.run("UPDATE demand SET contact_person = NULL, contact_name = NULL, contact_phone = NULL WHERE contact_person = ?", person.description)
        try tx.run(
            "UPDATE attendance SET person = NULL, representative = NULL, phone = NULL, phone_key = NULL WHERE person = ?", person.description)
        try tx.run("UPDATE enterprise SET specialist = NULL, specialist_name = NULL WHERE specialist = ?", person.description)
        return .done
    }
}
