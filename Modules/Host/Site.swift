public import Bus
import Dispatch
public import Exchange
public import Gateway
public import Identity
public import Messages
public import Pages
public import PluginKit
public import Store
import Synchronization
public import Vocabulary

/// One site in operation: a folder, its people, its bus and its enabled plug-ins.
///
/// A changed configuration makes a new `Site` that takes over what did not change from the old one, open files included.
public final class Site: Sendable {
    public let card: SiteCard
    public let folder: String
    public let bus: SiteBus
    public let identity: IdentityStore
    public let exchange: PartnerExchange
    public let face: SiteFace
    private let settings: [String: JSONValue]
    private let people: StoreFile
    private let receipts: StoreFile
    private let drafts: DraftStore
    /// Who keeps the processes of its plug-ins running.
    package let supervisors: [PluginSupervisor]
    /// The programs of its plug-ins from packages, by plug-in; another version has another path.
    fileprivate let programs: [String: String]

    /// What every site of a host shares.
    public struct Surroundings: Sendable {
        public var lanes: LanePool
        public var passwords: PasswordWorkers
        public var clock: TimeSource
        public var ids: IDSource
        public var reference: ReferenceData
        public var log: BusLog
        /// Of every file.
        public var store: StoreOptions
        /// How plug-ins in their own processes are started.
        public var processes: PluginProcesses
        /// The sites among each other; `nil`: each is alone.
        public var network: SiteNetwork?

        public init(
            lanes: LanePool, passwords: PasswordWorkers, clock: TimeSource, ids: IDSource, reference: ReferenceData, log: BusLog,
            store: StoreOptions = StoreOptions(), processes: PluginProcesses = PluginProcesses(executable: "/proc/self/exe"),
            network: SiteNetwork? = nil
        ) {
            self.network = network
            self.store = store
            self.processes = processes
            self.lanes = lanes
            self.passwords = passwords
            self.clock = clock
            self.ids = ids
            self.reference = reference
            self.log = log
        }
    }

