public import Bus
public import Exchange
public import Identity
import Messages
import Network
public import Pages
public import PluginKit
public import Store
public import Vocabulary

/// One site as the gateway shows it: its brand, its bus, its people and what its enabled plug-ins registered.
public final class SiteFace: Sendable {
    /// A plug-in enabled at the site.
    public final class Part: Sendable {
        public let blueprint: Blueprint
        /// Where it runs in this program; `nil` where it runs in its own.
        public let plug: Plug?
        /// Where it runs in its own process.
        public let remote: RemotePlug?

        public init(blueprint: Blueprint, plug: Plug) {
            self.blueprint = blueprint
            self.plug = plug
            remote = nil
        }

        public init(blueprint: Blueprint, remote: RemotePlug) {
            self.blueprint = blueprint
            self.remote = remote
            plug = nil
        }

        public var id: String { blueprint.manifest.id }
    }

    public let card: SiteCard
    public let bus: SiteBus
    public let identity: IdentityStore
    public let files: FileStore
    public let drafts: DraftStore
    public let parts: [Part]
    /// What passes between the site and its partners.
    public let exchange: PartnerExchange?
    /// Sees every exchange with a partner before its answer leaves.
    public let witness: (any ExchangeWitness)?
    /// Origins whose pages may call the API without cookies (CORS); none unless configured.
    public let origins: [String]
    /// What uploads may cost.
    public let fileRules: FileRules
    /// The divisions by which people say where their organisation is.
    public let regions: RegionTable
    let api: [String: RouteTable<APITarget>]
    /// The queries among them whose address has no parameters, by the whole path.
    let direct: [(path: String, target: APITarget)]
    /// Whether a plug-in keeps attachments.
    let takesFiles: Bool
    let pages: [String: RouteTable<(PageRoute, Part)>]
    let interfaces: [String: RouteTable<(InterfaceRoute, Part)>]
    /// The site's own accent, as a style sheet of its own.
    let theme: StaticAsset
    let kept = KeptPages()
    /// What the plug-ins bring, by path.
    let assets: [String: StaticAsset]
    private let documentation = Shelf<APIDescription>()
    private let document = Shelf<(bytes: [UInt8], tag: String)>()

    /// - Parameter origins: `https://host[:port]`, as browsers write it in `Origin`.
    public init(
        card: SiteCard, bus: SiteBus, identity: IdentityStore, files: FileStore, drafts: DraftStore, parts: [Part],
        origins: [String] = [], fileRules: FileRules = FileRules(), exchange: PartnerExchange? = nil, witness: (any ExchangeWitness)? = nil,
        regions: RegionTable = RegionTable([])
    ) {
        self.regions = regions
        self.card = card
        self.bus = bus
        self.identity = identity
        self.files = files
        self.drafts = drafts
        self.parts = parts
        self.exchange = exchange
        self.origins = origins
        self.fileRules = fileRules
        self.witness = witness ?? exchange
        takesFiles = parts.contains { $0.blueprint.attachments != nil }
        var api: [String: RouteTable<APITarget>] = [:]
        var pages: [String: RouteTable<(PageRoute, Part)>] = [:]
        var interfaces: [String: RouteTable<(InterfaceRoute, Part)>] = [:]
        var direct: [(path: String, target: APITarget)] = []
        for part in parts {
            let id = part.blueprint.manifest.id
            let resources = Set(part.blueprint.endpoints.compactMap { $0.resource?.query })
            for endpoint in part.blueprint.endpoints {
                let query = endpoint.kind == .query ? bus.query(endpoint.message) : nil
                let target = APITarget(
                    endpoint: endpoint, part: part, access: query?.access ?? bus.command(endpoint.message)?.access ?? .system,
                    isHeavy: query?.isHeavy ?? false, isResource: resources.contains(endpoint.message),
                    farewell: Farewell.fields(endpoint, among: part.blueprint.endpoints, base: "/api/\(card.id)/\(id)"),
                    route: endpoint.kind == .query ? bus.route(to: endpoint.message) : nil)
                api[id, default: RouteTable()].add(endpoint.route, target)
                if endpoint.kind == .query, endpoint.route.method == "GET", endpoint.route.pattern.count > 1,
                    !endpoint.route.pattern.contains("{")
                {
                    direct.append(("/api/\(card.id)/\(id)\(endpoint.route.pattern)", target))
                }
            }
            for page in part.blueprint.pages { pages[id, default: RouteTable()].add(page.route, (page, part)) }
            for route in part.blueprint.interfaces { interfaces[id, default: RouteTable()].add(route.route, (route, part)) }
        }
        self.api = api
        self.direct = direct
        self.pages = pages
        self.interfaces = interfaces
        theme = StaticAsset(Assets.theme(accent: card.accent))
        assets = Dictionary(parts.flatMap { $0.blueprint.assets.map { ($0.path, StaticAsset($0)) } }) { first, _ in first }
    }

