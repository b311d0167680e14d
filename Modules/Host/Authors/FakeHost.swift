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

    private struct State {
        var secret = ""
        var child: ChildProcess?
        var isReady = false
        var faults: [Fault] = []
        /// Where it went on reading another plug-in's log.
        var cursors: [String: Int64] = [:]
    }

    let declaration: Declaration
    let line: PlugLine
    let folder: String
    let files: FileStore
    private let spec: @Sendable (String) throws -> ChildProcess.Spec
    private let settings: JSONValue
    private let reference: String?
    /// What other plug-ins announced, by wire name; one example each.
    private let heard: [(name: WireName, payload: JSONValue)]
    /// The same of plug-ins at the site above.
    private let heardBeyond: [(name: WireName, payload: JSONValue)]
    private let state = Mutex(State())

    init(
        _ declaration: Declaration, folder: String, settings: JSONValue, reference: String?, heard: [(name: WireName, payload: JSONValue)],
        heardBeyond: [(name: WireName, payload: JSONValue)] = [], spec: @escaping @Sendable (String) throws -> ChildProcess.Spec
    ) throws {
        self.declaration = declaration
        self.folder = folder
        self.settings = settings
        self.reference = reference
        self.heard = heard
        self.heardBeyond = heardBeyond
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

    /// - Parameter source: a plug-in, or `above/plugin`.
    func examples(of source: String) -> Int { told(by: source).count }

    private static let above = "above"

    private func told(by source: String) -> [(name: WireName, payload: JSONValue)] {
        source.hasPrefix(Self.above + "/")
            ? heardBeyond.filter { "\(Self.above)/\($0.name.plugin)" == source } : heard.filter { $0.name.plugin == source }
    }

    /// Where the plug-in may hear: plug-ins here, and `above/plugin`.
    var sources: [String] { Set(heard.map(\.name.plugin)).sorted() + Set(heardBeyond.map { "\(Self.above)/\($0.name.plugin)" }).sorted() }

    /// The site above, with how far its logs go once the plug-in may read them.
    private func network(withEnds: Bool) -> NetworkLine {
        let logs = sources.filter { $0.contains("/") }.map { NetworkLine.Log(id: $0, end: withEnds ? Int64(examples(of: $0)) : nil) }
        return NetworkLine(
            own: [
                SiteEntry(id: Self.above, title: "上级核验平台", kind: .hub, plugins: [declaration.manifest.id]),
                SiteEntry(id: "check", title: "核验平台", kind: .city, parent: Self.above, plugins: [declaration.manifest.id]),
            ], others: [], logs: logs)
    }

    func cursor(_ plugin: String) -> Int64? { state.withLock { $0.cursors[plugin] } }

    // MARK: - Life

    /// Starts the process and waits until it is ready.
    func start() async -> Bool {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else { return false }
        let secret = Secrets.random(32).hexadecimal
        state.withLock { state in
            state.secret = secret
            state.isReady = false
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
                    fault("Handshake", "the process ended before `ready`: \(exit.description) \(child.tail.prefix(600))")
                    return false
                }
                try await Task.sleep(for: .milliseconds(20))
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
        while child.poll() == nil { try? await Task.sleep(for: .milliseconds(5)) }
        line.disconnect("killed")
    }

    /// Whether it ends by itself, with code 0, when told.
    func stop() async {
        do { _ = try await line.call(.call("stop"), within: .seconds(5)) } catch { fault("stop", "refused: \(error.code)") }
        for _ in 0..<500 where exit == nil { try? await Task.sleep(for: .milliseconds(10)) }
        if exit != .code(0) { fault("stop", "five seconds after `stop`: \(exit?.description ?? "it still runs")") }
        await kill()
    }

    // MARK: - What the process calls

    private func take(_ frame: Frame, _ answer: @escaping PlugLine.Answer) {
        let head = frame.head
        func done(_ value: (some Encodable)?) { answer(.success(Frame(.init(.reply), body: value.flatMap { try? JSON.encode($0) } ?? []))) }
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
            for id in Set(heard.map(\.name.plugin)).sorted() {
                var wiring = Wiring(plugin: id)
                wiring.announced = Set(heard.map(\.name).filter { $0.plugin == id })
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
            let mine = told(by: source), reach = source.contains("/") ? "network" : "local"
            state.withLock { $0.cursors[source] = max($0.cursors[source] ?? 0, after) }
            let entries = mine.enumerated().filter { Int64($0.offset) >= after }.prefix(head.limit ?? 512).map { index, event in
                JSONValue.object([
                    .init("seq", .integer(Int64(index + 1))), .init("id", .string("\(MessageID(high: 0x0195_0000_0000_7000, low: UInt64(index + 1)))")),
                    .init("type", .string("\(event.name)")), .init("subject", .string("check/\(index)")), .init("time", "2026-03-02T01:00:00.000Z"),
                    .init("actor", .object([.init("kind", "system"), .init("id", .string(source)), .init("name", "系统"), .init("grants", .array([]))])),
                    .init("correlation", .string("\(MessageID(high: 0x0195_0000_0000_7000, low: UInt64(index + 1)))")), .init("reach", .string(reach)),
                    .init("payload", event.payload),
                ])
            }
            done(JSONValue.object([.init("entries", .array(Array(entries))), .init("last", .integer(max(after, Int64(mine.count))))]))
        case "tell", "ask":
            let verb = head.verb ?? "", allowed = verb == "tell" ? declaration.sends : declaration.asks
            if !(head.name.map { allowed.contains($0) } ?? false) {
                fault(verb, "\(head.name?.description ?? "a message without name") is not among what it declares")
            }
            answer(.failure(.unknownMessage(head.name?.description ?? "-")))
        case "judge":
            var reply = FrameHead(.reply)
            reply.keyed = true
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
