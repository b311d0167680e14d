public import Messages
public import PluginKit

/// What the reader of configurations must know of a plug-in.
public struct KnownPlugin: Sendable {
    public var id: String
    public var version: String?
    /// Everything wrong with the settings; fields are JSON Pointers.
    public var problems: @Sendable (JSONValue) -> [Refusal.Fault]

    /// The settings with every default filled in; `nil` when they are not valid.
    public var effective: @Sendable (JSONValue) -> JSONValue?

    public init(
        id: String, version: String? = nil, problems: @escaping @Sendable (JSONValue) -> [Refusal.Fault] = { _ in [] },
        effective: @escaping @Sendable (JSONValue) -> JSONValue? = { $0 }
    ) {
        self.id = id
        self.version = version
        self.problems = problems
        self.effective = effective
    }

    /// A plug-in of the program's list.
    public init(_ plugin: InstalledPlugin) {
        let schema = plugin.settingsSchema
        self.init(
            id: plugin.manifest.id, version: plugin.manifest.version, problems: { schema.problems(in: $0) },
            effective: plugin.effectiveSettings)
    }
}
