public import Messages
public import PluginKit

/// What the reader of configurations must know of a plug-in.
public struct KnownPlugin: Sendable {
    public var id: String
    public var version: String?
    /// Everything wrong with the settings; fields are JSON Pointers.
    public var problems: @Sendable (JSONValue) -> [Refusal.Fault]

    public init(
        id: String, version: String? = nil, problems: @escaping @Sendable (JSONValue) -> [Refusal.Fault] = { _ in [] }
    ) {
        self.id = id
        self.version = version
        self.problems = problems
    }

    /// A plug-in of the program's list.
    public init(_ plugin: InstalledPlugin) {
        let schema = plugin.settingsSchema
        self.init(id: plugin.manifest.id, version: plugin.manifest.version) { schema.problems(in: $0) }
    }
}
