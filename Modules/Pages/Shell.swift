/// The whole document around a page: head, skip link, header, navigation, trail, title, notices, content, footer.
///
/// Landmarks are exactly one `header`, `main` and `footer`, and one `h1`; the reading order is the source order.
public struct Shell: Sendable {
    public var site: SiteCard
    /// From the enabled plug-ins; a disabled one leaves no trace.
    public var navigation: [NavigationItem]
    public var account: AccountMenu
    /// Where the search box sends `q`; `nil`: no box.
    public var searchPath: String?
    /// Paths of style sheets: `Assets.stylesheet.path` and the site's `Assets.theme(accent:).path`.
    public var stylesheets: [String]
    /// Paths of ES modules; every page works without.
    public var modules: [String]
    /// The path asked for; marks the current item of the navigation.
    public var path: String
    /// What was typed in the search box.
    public var searchText: String
    /// One-time notices after a redirect.
    public var notices: [Notice]
    /// Links at the end of every page.
    public var footerLinks: [NavigationItem]

    public init(
        site: SiteCard, navigation: [NavigationItem] = [], account: AccountMenu = .none, searchPath: String? = nil,
        stylesheets: [String], modules: [String] = [], path: String, searchText: String = "", notices: [Notice] = [],
        footerLinks: [NavigationItem] = []
    ) {
        self.site = site
        self.navigation = navigation
        self.account = account
        self.searchPath = searchPath
        self.stylesheets = stylesheets
        self.modules = modules
        self.path = path
        self.searchText = searchText
        self.notices = notices
        self.footerLinks = footerLinks
    }

    /// The document as UTF-8, from `<!doctype html>` on.
    public func render(_ page: Page) -> [UInt8] {
        var document = HTML()
        document.reserve(page.content.bytes.count + 8192)
        document.append(markup: "<!doctype html>\n")
        document.append(
            element("html", Attribute("lang", "zh-CN")) {
                head(page)
                element("body", .class("layout-\(page.layout.rawValue)")) {
                    a("跳到正文", href: "#main", .class("skip"))
                    banner(page)
                    if !navigation.isEmpty { menu }
                    div(.class("frame")) {
                        trail(page)
                        main(.id("main"), Attribute("tabindex", "-1")) {
                            if site.isSandbox {
                                Notice("这是供合作方联调的沙箱，所有单位、人员和数据均为虚构，与正式平台互不相通。", tone: .warning, title: "沙箱")
                            }
                            for notice in notices { notice }
                            title(page)
                            page.content
                        }
                    }
                    foot
                }
            })
        return document.bytes
    }

    private func head(_ page: Page) -> HTML {
        element("head") {
            voidElement("meta", [Attribute("charset", "utf-8")])
            voidElement("meta", [.name("viewport"), Attribute("content", "width=device-width, initial-scale=1")])
            voidElement("meta", [.name("color-scheme"), Attribute("content", "light dark")])
            voidElement("meta", [.name("format-detection"), Attribute("content", "telephone=no")])
            if let refresh = page.refresh {
                let tag = voidElement(
                    "meta",
                    [
                        Attribute("http-equiv", "refresh"),
                        Attribute("content", String(min(3600, max(5, refresh.components.seconds)))),
                    ])
                if page.refreshesWithoutScript { element("noscript") { tag } } else { tag }
            }
            element("title") { page.title == site.title ? site.title : "\(page.title) - \(site.title)" }
            voidElement("link", [.rel("icon"), .type("image/svg+xml"), .href(Assets.icon.path)])
            for path in stylesheets + page.assets.filter({ $0.hasSuffix(".css") }) { voidElement("link", [.rel("stylesheet"), .href(path)]) }
            for path in modules + page.assets.filter({ $0.hasSuffix(".js") }) { element("script", .type("module"), .src(path)) {} }
        }
    }

    private func banner(_ page: Page) -> HTML {
        header(.class("site-header")) {
            div(.class("site-header-in")) {
                a(.href("/\(site.id)/"), .class("brand")) {
                    Mark.brand
                    span(.class("brand-text")) {
                        span(site.title, .class("brand-title"))
                        if let subtitle = site.subtitle { span(subtitle, .class("brand-region")) }
                    }
                }
                if let searchPath, page.layout != .home { SearchBox(searchPath, text: searchText) }
                div(.class("site-side")) {
                    if let hotline = site.hotline {
                        a(.href("tel:\(hotline)"), .class("hotline")) {
                            span("服务热线", .class("hotline-label"))
                            strong(hotline)
                        }
                    }
                    account
                }
            }
        }
    }

    /// On a narrow screen behind one button: a popover needs no script, and a browser that knows none shows the list.
    private var menu: HTML {
        let current = NavigationItem.current(in: navigation, for: path)
        return nav(.class("site-nav"), .ariaLabel("主导航")) {
            button("菜单", .type("button"), .class("site-menu-open"), Attribute("popovertarget", "site-menu"))
            div(.id("site-menu"), .class("site-menu"), Attribute("popover", "")) {
                button(
                    "关闭菜单", .type("button"), .class("site-menu-close"), Attribute("popovertarget", "site-menu"),
                    Attribute("popovertargetaction", "hide"))
                ul {
                    for item in navigation {
                        li { item.below.isEmpty ? link(item, current) : fold(item, current) }
                    }
                }
            }
        }
    }

