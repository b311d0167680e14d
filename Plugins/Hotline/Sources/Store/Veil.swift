import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// The texts of confidential orders lie sealed, so that neither the file, nor its log, nor a copy of either shows them without the site's key.
/// What is sealed begins with a character that no typed text may contain.
enum Veil {
    static let mark = "\u{1}"
    static func place(_ number: OrderNumber) -> String { "order/\(number)" }

    /// Whose matter it is; of a confidential order in one sealed column.
    struct Firm: Codable {
        var name: String?
        var code: CreditCode?
    }
}

extension Transaction {
    /// The text as it is kept: of a confidential order sealed.
    func veil(_ text: String?, of number: OrderNumber, if isConfidential: Bool) throws -> String? {
        guard let text, isConfidential, !text.hasPrefix(Veil.mark) else { return text }
        return Veil.mark + (try seal(secret: Array(text.utf8), for: Veil.place(number)))
    }

    func veil(_ text: String?, of row: OrderRow) throws -> String? {
        try veil(text, of: row.card.number, if: row.card.isConfidential)
    }

    /// Enterprise and credit code as they are kept, in their two columns.
    func veil(firm name: String?, _ code: CreditCode?, of number: OrderNumber, if isConfidential: Bool) throws -> (
        name: String?, code: CreditCode?
    ) {
        guard isConfidential, name != nil || code != nil else { return (name, code) }
        let json = String(decoding: try JSON.encode(Veil.Firm(name: name, code: code)), as: UTF8.self)
        return (try veil(json, of: number, if: true), nil)
    }
}

extension SecretReading {
    func unveil(_ text: String, of number: OrderNumber) throws -> String {
        guard text.hasPrefix(Veil.mark) else { return text }
        return String(decoding: try open(secret: String(text.dropFirst()), for: Veil.place(number)), as: UTF8.self)
    }

    /// A list's row with its title in the open, for whoever was allowed to find it.
    func card(_ row: Row) throws -> OrderCard {
        var card = try OrderRow.card(row)
        card.title = try unveil(card.title, of: card.number)
        return card
    }
}

extension Rulebook {
    /// Seals what an earlier version kept in plain; a few at a time.
    func veilOld(_ tx: Transaction) throws {
        for id in try tx.rows("SELECT work_order FROM to_veil LIMIT 50", as: { try $0.get(0) as Int64 }) {
            if let row = try tx.anyOrder(id: id) {
                let firm = try tx.veil(firm: row.enterprise, row.creditCode, of: row.card.number, if: true)
                try tx.run(
                    "UPDATE work_order SET title = ?, content = ?, answer = ?, enterprise = ?, credit_code = ?, pending = ? WHERE id = ?",
                    try tx.veil(row.card.title, of: row), try tx.veil(row.content, of: row),
                    try tx.veil(row.answer, of: row), firm.name, firm.code,
                    try tx.veil(
                        tx.value("SELECT pending FROM work_order WHERE id = ?", id, as: String?.self) ?? nil, of: row),
                    id)
                for (number, text) in try tx.rows(
                    "SELECT number, text FROM step WHERE work_order = ? AND text IS NOT NULL", id,
                    as: { (try $0.get(0) as Int, try $0.get(1) as String) })
                {
                    try tx.run(
                        "UPDATE step SET text = ? WHERE work_order = ? AND number = ?", try tx.veil(text, of: row), id,
                        number)
                }
                for (unit, text) in try tx.rows(
                    "SELECT unit, opinion FROM co_unit WHERE work_order = ? AND opinion IS NOT NULL", id,
                    as: { (try $0.get(0) as String, try $0.get(1) as String) })
                {
                    try tx.run(
                        "UPDATE co_unit SET opinion = ? WHERE work_order = ? AND unit = ?", try tx.veil(text, of: row),
                        id, unit)
                }
            }
            try tx.run("DELETE FROM to_veil WHERE work_order = ?", id)
        }
    }
}
