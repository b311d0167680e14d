import RegistryContracts
import Store
import Vocabulary

/// A column held something the program never writes: the file was changed by another hand.
struct UnreadableColumn: Error, CustomStringConvertible {
    let column: Int
    let text: String
    let wanted: String

    var description: String { "column \(column) holds '\(text)', which is not \(wanted)" }
}

/// Reading of the registry's own values.
extension Row {
    func nodeID(_ column: Int) throws -> NodeID {
        let text: String = try get(column)
        guard let id = NodeID(text) else { throw UnreadableColumn(column: column, text: text, wanted: "a node identifier") }
        return id
    }

    func optionalNodeID(_ column: Int) throws -> NodeID? {
        let text: String? = try get(column)
        return text == nil ? nil : try nodeID(column)
    }

    func applicationID(_ column: Int) throws -> ApplicationID {
        let text: String = try get(column)
        guard let id = ApplicationID(text) else {
            throw UnreadableColumn(column: column, text: text, wanted: "an application number")
        }
        return id
    }

    func day(_ column: Int) throws -> Day {
        let text: String = try get(column)
        guard let day = Day(text) else { throw UnreadableColumn(column: column, text: text, wanted: "a day") }
        return day
    }

    func optionalDay(_ column: Int) throws -> Day? {
        let text: String? = try get(column)
        return text == nil ? nil : try day(column)
    }

    /// A value whose raw text is what the table's CHECK allows.
    func coded<T: RawRepresentable>(_ column: Int) throws -> T where T.RawValue == String {
        let text: String = try get(column)
        guard let value = T(rawValue: text) else {
            throw UnreadableColumn(column: column, text: text, wanted: "a \(T.self)")
        }
        return value
    }

    func optionalCoded<T: RawRepresentable>(_ column: Int) throws -> T? where T.RawValue == String {
        let text: String? = try get(column)
        return text == nil ? nil : try coded(column)
    }
}
