import Bus
import FoundationEssentials
import Crypto
import Glibc
import Messages
import PluginKit
import Store
import Synchronization
import Vocabulary

/// A host without a site, at the other end of a plug-in's line: shakes hands, serves its calls, notes what it does wrong.
final class FakeHost: Sendable {
    struct Fault: Sendable, Hashable {
        /// A chapter of `Modules/Bus/PROTOCOL.md`.
        var chapter: String
        /// English.
        var what: String
    }

    /// An entry of another plug-in's log.
    struct Told: Sendable {
        var id: MessageID
        var name: WireName
        var subject: String
        var payload: JSONValue
        /// Nothing that the plug-in hears: only the log's end moves.
        var isSilent = false
    }

    /// An event that the plug-in says to hear, as its publisher describes it.
    struct Heard: Sendable {
        var name: WireName
        var schema: Schema
        /// At the site above instead of this one.
        var isBeyond = false
        var source: String { isBeyond ? "\(FakeHost.above)/\(name.plugin)" : name.plugin }
    }

    /// Where the process is ended: when it calls this verb, before its answer or just after.
    private struct Trap {
        var verb: String
        var afterAnswer: Bool
        var hasSprung = false
    }

    private struct State {
        var secret = ""
        var child: ChildProcess?
        var isReady = false
        var faults: [Fault] = []
        var logs: [String: [Told]] = [:]
        /// Where it went on reading another plug-in's log, and where it began since it was started.
        var cursors: [String: Int64] = [:]
        var begun: [String: Int64] = [:]
        /// What it has called so far.
        var called: Set<String> = []
        var trap: Trap?
        /// What `judge` is answered.
        var judgement = true
        /// One entry at a time, so that it shows behind which one the process ends.
        var isCareful = false
    }

    let declaration: Declaration
    let line: PlugLine
    let folder: String
    let files: FileStore
    private let spec: @Sendable (String) throws -> ChildProcess.Spec
    private let settings: JSONValue
    private let reference: String?
    let heard: [Heard]
    private let ids = IDSource.system(.system)
    private let state = Mutex(State())

    init(
        _ declaration: Declaration, folder: String, settings: JSONValue, reference: String?, heard: [Heard],
        spec: @escaping @Sendable (String) throws -> ChildProcess.Spec
    ) throws {
        self.declaration = declaration
        self.folder = folder
        self.settings = settings
        self.reference = reference
        self.heard = heard
        self.spec = spec
        line = PlugLine(name: declaration.manifest.title)
        try PrivateFile.makeFolder("\(folder)/own")
        try PrivateFile.makeFolder("\(folder)/files")
        files = FileStore(folder: "\(folder)/files")
    }

    var faults: [Fault] { state.withLock { $0.faults } }

    func fault(_ chapter: String, _ what: String) {
        state.withLock { state in
            let fault = Fault(chapter: chapter, what: what)
            if !state.faults.contains(fault) { state.faults.append(fault) }
        }
    }

    private static let above = "above"

    /// Logs that the plug-in may read: of plug-ins here, and `above/plugin`. Its own it has itself.
    var sources: [String] { Set(heard.map(\.source)).subtracting([declaration.manifest.id]).sorted() }

    func end(of source: String) -> Int64 { state.withLock { Int64($0.logs[source]?.count ?? 0) } }
    func cursor(_ source: String) -> Int64? { state.withLock { $0.cursors[source] } }
    /// Where the process that runs now began to read; `nil`: not yet.
    func begun(_ source: String) -> Int64? { state.withLock { $0.begun[source] } }
    func entry(_ source: String, _ seq: Int64) -> Told? {
        // The package says the number.
        guard seq > 0 else { return nil }
        return state.withLock { state in state.logs[source].flatMap { $0.indices.contains(Int(seq) - 1) ? $0[Int(seq) - 1] : nil } }
    }
    /// What the process has called, by verb.
    var called: Set<String> { state.withLock { $0.called } }

    /// Appends to a log and says that it has grown.
    func announce(_ entries: [Told], in source: String) {
        let end = state.withLock { state -> Int64 in
            state.logs[source, default: []] += entries
            return Int64(state.logs[source]?.count ?? 0)
        }
        var note = FrameHead.note("advanced")
        note.plugin = source
        note.seq = end
        line.note(note)
    }

    func told(_ name: WireName, _ payload: JSONValue, subject: String) -> Told { Told(id: ids.next(), name: name, subject: subject, payload: payload) }

    /// Makes a log longer by something that nobody hears.
    func silence(in source: String) {
        announce([Told(id: ids.next(), name: "check.silence.v1", subject: "silence", payload: .object([]), isSilent: true)], in: source)
    }

    /// Whether the plug-in has taken in everything of a log: it goes on reading behind it.
    ///
    /// - Parameter limit: how long it may stay at one entry.
    func isTaken(_ source: String, within limit: Duration = .seconds(30)) async -> Bool {
        let end = end(of: source)
        if cursor(source) ?? 0 >= end { return true }
        // An end that nobody needs to ask for is never asked for; one more entry makes it say how far it is.
        silence(in: source)
        var stalled = 0, seen = cursor(source) ?? 0
        while stalled < limit.milliseconds / 10 {
            let now = cursor(source) ?? 0
            if now >= end { return true }
            if exit != nil { return false }
            stalled = now > seen ? 0 : stalled + 1
            seen = now
            // Where it had only begun to read, it took that entry in with the others.
            if stalled % 100 == 99 { silence(in: source) }
            await FakeHost.pause(.milliseconds(10))
        }
        return false
    }

