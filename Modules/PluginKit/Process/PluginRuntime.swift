import Bus
import FoundationEssentials
package import Messages
import Pages
import Store
import Synchronization
package import Vocabulary

/// A plug-in at work in its own process: its file, a bus with it alone, and the line to the host.
///
/// The same kit code runs as inline; only what belongs to others goes over the line. `run` returns when the host is gone or has said
/// `stop`, with every file closed.
package final class PluginRuntime: Sendable {
    private let plugin: InstalledPlugin
    package let line: PlugLine
    private let clock: TimeSource
    private let ids: IDSource
    private let secret: String
    private let state = Mutex(State())

    private struct State {
        var parts: Parts?
        /// The host has said how far the logs of other sites go.
        var isTold = false
        var hasEnded = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    /// What there is after the handshake.
    fileprivate final class Parts: Sendable {
        let welcome: Welcome
        let blueprint: Blueprint
        let files: FileStore
        let file: StoreFile
        let lanes: LanePool
        let service: PlugService
        /// The other sites; `nil` where there are none.
        let mirror: NetworkMirror?

        init(
            welcome: Welcome, blueprint: Blueprint, files: FileStore, file: StoreFile, lanes: LanePool, service: PlugService, mirror: NetworkMirror?
        ) {
            self.mirror = mirror
            self.welcome = welcome
            self.blueprint = blueprint
            self.files = files
            self.file = file
            self.lanes = lanes
            self.service = service
        }
    }

    package init(_ plugin: InstalledPlugin, secret: String, clock: TimeSource = .system, ids: IDSource? = nil) {
        self.plugin = plugin
        self.secret = secret
        self.clock = clock
        self.ids = ids ?? .system(clock)
        line = PlugLine(name: "host")
    }

    /// Takes the socket over, shakes hands, and works until the host is gone or says `stop`.
    ///
    /// - Throws: a `Refusal`, the host's or its own, when it could not begin.
    package func run(on descriptor: Int32) async throws {
        line.connect(
            descriptor,
            service: PlugLine.Service(
                call: { [self] frame, answer in take(frame, answer) }, note: { [self] frame in heed(frame) }, ended: { [self] _ in end() }))
        do {
            let parts = try await begin()
            state.withLock { $0.parts = parts }
            try await ready(parts)
        } catch {
            line.disconnect("could not begin")
            if let parts = state.withLock({ $0.parts }) { await close(parts) }
            throw error
        }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state -> Bool in
                if !state.hasEnded { state.waiting = continuation }
                return state.hasEnded
            }
            if isOver { continuation.resume() }
        }
        if let parts = state.withLock({ $0.parts }) { await close(parts) }
    }

    private func end() {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.hasEnded = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    // MARK: - Beginning

    private func begin() async throws -> Parts {
        let hello = Hello(plugin: plugin.manifest.id, version: plugin.manifest.version, secret: secret)
        let answer = try await line.call(.call("hello"), body: try JSON.encode(hello), within: .seconds(10))
        let welcome = try JSON.decode(Welcome.self, from: answer.body)
        if let coding = welcome.coding { line.speak(coding) }
        let reference = try welcome.reference.map { try ReferenceData.load(from: $0) } ?? (try? ReferenceData.loadLocated()) ?? .empty
        let blueprint = try plugin.blueprint(settings: welcome.settings, reference: reference)
        let lanes = LanePool(threads: 1)
        let file = StoreFile(
            path: "\(welcome.folder)/\(plugin.manifest.id).sqlite", migrations: blueprint.wiring.migrations, lanes: lanes, clock: clock)
        let files = FileStore(behind: LineDoor(line: line), limit: welcome.fileLimit)
        let log = log
        let mirror = welcome.network.map { NetworkMirror($0, line: line, log: log) }
        let plug = Plug(
            site: welcome.site, wiring: blueprint.wiring, file: file, files: files, network: mirror?.network,
            secrets: welcome.secretsKey.flatMap { [UInt8](hexadecimal: $0) }, clock: clock, ids: ids, log: log)
        let bus = try Self.bus(plug, welcome.neighbours, mirror, line, clock, ids, log)
        let resources = blueprint.endpoints.compactMap { endpoint in endpoint.resource.map { (endpoint.message, $0) } }
        let service = PlugService(plug: plug, bus: bus, line: line, resources: Dictionary(resources) { first, _ in first })
        do { try file.open() } catch {
            lanes.shutdown()
            throw (error as? StoreError)?.refusal ?? error
        }
        return Parts(welcome: welcome, blueprint: blueprint, files: files, file: file, lanes: lanes, service: service, mirror: mirror)
    }

    private static func bus(
        _ plug: Plug, _ neighbours: [NeighbourLine], _ mirror: NetworkMirror?, _ line: PlugLine, _ clock: TimeSource, _ ids: IDSource, _ log: BusLog
    ) throws -> SiteBus {
        let others = neighbours.filter { $0.id != plug.id }.map { $0.remote(site: plug.site, line: line) }
        return try SiteBus(
            site: plug.site, plugs: [plug], remotes: others, outside: line, network: mirror?.network, clock: clock, ids: ids, log: log, begins: false)
    }

    private func ready(_ parts: Parts) async throws {
        let declaration = Declaration(parts.blueprint, settings: plugin.settingsSchema)
        _ = try await line.call(.call("ready"), body: try JSON.encode(declaration), within: .seconds(10))
        parts.service.bus.begin()
        parts.service.bus.wake()
        // What the host said of other sites before there was anybody to hear it; what it says later wakes by itself.
        if state.withLock({ $0.isTold }) { parts.mirror?.network.wake() }
        // Most of what beginning read of program and libraries is not needed again.
        MemoryFile.releaseProgram()
    }

    /// Waits for what is under way, closes the file.
    private func close(_ parts: Parts) async {
        let bus = parts.service.bus
        _ = await bus.retire(within: .seconds(5))
        bus.leave()
        parts.file.close()
        parts.lanes.shutdown()
    }

    /// Four times a second.
    package func tick() {
        guard let parts = state.withLock({ $0.parts }) else { return }
        parts.service.bus.tick()
    }

    /// Waits until nothing is under way; for tests.
    package func settle() async {
        guard let parts = state.withLock({ $0.parts }) else { return }
        await parts.service.bus.settle()
        await parts.mirror?.network.settle()
    }

    /// Its lines stand in the host's log.
    private var log: BusLog {
        BusLog { [line] level, code, message, facts in
            let entry = LoggedLine(level: level.rawValue, code: code, message: message, facts: facts)
            if let body = try? JSON.encode(entry) { line.note(.note("log"), body: body) }
        }
    }

    // MARK: - From the host

    private func take(_ frame: Frame, _ answer: @escaping PlugLine.Answer) {
        guard let parts = state.withLock({ $0.parts }) else { return answer(.failure(.plugNotReady)) }
        let service = parts.service
        if service.take(frame, answer) { return }
        switch frame.head.verb {
        case "page": service.later(frame, answer) { [self] in try await page($0, parts) }
        case "todos": service.work(frame, answer) { try parts.todos($0, self.clock.now) }
        case "home": service.work(frame, answer) { try parts.home($0, self.clock.now) }
        case "search": service.work(frame, answer) { try parts.search($0, self.clock.now) }
        case "keeps": service.work(frame, answer) { try parts.keeps($0, self.clock.now) }
        case "attachment": service.work(frame, answer) { try parts.attachment($0, self.clock.now) }
        case "stop":
            answer(.success(Frame(.init(.reply))))
            end()
        default: answer(.failure(.unknownVerb(frame.head.verb ?? "-")))
        }
    }

    private func heed(_ frame: Frame) {
        guard let parts = state.withLock({ $0.parts }) else { return }
        switch frame.head.verb {
        case "cancel": parts.service.cancel(frame.head.id)
        case "advanced":
            guard let source = frame.head.plugin else { return }
            if source.contains("/") { parts.mirror?.advanced(source, to: frame.head.seq) } else {
                parts.service.bus.remotes.first { $0.id == source }?.advanced()
            }
        case "network":
            guard let told = try? JSON.decode(NetworkLine.self, from: frame.body) else { return }
            state.withLock { $0.isTold = true }
            parts.mirror?.heed(told)
        case "neighbours":
            guard let neighbours = try? JSON.decode([NeighbourLine].self, from: frame.body) else { return }
            Task { await meet(neighbours, parts) }
        default: break
        }
    }

    /// The site's other plug-ins changed: another bus goes on where this one stops.
    private func meet(_ neighbours: [NeighbourLine], _ parts: Parts) async {
        let old = parts.service.bus
        guard let new = try? Self.bus(parts.service.plug, neighbours, parts.mirror, line, clock, ids, log) else { return }
        _ = await old.retire(within: .seconds(10))
        old.leave()
        new.begin(after: old)
        parts.service.replace(by: new)
        new.wake()
        parts.mirror?.network.wake()
    }

    private func page(_ frame: Frame, _ parts: Parts) async throws -> Frame {
        var contents: [[UInt8]] = []
        for descriptor in frame.descriptors { contents.append(try FileStore.content(of: descriptor, "upload")) }
        let travelling = try MessageCoding.decode(TravellingRequest.self, from: frame.body)
        let actor = frame.head.actor ?? .visitor
        let route = RouteShape(method: travelling.method, pattern: travelling.pattern)
        let page = parts.blueprint.pages.first { $0.route == route }
        guard let handler = page?.body ?? parts.blueprint.interfaces.first(where: { $0.route == route })?.body else { throw Refusal.notFound }
        guard page?.access.allows(actor) ?? true else { throw actor.kind == .visitor ? Refusal.signInRequired : .forbidden }
        let context = PageContext(
            bus: parts.service.bus, files: parts.files, plug: parts.service.plug, eventTitles: parts.blueprint.eventTitles, actor: actor,
            id: travelling.id, names: { [line] id in Self.name(of: id, line) })
        let request = travelling.request(actor, contents: contents)
        // What may change something goes on to its end, whoever still waits for the page.
        let made = try await travelling.method == "GET" ? handler(request, context) : Task { try await handler(request, context) }.value
        let (reply, download) = TravellingReply.make(made)
        var answer = Frame(.init(.reply), body: try MessageCoding(of: frame.body).encode(reply))
        if let download {
            let descriptor = try MemoryFile.make(download)
            answer.descriptors = [descriptor]
        }
        return answer
    }

    private static func name(of person: String, _ line: PlugLine) -> String? {
        var head = FrameHead.call("name")
        head.key = person
        return (try? line.wait(head, within: .seconds(2)))?.head.key
    }
}

