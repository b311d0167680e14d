import Messages
import Pages
import Store

/// A plug-in that was installed from a package: what it declares, and where its program lies.
public struct InstalledPackage: Sendable {
    public var declaration: Declaration
    /// Its program; an absolute path.
    public var executable: String
    /// The folder of its code; readable for its process.
    public var folder: String
    /// It asks for the network, and the operator granted it.
    public var network: Bool
    /// What it would do with messages and nobody accepted, Chinese, one line each; with any, it is not enabled.
    public var unaccepted: [String]

    public init(declaration: Declaration, executable: String, folder: String, network: Bool = false, unaccepted: [String] = []) {
        self.declaration = declaration
        self.executable = executable
        self.folder = folder
        self.network = network
        self.unaccepted = unaccepted
    }
}

/// Before a line is known.
struct NoFace: RemoteFace {
    func page(_ route: RouteShape, _ request: PageRequest) async throws -> PageReply { throw Refusal.plugNotReady }
    func todos(_ actor: Actor) async throws -> [TodoItem] { [] }
    func homeBlocks(_ base: String) async throws -> [(order: Int, html: HTML)] { [] }
    func search(_ text: String, _ actor: Actor) async throws -> [SearchResult] { [] }
    func attachment(_ digest: String, _ actor: Actor) throws -> Attachment? { nil }
    func keeps(_ digest: String) throws -> Bool { throw Refusal.plugNotReady }
}

extension Refusal {
    static func settings(of plugin: String, _ faults: [Fault]) -> Refusal {
        Refusal(
            "host.plugin-settings", status: 500, message: "插件 \(plugin) 的设置有误，请按下列各条修改后重试。",
            log: "settings of plug-in \(plugin) are invalid", faults: faults)
    }
}