    /// Puts a site together; opens nothing yet but its people.
    ///
    /// - Parameters:
    ///   - folder: all of the site's state, `data/<site>`.
    ///   - settings: the enabled plug-ins and their settings, by identifier.
    ///   - ownProcess: those of them that run in their own process. One in operation stays where it is, but for the one that moves.
    ///   - files: what uploads may cost.
    ///   - people: the figures by which the site decides who may come in.
    ///   - exchange: how receipts and webhooks are kept; a successor takes it over with `PartnerExchange.adopt`.
    ///   - old: the same site in operation. What did not change is taken over and goes on; where the plug-ins changed, the new bus
    ///     waits for `SiteBus.begin(after:)`.
    ///   - moving: a plug-in in operation that goes to where `ownProcess` says; whoever moves it stops it and moves its file.
    ///   - origins: whose pages may call the API from a browser.
    /// - Throws: a `Refusal` naming every unmet need of every plug-in together; then nothing is enabled.
    public init(
        card: SiteCard, folder: String, settings: [String: JSONValue], ownProcess: Set<String> = [], installed: [InstalledPlugin],
        origins: [String] = [], files fileRules: FileRules = FileRules(), people rules: IdentityStore.Rules = .init(), exchange wanted: PartnerExchange.Settings = .init(),
        surroundings: Surroundings, succeeding old: Site? = nil, moving: String? = nil
    ) async throws {
        let blueprints = try Self.blueprints(
            card: card, settings: settings, installed: installed, reference: surroundings.reference, succeeding: old, anew: moving)
        self.card = card
        self.folder = folder
        self.settings = settings
        programs = Self.programs(of: settings, installed)
        func open(_ name: String, _ migrations: [Migration]) -> StoreFile {
            StoreFile(
                path: "\(folder)/\(name)", migrations: migrations, lanes: surroundings.lanes, options: surroundings.store,
                clock: surroundings.clock)
        }
        try PrivateFile.makeFolder(folder)
        let key = try SiteKey.load(folder: folder)
        let attachments = FileStore(folder: "\(folder)/files", clock: surroundings.clock)
        var supervisors: [PluginSupervisor] = []
        let parts = try blueprints.map { blueprint in
            let id = blueprint.manifest.id
            let before = id == moving ? nil : old?.part(id)
            let plugin = installed.first { $0.manifest.id == id }
            if let before, old?.settings[id] == settings[id], old?.programs[id] == plugin?.package?.executable {
                supervisors += old?.supervisors.filter { $0.remote === before.remote } ?? []
                return before
            }
            let own = before.map { $0.remote != nil } ?? (ownProcess.contains(id) || plugin?.package != nil)
            if before == nil, id != moving { try PluginFolder.settle(id, in: folder, own: own) }
            if own, let plugin {
                let (part, supervisor) = try Self.placed(
                    blueprint, plugin, settings: settings[id] ?? .object([]), card: card, folder: folder, files: attachments,
                    secrets: key.secrets(of: id), line: before?.remote?.line, surroundings: surroundings)
                supervisors.append(supervisor)
                return part
            }
            let file = before?.plug?.file ?? open("\(id).sqlite", blueprint.wiring.migrations)
            return SiteFace.Part(
                blueprint: blueprint,
                plug: Plug(
                    site: card.id, wiring: blueprint.wiring, file: file, files: attachments, network: surroundings.network,
                    secrets: key.secrets(of: id), clock: surroundings.clock, ids: surroundings.ids, log: surroundings.log))
        }
        self.supervisors = supervisors
        let plugs = parts.compactMap(\.plug), remotes = parts.compactMap(\.remote)
        if let old, old.bus.plugs.elementsEqual(plugs, by: ===), old.bus.remotes.elementsEqual(remotes, by: ===) {
            bus = old.bus
        } else {
            bus = try SiteBus(
                site: card.id, plugs: plugs, remotes: remotes, network: surroundings.network, clock: surroundings.clock,
                ids: surroundings.ids, log: surroundings.log, begins: old == nil)
        }
        people = old?.people ?? open(IdentityStore.fileName, IdentityStore.migrations)
        if let old, old.card.region == card.region, old.identity.policy == rules {
            identity = old.identity
        } else {
            identity = try await IdentityStore.open(
                file: people, key: key, region: card.region, rules: rules, clock: surroundings.clock,
                ids: surroundings.ids, workers: surroundings.passwords)
        }
        receipts =
            old?.receipts
            ?? StoreFile(
                path: "\(folder)/\(PartnerExchange.fileName)", migrations: PartnerExchange.migrations, lanes: surroundings.lanes,
                options: PartnerExchange.options, clock: surroundings.clock)
        if let old {
            exchange = old.exchange
        } else {
            exchange = try PartnerExchange.open(
                site: card.id, folder: folder, file: receipts, shelf: SecretShelf(key: key.key(for: SecretShelf.purpose)), settings: wanted, clock: surroundings.clock, ids: surroundings.ids,
                log: surroundings.log)
        }
        drafts =
            old?.drafts
            ?? DraftStore(
                file: open(DraftStore.fileName, DraftStore.migrations), clock: surroundings.clock, key: key.key(for: DraftStore.purpose))
        face = SiteFace(
            card: card, bus: bus, identity: identity, files: attachments, drafts: drafts, parts: parts,
            origins: origins, fileRules: fileRules, exchange: exchange, regions: surroundings.reference.regions)
        if old == nil { connectExchange() }
        for supervisor in supervisors where !(old?.supervisors.contains { $0 === supervisor } ?? false) { supervisor.attach(processSurroundings) }
    }

    /// Its processes talk to this site from now on; the end of a taking over.
    func takeProcesses() { for supervisor in supervisors { supervisor.attach(processSurroundings) } }

    /// Lets the exchange hear the logs of this site's plug-ins; a successor does so when it takes over.
    func connectExchange() { exchange.attach(to: bus.eventLogs, directory: .of(identity, clock: bus.clock)) }

