import Bus
import ExpoContracts
import Messages
import Store
import Vocabulary

/// An exhibition as its table holds it.
struct ExhibitionRow {
    var id: ExhibitionID
    var title: String
    var kind: ExhibitionKind
    var region: RegionCode
    var state: ExhibitionState
    var opensOn: Day
    var closesOn: Day?
    var notice: String?
    var summary: String

    static let columns = "e.id, e.title, e.kind, e.region, e.state, e.opens_on, e.closes_on, e.notice, e.summary"

    init(row: Row, from start: Int = 0) throws {
        id = try row.get(start)
        title = try row.get(start + 1)
        kind = try row.get(start + 2)
        region = try row.get(start + 3)
        state = try row.get(start + 4)
        opensOn = try row.get(start + 5)
        closesOn = try row.get(start + 6)
        notice = try row.get(start + 7)
        summary = try row.get(start + 8)
    }

    /// Why visitors cannot turn to its booths now; `nil`: they can.
    func closedBecause(on day: Day) -> String? {
        if state != .published { return "「\(title)」\(state.title)" }
        if day < opensOn { return "「\(title)」于 \(opensOn) 开展" }
        if let closesOn, day > closesOn { return "「\(title)」已于 \(closesOn) 结束" }
        return nil
    }
}

/// A booth as its table holds it, with its exhibition.
struct BoothRow {
    var id: BoothID
    var hall: Int
    var hallTitle: String
    var title: String
    var exhibitor: Exhibitor
    var size: Int
    var state: BoothState
    var isFeatured: Bool
    var telephone: String?
    var opinion: String?
    var since: Timestamp
    var summary: String
    var exhibits: Int
    var exhibition: ExhibitionRow

    static let columns = """
        b.id, b.hall, h.title, b.title, b.exhibitor_code, b.exhibitor_name, b.size, b.state, b.is_featured, b.telephone, b.opinion, b.since, b.summary,
        (SELECT count(*) FROM exhibit x WHERE x.booth = b.id), \(ExhibitionRow.columns)
        """
    static let tables = "booth b JOIN exhibition e ON e.id = b.exhibition JOIN hall h ON h.exhibition = b.exhibition AND h.number = b.hall"

    init(row: Row) throws {
        id = try row.get(0)
        hall = try row.get(1)
        hallTitle = try row.get(2)
        title = try row.get(3)
        exhibitor = Exhibitor(code: try row.get(4), name: try row.get(5))
        size = try row.get(6)
        state = try row.get(7)
        isFeatured = try row.get(8)
        telephone = try row.get(9)
        opinion = try row.get(10)
        since = try row.get(11)
        summary = try row.get(12)
        exhibits = try row.get(13)
        exhibition = try ExhibitionRow(row: row, from: 14)
    }

    var isShown: Bool { state == .approved && exhibition.state == .published }

    /// - Parameter site: for others; at home it needs none.
    func card(site: String? = nil) -> BoothCard {
        BoothCard(
            id: id, exhibition: exhibition.id, hall: hall, hallTitle: hallTitle, title: title, exhibitor: exhibitor, region: exhibition.region, size: size,
            state: state, isFeatured: isFeatured, exhibits: exhibits, site: site)
    }
}

/// A lead as its table holds it; name and number still sealed.
struct LeadRow {
    var card: LeadCard
    var person: PersonID
    var sealedName: String
    var sealedPhone: String
    var slot: Int?
    var conversion: MessageID?
    var exhibitor: CreditCode
    var exhibitorName: String
    var orderCause: MessageID?

    static let columns = """
        l.id, l.booth, b.title, l.kind, l.state, l.organisation, l.code, l.text, l.slot_at, l.source, l.amount, l.follow_up, l.demand, l.created_at, l.since,
        l.person, l.name, l.phone, l.slot, l.conversion, b.exhibitor_code, b.exhibitor_name, l.order_cause, l.order_number
        """
    static let tables = "lead l JOIN booth b ON b.id = l.booth"

    init(row: Row) throws {
        card = LeadCard(
            id: try row.get(0), booth: try row.get(1), boothTitle: try row.get(2), kind: try row.get(3), state: try row.get(4), organisation: try row.get(5),
            code: try row.get(6), text: try row.get(7), slotAt: try row.get(8), source: try row.get(9), amount: try row.get(10), followUp: try row.get(11),
            demand: try row.get(12), order: try row.get(23), createdAt: try row.get(13), since: try row.get(14))
        person = try row.get(15)
        sealedName = try row.get(16)
        sealedPhone = try row.get(17)
        slot = try row.get(18)
        conversion = try row.get(19)
        exhibitor = try row.get(20)
        exhibitorName = try row.get(21)
        orderCause = try row.get(22)
    }
}