extension PluginRuntime.Parts {
    private func read<T: Encodable>(_ frame: Frame, _ now: Timestamp, _ body: (Actor, Snapshot) throws -> T) throws -> Frame {
        let actor = frame.head.actor ?? .visitor
        let plug = service.plug
        let value = try plug.file.read { try body(actor, Snapshot(store: $0, actor: actor, now: now, plug: plug)) }
        return Frame(.init(.reply), body: try JSON.encode(value))
    }

    fileprivate func todos(_ frame: Frame, _ now: Timestamp) throws -> Frame {
        try read(frame, now) { actor, snapshot in
            try blueprint.todos.filter { $0.access.allows(actor) }.flatMap { try $0.body(actor, snapshot) }
        }
    }

    fileprivate func home(_ frame: Frame, _ now: Timestamp) throws -> Frame {
        let base = frame.head.key ?? "/"
        return try read(frame, now) { _, snapshot in
            try blueprint.homeBlocks.map { TravellingBlock(order: $0.order, html: try $0.body(base, snapshot).description) }
        }
    }

    fileprivate func search(_ frame: Frame, _ now: Timestamp) throws -> Frame {
        let text = frame.head.key ?? ""
        return try read(frame, now) { actor, snapshot in
            try blueprint.searches.filter { $0.access.allows(actor) }.flatMap { try $0.body(text, snapshot) }
        }
    }

