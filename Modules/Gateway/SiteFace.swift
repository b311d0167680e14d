public import Bus
public import Identity
public import Messages
public import Pages
public import PluginKit
public import Store

/// One site as the gateway shows it: its brand, its bus, its people and what its enabled plug-ins registered.
public struct SiteFace: Sendable {
    /// A plug-in enabled at the site.
    public struct Part: Sendable {
        public let blueprint: Blueprint
        public let plug: Plug

        public init(blueprint: Blueprint, plug: Plug) {
            self.blueprint = blueprint
            self.plug = plug
        }
    }

    public let card: SiteCard
    public let bus: SiteBus
    public let identity: IdentityStore
    public let files: FileStore
    public let parts: [Part]
    let api: [String: RouteTable<(Endpoint, Part)>]
    let pages: [String: RouteTable<(PageRoute, Part)>]
    /// The site's own accent, as a style sheet of its own.
    let theme: StaticAsset

    public init(card: SiteCard, bus: SiteBus, identity: IdentityStore, files: FileStore, parts: [Part]) {
        self.card = card
        self.bus = bus
        self.identity = identity
        self.files = files
        self.parts = parts
        var api: [String: RouteTable<(Endpoint, Part)>] = [:]
        var pages: [String: RouteTable<(PageRoute, Part)>] = [:]
        for part in parts {
            let id = part.blueprint.manifest.id
            for endpoint in part.blueprint.endpoints { api[id, default: RouteTable()].add(endpoint.route, (endpoint, part)) }
            for page in part.blueprint.pages { pages[id, default: RouteTable()].add(page.route, (page, part)) }
        }
        self.api = api
        self.pages = pages
        theme = StaticAsset(Assets.theme(accent: card.accent))
    }

    var root: String { "/\(card.id)/" }

    func navigation(for actor: Actor) -> [NavigationItem] {
        var items = [NavigationItem("首页", root)]
        for part in parts {
            for entry in part.blueprint.navigation where entry.access.allows(actor) {
                items.append(NavigationItem(entry.title, "/\(card.id)/\(part.blueprint.manifest.id)\(entry.path)"))
            }
        }
        return items
    }
}
