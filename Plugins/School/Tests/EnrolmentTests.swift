import SchoolContracts
import Testing

@testable import SchoolPlugin

@Suite("报名的状态机")
struct SchoolEnrolmentTests {
    /// Every legal arrow, written down by hand; `approve` leads to a seat or to the waiting list.
    static let legal: [(RegistrationState, RegistrationAction, RegistrationState)] = [
        (.pending, .approve, .enrolled), (.pending, .reject, .rejected), (.pending, .cancel, .cancelled), (.pending, .miss, .missed),
        (.pending, .callOff, .cancelled), (.waiting, .offer, .offered), (.waiting, .cancel, .cancelled), (.waiting, .miss, .missed),
        (.waiting, .callOff, .cancelled), (.offered, .accept, .enrolled), (.offered, .decline, .declined), (.offered, .lapse, .lapsed),
        (.offered, .callOff, .cancelled), (.enrolled, .cancel, .cancelled), (.enrolled, .callOff, .cancelled),
    ]

    @Test("Every pair of state and message is decided: what is not listed is refused", arguments: RegistrationState.allCases)
    func everyPair(state: RegistrationState) {
        for action in RegistrationAction.allCases {
            let expected = Self.legal.first { $0.0 == state && $0.1 == action }?.2
            #expect(Enrolment.step(from: state, by: action, seatFree: true) == expected, "\(state) \(action)")
            let full = state == .pending && action == .approve ? .waiting : expected
            #expect(Enrolment.step(from: state, by: action, seatFree: false) == full, "\(state) \(action), full")
        }
    }

    @Test("States that are over have no way out, living ones have", arguments: RegistrationState.allCases)
    func ends(state: RegistrationState) {
        #expect(RegistrationAction.allCases.contains { Enrolment.step(from: state, by: $0, seatFree: true) != nil } == state.isLiving)
    }

    @Test("Nobody takes the school's own steps; the enterprise neither approves nor rejects")
    func authorities() {
        for state in RegistrationState.allCases {
            let own = Enrolment.actions(in: state, by: [.enterprise])
            #expect(Set(own).isSubset(of: [.accept, .decline, .cancel]))
            let staff = Enrolment.actions(in: state, by: [.staff, .enterprise])
            #expect(Set(staff).isDisjoint(with: [.offer, .lapse, .miss, .callOff]))
        }
    }

    @Test("A class goes from draft to published to finished, and may be called off before it is finished")
    func classes() {
        for state in ClassState.allCases {
            for action in ClassAction.allCases {
                let expected: ClassState? =
                    switch (state, action) {
                    case (.draft, .publish): .published
                    case (.draft, .cancel), (.published, .cancel): .cancelled
                    case (.published, .finish): .finished
                    default: nil
                    }
                #expect(Academy.classStep(from: state, by: action) == expected, "\(state) \(action)")
            }
        }
    }

    @Test("Where a new registration stands")
    func entries() {
        #expect(Enrolment.entry(needsApproval: true, seatFree: true) == .pending)
        #expect(Enrolment.entry(needsApproval: false, seatFree: true) == .enrolled)
        #expect(Enrolment.entry(needsApproval: false, seatFree: false) == .waiting)
    }
}
