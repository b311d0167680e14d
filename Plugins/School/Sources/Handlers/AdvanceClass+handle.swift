import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

extension Academy {
    func advanceClass(_ command: AdvanceClass, _ tx: Transaction) throws -> ClassReceipt {
        let row = try tx.schoolClass(command.schoolClass)
        guard Rights.manages(tx.actor, row.card.region) else { throw SchoolRefusal.region(row.card.region.description) }
        guard let state = Self.classStep(from: row.card.state, by: command.action) else {
            throw SchoolRefusal.make(
                "illegal-step", "班次现为「\(row.card.state.title)」，不能\(command.action.title)。",
                log: "\(command.action.rawValue) in \(row.card.state.rawValue)")
        }
        var input = InputRules()
        input.text("reason", "原因", command.reason, 2...300)
        if command.action == .cancel, command.reason == nil { input.add("reason", "取消开班须写明原因，报名人员会看到。请填写。") }
        if command.action == .publish, row.card.endsAt <= tx.now { input.add("sessions", "所有课次都已过去，不能发布。请先修改上课时间。") }
        if command.action == .finish, row.card.endsAt > tx.now {
            input.add("action", "最后一次课（\(row.card.endsAt.description)）尚未结束，不能结课。请待课程结束后办理。")
        }
        try input.refuseIfFaulty()

        try tx.run(
            "UPDATE class SET state = ?, reason = coalesce(?, reason) WHERE id = ?", state, command.reason, row.id)
        if state == .published { try tx.makeSigningKey(.tickets(of: row.id)) }
        if state == .cancelled {
            for registration in try tx.registrations(of: row.id, in: RegistrationState.allCases.filter(\.isLiving)) {
                try tx.take(.callOff, registration, to: .cancelled, reason: command.reason)
            }
            for session in try tx.sessions(of: row.id, withLinks: false) where !session.isCancelled {
                try tx.cancelSession(session.number, of: row.id)
            }
        }
        let after = try tx.schoolClass(row.id)
        try tx.announce(
            ClassAdvanced(
                schoolClass: row.id, course: row.card.course, title: row.card.title, theme: row.card.theme,
                audience: row.audience,
                region: row.card.region, action: command.action, state: state, startsAt: row.card.startsAt,
                endsAt: row.card.endsAt,
                capacity: row.card.capacity, taken: after.card.taken, reason: command.reason))
        return ClassReceipt(schoolClass: row.id, state: state)
    }

    /// Where the action leads a class; `nil`: it cannot be done.
    static func classStep(from state: ClassState, by action: ClassAction) -> ClassState? {
        switch (state, action) {
        case (.draft, .publish): .published
        case (.draft, .cancel), (.published, .cancel): .cancelled
        case (.published, .finish): .finished
        default: nil
        }
    }
}
