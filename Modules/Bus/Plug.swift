public import Messages
public import Store
import Synchronization
public import Vocabulary

/// One plug-in running at one site: its file and its wiring.
public final class Plug: Sendable {
    public let id: String
    public let site: String
    public let wiring: Wiring
    public let file: StoreFile
    let keys: PersonKeys
    let vault: SecretVault
    /// The site's attachments; `nil` where there are none, in tests of the bus.
    let files: FileStore?
    let clock: TimeSource
    let ids: IDSource
    let log: BusLog
    let commands: [ObjectIdentifier: any CommandHandling]
    let queries: [ObjectIdentifier: any QueryHandling]
    let reactions: [WireName: any ReactionHandling]
    /// What it hears of other sites.
    let distant: [WireName: any ReactionHandling]
    let hearing: FarHearing
    /// The other sites; `nil` where there are none, and in tests of the bus.
    let network: SiteNetwork?
    let sentHere: [WireName: any CommandHandling]
    let jobs: [String: any JobHandling]
    private let jobNudge = Mutex<(@Sendable () -> Void)?>(nil)
    /// Erasures of other sites that were followed here and are about to be committed, with the attachments that go.
    let erasures = Mutex<[MessageID: (TravelledErasure, [String])]>([:])

    /// - Parameter secrets: 32 bytes under which the plug-in seals secrets, `SiteKey.key(for: "plugin/<id>")`; without them it cannot.
    public init(site: String, wiring: Wiring, file: StoreFile, files: FileStore? = nil, network: SiteNetwork? = nil, secrets: [UInt8]? = nil, clock: TimeSource, ids: IDSource, log: BusLog) {
        self.id = wiring.plugin
        self.site = site
        self.wiring = wiring
        self.file = file
        keys = PersonKeys(file: file, plugin: wiring.plugin)
        vault = SecretVault(key: secrets)
        self.files = files
        self.network = network
        self.clock = clock
        self.ids = ids
        self.log = log
        commands = Dictionary(wiring.commands.map { (ObjectIdentifier(type(of: $0)), $0) }) { first, _ in first }
        queries = Dictionary(wiring.queries.map { (ObjectIdentifier(type(of: $0)), $0) }) { first, _ in first }
        reactions = Dictionary(wiring.reactions.filter(\.origin.hearsHere).map { ($0.name, $0) }) { first, _ in first }
        distant = Dictionary(wiring.reactions.filter(\.origin.hearsOthers).map { ($0.name, $0) }) { first, _ in first }
        hearing = FarHearing(site: site, wiring)
        sentHere = Dictionary(wiring.commands.map { ($0.name, $0) }) { first, _ in first }
        jobs = Dictionary(wiring.jobs.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Encodes what goes into this plug-in's file; only a type that holds personal data takes the way through the keys.
    func encode<T: Codable>(_ value: T, in tx: Transaction) throws -> (bytes: [UInt8], persons: Set<PersonID>) {
        PersonalUse.of(T.self) == .none ? (try JSON.encode(value), []) : try keys.encode(value, to: tx.store, isOwn: !tx.isFromOutside)
    }

    /// Decodes what stands in this plug-in's file.
    public func decode<T: Codable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
        PersonalUse.of(type) == .none ? try JSON.decode(type, from: bytes) : try keys.decode(type, from: bytes)
    }

    func onJob(_ nudge: @escaping @Sendable () -> Void) { jobNudge.withLock { $0 = nudge } }

    func nudgeJobs() { jobNudge.withLock { $0 }?() }

    /// Hands one delivered message to its handler; what the plug-in no longer knows is skipped.
    func receive(_ entry: LogEntry, from source: any LogSource, tx store: StoreWriter, effects: Transaction.Effects) throws {
        let now = clock.now
        // Messages of one batch share the effects, not the story.
        effects.story = nil
        let isFromOutside = source.site != site
        let envelope = Envelope(
            id: entry.id, source: "/\(source.site)/\(source.plugin)", type: entry.type, time: entry.time, subject: entry.subject,
            site: source.site, actor: .system(source.id), correlation: entry.correlation, causation: entry.causation)
        let tx = Transaction(store: store, envelope: envelope, now: now, plug: self, effects: effects)
        if isFromOutside {
            if entry.type == PersonErased.name, entry.target == nil { return try follow(entry, from: source, tx: tx) }
            for person in try PersonErasure.persons(in: entry.payload) { try store.note(person, broughtBy: source.site) }
            if entry.target != nil { return try obey(entry, from: source, tx: tx) }
            guard let reaction = distant[entry.type] else { throw UnreadableVersion(type: entry.type) }
            try reaction.react(json: entry.payload, from: source, tx: tx)
        } else if entry.target == nil {
            try reactions[entry.type]?.react(json: entry.payload, from: source, tx: tx)
        } else {
            guard let handler = sentHere[entry.type] else { throw Refusal.unknownMessage(entry.type.description) }
            _ = try handler.deliver(json: entry.payload, from: source, tx: tx)
        }
    }

    /// Whether it hears or obeys the other one.
    func hears(_ source: Wiring) -> Bool {
        wiring.reactions.contains { $0.origin.hearsHere && source.announced.contains($0.name) } || source.sent.contains { $0.plugin == id }
    }

    /// Whether this plug-in wants the entry of another's log.
    func wants(_ entry: LogEntry) -> Bool {
        entry.saidBefore == nil && (entry.target.map { $0 == address } ?? (entry.addressee == nil && reactions[entry.type] != nil))
    }
}

/// Where the bus reports what an operator must know; the host turns it into structured log lines. No personal data.
public struct BusLog: Sendable {
    public enum Level: String, Sendable { case info, warning, error }

    private let write: @Sendable (Level, _ code: String, _ message: String, _ facts: [(String, String)]) -> Void

    public init(_ write: @escaping @Sendable (Level, String, String, [(String, String)]) -> Void) { self.write = write }

    public func callAsFunction(_ level: Level, _ code: String, _ message: String, _ facts: (String, String)...) {
        write(level, code, message, facts)
    }

    public func callAsFunction(_ level: Level, _ code: String, _ message: String, _ facts: [(String, String)]) {
        write(level, code, message, facts)
    }

    /// Drops everything; for tests that look elsewhere.
    public static let silent = BusLog { _, _, _, _ in }
}
