import MarketContracts
import Messages
import Store
import Vocabulary

/// A column held something the program never writes: the file was changed by another hand.
struct UnreadableColumn: Error, CustomStringConvertible {
    let column: Int
    let wanted: String

    var description: String { "column \(column) does not hold \(wanted)" }
}

extension Row {
    /// A value whose raw text is what the table's CHECK allows.
    func coded<T: RawRepresentable>(_ column: Int, as type: T.Type = T.self) throws -> T where T.RawValue == String {
        guard let value = T(rawValue: try get(column, as: String.self)) else { throw UnreadableColumn(column: column, wanted: "a \(T.self)") }
        return value
    }
}

/// Modes as bits, in the order of their list; a released order never changes.
extension ServiceMode {
    static func bits(_ modes: [ServiceMode]) -> Int {
        modes.reduce(0) { $0 | 1 << (allCases.firstIndex(of: $1) ?? 0) }
    }

    static func of(bits: Int) -> [ServiceMode] { allCases.enumerated().filter { bits & 1 << $0.offset != 0 }.map(\.element) }
}
