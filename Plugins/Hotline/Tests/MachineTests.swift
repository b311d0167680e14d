import HotlineContracts
import Messages
import Testing

@testable import HotlinePlugin

@Suite("工单状态机")
struct MachineTests {
    /// Every move of an order, written down by hand.
    static let moves: [(OrderState, OrderAction, OrderState)] = [
        (.registered, .accept, .dispatching), (.registered, .refuse, .refused), (.registered, .answerAtOnce, .concluded),
        (.dispatching, .dispatch, .dispatched), (.dispatching, .refuse, .refused), (.dispatching, .answerAtOnce, .concluded),
        (.dispatched, .sign, .handling), (.dispatched, .sendBack, .returned), (.dispatched, .redispatch, .dispatched),
        (.returned, .redispatch, .dispatched), (.returned, .answerAtOnce, .concluded),
        (.handling, .sendBack, .returned), (.handling, .redispatch, .dispatched), (.handling, .answer, .answered),
        (.answered, .approve, .concluded), (.answered, .returnAnswer, .handling),
        (.concluded, .revisit, .archived), (.concluded, .archive, .archived),
    ]

    /// In which states each mark may be set.
    static let marks: [OrderAction: Set<OrderState>] = [
        .note: open, .admit: open, .addAssistant: [.dispatched, .handling], .assist: [.dispatched, .handling], .urge: [.dispatched, .handling],
        .supervise: [.dispatching, .dispatched, .returned, .handling, .answered],
        .endSupervision: [.dispatching, .dispatched, .returned, .handling, .answered], .askExtension: [.handling], .grantExtension: [.handling],
        .askSuspension: [.handling], .grantSuspension: [.handling], .deny: [.handling], .resume: [.handling],
    ]
    static let open = Set(OrderState.allCases.filter { !$0.isFinal })

    @Test("所有（状态，动作）组合，除列明的以外一律拒绝，拒绝时说明下一步", arguments: OrderState.allCases)
    func everyPairIsDecided(state: OrderState) {
        for action in OrderAction.allCases {
            let move = Self.moves.first { $0.0 == state && $0.1 == action }?.2
            let expected = move ?? (Self.marks[action]?.contains(state) == true ? state : nil)
            #expect(OrderMachine.step(from: state, by: action)?.to == expected, "\(state) \(action)")
            if expected == nil {
                let refusal = HotlineRefusal.illegal(action, in: state)
                #expect(refusal.status == 409)
                #expect(refusal.message.contains(state.isFinal ? "另行登记" : "现在可以："), "\(state) \(action)")
            }
        }
    }

    @Test("No pair of state and action leads to two places, and every action is either a move or a mark")
    func arrowsAreUnambiguous() {
        #expect(Set(OrderMachine.steps.map { "\($0.from) \($0.action)" }).count == OrderMachine.steps.count)
        for action in OrderAction.allCases {
            #expect(Self.moves.contains { $0.1 == action } != (Self.marks[action] != nil), "\(action)")
        }
    }

    @Test("Every open state has a way on, final ones have none", arguments: OrderState.allCases)
    func waysOn(state: OrderState) {
        #expect(OrderMachine.steps.contains { $0.from == state && $0.to != state } == !state.isFinal)
        #expect(!state.isFinal || !OrderMachine.steps.contains { $0.from == state })
    }

    static let deciders: [(OrderState, OrderAction, OrderMachine.Authority)] = [
        (.handling, .answer, .owner), (.answered, .approve, .desk), (.handling, .grantExtension, .supervisor),
        (.handling, .grantSuspension, .supervisor), (.dispatched, .sendBack, .owner), (.handling, .assist, .assistant),
    ]

    @Test("Who owns the matter answers; the desk decides on the answer; supervisors decide on time", arguments: deciders)
    func authorities(state: OrderState, action: OrderAction, authority: OrderMachine.Authority) {
        #expect(OrderMachine.step(from: state, by: action)?.authorities == [authority])
    }

    @Test("不满意即重办，次数用完后归档；其他评价归档", arguments: Satisfaction.allCases)
    func rework(satisfaction: Satisfaction) {
        for redo in 0...3 {
            let expected: OrderState = satisfaction == .unsatisfied && redo < 2 ? .dispatching : .archived
            #expect(Rework.next(after: satisfaction, redo: redo, atMost: 2) == expected)
        }
    }
}
