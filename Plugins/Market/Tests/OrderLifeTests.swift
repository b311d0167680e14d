import MarketContracts
import Testing
import Vocabulary

@testable import MarketPlugin

@Suite("订单：状态机")
struct OrderLifeTests {
    /// Every legal arrow, written down by hand.
    static let legal: [(OrderState, OrderAction, OrderState)] = [
        (.proposed, .endorse, .requested), (.proposed, .cancel, .cancelled),
        (.requested, .quote, .quoted), (.requested, .decline, .requested), (.requested, .cancel, .cancelled), (.requested, .lapse, .lapsed),
        (.quoted, .quote, .quoted), (.quoted, .decline, .quoted), (.quoted, .accept, .accepted), (.quoted, .cancel, .cancelled),
        (.accepted, .schedule, .scheduled), (.accepted, .begin, .delivering), (.accepted, .cancel, .cancelled),
        (.scheduled, .schedule, .scheduled), (.scheduled, .begin, .delivering), (.scheduled, .cancel, .cancelled),
        (.delivering, .deliver, .delivered), (.delivering, .cancel, .cancelled),
        (.delivered, .confirm, .confirmed), (.delivered, .dispute, .disputed),
        (.disputed, .confirm, .confirmed), (.disputed, .uphold, .confirmed), (.disputed, .redo, .delivering),
        (.confirmed, .rate, .rated), (.rated, .rate, .rated),
    ]

    @Test("所有（状态，步骤）组合，除列明的以外一律拒绝", arguments: OrderState.allCases)
    func everyPair(state: OrderState) {
        for action in OrderAction.allCases {
            let expected = Self.legal.first { $0.0 == state && $0.1 == action }?.2
            #expect(OrderLife.step(from: state, by: action)?.to == expected, "\(state) \(action)")
        }
    }

    @Test("Only the served enterprise confirms, accepts and disputes; only the chosen agency delivers; nobody but a timer lets lapse")
    func sides() {
        for step in OrderLife.steps {
            switch step.action {
            case .confirm, .dispute, .endorse: #expect(step.sides == [.enterprise])
            case .accept: #expect(step.sides == [.enterprise, .system])
            // A booked slot is an appointment at once.
            case .schedule: #expect(step.sides == (step.from == .accepted ? [.chosen, .system] : [.chosen]))
            case .begin, .deliver: #expect(step.sides == [.chosen])
            case .lapse: #expect(step.sides == [.system])
            case .uphold, .redo: #expect(step.sides == [.staff])
            default: #expect(!step.sides.isEmpty)
            }
        }
    }

    @Test("No state but the closed ones is a dead end, and from every state the end is reached")
    func noDeadEnds() {
        for state in OrderState.allCases {
            var reached: Set<OrderState> = [state]
            while true {
                let next = Set(OrderLife.steps.filter { reached.contains($0.from) }.map(\.to)).union(reached)
                if next == reached { break }
                reached = next
            }
            #expect(reached.contains { $0 == .rated || $0 == .cancelled || $0 == .lapsed }, "\(state)")
            if OrderLife.steps.allSatisfy({ $0.from != state }) { #expect(state.isClosed) }
        }
    }

    @Test("Planted patterns are found, ordinary orders are not")
    func integrity() {
        func found(_ change: (inout IntegrityRules.Facts) -> Void) -> [IntegritySignal] {
            var facts = IntegrityRules.Facts(milliseconds: 86_400_000)
            change(&facts)
            return IntegrityRules.signals(facts).map(\.signal)
        }
        #expect(found { _ in } == [])
        #expect(found { $0.sharesPerson = true } == [.selfDealing])
        #expect(found { $0.sharesTelephone = true } == [.selfDealing] && found { ($0.sharesPerson, $0.sharesTelephone) = (true, true) } == [.selfDealing])
        #expect(found { $0.sharesAddress = true } == [.selfDealing])
        #expect(found { $0.reverse = 1 } == [.reciprocal])
        #expect(found { $0.sameDay = 5 } == [.burst] && found { $0.sameDay = 4 } == [])
        #expect(found { $0.milliseconds = 599_999 } == [.instant] && found { $0.milliseconds = 600_000 } == [])
        #expect(found { $0.milliseconds = 1; $0.isBackfilled = true } == [])
    }

    @Test("One address is known again however it is typed; another number, floor or town is another place")
    func addresses() {
        let one = "长沙市岳麓区示例路8号A座3楼"
        for same in ["湖南省长沙市岳麓区示例路 8 号 a座3楼", "长沙岳麓示例路８号Ａ座３楼", "长沙市岳麓区，示例路8号（A座）3楼"] { #expect(IntegrityRules.isSame(one, same), "\(same)") }
        for other in ["长沙市岳麓区示例路18号A座3楼", "长沙市岳麓区示例路8号A座", "株洲市天元区示例路8号A座3楼", ""] { #expect(!IntegrityRules.isSame(one, other), "\(other)") }
        #expect(!IntegrityRules.isSame("示例路1-23号", "示例路12-3号") && !IntegrityRules.isSame("示例园3区12号", "示例园31区2号"))
        #expect(IntegrityRules.isSame("示例路1-23号", "示例路 1 － 23 号"))
        #expect(!IntegrityRules.isSame("", "") && !IntegrityRules.isSame("长沙市", "长沙市"))
    }
}