extension SQLReading {
    func exhibition(_ id: ExhibitionID) throws -> ExhibitionRow {
        guard let row = try first("SELECT \(ExhibitionRow.columns) FROM exhibition e WHERE e.id = ?", id, as: { try ExhibitionRow(row: $0) }) else {
            throw ExpoRefusal.unknown(id)
        }
        return row
    }

    func halls(of exhibition: ExhibitionID) throws -> [Hall] {
        try rows("SELECT number, kind, title, note FROM hall WHERE exhibition = ? ORDER BY number", exhibition) {
            Hall(number: try $0.get(0), kind: try $0.get(1), title: try $0.get(2), note: try $0.get(3))
        }
    }

    func booth(_ id: BoothID) throws -> BoothRow {
        guard let row = try first("SELECT \(BoothRow.columns) FROM \(BoothRow.tables) WHERE b.id = ?", id, as: BoothRow.init(row:)) else {
            throw ExpoRefusal.unknown(id)
        }
        return row
    }

    func exhibits(of booth: BoothID) throws -> [Exhibit] {
        var exhibits = try rows("SELECT title, summary, price, video FROM exhibit WHERE booth = ? ORDER BY place", booth) {
            Exhibit(title: try $0.get(0), summary: try $0.get(1), price: try $0.get(2), video: try $0.get(3))
        }
        let files = try rows("SELECT exhibit, digest, name, type, length, alternative FROM exhibit_file WHERE booth = ? ORDER BY exhibit, place", booth) {
            (
                try $0.get(0, as: Int.self), AttachmentReference(digest: try $0.get(1), name: try $0.get(2), type: try $0.get(3), length: try $0.get(4)),
                try $0.get(5, as: String?.self)
            )
        }
        for (place, file, alternative) in files where exhibits.indices.contains(place) {
            if let alternative {
                exhibits[place].pictures.append(Picture(file: file, alternative: alternative))
            } else {
                exhibits[place].documents.append(file)
            }
        }
        return exhibits
    }

    /// Titles of what the organiser features of a booth, in its order.
    func featured(of booth: BoothID) throws -> [String] {
        try rows("SELECT title FROM exhibit WHERE booth = ? AND is_featured = 1 ORDER BY place", booth) { try $0.get(0) }
    }

    /// - Parameter now: those that have ended are left out; `nil`: all.
    func lives(of booth: BoothID, after now: Timestamp?) throws -> [LiveSession] {
        try rows(
            "SELECT title, starts_at, minutes, link FROM live WHERE booth = ?1 AND (?2 IS NULL OR starts_at + minutes * 60000 > ?2) ORDER BY starts_at", booth, now
        ) { LiveSession(title: try $0.get(0), startsAt: try $0.get(1), minutes: try $0.get(2), link: try $0.get(3)) }
    }

    func lives(at exhibition: ExhibitionID, after now: Timestamp) throws -> [LiveCard] {
        try rows(
            """
            SELECT b.id, b.title, l.title, l.starts_at, l.minutes, l.link FROM live l JOIN booth b ON b.id = l.booth
            WHERE b.exhibition = ?1 AND b.state = 'approved' AND l.starts_at + l.minutes * 60000 > ?2 ORDER BY l.starts_at, b.id LIMIT 50
            """, exhibition, now
        ) {
            LiveCard(
                booth: try $0.get(0), boothTitle: try $0.get(1),
                session: LiveSession(title: try $0.get(2), startsAt: try $0.get(3), minutes: try $0.get(4), link: try $0.get(5)))
        }
    }

    func slots(of booth: BoothID, after now: Timestamp?) throws -> [SlotCard] {
        try rows("SELECT number, starts_at, ends_at, lead FROM slot WHERE booth = ?1 AND (?2 IS NULL OR starts_at > ?2) ORDER BY starts_at", booth, now) {
            let start: Timestamp = try $0.get(1)
            let end: Timestamp = try $0.get(2)
            return SlotCard(
                number: try $0.get(0), startsAt: start, minutes: Int((end.milliseconds - start.milliseconds) / 60_000),
                isTaken: try $0.get(3, as: MessageID?.self) != nil)
        }
    }

    /// The last fifty, newest first.
    ///
    /// - Parameter all: those not yet answered too.
    func questions(of booth: BoothID, all: Bool) throws -> [QuestionCard] {
        try rows(
            """
            SELECT number, text, asked_at, answer, answered_at FROM question WHERE booth = ? AND (? OR answer IS NOT NULL)
            ORDER BY number DESC LIMIT 50
            """, booth, all
        ) {
            QuestionCard(number: try $0.get(0), text: try $0.get(1), askedAt: try $0.get(2), answer: try $0.get(3), answeredAt: try $0.get(4))
        }
    }

    func lead(_ id: MessageID) throws -> LeadRow {
        guard let row = try first("SELECT \(LeadRow.columns) FROM \(LeadRow.tables) WHERE l.id = ?", id, as: LeadRow.init(row:)) else {
            throw ExpoRefusal.unknown(id)
        }
        return row
    }
}
