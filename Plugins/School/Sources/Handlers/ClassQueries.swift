import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

extension Academy {
    func findClasses(_ query: FindClasses, _ snapshot: Snapshot) throws -> Listing<ClassCard> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(ClassPlace.self)
        let isMine = query.mine == true && Rights.isStaff(snapshot.actor)
        let isPast = query.past == true
        var filter = ClassFilter(
            theme: query.theme, region: query.region, states: [.published], endsAfter: snapshot.now)
        if isPast {
            filter = ClassFilter(
                theme: query.theme, region: query.region, states: [.published, .finished], endsBefore: snapshot.now,
                isBackwards: true)
        }
        if isMine {
            filter = ClassFilter(
                theme: query.theme, region: query.region, states: ClassState.allCases, isBackwards: true)
        }
        var cards: [ClassCard] = []
        var last = place
        // Staff see their own regions only, so a stretch may need more than one reading.
        while cards.count <= limit {
            let rows = try snapshot.classes(filter, after: last, limit: limit + 1)
            cards += rows.map(\.card).filter { !isMine || Rights.manages(snapshot.actor, $0.region) }
            guard rows.count > limit, let end = rows.last?.card else { break }
            last = ClassPlace(startsAt: end.startsAt, id: end.id)
        }
        return try Listing(probing: Array(cards.prefix(limit + 1)), limit: limit) {
            ClassPlace(startsAt: $0.startsAt, id: $0.id)
        }
    }

    func getClass(_ query: GetClass, _ snapshot: Snapshot) throws -> ClassDetail {
        let row = try snapshot.schoolClass(query.id)
        let actor = snapshot.actor
        let manages = Rights.manages(actor, row.card.region)
        guard row.card.state != .draft || manages else { throw SchoolRefusal.unknown(query.id) }
        var isEnrolled = false
        if let own = actor.organisation, actor.holds(.enterprise, .agency) {
            isEnrolled = try !snapshot.registrations(
                enterprise: own, enteredBy: nil, schoolClass: query.id, state: .enrolled, after: nil, limit: 1
            ).isEmpty
        }
        let quotas = try snapshot.quotas(of: query.id)
        return ClassDetail(
            card: row.card, audience: row.audience,
            sessions: try snapshot.sessions(of: query.id, withLinks: manages || isEnrolled),
            needsApproval: row.needsApproval, perEnterprise: row.perEnterprise, offerHours: row.offerHours,
            contact: row.contact,
            note: row.note,
            vacancy: Explanation.vacancy(row.card.state, try snapshot.seats(of: row, now: snapshot.now)),
            mayManage: manages,
            attendancePercent: row.attendancePercent,
            satisfaction: try snapshot.isAnswered(query.id) ? snapshot.satisfaction(of: query.id) : nil, offersMatching: row.offersMatching,
            quotas: quotas.isEmpty ? nil : quotas)
    }
}
