import Gateway
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

/// A plug-in's identifier is the first part of its addresses and wire names; some are the gateway's.
enum ReservedName {
    /// Why no plug-in may be called so, as a Chinese sentence; `nil` when one may.
    static func problem(_ id: String) -> String? {
        guard Gateway.ownNames.contains(id) else { return nil }
        return "插件标识“\(id)”是网关自用的名称，不能启用。请插件的开发者改名，例如“\(id)-service”。"
    }
}
