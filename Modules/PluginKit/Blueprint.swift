public import Bus
public import Messages
public import Pages
public import Vocabulary

/// Everything one plug-in registered for one site: what the bus wires and what the gateway shows.
public struct Blueprint: Sendable {
    public let manifest: Manifest
    public internal(set) var wiring: Wiring
    public internal(set) var endpoints: [Endpoint] = []
    public internal(set) var pages: [PageRoute] = []
    /// Addresses of public interfaces, beside the messages on the API.
    public internal(set) var interfaces: [InterfaceRoute] = []
    public internal(set) var navigation: [NavigationEntry] = []
    public internal(set) var todos: [TodoSource] = []
    public internal(set) var homeBlocks: [HomeBlock] = []
    public internal(set) var searches: [SearchSource] = []
    /// Which of its subjects stand in stories over plug-ins.
    public internal(set) var stories: [StoryRule] = []
    /// Style sheets and modules of its own; only of a plug-in that is part of this program.
    public package(set) var assets: [Asset] = []
    public internal(set) var eventTitles: [WireName: String] = [:]
    /// Made when the contract is asked for: a schema costs more than a registration.
    var events: [@Sendable () -> ContractEntry] = []
    /// The plug-in said what it keeps about persons.
    var statesPrivacy = false
    /// What is stored of messages, and whether it holds personal data: asked for only where the registration is checked.
    var stored: [(name: WireName, use: @Sendable () -> PersonalUse)] = []
    var storedJobs: [(name: String, use: @Sendable () -> PersonalUse)] = []
    /// Personal fields of messages that leave the site without their contract naming them.
    var undisclosed: [(name: WireName, fields: @Sendable () -> [String])] = []
    /// Events that it wants to hear from other sites although they never leave theirs.
    var unheard: [WireName] = []
    /// Every refusal of the plug-in's own, for the documentation.
    public internal(set) var refusals: [RefusalNote] = []
    /// What it takes from files.
    public internal(set) var imports: [ImportDoor] = []
    /// Its part in the site's files; `nil`: none.
    public internal(set) var attachments: AttachmentRule?
    /// What its parts do, where it runs in another process; then the lists of to-dos, home blocks and searches are empty here.
    public internal(set) var remote: (any RemoteFace)?
    public internal(set) var showsTodos = false
    public internal(set) var showsSearch = false
    public internal(set) var showsHome = false
    /// Each announced event decoded and encoded again, with its subject; for golden files.
    package internal(set) var eventForms: [WireName: @Sendable ([UInt8]) throws -> (json: [UInt8], subject: String)] = [:]

    init(manifest: Manifest) {
        self.manifest = manifest
        wiring = Wiring(plugin: manifest.id)
    }

    mutating func goesFar<M: Message>(_ type: M.Type, reach: Reach, discloses: PersonalDisclosure?) {
        guard reach != .local else { return }
        let named = discloses?.purpose.isEmpty ?? true ? [] : discloses?.fields ?? []
        undisclosed.append((M.name, { PersonalUse.of(M.self) == .none ? [] : PersonalUse.fields(of: M.self).filter { !named.contains($0) } }))
    }

    /// The plug-in's promise to others; `Contracts/contract.json` holds the released one.
    public var contract: Contract {
        Contract(
            plugin: manifest.id, version: manifest.version,
            messages: wiring.commands.map(\.contract) + wiring.queries.map(\.contract) + events.map { $0() })
    }

