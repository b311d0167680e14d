import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

extension Academy {
    func advance(_ command: AdvanceRegistration, _ tx: Transaction) throws -> AdvanceReceipt {
        let row = try tx.registration(command.registration)
        let schoolClass = try tx.schoolClass(row.schoolClass)
        let authorities = Rights.authorities(tx.actor, over: row, in: schoolClass.card.region)
        // The same answer as for a number that does not exist: numbers can be guessed.
        guard !authorities.isEmpty else { throw SchoolRefusal.unknown(command.registration) }
        return try step(row, schoolClass, command.action, reason: command.reason, authorities, tx)
    }

    func answerByCode(_ command: AnswerByCode, _ tx: Transaction) throws -> AdvanceReceipt {
        let row = try tx.registration(command.registration, code: command.code)
        return try step(row, tx.schoolClass(row.schoolClass), command.action, reason: nil, [.enterprise], tx)
    }

    private func step(
        _ row: RegistrationRow, _ schoolClass: ClassRow, _ action: RegistrationAction, reason: String?,
        _ authorities: Set<Enrolment.Authority>, _ tx: Transaction
    ) throws -> AdvanceReceipt {
        guard authorities.contains(Enrolment.authority(of: action)) else {
            throw SchoolRefusal.make(
                "not-yours",
                "「\(action.title)」由\(Enrolment.authority(of: action) == .staff ? "班次所在辖区的工作人员" : "平台自动")办理，您不能办理。",
                log: "\(action.rawValue) is not this actor's")
        }
        let state = Enrolment.step(from: row.state, by: action, seatFree: try tx.isSeatFree(in: row.schoolClass, for: row.region))
        guard let state else {
            throw SchoolRefusal.illegal(
                action, in: row.state, possible: Enrolment.actions(in: row.state, by: authorities))
        }
        var input = InputRules()
        input.text("reason", "原因", reason, 2...300)
        if action == .reject, reason == nil { input.add("reason", "审核不通过须写明原因，企业会看到。请填写。") }
        try input.refuseIfFaulty()
        if tx.now >= schoolClass.card.startsAt { throw SchoolRefusal.began(action.title) }
        if action == .accept, let until = row.offerUntil, tx.now >= until {
            throw SchoolRefusal.make(
                "offer-over", "递补名额保留到 \(Words.dateTime(until))，现已过期，将递补给下一位。如仍想参加，可在报名截止前重新报名。",
                log: "the offer's time is over")
        }
        try tx.take(action, row, to: state, reason: reason)
        if row.state.holdsSeat && !state.holdsSeat { try tx.promote(row.schoolClass) }
        // Somebody approved into the waiting list while a seat was free is offered it at once.
        if state == .waiting { try tx.promote(row.schoolClass) }
        return AdvanceReceipt(registration: row.id, state: try tx.registration(row.id).state)
    }

    func substitute(_ command: SubstituteParticipant, _ tx: Transaction) throws -> AdvanceReceipt {
        let row = try tx.registration(command.registration)
        let schoolClass = try tx.schoolClass(row.schoolClass)
        guard Rights.authorities(tx.actor, over: row, in: schoolClass.card.region).contains(.enterprise) else {
            throw SchoolRefusal.unknown(command.registration)
        }
        guard Enrolment.maySubstitute(in: row.state) else {
            throw SchoolRefusal.make(
                "illegal-step", "报名现为「\(row.state.title)」，不能换人。请重新报名。",
                log: "substitution in state \(row.state.rawValue)")
        }
        if tx.now >= schoolClass.card.startsAt { throw SchoolRefusal.began("换人") }
        // A presence is one person's: it never passes to the next.
        guard try tx.marks(of: row.id).isEmpty else { throw SchoolRefusal.present(row.id) }
        let people = try checked([command.participant], consent: command.consent, most: 1)
        let living = try tx.registrations(of: row.enterprise.creditCode, in: row.schoolClass).filter {
            $0.state.isLiving && $0.id != row.id
        }
        try refuseTwice(people, among: living, tx)
        try refuseUnprepared(people, for: schoolClass, tx)
        guard let person = people.first else { throw SchoolRefusal.unknown(command.registration) }
        let subject = try tx.newPerson()
        try tx.run(
            "UPDATE registration SET person = ?, name = ?, mobile = ?, position = ?, issue = issue + 1, mark = ? WHERE id = ?",
            subject,
            try tx.seal(Personal(person.name, of: subject)), try tx.seal(Personal(person.mobile, of: subject)),
            person.draft.position, try tx.mark(of: person.mobile), row.id)
        try tx.announce(
            ParticipantSubstituted(
                registration: row.id, schoolClass: row.schoolClass, enterprise: row.enterprise.creditCode))
        return AdvanceReceipt(registration: row.id, state: row.state)
    }

    func revealContacts(_ command: RevealContacts, _ tx: Transaction) throws -> ContactSheet {
        let row = try tx.schoolClass(command.schoolClass)
        guard Rights.manages(tx.actor, row.card.region) else { throw SchoolRefusal.region(row.card.region.description) }
        var input = InputRules()
        input.text("purpose", "用途", command.purpose, 2...100)
        try input.refuseIfFaulty()
        let people = try tx.registrations(of: row.id, in: RegistrationState.allCases.filter(\.isLiving)).map {
            registration in
            ContactSheet.Person(
                registration: registration.id,
                name: try tx.unseal(String.self, registration.sealedName).of(registration.person),
                mobile: try tx.unseal(Mobile.self, registration.sealedMobile).of(registration.person))
        }
        try tx.announce(ContactsRevealed(schoolClass: row.id, purpose: command.purpose, count: people.count))
        return ContactSheet(people: people)
    }
}