    private func link(_ item: NavigationItem, _ current: NavigationItem?) -> HTML {
        a(item.title, href: item.path, item == current ? .currentPage : .none)
    }

    /// Opening one closes the others; where the asked page stands in it, the heading says so.
    private func fold(_ group: NavigationItem, _ current: NavigationItem?) -> HTML {
        let holds = current.map(group.below.contains) ?? false
        return element("details", .name("site-nav")) {
            element("summary", holds ? Attribute("aria-current", "true") : .none) { group.title }
            ul { for item in group.below { li { link(item, current) } } }
        }
    }

    private func trail(_ page: Page) -> HTML {
        HTML {
            if page.layout != .home, !page.trail.isEmpty {
                nav(.class("trail"), .ariaLabel("所在位置")) {
                    ol {
                        li { a("首页", href: "/\(site.id)/") }
                        for step in page.trail { li { a(step.title, href: step.path) } }
                        li { span(page.title, .currentPage) }
                    }
                }
            }
        }
    }

    private func title(_ page: Page) -> HTML {
        div(.class("page-head")) {
            if let caption = page.header?.caption { p(caption, .class("page-caption")) }
            div(.class("page-title")) {
                h1(page.title)
                if let state = page.header?.state { state }
            }
            if let lead = page.header?.lead { p(lead, .class("lead")) }
            if page.layout == .home, let searchPath { SearchBox(searchPath, text: searchText) }
            if let next = page.header?.nextStep {
                div(.class("next-step")) {
                    span("下一步", .class("next-step-label"))
                    div { next }
                }
            }
            if let actions = page.header?.actions { div(.class("actions")) { actions } }
        }
    }

    private var foot: HTML {
        footer(.class("site-footer")) {
            div(.class("site-footer-in")) {
                p(site.title, .class("footer-title"))
                if !site.footer.isEmpty { ul { for line in site.footer { li(line) } } }
                if !footerLinks.isEmpty {
                    nav(.ariaLabel("页脚导航")) { ul { for link in footerLinks { li { a(link.title, href: link.path) } } } }
                }
            }
        }
    }
}

/// One item of the site's navigation, or the heading of several.
public struct NavigationItem: Sendable, Hashable {
    public var title: String
    /// Empty for a heading.
    public var path: String
    public var below: [NavigationItem]

    public init(_ title: String, _ path: String) {
        self.title = title
        self.path = path
        below = []
    }

    public init(_ title: String, below: [NavigationItem]) {
        self.title = title
        path = ""
        self.below = below
    }

    /// The items that lead somewhere, in their order.
    public static func leaves(_ items: [NavigationItem]) -> [NavigationItem] {
        items.flatMap { $0.below.isEmpty ? [$0] : leaves($0.below) }
    }

    /// The item whose path is the longest beginning of the asked path, by whole segments.
    static func current(in items: [NavigationItem], for path: String) -> NavigationItem? {
        func leads(_ item: NavigationItem) -> Bool {
            path == item.path || path.hasPrefix(item.path.hasSuffix("/") ? item.path : item.path + "/")
        }
        let best = leaves(items).filter(leads).max { $0.path.utf8.count < $1.path.utf8.count }
        // The site's own front page leads to everything; it is current only when it is itself asked for.
        guard let best, path == best.path || best.path.split(separator: "/").count > 1 else { return nil }
        return best
    }
}

/// Who is signed in, and the way in or out.
public enum AccountMenu: Component, Sendable {
    case none
    case visitor(loginPath: String)
    /// The sign-out is a POST with the session's token, so that no foreign page can trigger it.
    case person(name: String, accountPath: String?, logoutPath: String, csrfToken: String)

    public var html: HTML {
        switch self {
        case .none: HTML()
        case .visitor(let loginPath):
            div(.class("account")) { a("登录", href: loginPath, .class("account-link")) }
        case .person(let name, let accountPath, let logoutPath, let csrfToken):
            div(.class("account")) {
                if let accountPath {
                    a(name, href: accountPath, .class("account-name"))
                } else {
                    span(name, .class("account-name"))
                }
                form(Attribute("method", "post"), .action(logoutPath), .class("inline")) {
                    input(.type("hidden"), .name("_csrf"), .value(csrfToken))
                    button("退出", .type("submit"), .class("account-link"))
                }
            }
        }
    }
}

/// The one search box of a page.
struct SearchBox: Component {
    let path: String
    let text: String

    init(_ path: String, text: String) {
        self.path = path
        self.text = text
    }

    var html: HTML {
        form(.class("search"), .role("search"), Attribute("method", "get"), .action(path)) {
            label("搜索本站", .for("site-search"), .class("hidden"))
            input(
                .type("search"), .id("site-search"), .name("q"), .value(text),
                Attribute("placeholder", "搜索机构、服务、办件编号"), Attribute("autocomplete", "off"))
            button("搜索", .type("submit"))
        }
    }
}
