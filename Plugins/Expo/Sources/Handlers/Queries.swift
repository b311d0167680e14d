import Bus
import ExpoContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Fair {
    func findExhibitions(_ query: FindExhibitions, _ snapshot: Snapshot) throws -> Listing<ExhibitionCard> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(ExhibitionID.self)
        // Few; those that the asker may not see are passed over.
        let cards = try snapshot.rows(
            """
            SELECT \(ExhibitionRow.columns), (SELECT count(*) FROM booth b WHERE b.exhibition = e.id AND b.state = 'approved') FROM exhibition e
            WHERE (?1 IS NULL OR e.kind = ?1) AND (?2 IS NULL OR e.state = ?2) AND (?3 IS NULL OR e.id < ?3) ORDER BY e.id DESC
            """, query.kind, query.state, place
        ) { card(try ExhibitionRow(row: $0), booths: try $0.get(9)) }
        .filter { card in
            let manages = Rights.manages(snapshot.actor, card.region)
            return query.mine == true ? manages : card.state == .published || manages
        }
        return try Listing(probing: Array(cards.prefix(limit + 1)), limit: limit) { $0.id }
    }

    private func card(_ row: ExhibitionRow, booths: Int) -> ExhibitionCard {
        ExhibitionCard(
            id: row.id, title: row.title, kind: row.kind, state: row.state, region: row.region, opensOn: row.opensOn, closesOn: row.closesOn, booths: booths)
    }

    func getExhibition(_ query: GetExhibition, _ snapshot: Snapshot) throws -> ExhibitionDetail {
        let row = try snapshot.exhibition(query.id)
        let manages = Rights.manages(snapshot.actor, row.region)
        guard row.state != .draft || manages else { throw ExpoRefusal.unknown(query.id) }
        let booths: Int = try snapshot.value("SELECT count(*) FROM booth WHERE exhibition = ? AND state = 'approved'", row.id) ?? 0
        return ExhibitionDetail(
            card: card(row, booths: booths), summary: row.summary, notice: row.notice, halls: try snapshot.halls(of: row.id),
            lives: try snapshot.lives(at: row.id, after: snapshot.now), mayManage: manages)
    }

    /// Where a list of booths goes on.
    private struct Place: Codable {
        var featured: Bool
        var site: String
        var id: BoothID
    }

    func findBooths(_ query: FindBooths, _ snapshot: Snapshot) throws -> Listing<BoothCard> {
        let limit = try query.checkedLimit()
        if let box = query.box { return try findBooths(in: box, query, limit, snapshot) }
        if let text = query.text {
            // The best 200; a ranking has no place to go on from.
            let cards = try BoothSearch.index.keys(text, limit: 200, in: snapshot).compactMap { try shown($0, snapshot) }
                .filter { card in query.exhibition.map { card.exhibition == $0 && card.site == nil } ?? true }
            return Listing(Array(cards.prefix(limit)), next: nil)
        }
        let place = try query.after?.position(Place.self)
        let found = try snapshot.rows(
            """
            SELECT card, site FROM listing WHERE (?1 IS NULL OR (is_local = 1 AND exhibition = ?1)) AND (?2 IS NULL OR hall = ?2)
              AND (?3 IS NULL OR is_featured < ?3 OR (is_featured = ?3 AND (site, id) > (?4, ?5))) ORDER BY is_featured DESC, site, id LIMIT ?6
            """, query.exhibition, query.hall, place?.featured, place?.site, place?.id, limit + 1
        ) { (card: try Self.card($0), site: try $0.get(1, as: String.self)) }
        let cards = found.prefix(limit)
        let next = found.count > limit ? cards.last.map { Place(featured: $0.card.isFeatured, site: $0.site, id: $0.card.id) } : nil
        return Listing(cards.map(\.card), next: try next.map { try Cursor($0) })
    }

    private static func card(_ row: Row) throws -> BoothCard { try JSON.decode(BoothCard.self, from: Array(try row.get(0, as: String.self).utf8)) }

    /// The card behind a key of the search index.
    func shown(_ key: String, _ snapshot: Snapshot) throws -> BoothCard? {
        let halves = key.split(separator: "/", maxSplits: 1).map(String.init)
        guard halves.count == 2 else { return nil }
        return try snapshot.first("SELECT card FROM listing WHERE site = ? AND id = ?", halves[0], halves[1], as: Self.card)
    }

    private func findBooths(in box: BoothBox, _ query: FindBooths, _ limit: Int, _ snapshot: Snapshot) throws -> Listing<BoothCard> {
        let place = try query.after?.position(BoothID.self)
        let actor = snapshot.actor
        let own = box == .own ? actor.organisation : nil
        guard box != .own || own != nil else { throw ExpoRefusal.noOrganisation }
        let rows = try snapshot.rows(
            """
            SELECT \(BoothRow.columns) FROM \(BoothRow.tables) WHERE (?1 IS NULL OR b.id > ?1) AND (?2 IS NULL OR b.exhibition = ?2)
              AND (?3 <> 'own' OR b.exhibitor_code = ?4) AND (?3 <> 'review' OR (b.state = 'applied' AND e.state = 'published'))
              AND (?3 <> 'favourites' OR b.id IN (SELECT booth FROM favourite WHERE actor = ?5)) ORDER BY b.id
            """, place, query.exhibition, box.rawValue, own, actor.id, as: BoothRow.init(row:)
        ).filter { row in box != .review || Rights.manages(actor, row.exhibition.region) }.filter { box != .favourites || $0.isShown }
        return try Listing(probing: rows.prefix(limit + 1).map { $0.card() }, limit: limit) { $0.id }
    }

    func getBooth(_ query: GetBooth, _ snapshot: Snapshot) throws -> BoothDetail {
        let row = try snapshot.booth(query.id)
        let actor = snapshot.actor
        let isOwn = Rights.acts(actor, for: row.exhibitor.code)
        let manages = Rights.manages(actor, row.exhibition.region)
        guard row.isShown || isOwn || manages else { throw ExpoRefusal.unknown(query.id) }
        let featured = try snapshot.featured(of: row.id)
        let isFavourite: Int? = try snapshot.value("SELECT 1 FROM favourite WHERE actor = ? AND booth = ?", actor.id, row.id)
        return BoothDetail(
            card: row.card(), exhibitionTitle: row.exhibition.title, summary: row.summary, telephone: row.telephone,
            exhibits: try snapshot.exhibits(of: row.id), lives: try snapshot.lives(of: row.id, after: isOwn ? nil : snapshot.now),
            slots: isOwn ? try snapshot.slots(of: row.id, after: nil) : try snapshot.slots(of: row.id, after: snapshot.now).filter { !$0.isTaken },
            questions: try snapshot.questions(of: row.id, all: isOwn), opinion: isOwn || manages ? row.opinion : nil,
            featured: featured.isEmpty ? nil : featured, isFavourite: isFavourite != nil, mayEdit: isOwn && Life.saved(row.state) != nil && row.exhibition.state == .published,
            mayReview: manages, isOpen: row.isShown && row.exhibition.closedBecause(on: snapshot.now.day) == nil)
    }

    func findFeatured(_ query: FindFeaturedExhibits, _ snapshot: Snapshot) throws -> Listing<FeaturedExhibit> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(ExhibitPlace.self)
        let found = try snapshot.rows(
            """
            SELECT x.title, x.summary, x.price, x.place, b.id, b.title, b.exhibition, b.exhibitor_code, b.exhibitor_name FROM exhibit x
            JOIN booth b ON b.id = x.booth JOIN exhibition e ON e.id = b.exhibition
            WHERE x.is_featured = 1 AND b.state = 'approved' AND e.state = 'published' AND (?1 IS NULL OR b.exhibition = ?1)
              AND (?1 IS NOT NULL OR e.closes_on IS NULL OR e.closes_on >= ?5)
              AND (?2 IS NULL OR (x.booth, x.place) > (?2, ?3)) ORDER BY x.booth, x.place LIMIT ?4
            """, query.exhibition, place?.booth, place?.place, limit + 1, snapshot.now.day
        ) {
            (
                exhibit: FeaturedExhibit(
                    booth: try $0.get(4), boothTitle: try $0.get(5), exhibition: try $0.get(6), exhibitor: Exhibitor(code: try $0.get(7), name: try $0.get(8)),
                    title: try $0.get(0), summary: try $0.get(1), price: try $0.get(2)), place: try $0.get(3, as: Int.self)
            )
        }
        let shown = try found.prefix(limit).map { one in
            var exhibit = one.exhibit
            exhibit.picture = try snapshot.first(
                """
                SELECT digest, name, type, length, alternative FROM exhibit_file WHERE booth = ? AND exhibit = ? AND alternative IS NOT NULL ORDER BY place LIMIT 1
                """, exhibit.booth, one.place
            ) {
                Picture(
                    file: AttachmentReference(digest: try $0.get(0), name: try $0.get(1), type: try $0.get(2), length: try $0.get(3)), alternative: try $0.get(4))
            }
            return exhibit
        }
        let last = found.count > limit ? found[limit - 1] : nil
        return Listing(shown, next: try last.map { try Cursor(ExhibitPlace(booth: $0.exhibit.booth, place: $0.place)) })
    }

    /// Where a list of exhibits goes on.
    private struct ExhibitPlace: Codable {
        var booth: BoothID
        var place: Int
    }

    // MARK: - Files

    func findPicture(_ query: FindPicture, _ snapshot: Snapshot) throws -> AttachmentReference {
        guard let found = try file(query.digest, snapshot) else {
            throw ExpoRefusal.make("file-unknown", "没有这个文件，或所在展位已不在展出。请从展位页面打开。", log: "no file for this actor")
        }
        return found
    }

    /// Documents only: pictures are shown by their page, which takes out what does not belong in public.
    func attachment(_ digest: String, _ snapshot: Snapshot) throws -> Attachment? {
        guard let found = try file(digest, snapshot), !PictureCleaning.isPicture(found.type), let kind = FileKind.allCases.first(where: { $0.mediaType == found.type }) else { return nil }
        return Attachment(digest: digest, size: Int(found.length), name: found.name, type: kind)
    }

    private func file(_ digest: String, _ snapshot: Snapshot) throws -> AttachmentReference? {
        let places = try snapshot.rows(
            """
            SELECT f.digest, f.name, f.type, f.length, b.state = 'approved' AND e.state = 'published', b.exhibitor_code, e.region
            FROM exhibit_file f JOIN booth b ON b.id = f.booth JOIN exhibition e ON e.id = b.exhibition WHERE f.digest = ?
            """, digest
        ) {
            (
                AttachmentReference(digest: try $0.get(0), name: try $0.get(1), type: try $0.get(2), length: try $0.get(3)), isShown: try $0.get(4, as: Bool.self),
                code: try $0.get(5, as: CreditCode.self), region: try $0.get(6, as: RegionCode.self)
            )
        }
        return places.first { $0.isShown || Rights.acts(snapshot.actor, for: $0.code) || Rights.manages(snapshot.actor, $0.region) }?.0
    }

    func keeps(_ digest: String, _ snapshot: Snapshot) throws -> Bool {
        let found: Int? = try snapshot.value("SELECT 1 FROM exhibit_file WHERE digest = ? LIMIT 1", digest)
        return found != nil
    }

    // MARK: - Leads

    func findLeads(_ query: FindLeads, _ snapshot: Snapshot) throws -> Listing<LeadCard> {
        let limit = try query.checkedLimit()
        guard let own = snapshot.actor.organisation, snapshot.actor.holds(.enterprise, .agency) else { throw ExpoRefusal.noOrganisation }
        let cards = try snapshot.rows(
            """
            SELECT \(LeadRow.columns) FROM \(LeadRow.tables) WHERE b.exhibitor_code = ?1 AND (?2 IS NULL OR l.booth = ?2) AND (?3 IS NULL OR l.state = ?3)
              AND (?4 IS NULL OR l.id < ?4) AND (?5 IS NULL OR l.follow_up <= ?5) ORDER BY l.id DESC LIMIT ?6
            """, own, query.booth, query.state, try query.after?.position(MessageID.self), query.due == true ? snapshot.now.day : nil, limit + 1,
            as: LeadRow.init(row:)
        ).map(\.card)
        return try Listing(probing: cards, limit: limit) { $0.id }
    }

    func getLead(_ query: GetLead, _ snapshot: Snapshot) throws -> LeadDetail {
        let row = try snapshot.lead(query.id)
        guard Rights.acts(snapshot.actor, for: row.exhibitor) else { throw ExpoRefusal.unknown(query.id) }
        let notes = try snapshot.rows("SELECT at, action, text FROM lead_note WHERE lead = ? ORDER BY place", query.id) {
            LeadNote(at: try $0.get(0), action: try $0.get(1), text: try $0.get(2))
        }
        return LeadDetail(
            card: row.card, name: try snapshot.unseal(String.self, row.sealedName), phone: try snapshot.unseal(ContactNumber.self, row.sealedPhone),
            consentedAt: row.card.createdAt, notes: notes, actions: Life.actions(in: row.card.state))
    }

    /// A lead as it stands in a story over plug-ins, for its exhibitor; the visitor's name does not.
    func story(_ id: String, _ snapshot: Snapshot) throws -> StorySubject? {
        guard let id = MessageID(id) else { return nil }
        let card = try getLead(GetLead(id: id), snapshot).card
        return StorySubject("线索 \(card.organisation ?? "个人访客")·\(card.boothTitle)") { happening in
            if let left = happening.event(LeadLeft.self) { return "访客\(left.kind.title)" }
            return happening.event(LeadAdvanced.self).map { "线索\($0.action.title)" }
        }
    }

    // MARK: - Report

    func getReport(_ query: GetReport, _ snapshot: Snapshot) throws -> ExpoReport {
        let exhibition = try snapshot.exhibition(query.exhibition)
        let actor = snapshot.actor
        let manages = Rights.manages(actor, exhibition.region)
        guard manages || actor.organisation != nil && actor.holds(.enterprise, .agency) else { throw ExpoRefusal.unknown(query.exhibition) }
        let own = manages ? nil : actor.organisation
        let lines = try snapshot.rows(
            """
            SELECT b.id, b.title, b.exhibitor_name, (SELECT coalesce(sum(count), 0) FROM visit v WHERE v.booth = b.id),
              coalesce(sum(l.kind = 'card'), 0), coalesce(sum(l.kind = 'enquiry'), 0), coalesce(sum(l.kind = 'appointment'), 0),
              coalesce(sum(l.agreed_at IS NOT NULL), 0), coalesce(sum(l.amount), 0), coalesce(sum(l.conversion IS NOT NULL), 0), coalesce(sum(l.order_cause IS NOT NULL), 0)
            FROM booth b LEFT JOIN lead l ON l.booth = b.id
            WHERE b.exhibition = ?1 AND b.state IN ('approved','withdrawn') AND (?2 IS NULL OR b.exhibitor_code = ?2) GROUP BY b.id ORDER BY b.id
            """, query.exhibition, own
        ) {
            ReportLine(
                booth: try $0.get(0), title: try $0.get(1), exhibitor: try $0.get(2), visits: try $0.get(3), cards: try $0.get(4), enquiries: try $0.get(5),
                appointments: try $0.get(6), agreements: try $0.get(7), amount: try $0.get(8), demands: try $0.get(9), orders: try $0.get(10))
        }
        guard manages || !lines.isEmpty else { throw ExpoRefusal.unknown(query.exhibition) }
        let sources = try snapshot.rows(
            """
            WITH shown AS (SELECT id FROM booth WHERE exhibition = ?1 AND (?2 IS NULL OR exhibitor_code = ?2)), told AS (
              SELECT coalesce(source, '') AS source, 1 AS leads, agreed_at IS NOT NULL AS agreements, coalesce(amount, 0) AS amount, 0 AS visits, 0 AS hall_visits
                FROM lead WHERE booth IN shown
              UNION ALL SELECT source, 0, 0, 0, count, 0 FROM visit_source WHERE booth IN shown
              UNION ALL SELECT '', 0, 0, 0, count, 0 FROM visit WHERE booth IN shown
              UNION ALL SELECT '', 0, 0, 0, -count, 0 FROM visit_source WHERE booth IN shown
              UNION ALL SELECT source, 0, 0, 0, 0, count FROM hall_visit WHERE exhibition = ?1 AND ?2 IS NULL)
            SELECT source, sum(leads), sum(agreements), sum(amount), sum(visits), sum(hall_visits) FROM told GROUP BY source
            HAVING sum(leads) > 0 OR sum(visits) > 0 OR sum(hall_visits) > 0 ORDER BY 2 DESC, 5 DESC, 1
            """, query.exhibition, own
        ) {
            SourceLine(
                source: try $0.get(0), leads: try $0.get(1), agreements: try $0.get(2), amount: try $0.get(3), visits: try $0.get(4),
                hallVisits: manages ? try $0.get(5) : nil)
        }
        return ExpoReport(
            exhibition: exhibition.id, title: exhibition.title, asOf: snapshot.now, lines: lines, sources: sources, halls: manages ? try halls(of: exhibition, snapshot) : nil)
    }

    /// How often the exhibition's page and those of its halls were opened.
    private func halls(of exhibition: ExhibitionRow, _ snapshot: Snapshot) throws -> [HallLine] {
        let visits = Dictionary(
            try snapshot.rows("SELECT hall, sum(count) FROM hall_visit WHERE exhibition = ? GROUP BY hall", exhibition.id) {
                (try $0.get(0, as: Int.self), try $0.get(1, as: Int.self))
            }) { first, _ in first }
        let halls = try snapshot.halls(of: exhibition.id)
        var lines = [HallLine(title: "展会首页", visits: visits[0] ?? 0)]
        lines += halls.map { HallLine(hall: $0.number, title: $0.title, visits: visits[$0.number] ?? 0) }
        // What was counted of halls that are gone, so that the lines add up to the events.
        let gone = visits.keys.filter { number in number != 0 && !halls.contains { $0.number == number } }.sorted()
        lines += gone.map { HallLine(hall: $0, title: "\($0) 号展馆（已撤）", visits: visits[$0] ?? 0) }
        return lines
    }
}
