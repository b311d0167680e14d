import MarketContracts
import Messages
import Store
import Vocabulary

/// Modes as bits, in the order of their list; a released order never changes.
extension ServiceMode {
    static func bits(_ modes: [ServiceMode]) -> Int {
        modes.reduce(0) { $0 | 1 << (allCases.firstIndex(of: $1) ?? 0) }
    }

    static func of(bits: Int) -> [ServiceMode] { allCases.enumerated().filter { bits & 1 << $0.offset != 0 }.map(\.element) }
}
