import Bus
public import Messages
public import Pages
public import Store
public import Vocabulary

/// Everything a plug-in registers, as data: what the host must know of one that runs in its own process.
///
/// It comes from the plug-in's registration (`init(_:)`), travels in a package and in the handshake, and becomes a `Blueprint` whose
/// handlers run elsewhere. Two equal registrations give equal declarations.
public struct Declaration: Codable, Sendable, Hashable {
    public var manifest: Manifest
    /// JSON Schema of the settings.
    public var settings: JSONValue
    /// What it handles, answers and announces.
    public var messages: [ContractEntry]
    /// Events of others that it hears.
    public var hears: [WireName]
    /// Events of other sites that it hears; absent: none. One that it hears from everywhere stands in both lists.
    public var hearsBeyond: [WireName]?
    /// Commands of others that it sends.
    public var sends: [WireName]
    /// Those of them that may go to other sites; absent: none.
    public var sendsBeyond: [WireName]?
    /// Queries of others that it asks.
    public var asks: [WireName]
    public var endpoints: [EndpointLine]
    public var pages: [PageLine]
    /// Addresses of public interfaces; absent: none.
    public var interfaces: [InterfaceLine]?
    public var navigation: [NavigationLine]
    /// Access rules of its to-do sources, of its search sources.
    public var todos: [String]
    public var searches: [String]
    /// Places of its blocks on the home page.
    public var homeBlocks: [Int]
    /// The Chinese words for its events in timelines.
    public var eventTitles: [String: String]
    public var refusals: [RefusalLine]
    /// Who may hand in files for it; absent: it takes no part in files.
    public var uploads: String?
    /// Whether it keeps personal data, and so answers `export` and `erase`.
    public var keepsPersonalData: Bool

    public struct EndpointLine: Codable, Sendable, Hashable {
        public var method: String
        public var pattern: String
        public var message: WireName
        public var title: String
        public var example: JSONValue?
        /// The query that shows what the command changes.
        public var changes: WireName?
        public var deprecated: Day?
        public var sunset: Day?
        /// What a signed delivery's body looks like, with an example; absent for a message of its own.
        public var delivered: JSONValue?
        public var deliveredExample: JSONValue?
    }

    public struct PageLine: Codable, Sendable, Hashable {
        public var method: String
        public var pattern: String
        public var access: String
    }

    public struct InterfaceLine: Codable, Sendable, Hashable {
        public var method: String
        public var pattern: String
        /// The command behind it.
        public var message: WireName?
    }

    public struct NavigationLine: Codable, Sendable, Hashable {
        public var title: String
        public var path: String
        public var note: String
        public var icon: String
        public var access: String
    }

    public struct RefusalLine: Codable, Sendable, Hashable {
        public var code: String
        public var status: Int
        public var about: String
    }

    /// What a plug-in of this program registered.
    public init(_ blueprint: Blueprint, settings: Schema) {
        manifest = blueprint.manifest
        self.settings = settings.json
        messages = blueprint.contract.messages
        hears = blueprint.wiring.reactions.filter { $0.origin != .network }.map(\.name).sorted { $0.description < $1.description }
        hearsBeyond = Self.some(blueprint.wiring.reactions.filter { $0.origin != .here }.map(\.name))
        sends = blueprint.wiring.sent.sorted { $0.description < $1.description }
        sendsBeyond = Self.some(blueprint.wiring.sent.filter { blueprint.wiring.reaches[$0] != nil })
        asks = blueprint.wiring.asked.sorted { $0.description < $1.description }
        endpoints = blueprint.endpoints.map { endpoint in
            EndpointLine(
                method: endpoint.route.method, pattern: endpoint.route.pattern, message: endpoint.message, title: endpoint.title,
                example: endpoint.example, changes: endpoint.resource?.query, deprecated: endpoint.deprecation?.since,
                sunset: endpoint.deprecation?.sunset, delivered: endpoint.delivered?.schema.json,
                deliveredExample: endpoint.delivered?.example)
        }
        pages = blueprint.pages.map { PageLine(method: $0.route.method, pattern: $0.route.pattern, access: $0.access.text) }
        let interfaces = blueprint.interfaces.map { InterfaceLine(method: $0.route.method, pattern: $0.route.pattern, message: $0.message) }
        self.interfaces = interfaces.isEmpty ? nil : interfaces
        navigation = blueprint.navigation.map {
            NavigationLine(title: $0.title, path: $0.path, note: $0.note, icon: $0.icon.rawValue, access: $0.access.text)
        }
        todos = blueprint.todos.map(\.access.text)
        searches = blueprint.searches.map(\.access.text)
        homeBlocks = blueprint.homeBlocks.map(\.order)
        eventTitles = Dictionary(blueprint.eventTitles.map { ($0.key.description, $0.value) }) { first, _ in first }
        refusals = blueprint.refusals.map { RefusalLine(code: $0.code, status: $0.status, about: $0.about) }
        uploads = blueprint.attachments?.upload.text
        keepsPersonalData = blueprint.wiring.privacy != nil
    }

    /// In order; `nil` where there are none.
    private static func some(_ names: [WireName]) -> [WireName]? { names.isEmpty ? nil : names.sorted { $0.description < $1.description } }
}

