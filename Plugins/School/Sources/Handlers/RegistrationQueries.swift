import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

extension Academy {
    func findRegistrations(_ query: FindRegistrations, _ snapshot: Snapshot) throws -> Listing<RegistrationCard> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(RegistrationID.self)
        let actor = snapshot.actor
        var enterprise: CreditCode?
        var enteredBy: String?
        if let id = query.schoolClass, Rights.manages(actor, try snapshot.schoolClass(id).card.region) {
            // Everybody's, for the class's staff.
        } else {
            enterprise = actor.holds(.enterprise, .agency) ? actor.organisation : nil
            enteredBy = actor.id
        }
        let rows = try snapshot.registrations(
            enterprise: enterprise, enteredBy: enteredBy, schoolClass: query.schoolClass, state: query.state,
            after: place, limit: limit + 1)
        var classes: [ClassID: ClassRow] = [:]
        let cards = try rows.map { row in
            let schoolClass = try classes[row.schoolClass] ?? snapshot.schoolClass(row.schoolClass)
            classes[row.schoolClass] = schoolClass
            return try snapshot.card(row, of: schoolClass)
        }
        return try Listing(probing: cards, limit: limit) { $0.id }
    }

    func getRegistration(_ query: GetRegistration, _ snapshot: Snapshot) throws -> RegistrationDetail {
        let row = try snapshot.registration(query.id)
        let schoolClass = try snapshot.schoolClass(row.schoolClass)
        let authorities = Rights.authorities(snapshot.actor, over: row, in: schoolClass.card.region)
        guard !authorities.isEmpty, let code = try snapshot.passCode(of: row) else {
            throw SchoolRefusal.unknown(query.id)
        }
        let hasBegun = snapshot.now >= schoolClass.card.startsAt
        let marks = try snapshot.marks(of: row.id)
        return RegistrationDetail(
            card: try snapshot.card(row, of: schoolClass), explanation: try explanation(row, schoolClass, snapshot),
            actions: hasBegun ? [] : Enrolment.actions(in: row.state, by: authorities),
            maySubstitute: !hasBegun && marks.isEmpty && Enrolment.maySubstitute(in: row.state), code: code,
            sessions: try snapshot.sessions(of: row.schoolClass, withLinks: row.state == .enrolled),
            attended: marks,
            certificate: try snapshot.certificateLink(of: row.id), lessons: try snapshot.lessons(of: row))
    }

    func getPass(_ query: GetPass, _ snapshot: Snapshot) throws -> Pass {
        let row = try snapshot.registration(query.id, code: query.code)
        let schoolClass = try snapshot.schoolClass(row.schoolClass)
        let hasBegun = snapshot.now >= schoolClass.card.startsAt
        return Pass(
            id: row.id, schoolClass: row.schoolClass, title: schoolClass.card.title, state: row.state,
            name: try snapshot.unseal(String.self, row.sealedName),
            explanation: try explanation(row, schoolClass, snapshot),
            actions: hasBegun ? [] : Enrolment.actions(in: row.state, by: [.enterprise]),
            offerUntil: row.state == .offered ? row.offerUntil : nil,
            sessions: try snapshot.sessions(of: row.schoolClass, withLinks: row.state == .enrolled),
            ticket: try snapshot.ticket(of: row),
            certificate: try snapshot.certificateLink(of: row.id),
            quiz: hasBegun && row.state == .enrolled
                ? try snapshot.standing(of: row, in: schoolClass.card.course)?.sentence : nil,
            maySurvey: try snapshot.maySurvey(row, schoolClass.card, now: snapshot.now) ? true : nil,
            lessons: row.state == .enrolled ? try snapshot.lessons(of: row) : nil,
            matching: try snapshot.matching(of: row.id),
            mayRequestMatching: try snapshot.mayRequestMatching(row, schoolClass, now: snapshot.now) ? true : nil)
    }

    private func explanation(_ row: RegistrationRow, _ schoolClass: ClassRow, _ snapshot: Snapshot) throws -> String {
        let quota = try snapshot.quotas(of: row.schoolClass).quota(for: row.region)
        return Explanation.registration(
            row.state, queued: try snapshot.queued(row), offerUntil: row.offerUntil, reason: row.reason,
            try snapshot.seats(of: schoolClass, now: snapshot.now),
            full: quota.flatMap { $0.free > 0 ? nil : (title(of: $0.region), $0.seats) })
    }
}