    /// Everything the enabled plug-ins register, without opening a file; of a plug-in that did not change, what it registered before.
    ///
    /// - Parameter accepting: a plug-in whose messages somebody is about to accept.
    /// - Throws: as `init`.
    static func blueprints(
        card: SiteCard, settings: [String: JSONValue], installed: [InstalledPlugin], reference: ReferenceData,
        succeeding old: Site? = nil, anew: String? = nil, accepting: String? = nil
    ) throws -> [Blueprint] {
        var faults: [Refusal.Fault] = []
        var wanted: [(plugin: InstalledPlugin, settings: JSONValue)] = []
        for id in settings.keys.sorted() where !installed.contains(where: { $0.manifest.id == id }) {
            let known = installed.map(\.manifest.id).sorted().joined(separator: "、")
            faults.append(.init(field: "plugins/\(id)", value: id, message: "没有名为“\(id)”的插件，本程序包含：\(known)。请更正文件名或删除该文件。"))
        }
        for plugin in installed {
            let id = plugin.manifest.id
            guard let value = settings[id] else { continue }
            if let problem = ReservedName.problem(id) {
                faults.append(.init(field: "plugins/\(id)", value: id, message: problem))
                continue
            }
            for need in plugin.manifest.needs where settings[need] == nil {
                faults.append(.init(field: "plugins/\(id)", value: need, message: "插件“\(id)”需要同一站点启用“\(need)”。请一并启用。"))
            }
            if id != accepting, let package = plugin.package, !package.unaccepted.isEmpty {
                faults += Refusal.widened(id, plugin.manifest.version, package.unaccepted).faults
                continue
            }
            wanted.append((plugin, value))
        }
        // Side by side: looking into every message for personal data is most of a start.
        var blueprints: [Blueprint] = []
        for (entry, made) in zip(wanted, made(wanted, reference: reference, succeeding: old, anew: anew)) {
            do {
                blueprints.append(try made.get())
            } catch let refusal as Refusal {
                let id = entry.plugin.manifest.id
                faults += refusal.faults.map { .init(field: "plugins/\(id)\($0.field)", value: $0.value, message: $0.message) }
                if refusal.faults.isEmpty { faults.append(.init(field: "plugins/\(id)", message: refusal.message)) }
            }
        }
        guard faults.isEmpty else {
            throw Refusal(
                "host.site-refused", status: 500, message: "站点 \(card.id) 未启用，请按下列各条修改后重试。",
                log: "site \(card.id) has \(faults.count) problems", faults: faults)
        }
        return blueprints
    }

    private static func made(
        _ wanted: [(plugin: InstalledPlugin, settings: JSONValue)], reference: ReferenceData, succeeding old: Site?, anew: String?
    ) -> [Result<Blueprint, any Error>] {
        let results = Mutex<[Int: Result<Blueprint, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: wanted.count) { index in
            let (plugin, value) = wanted[index]
            let id = plugin.manifest.id
            let result =
                if let old, id != anew, let part = old.part(id), old.settings[id] == value, old.programs[id] == plugin.package?.executable {
                    Result<Blueprint, any Error>.success(part.blueprint)
                } else {
                    Result { try plugin.blueprint(settings: value, reference: reference) }
                }
            results.withLock { $0[index] = result }
        }
        return results.withLock { results in wanted.indices.compactMap { results[$0] } }
    }

    fileprivate static func programs(of settings: [String: JSONValue], _ installed: [InstalledPlugin]) -> [String: String] {
        var programs: [String: String] = [:]
        for plugin in installed where settings[plugin.manifest.id] != nil { programs[plugin.manifest.id] = plugin.package?.executable }
        return programs
    }

    /// The plug-ins enabled here.
    var plugins: Set<String> { Set(face.parts.map(\.id)) }

    private func part(_ plugin: String) -> SiteFace.Part? { face.parts.first { $0.id == plugin } }

    var files: [StoreFile] { face.parts.compactMap(\.plug?.file) + [people, receipts, drafts.file] }

    /// The files that the other site does not use.
    func files(besides other: Site?) -> [StoreFile] {
        let theirs = Set((other?.files ?? []).map { ObjectIdentifier($0) })
        return files.filter { !theirs.contains(ObjectIdentifier($0)) }
    }

    /// Opens and migrates the files now, so that a broken one is known before the site is shown; not that of the exchange, which
    /// only a site with partners has, nor that of the drafts, which waits for the first one.
    public func open() throws {
        for file in files where file !== receipts && file !== drafts.file { try file.open() }
        face.files.removeLeftovers()
    }

    /// Waits for what is under way, then closes every file.
    public func close() async {
        for supervisor in supervisors { await supervisor.stop() }
        await bus.settle()
        bus.leave()
        await exchange.close()
        for file in files { file.close() }
    }
}

extension Site {
    /// Whether the configuration asks for exactly this site.
    func isAs(_ wanted: SiteConfiguration, installed: [InstalledPlugin]) -> Bool {
        card == wanted.card && settings == wanted.plugins && programs == Self.programs(of: wanted.plugins, installed) && identity.policy == wanted.identity && face.origins == wanted.origins
            && face.fileRules == wanted.files
    }
}
