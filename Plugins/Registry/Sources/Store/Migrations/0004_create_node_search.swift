import Store

extension Migrations {
    /// Registries that were filled before get their nodes indexed at once.
    static let createNodeSearch = Migration(4, "create node search", NodeSearch.index.schema) { writer in
        for node in try writer.rows("SELECT id FROM node", as: { try $0.get(0) as String }) {
            try NodeSearch.note(node, in: writer)
        }
    }
}
