import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What the matching keeps about a person: the contact of a demand. It lies sealed and goes with the person's key.
enum Records {
    static func of(_ person: PersonID, _ snapshot: Snapshot) throws -> [PersonalRecord] {
        let right = UnmaskingRight(purpose: "向本人提供副本", holder: person.description)
        return try snapshot.rows("SELECT number, title, contact_name, contact_phone FROM demand WHERE contact_person = ?", person.description) { row in
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
        return .done
    }
}
