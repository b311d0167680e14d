import Bus
import ExpoContracts
import Messages
import Store
import Vocabulary

/// What is shown of booths, here and in the whole network.
extension Fair {
    /// Brings the list of shown booths in line with the booth and tells the network.
    func list(_ row: BoothRow, _ tx: Transaction) throws {
        let exhibits = try tx.rows("SELECT title FROM exhibit WHERE booth = ? ORDER BY place", row.id) { try $0.get(0, as: String.self) }
        let listed = BoothListed(
            card: row.card(site: tx.site), exhibitionTitle: row.exhibition.title, summary: String(row.summary.prefix(200)),
            words: exhibits.joined(separator: "；"), isShown: row.isShown)
        try keep(listed, from: tx.site, isLocal: true, tx)
        try tx.announce(listed)
    }

    func hear(_ listed: BoothListed, _ tx: Transaction) throws {
        // A site speaks for its own booths only.
        guard let site = listed.card.site, site == tx.envelope.site else { return }
        try keep(listed, from: site, isLocal: false, tx)
    }

    private func keep(_ listed: BoothListed, from site: String, isLocal: Bool, _ tx: Transaction) throws {
        var card = listed.card
        if isLocal { card.site = nil }
        let key = "\(site)/\(card.id)"
        guard listed.isShown else {
            try tx.run("DELETE FROM listing WHERE site = ? AND id = ?", site, card.id)
            return try BoothSearch.index.remove(key, in: tx.store)
        }
        try tx.run(
            """
            INSERT INTO listing (site, id, exhibition, hall, is_featured, card, is_local) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (site, id) DO UPDATE SET exhibition = ?3, hall = ?4, is_featured = ?5, card = ?6
            """, site, card.id, card.exhibition, card.hall, card.isFeatured, String(decoding: try JSON.encode(card), as: UTF8.self), isLocal)
        try BoothSearch.index.put(key, [card.title, card.exhibitor.name, listed.words, listed.summary], in: tx.store)
    }
}
