/// One page inside the shell: title, trail, content. The gateway adds header, navigation, account menu and footer.
///
/// The shell writes the title as the page's only `h1`; headings in the content begin with `h2`.
public struct Page: Sendable {
    /// How wide the content stands.
    public enum Layout: String, Sendable {
        /// Lists, tables and subjects: the whole frame.
        case standard
        /// Forms and prose: one column of readable width.
        case narrow
        /// The site's front page: title and search large, no trail.
        case home
    }

    public var status: Int
    public var title: String
    /// From the plug-in's first page to the one above this; title and path.
    public var trail: [(title: String, path: String)]
    /// State, lead and next step, beside and under the title.
    public var header: PageHeader?
    public var layout: Layout
    public var content: HTML
    /// After how many seconds the browser asks for the page again, without a script; 5…3600. Only for a bounded time: every request keeps
    /// the session alive.
    public var refresh: Duration?
    /// Paths of further style sheets (`.css`) and modules (`.js`) of this page, each an asset that a plug-in of this program registered;
    /// others are left out. The page must say the same without them.
    public var assets: [String] = []
    /// The page's modules may ask for the camera (`Permissions-Policy: camera=(self)`); every other page may not.
    public var usesCamera = false
    /// `refresh` counts only where no script runs: parts of the page are `LivePart`s.
    public var refreshesWithoutScript = false

    public init(
        status: Int = 200, title: String, trail: [(title: String, path: String)] = [], header: PageHeader? = nil,
        layout: Layout = .standard, content: HTML
    ) {
        self.status = status
        self.title = title
        self.trail = trail
        self.header = header
        self.layout = layout
        self.content = content
    }

    public init(
        status: Int = 200, title: String, trail: [(title: String, path: String)] = [], header: PageHeader? = nil,
        layout: Layout = .standard, @HTMLBuilder content: () -> HTML
    ) {
        self.init(status: status, title: title, trail: trail, header: header, layout: layout, content: content())
    }
}
