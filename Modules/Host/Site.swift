public import Bus
public import Gateway
public import Identity
public import Messages
public import Pages
public import PluginKit
public import Store
public import Vocabulary

/// One site in operation: a folder, its people, its bus and its enabled plug-ins.
public final class Site: Sendable {
    public let card: SiteCard
    public let folder: String
    public let bus: SiteBus
    public let identity: IdentityStore
    public let face: SiteFace
    let files: [StoreFile]

    /// What every site of a host shares.
    public struct Surroundings: Sendable {
        public var lanes: LanePool
        public var passwords: PasswordWorkers
        public var clock: TimeSource
        public var ids: IDSource
        public var reference: ReferenceData
        public var log: BusLog

        public init(
            lanes: LanePool, passwords: PasswordWorkers, clock: TimeSource, ids: IDSource, reference: ReferenceData, log: BusLog
        ) {
            self.lanes = lanes
            self.passwords = passwords
            self.clock = clock
            self.ids = ids
            self.reference = reference
            self.log = log
        }
    }

    /// Puts a site together; opens nothing yet.
    ///
    /// - Parameters:
    ///   - folder: all of the site's state, `data/<site>`.
    ///   - settings: the enabled plug-ins and their settings, by identifier.
    /// - Throws: a `Refusal` naming every unmet need of every plug-in together; then nothing is enabled.
    public init(
        card: SiteCard, folder: String, settings: [String: JSONValue], installed: [InstalledPlugin],
        surroundings: Surroundings
    ) async throws {
        var faults: [Refusal.Fault] = []
        var blueprints: [Blueprint] = []
        for id in settings.keys.sorted() where !installed.contains(where: { $0.manifest.id == id }) {
            let known = installed.map(\.manifest.id).sorted().joined(separator: "、")
            faults.append(.init(field: "plugins/\(id)", value: id, message: "没有名为“\(id)”的插件，本程序包含：\(known)。请更正文件名或删除该文件。"))
        }
        for plugin in installed {
            let id = plugin.manifest.id
            guard let value = settings[id] else { continue }
            for need in plugin.manifest.needs where settings[need] == nil {
                faults.append(.init(field: "plugins/\(id)", value: need, message: "插件“\(id)”需要同一站点启用“\(need)”。请一并启用。"))
            }
            do {
                blueprints.append(try plugin.blueprint(settings: value, reference: surroundings.reference))
            } catch let refusal as Refusal {
                faults += refusal.faults.map { .init(field: "plugins/\(id)\($0.field)", value: $0.value, message: $0.message) }
                if refusal.faults.isEmpty { faults.append(.init(field: "plugins/\(id)", message: refusal.message)) }
            }
        }
        guard faults.isEmpty else {
            throw Refusal(
                "host.site-refused", status: 500, message: "站点 \(card.id) 未启用，请按下列各条修改后重试。",
                log: "site \(card.id) has \(faults.count) problems", faults: faults)
        }
        self.card = card
        self.folder = folder
        let plugs = blueprints.map { blueprint in
            Plug(
                site: card.id, wiring: blueprint.wiring,
                file: StoreFile(
                    path: "\(folder)/\(blueprint.manifest.id).sqlite", migrations: blueprint.wiring.migrations,
                    lanes: surroundings.lanes, clock: surroundings.clock),
                clock: surroundings.clock, ids: surroundings.ids, log: surroundings.log)
        }
        bus = try SiteBus(
            site: card.id, plugs: plugs, clock: surroundings.clock, ids: surroundings.ids, log: surroundings.log)
        try PrivateFile.makeFolder(folder)
        let people = StoreFile(
            path: "\(folder)/\(IdentityStore.fileName)", migrations: IdentityStore.migrations, lanes: surroundings.lanes,
            clock: surroundings.clock)
        identity = try await IdentityStore.open(
            file: people, region: card.region, clock: surroundings.clock, ids: surroundings.ids, workers: surroundings.passwords)
        face = SiteFace(
            card: card, bus: bus, identity: identity, files: FileStore(folder: "\(folder)/files"),
            parts: zip(blueprints, plugs).map { SiteFace.Part(blueprint: $0, plug: $1) })
        files = plugs.map(\.file) + [people]
    }

    /// Opens and migrates every file now, so that a broken one is known before the site is shown.
    public func open() throws { for file in files { try file.open() } }

    /// Closes what nobody has used for a while.
    public func closeIdle(now: Timestamp) { for file in files { file.closeIfIdle(now: now) } }

    /// Waits for what is under way, then closes every file.
    public func close() async {
        await bus.settle()
        for file in files { file.close() }
    }
}