    fileprivate func keeps(_ frame: Frame, _ now: Timestamp) throws -> Frame {
        let digest = frame.head.key ?? ""
        let plug = service.plug
        let keeps = try plug.file.read { store in
            try blueprint.attachments?.keeps(digest, Snapshot(store: store, actor: .system("files"), now: now, plug: plug)) ?? false
        }
        var head = FrameHead(.reply)
        head.keyed = keeps
        return Frame(head)
    }

    fileprivate func attachment(_ frame: Frame, _ now: Timestamp) throws -> Frame {
        let digest = frame.head.key ?? ""
        return try read(frame, now) { _, snapshot in
            try blueprint.attachments.flatMap { try $0.find(digest, snapshot) }.map { [$0] } ?? []
        }
    }
}

/// The site's files at the other end of the line.
private struct LineDoor: FileDoor {
    let line: PlugLine

    func keep(_ content: [UInt8], name: String, type: FileKind?) throws -> Attachment {
        let descriptor = try MemoryFile.make(content)
        defer { MemoryFile.close(descriptor) }
        var head = FrameHead.call("file-keep")
        head.key = name
        head.reason = type?.rawValue
        return try line.wait(head, descriptors: [descriptor], within: .seconds(30)).read(Attachment.self, of: "file-keep")
    }

    func size(ofDigest digest: String) -> Int? {
        var head = FrameHead.call("file-size")
        head.key = digest
        return (try? line.wait(head, within: .seconds(5)))?.head.seq.map { Int($0) }
    }

    func remove(_ digest: String) throws {
        var head = FrameHead.call("file-remove")
        head.key = digest
        _ = try line.wait(head, within: .seconds(5))
    }

    func open(_ digest: String) throws -> Int32 {
        var head = FrameHead.call("file-open")
        head.key = digest
        let answer = try line.wait(head, within: .seconds(5))
        guard let first = answer.descriptors.first else { throw StoreError.cannotOpen(path: digest, what: "the host gave no descriptor") }
        for other in answer.descriptors.dropFirst() { MemoryFile.close(other) }
        return first
    }
}

extension Refusal {
    static let plugNotReady = Refusal(
        "bus.plugin-starting", status: 503, message: "该服务正在启动，请稍后再试。", log: "the plug-in's process is not ready yet", retryAfter: .seconds(1))

    static func unknownVerb(_ verb: String) -> Refusal {
        Refusal("bus.unknown-verb", status: 501, message: "插件不支持此操作，请升级插件。", log: "unknown verb \(verb.prefix(40))")
    }
}
