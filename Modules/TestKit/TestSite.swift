import Bus
import FoundationEssentials
import Gateway
public import Host
import Identity
public import Messages
public import Pages
public import PluginKit
import Store
import Synchronization
public import Vocabulary

/// A whole site in a temporary folder, in virtual time: what a plug-in's tests talk to.
///
/// ```swift
/// let site = try await TestSite(Notes.self)
/// _ = try await site.tell(AddNote(text: "…"), as: .window("430181"))
/// await site.settle()
/// #expect(try site.ask(FindNotes(), as: .visitor).notes.count == 1)
/// ```
public final class TestSite: Sendable {
    public let site: Site
    public let clock: TestClock
    let log: BusLog
    private let journal: Journal
    private let lanes: LanePool
    /// What runs at the other ends of sockets.
    let dock = Dock()
    /// Whether it ends with this value; one of a `TestNetwork` ends with that.
    private let endsAlone: Bool
    /// Cheap scrypt: tests check who may sign in, not how long guessing takes.
    private static let passwords = PasswordWorkers(threads: 1, capacity: 64, logN: 10)
    /// Also of a plug-in's package that stands outside: then beside this file's module.
    static let reference = Result {
        if ReferenceData.locate() != nil { return try ReferenceData.loadLocated() }
        return try ReferenceData.load(from: #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/") + "/Configs/reference")
    }

    /// - Parameters:
    ///   - plugins: what is enabled, with its settings.
    ///   - now: where the clock stands; by default 2026-03-02 09:00 in Hunan, a Monday.
    ///   - origins: whose pages may call the API from a browser.
    public init(
        _ plugins: [(plugin: InstalledPlugin, settings: JSONValue)], now: Timestamp? = nil, origins: [String] = []
    ) async throws {
        let clock = TestClock(now ?? Timestamp(milliseconds: 1_772_413_200_000))
        self.clock = clock
        endsAlone = true
        lanes = LanePool(threads: 1)
        let journal = Journal()
        self.journal = journal
        log = BusLog { _, code, message, facts in journal.lines.withLock { $0.append((code, message, facts)) } }
        let folder = FileManager.default.temporaryDirectory.path + "/shuniu-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        site = try await Site(
            card: SiteCard(id: "test", title: "测试平台", region: RegionCode("430000")), folder: folder,
            settings: Dictionary(plugins.map { ($0.plugin.manifest.id, $0.settings) }) { first, _ in first },
            installed: plugins.map(\.plugin), origins: origins,
            surroundings: Site.Surroundings(
                lanes: lanes, passwords: Self.passwords, clock: clock.source, ids: .system(clock.source), reference: try Self.reference.get(),
                log: log))
        try site.open()
    }

    /// One plug-in with default settings.
    public convenience init<P: Plugin>(_ plugin: P.Type, now: Timestamp? = nil) async throws {
        try await self.init([(InstalledPlugin(plugin), .object([]))], now: now)
    }

    /// One of a network's sites.
    init(
        card: SiteCard, _ plugins: [(plugin: InstalledPlugin, settings: JSONValue)], folder: String, clock: TestClock, lanes: LanePool,
        network: SiteNetwork, placed: Set<String> = []
    ) async throws {
        self.clock = clock
        self.lanes = lanes
        endsAlone = false
        let journal = Journal()
        self.journal = journal
        log = BusLog { _, code, message, facts in journal.lines.withLock { $0.append((code, message, facts)) } }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        site = try await Site(
            card: card, folder: folder, settings: Dictionary(plugins.map { ($0.plugin.manifest.id, $0.settings) }) { first, _ in first },
            ownProcess: placed, installed: plugins.map(\.plugin),
            surroundings: Site.Surroundings(
                lanes: lanes, passwords: Self.passwords, clock: clock.source, ids: .system(clock.source), reference: try Self.reference.get(),
                log: log, processes: dock.processes(clock.source), network: network))
        try site.open()
        try await begin()
    }

