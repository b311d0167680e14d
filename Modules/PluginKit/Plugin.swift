public import Messages
import Store
import Synchronization
public import Vocabulary

/// A part of the platform that is built on its own: a market, a school, a hotline.
///
/// The whole plug-in is visible in `register(in:)`. Its life is fixed: decode settings → check messages against the
/// site's other plug-ins → migrate → register → run → drain → stop.
public protocol Plugin: Sendable {
    /// What `Configs/sites/<site>/plugins/<id>.json5` holds; its schema is derived, unknown keys are refused.
    associatedtype Settings: Codable & Sendable
    static var manifest: Manifest { get }
    static func register(in plugin: inout Registration<Settings>)
    /// Fills an empty site with clearly invented records, so that every page shows something; run by `shuniu demo`.
    /// Running it again changes nothing.
    static func demonstrate(_ demonstration: Demonstration) async throws
}

extension Plugin {
    public static func demonstrate(_ demonstration: Demonstration) async throws {}
}

/// What the host knows of a plug-in before it runs.
public struct Manifest: Codable, Sendable, Hashable {
    /// First part of every wire name and path: lower-case letters, digits, hyphens, 2…40 characters.
    public let id: String
    /// The Chinese name in navigation and console.
    public let title: String
    /// Semantic version `1.0.0`.
    public let version: String
    /// Plug-ins that must be enabled at the same site.
    public let needs: [String]

    public init(id: String, title: String, version: String, needs: [String] = []) {
        self.id = id
        self.title = title
        self.version = version
        self.needs = needs
    }
}

/// The settings of a plug-in that has none.
public struct NoSettings: Codable, Sendable, Hashable {
    public init() {}
}

/// The settings with which a plug-in's registration was last found right: hundreds of sites have the same, and one check does for all.
private final class Found<Settings: Sendable>: Sendable {
    private let last = Mutex<(json: JSONValue, decoded: Settings)?>(nil)

    func settings(_ json: JSONValue) -> Settings? { last.withLock { $0.flatMap { $0.json == json ? $0.decoded : nil } } }
    func keep(_ json: JSONValue, _ decoded: Settings) { last.withLock { $0 = (json, decoded) } }
}

/// Remembers which registrations this very program was found to make rightly, so that not every start looks into every message again.
///
/// A registration is named by its plug-in and its settings: the same program makes the same one of them.
package protocol RegistrationMemory: Sendable {
    func holds(_ registration: String) -> Bool
    func keep(_ registration: String)
}

/// A plug-in in the program's list, its settings type forgotten.
public struct InstalledPlugin: Sendable {
    public let manifest: Manifest
    public let settingsSchema: Schema
    /// The settings with every default filled in; `nil` when they are not valid.
    public let effectiveSettings: @Sendable (JSONValue) -> JSONValue?
    /// Fills a site with the plug-in's invented records.
    public let demonstrate: @Sendable (Demonstration) async throws -> Void
    /// Where it comes from, when it is not part of this program; then it always runs in its own process.
    public private(set) var package: InstalledPackage?
    private var memory: (any RegistrationMemory)?
    private let make: @Sendable (JSONValue, ReferenceData, (any RegistrationMemory)?) throws -> Blueprint

    public init<P: Plugin>(_ type: P.Type) {
        manifest = P.manifest
        let schema = Schema.of(P.Settings.self)
        settingsSchema = schema
        effectiveSettings = { settings in
            guard schema.problems(in: settings).isEmpty,
                let decoded = try? JSON.decode(P.Settings.self, from: settings.serialized())
            else { return nil }
            return try? JSONValue(encoding: decoded)
        }
        demonstrate = { try await P.demonstrate($0) }
        let found = Found<P.Settings>()
        make = { settings, reference, memory in
            let known = found.settings(settings)
            if known == nil {
                let faults = schema.problems(in: settings)
                guard faults.isEmpty else { throw Refusal.settings(of: P.manifest.id, faults) }
            }
            let decoded = try known ?? JSON.decode(P.Settings.self, from: settings.serialized())
            var registration = Registration<P.Settings>(manifest: P.manifest, settings: decoded, reference: reference)
            P.register(in: &registration)
            if known != nil { return registration.blueprint }
            let name = "\(P.manifest.id) \(SHA256Digest.of(settings.serialized()))"
            let isRemembered = memory?.holds(name) ?? false
            let blueprint = isRemembered ? registration.blueprint : try registration.blueprint.checked()
            found.keep(settings, decoded)
            if !isRemembered { memory?.keep(name) }
            return blueprint
        }
    }

    /// A plug-in from a package, known by its declaration.
    ///
    /// - Throws: `Schema.Unreadable` where its settings cannot be described.
    public init(_ package: InstalledPackage) throws {
        let declaration = package.declaration
        manifest = declaration.manifest
        self.package = package
        let schema = try Schema(parsing: declaration.settings)
        settingsSchema = schema
        effectiveSettings = { settings in schema.problems(in: settings).isEmpty ? settings : nil }
        demonstrate = { _ in }
        make = { settings, _, _ in
            let faults = schema.problems(in: settings)
            guard faults.isEmpty else { throw Refusal.settings(of: declaration.manifest.id, faults) }
            // Its handlers are put in where its line is known.
            return try declaration.blueprint(face: NoFace())
        }
    }

    /// The same, whose registrations are checked only where the memory does not hold them.
    package func remembered(in memory: any RegistrationMemory) -> InstalledPlugin {
        var plugin = self
        plugin.memory = memory
        return plugin
    }

    /// Everything the plug-in registers with these settings.
    ///
    /// - Throws: a `Refusal` with every fault of settings and registration together.
    public func blueprint(settings: JSONValue, reference: ReferenceData) throws -> Blueprint {
        try make(settings, reference, memory)
    }
}
