package import Bus
package import Messages
import Pages
package import PluginKit
import Store
package import Vocabulary

/// What a plug-in adds to pages that it shares with others, wherever it runs. One that does not answer is left out and noted in the
/// log: the page of all must not depend on one.
extension SiteFace.Part {
    func homeBlocks(_ base: String, _ now: Timestamp, _ log: BusLog) async -> [(order: Int, html: HTML)] {
        await sparing("home", [], log) {
            guard let plug else { return blueprint.showsHome ? try await blueprint.remote?.homeBlocks(base) ?? [] : [] }
            if blueprint.homeBlocks.isEmpty { return [] }
            return try plug.file.read { snapshot in
                let snapshot = Snapshot(store: snapshot, actor: .visitor, now: now, plug: plug)
                return try blueprint.homeBlocks.map { ($0.order, try $0.body(base, snapshot)) }
            }
        }
    }

    func search(_ text: String, _ actor: Actor, _ now: Timestamp, _ log: BusLog) async -> [SearchResult] {
        await sparing("search", [], log) {
            guard let plug else { return blueprint.showsSearch ? try await blueprint.remote?.search(text, actor) ?? [] : [] }
            let sources = blueprint.searches.filter { $0.access.allows(actor) }
            if sources.isEmpty { return [] }
            return try plug.file.read { snapshot in
                let snapshot = Snapshot(store: snapshot, actor: actor, now: now, plug: plug)
                return try sources.flatMap { try $0.body(text, snapshot) }
            }
        }
    }

    package func todos(_ actor: Actor, _ now: Timestamp, _ log: BusLog) async -> [TodoItem] {
        await sparing("todos", [], log) {
            guard let plug else { return blueprint.showsTodos ? try await blueprint.remote?.todos(actor) ?? [] : [] }
            let sources = blueprint.todos.filter { $0.access.allows(actor) }
            if sources.isEmpty { return [] }
            return try plug.file.read { snapshot in
                let snapshot = Snapshot(store: snapshot, actor: actor, now: now, plug: plug)
                return try sources.flatMap { try $0.body(actor, snapshot) }
            }
        }
    }

    /// The attachment of that digest if the plug-in lets the actor see it. May hold the thread.
    func attachment(_ digest: String, _ actor: Actor, _ now: Timestamp) throws -> Attachment? {
        guard let rule = blueprint.attachments else { return nil }
        guard let plug else { return try blueprint.remote?.attachment(digest, actor) }
        return try plug.file.read { try rule.find(digest, Snapshot(store: $0, actor: actor, now: now, plug: plug)) }
    }

    private func sparing<T>(_ what: String, _ nothing: T, _ log: BusLog, _ body: () async throws -> T) async -> T {
        do { return try await body() } catch {
            let cause = (error as? Refusal).map { "\($0.code): \($0.log)" } ?? "\(error)"
            log(.error, "part-missing", cause, ("plugin", id), ("part", what))
            return nothing
        }
    }
}
