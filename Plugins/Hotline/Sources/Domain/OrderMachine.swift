import HotlineContracts

/// The state machine of a work order: every arrow, who may take it and what it needs. What is not here is refused.
enum OrderMachine {
    /// Who does it.
    enum Authority: String, Sendable, CaseIterable {
        /// The desk: window, city and province staff of the order's region.
        case desk
        /// Members of the unit that owns it (主办).
        case owner
        /// Members of a unit that assists (协办).
        case assistant
        /// City and province staff of the region.
        case supervisor
    }

    enum Need: Sendable { case text, unit, days, person }

    struct Step: Sendable {
        let from: OrderState
        let action: OrderAction
        let to: OrderState
        let authorities: Set<Authority>
        let needs: Set<Need>
    }

    /// The arrow from a state by an action; `nil` when there is none.
    static func step(from state: OrderState, by action: OrderAction) -> Step? { steps.first { $0.from == state && $0.action == action } }

    static let steps: [Step] = moves + marks

    private static let moves: [Step] = [
        move(.registered, .accept, .dispatching, [.desk]),
        move(.registered, .refuse, .refused, [.desk], [.text]),
        move(.registered, .answerAtOnce, .concluded, [.desk], [.text]),
        move(.dispatching, .dispatch, .dispatched, [.desk], [.unit]),
        move(.dispatching, .refuse, .refused, [.desk], [.text]),
        move(.dispatching, .answerAtOnce, .concluded, [.desk], [.text]),
        move(.dispatched, .sign, .handling, [.owner]),
        move(.dispatched, .sendBack, .returned, [.owner], [.text, .unit]),
        move(.dispatched, .redispatch, .dispatched, [.desk], [.text, .unit]),
        move(.returned, .redispatch, .dispatched, [.desk], [.unit]),
        move(.returned, .answerAtOnce, .concluded, [.desk], [.text]),
        move(.handling, .sendBack, .returned, [.owner], [.text, .unit]),
        move(.handling, .redispatch, .dispatched, [.desk], [.text, .unit]),
        move(.handling, .answer, .answered, [.owner], [.text]),
        move(.answered, .approve, .concluded, [.desk]),
        move(.answered, .returnAnswer, .handling, [.desk], [.text]),
        // Satisfied: 归档; not satisfied: 重办; nobody reached: it stays (`Rework`).
        move(.concluded, .revisit, .archived, [.desk]),
        move(.concluded, .archive, .archived, [.desk]),
    ]

    private static let marks: [Step] = everywhere + underWay + supervision + requests

    private static let everywhere: [Step] = OrderState.allCases.filter { !$0.isFinal }.flatMap { state -> [Step] in
        [mark(state, .note, [.desk, .owner, .assistant], [.text]), mark(state, .admit, [.desk], [.person])]
    }

    private static let underWay: [Step] = [OrderState.dispatched, .handling].flatMap { state -> [Step] in
        [mark(state, .addAssistant, [.desk, .owner], [.unit]), mark(state, .assist, [.assistant], [.text]), mark(state, .urge, [.desk], [])]
    }

    private static let supervision: [Step] = [OrderState.dispatching, .dispatched, .returned, .handling, .answered].flatMap { state -> [Step] in
        [mark(state, .supervise, [.supervisor], [.text]), mark(state, .endSupervision, [.supervisor], [.text])]
    }

    private static let requests: [Step] = [
        mark(.handling, .askExtension, [.owner], [.text, .days]), mark(.handling, .grantExtension, [.supervisor], []),
        mark(.handling, .askSuspension, [.owner], [.text, .days]), mark(.handling, .grantSuspension, [.supervisor], []),
        mark(.handling, .deny, [.supervisor], [.text]), mark(.handling, .resume, [.owner, .desk, .supervisor], []),
    ]

    /// What may be done while it is suspended; everything else waits until it is resumed.
    static let whileSuspended: Set<OrderAction> = [.resume, .note, .assist, .supervise, .endSupervision, .admit, .redispatch]

    private static func move(
        _ from: OrderState, _ action: OrderAction, _ to: OrderState, _ authorities: Set<Authority>, _ needs: Set<Need> = []
    ) -> Step { Step(from: from, action: action, to: to, authorities: authorities, needs: needs) }

    private static func mark(_ state: OrderState, _ action: OrderAction, _ authorities: Set<Authority>, _ needs: Set<Need>) -> Step {
        Step(from: state, action: action, to: state, authorities: authorities, needs: needs)
    }
}

/// What a rating makes of an order that waits for its revisit.
enum Rework {
    /// 不满意 begins it anew while that is allowed; otherwise it is put away and the supervisors are told.
    static func next(after satisfaction: Satisfaction, redo: Int, atMost times: Int) -> OrderState {
        satisfaction == .unsatisfied && redo < times ? .dispatching : .archived
    }
}