    /// Whether `log` gives one entry at a time from now on.
    func readCarefully(_ isCareful: Bool) { state.withLock { $0.isCareful = isCareful } }

    /// Nobody gets this entry any more.
    func withdraw(_ source: String, _ seq: Int64) {
        guard seq > 0 else { return }
        state.withLock { state in
            if state.logs[source]?.indices.contains(Int(seq) - 1) ?? false { state.logs[source]?[Int(seq) - 1].isSilent = true }
        }
    }

    func judge(_ isRight: Bool) { state.withLock { $0.judgement = isRight } }

    /// The next call of this verb ends the process as a power cut does.
    func arm(_ verb: String, afterAnswer: Bool = false) { state.withLock { $0.trap = Trap(verb: verb, afterAnswer: afterAnswer) } }

    /// - Returns: whether it came to that.
    func disarm() -> Bool {
        state.withLock { state in
            defer { state.trap = nil }
            return state.trap?.hasSprung ?? false
        }
    }

    var hasSprung: Bool { state.withLock { $0.trap?.hasSprung ?? false } }

    private func spring(_ verb: String, afterAnswer: Bool) -> Bool {
        let child = state.withLock { state -> ChildProcess? in
            guard let child = state.child, let trap = state.trap, trap.verb == verb, trap.afterAnswer == afterAnswer, !trap.hasSprung else { return nil }
            state.trap?.hasSprung = true
            return child
        }
        child?.kill()
        return child != nil
    }

    /// The site above, with how far its logs go once the plug-in may read them.
    private func network(withEnds: Bool) -> NetworkLine {
        let logs = sources.filter { $0.contains("/") }.map { NetworkLine.Log(id: $0, end: withEnds ? end(of: $0) : nil) }
        return NetworkLine(
            own: [
                SiteEntry(id: Self.above, title: "上级核验平台", kind: .hub, plugins: [declaration.manifest.id]),
                SiteEntry(id: "check", title: "核验平台", kind: .city, parent: Self.above, plugins: [declaration.manifest.id]),
            ], others: [], logs: logs)
    }

    // MARK: - Life

    static func pause(_ time: Duration) async { try? await Task.sleep(for: time) }

    /// Starts the process and waits until it is ready.
    ///
    /// - Returns: `false`: it did not become ready; a fault, unless a trap ended it.
    func start() async -> Bool {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else { return false }
        let secret = Secrets.random(32).hexadecimal
        state.withLock { state in
            state.secret = secret
            // The one before is no longer the one that calls.
            state.child = nil
            state.isReady = false
            state.begun = [:]
        }
        line.connect(
            ends[0],
            service: .init(
                call: { [weak self] frame, answer in self?.take(frame, answer) ?? answer(.failure(.busy)) }, note: { [weak self] in self?.heed($0) },
                ended: { _ in }), isReady: false)
        do {
            var spec = try spec("\(folder)/own")
            spec.environment["SHUNIU_SECRET"] = secret
            let child = try ChildProcess.start(spec, socket: ends[1])
            state.withLock { $0.child = child }
            for _ in 0..<1000 {
                if state.withLock({ $0.isReady }) { return true }
                if let exit = child.poll() {
                    if hasSprung { return false }
                    fault("Handshake", "the process ended before `ready`: \(exit.description) \(child.tail.prefix(600))")
                    return false
                }
                await FakeHost.pause(.milliseconds(20))
            }
            fault("Handshake", "no `ready` within 20 s")
        } catch {
            fault("Handshake", "it cannot be started: \(error)")
        }
        return false
    }

    /// How it ended, when it has.
    var exit: ChildProcess.Exit? { state.withLock { $0.child }?.poll() }

    /// As a power cut: nothing is finished.
    func kill() async {
        guard let child = state.withLock({ $0.child }) else { return }
        line.hold()
        child.kill()
        while child.poll() == nil { await FakeHost.pause(.milliseconds(5)) }
        line.disconnect("killed")
    }

    /// Whether it ends by itself, with code 0, when told.
    func stop() async {
        do { _ = try await line.call(.call("stop"), within: .seconds(5)) } catch { fault("stop", "refused: \(error.code)") }
        for _ in 0..<500 where exit == nil { await FakeHost.pause(.milliseconds(10)) }
        if exit != .code(0) { fault("stop", "five seconds after `stop`: \(exit?.description ?? "it still runs")") }
        await kill()
    }

    // MARK: - What the process calls

