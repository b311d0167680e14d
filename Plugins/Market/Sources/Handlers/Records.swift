import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What the market keeps about a person: the contacts of agencies and orders. They lie sealed and go with the person's key.
enum Records {
    static func of(_ person: PersonID, _ snapshot: Snapshot) throws -> [PersonalRecord] {
        let right = UnmaskingRight(purpose: "向本人提供副本", holder: person.description)
        let orders = try snapshot.rows("SELECT number, title, contact_name, contact_phone FROM order_ WHERE contact_person = ?", person.description) { row in
            let name = try (row.get(2, as: String?.self)).map { try snapshot.unseal(String.self, $0) }
            let phone = try (row.get(3, as: String?.self)).map { try snapshot.unseal(ContactNumber.self, $0) }
            return PersonalRecord(
                title: "订单联系人",
                values: [
                    .init("订单", "\(try row.get(0, as: String.self)) \(try row.get(1, as: String.self))"), .init("联系人", name?.reveal(by: right) ?? ""),
                    .init("联系电话", phone?.reveal(by: right)?.digits ?? ""),
                ], basis: "办理订单时联系")
        }
        let agencies = try snapshot.rows("SELECT title, contact_name, contact_phone FROM agency WHERE contact_person = ?", person.description) { row in
            let name = try (row.get(1, as: String?.self)).map { try snapshot.unseal(String.self, $0) }
            let phone = try (row.get(2, as: String?.self)).map { try snapshot.unseal(ContactNumber.self, $0) }
            return PersonalRecord(
                title: "服务机构联系人",
                values: [
                    .init("机构", try row.get(0)), .init("联系人", name?.reveal(by: right) ?? ""), .init("联系电话", phone?.reveal(by: right)?.digits ?? ""),
                ], basis: "办理机构入驻审核和服务对接时联系")
        }
        return agencies + orders
    }

    /// The place where a service was wanted goes with the contact, here and at every agency's site that was told of it.
    static func erase(_ person: PersonID, _ tx: Transaction, _ rulebook: Rulebook) throws -> Erasure {
        let placed = try tx.rows("SELECT id FROM order_ WHERE contact_person = ? AND is_home = 1 AND address IS NOT NULL", person.description) {
            try $0.get(0, as: MessageID.self)
        }
        try tx.run("UPDATE agency SET contact_person = NULL, contact_name = NULL, contact_phone = NULL, phone_key = NULL WHERE contact_person = ?", person.description)
        try tx.run("UPDATE order_ SET contact_person = NULL, contact_name = NULL, contact_phone = NULL, phone_key = NULL, address = NULL WHERE contact_person = ?", person.description)
        for id in placed {
            // One at a listed price that was not answered yet is told at its next step: a site of an earlier version would answer it a second time.
            if let order = try tx.orderRow(id), !order.isDirect || order.card.state != .requested { try rulebook.retell(order, tx) }
        }
        return .done
    }
}
