import Bus
import ExpoContracts
import Messages
import Store
import Vocabulary

/// Visits, from the counter in memory into the file and the log.
extension Fair {
    /// Writes down how often pages were opened since the last count.
    func countVisits(_ tx: Transaction) throws {
        for (place, count) in visits.take(at: tx.now) {
            switch place.shown {
            case .booth(let booth): try keep(count, by: place.source, at: booth, tx)
            case .exhibition(let id): try keep(count, by: place.source, at: id, hall: nil, tx)
            case .hall(let id, let number): try keep(count, by: place.source, at: id, hall: number, tx)
            }
        }
    }

    /// Tags of one page and day; anybody can write one.
    private static let mostTags = 50

    private func keep(_ count: Int, by source: String, at booth: BoothID, _ tx: Transaction) throws {
        // One that is gone with its file is no longer counted.
        let known: Int? = try tx.value("SELECT 1 FROM booth WHERE id = ?", booth)
        guard known != nil else { return }
        try tx.run("INSERT INTO visit (booth, day, count) VALUES (?1, ?2, ?3) ON CONFLICT (booth, day) DO UPDATE SET count = count + ?3", booth, tx.now.day, count)
        let others: Int = try tx.value("SELECT count(*) FROM visit_source WHERE booth = ? AND day = ? AND source <> ?", booth, tx.now.day, source) ?? 0
        let source = source.isEmpty || others >= Self.mostTags ? nil : source
        if let source {
            try tx.run(
                """
                INSERT INTO visit_source (booth, day, source, count) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (booth, day, source) DO UPDATE SET count = count + ?4
                """, booth, tx.now.day, source, count)
        }
        try tx.announce(VisitsCounted(booth: booth, day: tx.now.day, count: count, source: source))
    }

    private func keep(_ count: Int, by source: String, at exhibition: ExhibitionID, hall: Int?, _ tx: Transaction) throws {
        // Of a closed one the gateway still gives pages that it keeps, and tells of each.
        let known: Int? = try tx.value("SELECT 1 FROM exhibition WHERE id = ? AND state = 'published'", exhibition)
        guard known != nil else { return }
        let others: Int =
            try tx.value(
                "SELECT count(*) FROM hall_visit WHERE exhibition = ? AND hall = ? AND day = ? AND source NOT IN ('', ?)", exhibition, hall ?? 0, tx.now.day, source) ?? 0
        let source = source.isEmpty || others >= Self.mostTags ? nil : source
        try tx.run(
            """
            INSERT INTO hall_visit (exhibition, hall, day, source, count) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (exhibition, hall, day, source) DO UPDATE SET count = count + ?5
            """, exhibition, hall ?? 0, tx.now.day, source ?? "", count)
        try tx.announce(HallVisitsCounted(exhibition: exhibition, hall: hall, day: tx.now.day, count: count, source: source))
    }
}
