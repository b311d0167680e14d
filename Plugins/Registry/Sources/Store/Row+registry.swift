import PluginKit
import RegistryContracts
import Store
import Vocabulary

/// Reading of the registry's own values.
extension Row {
    func nodeID(_ column: Int) throws -> NodeID {
        let text: String = try get(column)
        guard let id = NodeID(text) else { throw UnreadableColumn(column: column, wanted: "a node identifier") }
        return id
    }

    func optionalNodeID(_ column: Int) throws -> NodeID? {
        let text: String? = try get(column)
        return text == nil ? nil : try nodeID(column)
    }

    func applicationID(_ column: Int) throws -> ApplicationID {
        let text: String = try get(column)
        guard let id = ApplicationID(text) else {
            throw UnreadableColumn(column: column, wanted: "an application number")
        }
        return id
    }

    func day(_ column: Int) throws -> Day {
        let text: String = try get(column)
        guard let day = Day(text) else { throw UnreadableColumn(column: column, wanted: "a day") }
        return day
    }

    func optionalDay(_ column: Int) throws -> Day? {
        let text: String? = try get(column)
        return text == nil ? nil : try day(column)
    }

    func optionalCoded<T: RawRepresentable>(_ column: Int) throws -> T? where T.RawValue == String {
        let text: String? = try get(column)
        return text == nil ? nil : try coded(column)
    }
}