    var root: String { "/\(card.id)/" }

    /// The messages that a partner's contract can list; made anew at every call.
    var catalogue: PartnerCatalogue { PartnerCatalogue(parts.map(\.blueprint)) }

    /// What the API offers; worked out when first asked for, since a host may hold hundreds of sites.
    package var apiDescription: APIDescription { documentation { APIDescription(self) } }

    /// The OpenAPI document with its tag.
    package var openAPI: (bytes: [UInt8], tag: String) {
        document {
            let bytes = OpenAPI(site: self, description: apiDescription).document().serialized()
            return (bytes, EntityTag.of(bytes))
        }
    }

    /// A plug-in with several entries gathers them below its title.
    func navigation(for actor: Actor) -> [NavigationItem] {
        var items = [NavigationItem("首页", root)]
        for part in parts {
            let manifest = part.blueprint.manifest
            let entries = part.blueprint.navigation.filter { $0.access.allows(actor) }.map {
                NavigationItem($0.title, "/\(card.id)/\(manifest.id)\($0.path)")
            }
            items += entries.count > 1 ? [NavigationItem(manifest.title, below: entries)] : entries
        }
        if ClaimPages.access.allows(actor), actor.kind == .person { items.append(NavigationItem("单位代表核实", root + ClaimPages.name)) }
        if !Console.standard.open(to: actor).isEmpty { items.append(NavigationItem("控制台", root + "console")) }
        return items
    }

    /// At the end of every page: what anybody may open.
    var footerLinks: [NavigationItem] {
        NavigationItem.leaves(navigation(for: .visitor)) + [NavigationItem("搜索", root + "search"), NavigationItem("开放接口", root + "api")]
    }

    /// Where the bare address of a plug-in without a first page leads: to the first entry of its navigation that the actor may see.
    ///
    /// - Returns: `nil` where that is no such address, or no entry leads to a page of its own.
    /// - Throws: a `Refusal` where every entry is for others.
    func front(_ method: HTTPMethod, plugin: Substring, _ path: Substring, for actor: Actor) throws(Refusal) -> String? {
        guard path.isEmpty || path == "/", method == .get || method == .head, let table = pages[String(plugin)], case .nothing = table.match("GET", "/"),
            let navigation = parts.first(where: { $0.id == plugin })?.blueprint.navigation
        else { return nil }
        // One that leads back here would lead round for ever.
        let entries = navigation.filter { entry in
            let target = entry.path.prefix(while: { $0 != "?" && $0 != "#" })
            guard !target.isEmpty, target != "/", case .found = table.match("GET", target) else { return false }
            return true
        }
        guard !entries.isEmpty else { return nil }
        if let entry = entries.first(where: { $0.access.allows(actor) }) { return "\(root)\(plugin)\(entry.path)" }
        throw actor.kind == .visitor ? .signInRequired : .forbidden
    }

    /// The page behind a method and a path, when the actor may see it.
    func page(
        _ method: String, plugin: Substring, _ path: Substring, for actor: Actor
    ) throws(Refusal) -> (route: PageRoute, part: Part, parameters: [String: String]) {
        guard let table = pages[String(plugin)] else { throw .notFound }
        switch table.match(method, path.isEmpty ? "/" : path) {
        case .nothing: throw .notFound
        case .otherMethod(let allowed): throw .methodNotAllowed(allowed)
        case .found((let route, let part), let parameters):
            guard route.access.allows(actor) else { throw actor.kind == .visitor ? .signInRequired : .forbidden }
            return (route, part, Dictionary(parameters.map { ($0.name, $0.value) }) { first, _ in first })
        }
    }

    func context(_ part: Part, actor: Actor, id: MessageID) -> PageContext {
        PageContext(
            bus: bus, files: files, plug: part.plug, eventTitles: part.blueprint.eventTitles, actor: actor, id: id,
            names: { [identity] in identity.name(of: $0) })
    }

    /// What a plug-in's page answers, without the gateway around it; for the test kit.
    ///
    /// - Parameter path: `/plugin/…`, with a query string where there is one.
    package func reply(
        _ method: String, _ path: String, fields: [(name: String, value: String)], files: [UploadedFile], as actor: Actor,
        id: MessageID, now: Timestamp
    ) async throws -> PageReply {
        let halves = path.split(separator: "?", maxSplits: 1)
        let (plugin, rest) = Gateway.split(halves.first ?? "/")
        let (route, part, parameters) = try page(method, plugin: plugin, rest, for: actor)
        let query = halves.count > 1 ? try FormDecoding.pairs(halves[1].utf8) : []
        let request = PageRequest(
            site: card, base: "\(root)\(plugin)", path: String(root.dropLast()) + (halves.first ?? "/"), parameters: parameters,
            fields: FormFields(query + fields), files: files, actor: actor, id: id, now: now, csrfToken: "token")
        return try await route.body(request, context(part, actor: actor, id: id))
    }
}