    /// Refuses a registration that contradicts itself, with all faults together.
    func checked() throws -> Blueprint {
        var faults: [Refusal.Fault] = []
        let id = manifest.id
        func fault(_ field: String, _ message: String) { faults.append(.init(field: field, message: message)) }
        if id.utf8.count < 2 || id.utf8.count > 40 || !id.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }) {
            fault("manifest.id", "插件标识须为 2 至 40 位小写字母、数字或连字符，实为“\(id)”。")
        }
        let commands = Set(wiring.commands.map(\.name))
        let queries = Set(wiring.queries.map(\.name))
        for name in commands.union(queries).union(wiring.announced) where name.plugin != id {
            fault(name.description, "消息名须以插件标识“\(id).”开头。")
        }
        for endpoint in endpoints {
            let known = endpoint.kind == .command ? commands : queries
            if !known.contains(endpoint.message) { fault(endpoint.message.description, "已开放为接口，但没有处理器。") }
            if endpoint.title.isEmpty { fault(endpoint.message.description, "已开放为接口，但没有中文标题。") }
            if let query = endpoint.resource?.query, !queries.contains(query) {
                fault(endpoint.message.description, "所改内容由查询 \(query) 展示，但本插件没有该查询的处理器。")
            }
            if endpoint.deprecation == nil, let newer = endpoints.first(where: { $0.message.isNewer(than: endpoint.message) }) {
                fault(endpoint.message.description, "已有新版 \(newer.message)，但未注明自何日起不推荐使用（deprecated）。")
            }
        }
        var seen: Set<String> = []
        for route in endpoints.map(\.route) + interfaces.map(\.route) where !seen.insert("api \(route.key)").inserted {
            fault(route.key, "同一接口地址登记了两次。")
        }
        for route in pages.map(\.route) where !seen.insert("page \(route.key)").inserted {
            fault(route.key, "同一页面地址登记了两次。")
        }
        for message in interfaces.compactMap(\.message) where !commands.contains(message) {
            fault(message.description, "公共接口所对应的命令没有处理器。")
        }
        for route in endpoints.map(\.route) + interfaces.map(\.route) + pages.map(\.route) where !route.isWellFormed {
            fault(route.key, "地址须以“/”开头，参数写作 {名称}，段内不得为空。")
        }
        let uses = stored.map { ($0.name.description, $0.use()) } + storedJobs.map { ("\(id)/\($0.name)", $0.use()) }
        for (name, use) in uses where use == .bare {
            fault(name, "含有未保护的个人号码；消息、任务与答复会留存，号码须放在 Personal<…> 中。")
        }
        if !statesPrivacy {
            fault("/privacy", "插件须说明如何答复个人的查阅与删除请求（privacy），或声明不保存个人信息（holdsNoPersonalData）。")
        } else if wiring.privacy == nil, let (name, _) = uses.first(where: { $0.1 != .none }) {
            fault("/privacy", "插件声明不保存个人信息，但消息“\(name)”含有个人信息；须登记 privacy。")
        }
        for (name, fields) in undisclosed.map({ ($0.name, $0.fields()) }) where !fields.isEmpty {
            fault(
                name.description,
                "该消息会离开本站点，却含有个人信息（\(fields.joined(separator: "、"))），而契约没有写明字段与用途（discloses）。请去掉这些字段，或在契约中写明。")
        }
        for name in unheard { fault(name.description, "登记了接收其他站点的该事件，但它的传播范围（reach）是本站点。请改用 .here，或由发布方改范围。") }
        for (name, times) in Dictionary(grouping: wiring.reactions, by: \.name).mapValues(\.count) where times > 1 {
            fault(name.description, "同一事件登记了 \(times) 次响应，一个插件对一种事件只能登记一次；两处都要听请用 .everywhere。")
        }
        for receipt in wiring.receipts where !wiring.sent.contains(receipt.name) || wiring.reaches[receipt.name] == nil {
            fault(receipt.name.description, "登记了回执，但没有登记发往其他站点的该命令（sends，且命令的 reach 不为 local）。")
        }
        for page in pages where page.access == .system { fault(page.route.key, "页面不能只对系统开放。") }
        guard faults.isEmpty else {
            throw Refusal(
                "host.plugin-registration", status: 500, message: "插件 \(id) 的登记有误，未启用。",
                log: "registration of plug-in \(id) contradicts itself: \(faults.map(\.field).joined(separator: ", "))", faults: faults)
        }
        return self
    }
}

/// A method and a pattern such as `/nodes/{id}`.
public struct RouteShape: Sendable, Hashable {
    public let method: String
    public let pattern: String

    public static func get(_ pattern: String) -> RouteShape { RouteShape(method: "GET", pattern: pattern) }
    public static func post(_ pattern: String) -> RouteShape { RouteShape(method: "POST", pattern: pattern) }
    public static func put(_ pattern: String) -> RouteShape { RouteShape(method: "PUT", pattern: pattern) }
    public static func delete(_ pattern: String) -> RouteShape { RouteShape(method: "DELETE", pattern: pattern) }

    /// The pattern with its parameter names removed: two routes with the same key would answer the same requests.
    var key: String {
        method + " " + pattern.split(separator: "/", omittingEmptySubsequences: false).map { $0.first == "{" ? "{}" : $0 }.joined(separator: "/")
    }

    var isWellFormed: Bool {
        guard pattern.first == "/" else { return false }
        if pattern == "/" { return true }
        return pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false).allSatisfy { segment in
            guard !segment.isEmpty else { return false }
            let isParameter = segment.first == "{" && segment.last == "}" && segment.count > 2
            return isParameter || !segment.contains { "{}".contains($0) }
        }
    }
}

/// A page or the target of a form.
public struct PageRoute: Sendable {
    public let route: RouteShape
    public let access: Access
    /// Whether one rendering does for every visitor until the plug-in commits something or the minute ends.
    public var isKept = false
    /// Told of each answer that came from the rendering, with the path's parameters; the body, which was not run, counts itself.
    public var again: (@Sendable ([String: String]) -> Void)?
    public let body: @Sendable (PageRequest, PageContext) async throws -> PageReply
}

/// A word of the navigation and where it leads, below the plug-in's own prefix.
public struct NavigationEntry: Sendable {
    public let title: String
    public let path: String
    public let access: Access
    /// One short sentence under the title on the home page.
    public let note: String
    public let icon: Icon
}

/// Finds what waits for a person.
public struct TodoSource: Sendable {
    public let access: Access
    public let body: @Sendable (Actor, Snapshot) throws -> [TodoItem]
}

/// Something that waits for a person; overdue ones stand in front.
public struct TodoItem: Codable, Sendable, Hashable {
    public var title: String
    /// Below the plug-in's prefix.
    public var path: String
    /// The next step in words: 初审, 补正 …
    public var step: String
    public var since: Timestamp
    public var due: Timestamp?

    public init(title: String, path: String, step: String, since: Timestamp, due: Timestamp? = nil) {
        self.title = title
        self.path = path
        self.step = step
        self.since = since
        self.due = due
    }
}

/// A block of the home page; the closure gets the plug-in's prefix for its links.
public struct HomeBlock: Sendable {
    public let order: Int
    public let body: @Sendable (String, Snapshot) throws -> HTML
}

/// Finds things for the site's search box.
public struct SearchSource: Sendable {
    public let access: Access
    public let body: @Sendable (String, Snapshot) throws -> [SearchResult]
}

/// One find of the search box; the higher the score, the further in front.
public struct SearchResult: Codable, Sendable, Hashable {
    public var title: String
    public var path: String
    public var summary: String
    public var score: Double

    public init(title: String, path: String, summary: String, score: Double) {
        self.title = title
        self.path = path
        self.summary = summary
        self.score = score
    }
}
