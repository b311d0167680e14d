import Messages
import PluginKit
import Synchronization

/// Hears the notes and keeps each with a mark from its settings; a page and a job that wait until a test lets them go on.
struct Memo: Plugin {
    struct Settings: Codable, Sendable {
        var mark: String
        var limit: Int?
    }

    static let manifest = Manifest(id: "memo", title: "备忘", version: "1.0.0", needs: ["notes"])

    static func register(in plugin: inout Registration<Settings>) {
        plugin.holdsNoPersonalData()
        let mark = plugin.settings.mark
        plugin.migrations([
            Migration(1, "create memo", "CREATE TABLE memo (note BLOB NOT NULL, text TEXT NOT NULL) STRICT")
        ])
        plugin.react(to: NoteAdded.self) { event, tx in
            try tx.run("INSERT INTO memo VALUES (?, ?)", event.id, "\(mark)\(event.text)")
        }
        plugin.answer(FindMemos.self, access: .anyone) { _, snapshot in
            .init(texts: try snapshot.rows("SELECT text FROM memo ORDER BY rowid") { try $0.get(0) })
        }
        plugin.handle(StartErrand.self, access: .anyone) { message, tx in
            try tx.enqueue(Errand(gate: message.gate))
            return Done()
        }
        plugin.perform(Errand.self) { job, _ in try await Gate.named(job.gate).pass() }
        plugin.navigation("备忘", "/list", note: "备忘一览", icon: .document)
        plugin.page("/list", access: .anyone) { _, context in
            let texts = try context.ask(FindMemos()).texts
            return .page(Page(title: "备忘") { for text in texts { p(text) } })
        }
        plugin.page("/held/{gate}", access: .anyone) { request, context in
            try await Gate.named(request.parameters["gate"] ?? "").pass()
            let count = try context.ask(FindMemos()).texts.count
            return .page(Page(title: "终于") { p("共 \(count) 条") })
        }
    }
}

struct FindMemos: Query {
    static let name: WireName = "memo.find-memos.v1"
    struct Reply: Codable, Sendable { var texts: [String] }
}

struct StartErrand: Command {
    static let name: WireName = "memo.start-errand.v1"
    typealias Reply = Done
    var gate: String
}

struct Errand: Job {
    static let name = "errand"
    var gate: String
}

/// Somewhere to wait; both sides can await the other.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var arrived = 0
        var inside: [CheckedContinuation<Void, Never>] = []
        var outside: [CheckedContinuation<Void, Never>] = []
    }

    private static let all = Mutex<[String: Gate]>([:])
    private let state = Mutex(State())

    static func named(_ name: String) -> Gate {
        all.withLock { all in
            if let gate = all[name] { return gate }
            let gate = Gate()
            all[name] = gate
            return gate
        }
    }

    var arrivals: Int { state.withLock { $0.arrived } }

    func pass() async throws {
        await withCheckedContinuation { continuation in
            let (go, waiting) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
                state.arrived += 1
                defer { state.outside = [] }
                if !state.isOpen { state.inside.append(continuation) }
                return (state.isOpen, state.outside)
            }
            for other in waiting { other.resume() }
            if go { continuation.resume() }
        }
    }

    /// Returns when somebody stands before the gate.
    func arrival() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.arrived > 0 { return true }
                state.outside.append(continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func open() {
        let inside = state.withLock { state in
            state.isOpen = true
            defer { state.inside = [] }
            return state.inside
        }
        for continuation in inside { continuation.resume() }
    }
}