    /// Starts what runs at the other end of a socket.
    private func begin() async throws {
        for supervisor in site.supervisors {
            supervisor.start()
            guard await supervisor.isRunning(within: .seconds(120)) else { throw StartFailure(plugin: supervisor.remote.id, reason: supervisor.health.lastFault) }
        }
    }

    struct StartFailure: Error {
        var plugin: String
        var reason: String?
    }

    deinit {
        guard endsAlone else { return }
        let folder = site.folder
        let site = self.site
        let lanes = self.lanes
        Task {
            await site.close()
            lanes.shutdown()
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// What was written to the log so far.
    public var logLines: [(code: String, message: String, facts: [(String, String)])] { journal.lines.withLock { $0 } }

    private final class Journal: Sendable {
        let lines = Mutex<[(code: String, message: String, facts: [(String, String)])]>([])
    }

    public func tell<C: Command>(_ command: C, as actor: Actor, id: MessageID? = nil) async throws -> C.Reply {
        try await site.bus.tell(command, as: actor, id: id)
    }

    public func ask<Q: Query>(_ query: Q, as actor: Actor = .visitor) throws -> Q.Reply { try site.bus.ask(waitingFor: query, as: actor) }

    /// Waits until every delivery and job under way has ended.
    public func settle() async { await site.bus.settle() }

    /// Moves the clock and does what has become due.
    public func advance(by duration: Duration) async {
        clock.advance(by: duration)
        site.bus.tick()
        await site.bus.settle()
    }

    /// Every event of one plug-in's log of that type, oldest first.
    public func events<E: Event>(_ type: E.Type) throws -> [E] { try site.events(of: type) }

    /// What a GET of a plug-in's page answers, straight from its handler, after the access rule.
    public func get(_ path: String, as actor: Actor = .visitor) async throws -> PageReply {
        try await page("GET", path, fields: [], files: [], as: actor)
    }

    /// What a form's POST answers.
    public func post(
        _ path: String, _ fields: [(name: String, value: String)], files: [UploadedFile] = [], as actor: Actor
    ) async throws -> PageReply {
        try await page("POST", path, fields: fields, files: files, as: actor)
    }

    private func page(
        _ method: String, _ path: String, fields: [(name: String, value: String)], files: [UploadedFile], as actor: Actor
    ) async throws -> PageReply {
        try await site.face.reply(
            method, path, fields: fields, files: files, as: actor, id: site.bus.ids.next(), now: clock.now)
    }
}

/// A clock that stands still until a test moves it.
public final class TestClock: Sendable {
    private let milliseconds: Mutex<Int64>

    public init(_ start: Timestamp) { milliseconds = Mutex(start.milliseconds) }

    public var now: Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }
    public var source: TimeSource { TimeSource { self.now } }

    public func advance(by duration: Duration) {
        let next = now.advanced(by: duration).milliseconds
        milliseconds.withLock { $0 = next }
    }
}

extension Site {
    /// Every event of one plug-in's log of that type, oldest first.
    func events<E: Event>(of type: E.Type) throws -> [E] {
        guard let part = face.parts.first(where: { $0.id == E.name.plugin }) else { return [] }
        if let remote = part.remote {
            return try remote.read(after: 0, limit: 100_000).entries.filter { $0.type == E.name }.map { try remote.decode(E.self, from: $0.payload) }
        }
        guard let plug = part.plug else { return [] }
        return try plug.file.read { try $0.log(after: 0, limit: 100_000) }
            .filter { $0.type == E.name }.map { try plug.decode(E.self, from: $0.payload) }
    }
}

extension Actor {
    /// An invented person with one role.
    public static func person(_ id: String, _ role: Role, in region: String? = nil) -> Actor {
        Actor(kind: .person, id: id, name: "测试·\(id)", grants: [Grant(role, in: region.flatMap { RegionCode($0) })])
    }

    public static func window(_ region: String) -> Actor { .person("window-\(region)", .windowStaff, in: region) }
    public static func city(_ region: String) -> Actor { .person("city-\(region)", .cityStaff, in: region) }
    public static let province = Actor.person("province", .provinceStaff)
}