    private func take(_ frame: Frame, _ answer: @escaping PlugLine.Answer) {
        let head = frame.head
        func done(_ value: (some Encodable)?) { answer(.success(Frame(.init(.reply), body: value.flatMap { try? JSON.encode($0) } ?? []))) }
        let verb = head.verb ?? ""
        state.withLock { _ = $0.called.insert(verb) }
        if spring(verb, afterAnswer: false) { return }
        defer { _ = spring(verb, afterAnswer: true) }
        switch head.verb {
        case "hello":
            guard let hello = try? JSON.decode(Hello.self, from: frame.body) else {
                fault("Handshake", "the body of `hello` cannot be read")
                return answer(.failure(.handshake("unreadable")))
            }
            if hello.secret != state.withLock({ $0.secret }) { fault("Handshake", "`secret` is not what SHUNIU_SECRET holds") }
            if !hello.protocols.contains(plugProtocol) { fault("Handshake", "`protocols` does not hold \(plugProtocol)") }
            if hello.plugin != declaration.manifest.id || hello.version != declaration.manifest.version {
                fault("Handshake", "it says to be \(hello.plugin) \(hello.version)")
            }
            var welcome = Welcome(
                site: "check", region: "430000", folder: "\(folder)/own", settings: settings, reference: reference, fileLimit: 20 << 20, neighbours: [])
            let near = heard.filter { !$0.isBeyond }.map(\.name)
            for id in Set(near.map(\.plugin)).sorted() {
                var wiring = Wiring(plugin: id)
                wiring.announced = Set(near.filter { $0.plugin == id })
                welcome.neighbours.append(NeighbourLine(wiring))
            }
            welcome.network = network(withEnds: false)
            done(welcome)
        case "ready":
            guard let declared = try? JSON.decode(Declaration.self, from: frame.body) else {
                fault("Handshake", "the body of `ready` is no declaration")
                return answer(.failure(.handshake("unreadable")))
            }
            if declared != declaration { fault("Declaration", "`ready` differs from what was declared: \(declared.difference(to: declaration))") }
            done(String?.none)
            state.withLock { $0.isReady = true }
            line.resend()
            if let body = try? JSON.encode(network(withEnds: true)) { line.note(.note("network"), body: body) }
        case "log":
            let after = head.seq ?? 0, source = head.plugin ?? ""
            let reach = source.contains("/") ? "network" : "local"
            let mine = state.withLock { state -> [Told] in
                state.cursors[source] = max(state.cursors[source] ?? 0, after)
                if state.begun[source] == nil { state.begun[source] = after }
                return state.logs[source] ?? []
            }
            let declared = declaration.hears + (declaration.hearsBeyond ?? [])
            let wanted = (try? JSONValue(parsing: frame.body))?["hearing"]?.array?.compactMap(\.string) ?? []
            for text in wanted where !declared.contains(where: { $0.description == text }) {
                fault("log", "it asks \(source) for \(text), which is not among what it declares to hear")
            }
            let piece = mine.enumerated().filter { Int64($0.offset) >= after }.prefix(state.withLock { $0.isCareful } ? 1 : max(1, min(head.limit ?? 512, 512)))
            let entries = piece.filter { !$0.element.isSilent }.map { index, event in
                JSONValue.object([
                    .init("seq", .integer(Int64(index + 1))), .init("id", .string("\(event.id)")),
                    .init("type", .string("\(event.name)")), .init("subject", .string(event.subject)), .init("time", "2026-03-02T01:00:00.000Z"),
                    .init("actor", .object([.init("kind", "system"), .init("id", .string(source)), .init("name", "系统"), .init("grants", .array([]))])),
                    .init("correlation", .string("\(event.id)")), .init("reach", .string(reach)), .init("payload", event.payload),
                ])
            }
            done(JSONValue.object([.init("entries", .array(entries)), .init("last", .integer(piece.last.map { Int64($0.offset + 1) } ?? after))]))
        case "tell", "ask":
            let allowed = verb == "tell" ? declaration.sends : declaration.asks
            if !(head.name.map { allowed.contains($0) } ?? false) {
                fault(verb, "\(head.name?.description ?? "a message without name") is not among what it declares")
            }
            answer(.failure(.unknownMessage(head.name?.description ?? "-")))
        case "judge":
            var reply = FrameHead(.reply)
            reply.keyed = state.withLock { $0.judgement }
            answer(.success(Frame(reply)))
        case "name":
            var reply = FrameHead(.reply)
            reply.key = "测试·某人"
            answer(.success(Frame(reply)))
        case "file-size":
            var reply = FrameHead(.reply)
            reply.seq = files.size(ofDigest: head.key ?? "").map { Int64($0) }
            answer(.success(Frame(reply)))
        case "file-keep", "file-open":
            for descriptor in frame.descriptors { MemoryFile.close(descriptor) }
            answer(.failure(.notFound))
        default:
            fault("Verbs", "it calls `\(head.verb ?? "-")`, which the host does not know")
            answer(.failure(.hostVerb(head.verb ?? "-")))
        }
    }

    private func heed(_ frame: Frame) {
        guard frame.head.verb != "advanced" else { return }
        guard frame.head.verb == "log", (try? JSON.decode(LoggedLine.self, from: frame.body)) != nil else {
            return fault("Verbs", "the note `\(frame.head.verb ?? "-")` is unknown or its body cannot be read")
        }
    }
}