/// What a blueprint's parts do that run in another process: one call each.
public protocol RemoteFace: Sendable {
    func page(_ route: RouteShape, _ request: PageRequest) async throws -> PageReply
    func todos(_ actor: Actor) async throws -> [TodoItem]
    func homeBlocks(_ base: String) async throws -> [(order: Int, html: HTML)]
    func search(_ text: String, _ actor: Actor) async throws -> [SearchResult]
    func attachment(_ digest: String, _ actor: Actor) throws -> Attachment?
    /// Whether anything of the plug-in's refers to the content.
    func keeps(_ digest: String) throws -> Bool
}

extension Declaration {
    /// The blueprint of the plug-in where it runs in another process.
    ///
    /// - Throws: a `Refusal` with everything in the declaration that cannot be.
    public func blueprint(face: any RemoteFace) throws -> Blueprint {
        var faults: [Refusal.Fault] = []
        func access(_ text: String, _ field: String) -> Access {
            if let access = Access(text: text) { return access }
            faults.append(.init(field: field, value: text, message: "访问规则“\(text)”无法识别，应为 anyone、signed-in、system 或 roles: …。"))
            return .system
        }
        func schema(_ json: JSONValue?, _ field: String) -> Schema {
            do { return try Schema(parsing: json ?? .object([])) } catch {
                faults.append(.init(field: field, message: "消息格式无法识别（\(error)）。"))
                return Schema(.any)
            }
        }
        var blueprint = Blueprint(manifest: manifest)
        for entry in messages {
            let field = entry.name.description
            switch entry.kind {
            case .command:
                blueprint.wiring.commands.append(
                    RemoteCommand(
                        entry, access: access(entry.access ?? "", field), schema: schema(entry.message, field), replySchema: schema(entry.reply, field)))
            case .query:
                blueprint.wiring.queries.append(
                    RemoteQuery(
                        entry, access: access(entry.access ?? "", field), schema: schema(entry.message, field), replySchema: schema(entry.reply, field)))
            case .event:
                blueprint.wiring.announced.insert(entry.name)
                if let reach = entry.reach, reach != .local { blueprint.wiring.reaches[entry.name] = reach }
                blueprint.events.append { entry }
                blueprint.eventTitles[entry.name] = eventTitles[field]
            }
        }
        let beyond = Set(hearsBeyond ?? []), here = Set(hears)
        blueprint.wiring.reactions = hears.map { RemoteReaction($0, from: beyond.contains($0) ? .everywhere : .here) }
            + (hearsBeyond ?? []).filter { !here.contains($0) }.map { RemoteReaction($0, from: .network) }
        blueprint.wiring.sent = Set(sends)
        for name in sendsBeyond ?? [] {
            if !sends.contains(name) {
                faults.append(.init(field: "sendsBeyond", value: name.description, message: "发往其他站点的命令 \(name) 必须也列在 sends 中。"))
            }
            blueprint.wiring.reaches[name] = .network
        }
        blueprint.wiring.asked = Set(asks)
        let queries = Set(blueprint.wiring.queries.map(\.name))
        for line in endpoints {
            blueprint.endpoints.append(
                Endpoint(
                    route: RouteShape(method: line.method, pattern: line.pattern), message: line.message,
                    kind: queries.contains(line.message) ? .query : .command, title: line.title, example: line.example,
                    resource: line.changes.map { RemoteResource(query: $0) },
                    deprecation: line.deprecated.map { Endpoint.Deprecation(since: $0, sunset: line.sunset) },
                    delivered: line.delivered.map {
                        Endpoint.Delivered(
                            schema: schema($0, line.message.description), example: line.deliveredExample ?? .object([]))
                    }))
        }
        for line in pages {
            let route = RouteShape(method: line.method, pattern: line.pattern)
            blueprint.pages.append(
                PageRoute(route: route, access: access(line.access, "page \(route.method) \(route.pattern)")) { request, _ in
                    try await face.page(route, request)
                })
        }
        for line in interfaces ?? [] {
            let route = RouteShape(method: line.method, pattern: line.pattern)
            blueprint.interfaces.append(
                InterfaceRoute(route: route, message: line.message, refused: nil) { request, _ in try await face.page(route, request) })
        }
        for line in navigation {
            blueprint.navigation.append(
                NavigationEntry(
                    title: line.title, path: line.path, access: access(line.access, "navigation \(line.path)"), note: line.note,
                    icon: Icon(rawValue: line.icon) ?? .document))
        }
        blueprint.refusals = refusals.map { RefusalNote(code: $0.code, status: $0.status, about: $0.about) }
        if let uploads {
            blueprint.attachments = AttachmentRule(upload: access(uploads, "uploads"), find: { _, _ in nil }, keeps: { _, _ in true })
        }
        blueprint.remote = face
        blueprint.showsTodos = !todos.isEmpty
        blueprint.showsSearch = !searches.isEmpty
        blueprint.showsHome = !homeBlocks.isEmpty
        blueprint.statesPrivacy = true
        guard faults.isEmpty else {
            throw Refusal(
                "host.plugin-declaration", status: 500, message: "插件 \(manifest.id) 的登记表有误，未启用。",
                log: "declaration of plug-in \(manifest.id) has \(faults.count) faults", faults: faults)
        }
        return try blueprint.checked()
    }
}

/// The state of what a command changes, which only the plug-in's own process can describe.
private struct RemoteResource: ResourceDescribing {
    let query: WireName

    func describe(_ command: any Command, in tx: Transaction) throws -> [UInt8] { throw Refusal.unknownMessage(query.description) }
}
