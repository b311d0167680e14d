import RegistryContracts
import Store

/// Nodes by what people call them: name, number, the units that run or built them (former ones too), park and chain.
enum NodeSearch {
    static let index = SearchIndex(
        "node_search", columns: [("title", 10), ("number", 8), ("operators", 3), ("builders", 2), ("place", 2)])

    /// Writes the node's words anew; after every change of its name or units.
    static func note(_ node: String, in writer: StoreWriter) throws {
        let texts = try writer.first(
            "SELECT title, coalesce(carrier_park, '') || ' ' || coalesce(chain, '') || ' ' || coalesce(unit, '') FROM node WHERE id = ?",
            node
        ) { (title: try $0.get(0, as: String.self), place: try $0.get(1, as: String.self)) }
        guard let texts else { return }
        func names(_ part: PartyPeriod.Part) throws -> String {
            try writer.rows(
                "SELECT DISTINCT name FROM party WHERE node = ? AND part = ? ORDER BY from_day DESC", node, part.rawValue
            ) { try $0.get(0) as String }.joined(separator: "；")
        }
        try index.put(node, [texts.title, node, try names(.operatingUnit), try names(.builder), texts.place], in: writer)
    }

    /// The numbers of the nodes found, as a JSON array for `json_each`; `nil` when nothing is looked for.
    static func numbers(_ text: String?, in reading: some SQLReading) throws -> String? {
        guard let text else { return nil }
        // Numbers hold letters, digits and hyphens only.
        return "[" + (try index.keys(text, limit: 10_000, in: reading)).map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }
}
