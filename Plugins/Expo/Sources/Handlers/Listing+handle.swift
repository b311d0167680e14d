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

    /// Writes down how often booths were opened since the last count.
    func countVisits(_ tx: Transaction) throws {
        for (place, count) in visits.take(at: tx.now) {
            let booth = place.booth
            // One that is gone with its file is no longer counted.
            let known: Int? = try tx.value("SELECT 1 FROM booth WHERE id = ?", booth)
            guard known != nil else { continue }
            try tx.run(
                "INSERT INTO visit (booth, day, count) VALUES (?1, ?2, ?3) ON CONFLICT (booth, day) DO UPDATE SET count = count + ?3", booth, tx.now.day, count)
            let source = try keep(count, by: place.source, at: booth, tx)
            try tx.announce(VisitsCounted(booth: booth, day: tx.now.day, count: count, source: source))
        }
    }

    /// Tags of one booth and day; anybody can write one.
    private static let mostTags = 50

    /// Keeps what came by a campaign link; the tag where it counts as one.
    private func keep(_ count: Int, by source: String, at booth: BoothID, _ tx: Transaction) throws -> String? {
        guard !source.isEmpty else { return nil }
        let known: Int = try tx.value("SELECT count(*) FROM visit_source WHERE booth = ? AND day = ? AND source <> ?", booth, tx.now.day, source) ?? 0
        guard known < Self.mostTags else { return nil }
        try tx.run(
            """
            INSERT INTO visit_source (booth, day, source, count) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (booth, day, source) DO UPDATE SET count = count + ?4
            """, booth, tx.now.day, source, count)
        return source
    }
}
