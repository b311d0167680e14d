import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Rulebook {
    func getService(_ query: GetService, _ snapshot: Snapshot) throws -> ServiceDetail {
        guard var detail = try snapshot.serviceDetail(query.id) else { throw MarketRefusal.unknownService }
        let card = detail.card
        let agency = try snapshot.agencyCard(card.agency)
        guard let agency, mayLook(card, agency, snapshot.actor) else {
            guard card.state == .listed else { throw MarketRefusal.unknownService }
            detail.opinion = nil
            return detail
        }
        let isOwn = Rights.isAgency(snapshot.actor, card.agency)
        let isStaff = Rights.isStaff(snapshot.actor, in: agency.region)
        if !isOwn, !isStaff { detail.opinion = nil }
        let isLocal: Bool = try snapshot.value("SELECT is_local FROM service WHERE id = ?", card.id) ?? false
        if isLocal {
            detail.actions = ListingLife.steps.filter { $0.from == card.state && ($0.authority == .agency ? isOwn : isStaff) }.map(\.action)
        }
        return detail
    }

    func compareServices(_ query: CompareServices, _ snapshot: Snapshot) throws -> [ServiceDetail] {
        var input = InputRules()
        if query.ids.isEmpty || query.ids.count > 4 { input.add("ids", "每次比较 1–4 项服务。请调整。") }
        try input.refuseIfFaulty()
        return try query.ids.compactMap { id in
            guard var detail = try snapshot.serviceDetail(id), detail.card.state == .listed else { return nil }
            detail.opinion = nil
            return detail
        }
    }

    func board(_ query: GetServiceBoard, _ snapshot: Snapshot) throws -> ServiceBoard {
        ServiceBoard(hot: try snapshot.hotServices(since: snapshot.now.day - 30, limit: 6), new: try snapshot.newServices(limit: 6))
    }

    func findMyServices(_ query: FindMyServices, _ snapshot: Snapshot) throws -> Listing<ServiceCard> {
        let limit = try query.checkedLimit()
        let after = try query.after?.position(MessageID.self)
        let rows: [ServiceCard]
        if let code = snapshot.actor.organisation, Rights.isAgency(snapshot.actor, code) {
            rows = try snapshot.services(of: code, state: query.state, limit: limit + 1, after: after)
        } else {
            rows = try snapshot.localServices(in: query.state ?? .submitted, limit: limit + 1, after: after) { Rights.isStaff(snapshot.actor, in: $0) }
        }
        return try Listing(probing: rows, limit: limit) { $0.id }
    }

    func findAgencies(_ query: FindAgencies, _ snapshot: Snapshot) throws -> Listing<AgencyCard> {
        let limit = try query.checkedLimit()
        var input = InputRules()
        input.text("text", "查找文字", query.text, 1...60)
        try input.refuseIfFaulty()
        let actor = snapshot.actor
        var filter = AgencyFilter(states: [.approved], category: query.category, region: query.region, isCore: query.isCore)
        if let state = query.state, state != .approved {
            // Staff see what is theirs; to everybody else there is nothing.
            guard actor.kind == .system || actor.holds(.windowStaff, .cityStaff, .provinceStaff) else { return Listing([], total: 0) }
            filter.states = [state]
        }
        if let text = query.text {
            let keys = try CatalogueSearch.ranks(text, CatalogueSearch.agencies, in: snapshot).ranks.keys
            filter.codes = "[" + keys.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        }
        let place = try query.after?.position(AgencyPlace.self)
        if filter.states == [.approved] {
            let rows = try snapshot.agencyCards(filter, limit: limit + 1, after: place)
            return try Listing(probing: rows, limit: limit, total: countAgencies(filter, snapshot)) { AgencyPlace(region: $0.region, code: $0.code) }
        }
        let rows = try snapshot.agencyCards(filter, limit: 2000, after: place).filter { Rights.isStaff(actor, in: $0.region) }
        return try Listing(probing: rows, limit: limit) { AgencyPlace(region: $0.region, code: $0.code) }
    }

    private func countAgencies(_ filter: AgencyFilter, _ snapshot: Snapshot) throws -> Int {
        let range = filter.region?.codesBelow
        return try snapshot.value(
            """
            SELECT count(*) FROM agency a WHERE a.state = 'approved'
              AND (?1 IS NULL OR EXISTS (SELECT 1 FROM agency_category c WHERE c.agency = a.code AND c.category = ?1))
              AND (?2 IS NULL OR a.region BETWEEN ?2 AND ?3) AND (?4 IS NULL OR a.is_core = ?4)
              AND (?5 IS NULL OR a.code IN (SELECT value FROM json_each(?5)))
            """, filter.category, range?.lowerBound, range?.upperBound, filter.isCore, filter.codes) ?? 0
    }

    func getAgency(_ query: GetAgency, _ snapshot: Snapshot) throws -> AgencyDetail {
        guard let card = try snapshot.agencyCard(query.code), mayLook(card, snapshot.actor) else { throw MarketRefusal.unknown(agency: query.code) }
        let isOwn = Rights.isAgency(snapshot.actor, card.code)
        let isStaff = Rights.isStaff(snapshot.actor, in: card.region)
        var detail = AgencyDetail(
            card: card, qualifications: try snapshot.qualifications(of: card.code),
            services: try snapshot.services(of: card.code, state: isOwn || isStaff ? nil : .listed),
            resources: try snapshot.resources(of: card.code, name: card.name),
            address: try snapshot.value("SELECT address FROM agency WHERE code = ?", card.code))
        if !isOwn { detail.services.removeAll { $0.state == .draft } }
        let isLocal: Bool = try snapshot.value("SELECT is_local FROM agency WHERE code = ?", card.code) ?? false
        if isOwn || isStaff {
            detail.opinion = try snapshot.agencyOpinion(card.code)
            detail.contact = try contact(of: card.code, snapshot)
            detail.complaints = try snapshot.complaintCount(about: card.code)
        } else {
            for index in detail.qualifications.indices {
                // What a document says in full is for the reviewer.
                detail.qualifications[index].document = nil
                detail.qualifications[index].serial = nil
            }
        }
        if isLocal {
            detail.actions = AgencyLife.steps.filter { step in
                guard step.from == card.state else { return false }
                return switch step.authority {
                case .agency: isOwn
                case .staff: isStaff
                case .province: Rights.isProvince(snapshot.actor, in: card.region)
                }
            }.map(\.action)
        }
        return detail
    }

    private func contact(of code: CreditCode, _ snapshot: Snapshot) throws -> AgencyContact? {
        let sealed = try snapshot.first("SELECT contact_name, contact_phone FROM agency WHERE code = ?", code) {
            (name: try $0.get(0, as: String?.self), phone: try $0.get(1, as: String?.self))
        }
        guard let name = sealed?.name, let phone = sealed?.phone else { return nil }
        return AgencyContact(name: try snapshot.unseal(String.self, name), phone: try snapshot.unseal(ContactNumber.self, phone))
    }

    func countAgencies(_ query: CountAgencies, _ snapshot: Snapshot) throws -> AgencyCount {
        let today = snapshot.now.day
        let since = today.adding(months: -settings.activeMonths).start
        let range = query.region?.codesBelow
        let counts = try snapshot.first(
            """
            SELECT count(*), coalesce(sum(active_at >= ?1), 0) FROM agency
            WHERE state = 'approved' AND (?2 IS NULL OR region BETWEEN ?2 AND ?3)
            """, since, range?.lowerBound, range?.upperBound
        ) { (admitted: try $0.get(0, as: Int.self), active: try $0.get(1, as: Int.self)) }
        return AgencyCount(
            day: today, admitted: counts?.admitted ?? 0, active: counts?.active ?? 0, target: settings.agencyTarget, months: settings.activeMonths,
            rule: "已入驻、按统一社会信用代码去重的机构中，近 \(settings.activeMonths) 个月内更新过资料、服务或办理过订单的。")
    }

    func listServices(_ query: ListServices, _ snapshot: Snapshot) throws -> Listing<ServiceCard> {
        let limit = try query.checkedLimit()
        var after = try query.after?.position(MessageID.self)
        var found: [ServiceCard] = []
        // The region narrows here, so several steps may be needed for one page.
        while found.count <= limit {
            let part = try snapshot.listedServices(category: query.category, limit: 500, after: after)
            found += part.filter { card in query.region.map { region in card.regions.contains { $0.contains(region) || region.contains($0) } } ?? true }
            guard part.count == 500, let last = part.last else { break }
            after = last.id
        }
        return try Listing(probing: Array(found.prefix(limit + 1)), limit: limit) { $0.id }
    }

    // MARK: - Files

    /// Whatever part of the market keeps it, if the one who asks may see it there.
    func anyAttachment(_ digest: String, _ snapshot: Snapshot) throws -> Attachment? {
        try attachment(digest, snapshot) ?? orderAttachment(digest, snapshot)
    }

    /// A document of an agency for itself and the staff of its region.
    func attachment(_ digest: String, _ snapshot: Snapshot) throws -> Attachment? {
        let found = try snapshot.rows(
            """
            SELECT q.document_name, q.document_type, q.document_length, a.code, a.region FROM qualification q JOIN agency a ON a.code = q.agency
            WHERE q.digest = ?
            """, digest
        ) { row in
            (
                name: try row.get(0, as: String.self), length: try row.get(2, as: Int.self), code: try row.get(3, as: CreditCode.self),
                region: try row.get(4, as: RegionCode.self)
            )
        }
        for one in found where Rights.isAgency(snapshot.actor, one.code) || Rights.isStaff(snapshot.actor, in: one.region) {
            return Attachment(digest: digest, size: one.length, name: one.name, type: FileKind(fileName: one.name) ?? .pdf)
        }
        return nil
    }

    func getDocument(_ query: GetMarketDocument, _ snapshot: Snapshot) throws -> AttachmentReference {
        guard let found = try anyAttachment(query.digest, snapshot) else {
            throw MarketRefusal.make("document-unknown", "没有这个附件，或您无权查看。请从机构或订单页面进入。", log: "no document for the actor")
        }
        return AttachmentReference(digest: found.digest, name: found.name, type: found.type.mediaType, length: Int64(found.size))
    }

    func keeps(_ digest: String, _ snapshot: Snapshot) throws -> Bool {
        try snapshot.value(
            "SELECT 1 FROM qualification WHERE digest = ?1 UNION ALL SELECT 1 FROM order_document WHERE digest = ?1 LIMIT 1", digest, as: Int.self) != nil
    }
}
