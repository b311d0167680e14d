/// A file the gateway serves under `/assets/` for ever: its path holds a hash of its content.
public struct Asset: Sendable {
    /// `/assets/base-0123456789abcdef.css`
    public let path: String
    /// The `Content-Type` header.
    public let type: String
    public let bytes: [UInt8]
    /// A service worker, which may be registered for pages of any path of the host. The page that registers it names its scope, as small as
    /// it can; the worker may fetch from our own address only.
    public let isWorker: Bool

    public init(name: String, extension ending: String, type: String, bytes: [UInt8], isWorker: Bool = false) {
        self.isWorker = isWorker
        // FNV-1a, 64 bits: the hash only has to change when the content does; nothing trusts it.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        path = "/assets/\(name)-\(String(repeating: "0", count: 16 - digits.count))\(digits).\(ending)"
        self.type = type
        self.bytes = bytes
    }
}

/// The files every page of the portal needs. The gateway serves `all` and one `theme(accent:)` per site.
public enum Assets {
    /// Tokens, base, shell, components, charts and print in one style sheet.
    public static let stylesheet = Asset(
        name: "base", extension: "css", type: "text/css; charset=utf-8",
        bytes: Array(
            [
                Styles.tokens, Styles.base, Styles.shell, Styles.content, Styles.forms, Styles.tables, Styles.figures,
                Styles.print,
            ].joined(separator: "\n").utf8))

    /// Asks before a form with `data-confirm` is sent, keeps a second click from sending twice, and takes the focus to
    /// the summary of faults. Everything works without.
    public static let enhancements = Asset(
        name: "enhance", extension: "js", type: "text/javascript; charset=utf-8", bytes: Array(Scripts.enhance.utf8))

    /// The sign of the portal in the browser's tab.
    public static let icon = Asset(name: "icon", extension: "svg", type: "image/svg+xml", bytes: Array(Mark.icon.utf8))

    public static let all: [Asset] = [stylesheet, enhancements, icon]

    /// The `Content-Security-Policy` of every page.
    public static let contentSecurityPolicy = """
        default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; script-src 'self'; font-src 'self'; \
        connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'
        """

    /// A site's colours from its accent, light and dark, as a style sheet of its own (the policy forbids inline styles).
    ///
    /// The accent is darkened (or lightened, on dark ground) until text in it, and white on it, reach 4.5 : 1.
    /// An accent that is not `#rrggbb` counts as the standard blue; the host refuses such a site's configuration at start.
    public static func theme(accent: String) -> Asset {
        let theme = Theme(accent: Colour(accent) ?? Theme.standardAccent)
        return Asset(name: "theme", extension: "css", type: "text/css; charset=utf-8", bytes: Array(theme.css.utf8))
    }
}

/// The colours that follow from a site's accent.
public struct Theme: Sendable {
    public static let standardAccent = Colour(red: 0x1d, green: 0x4f, blue: 0x91)
    static let darkSurface = Colour(red: 0x1b, green: 0x21, blue: 0x2a)

    /// On white and under white text.
    public let light: Colour
    /// On dark surfaces and under dark text.
    public let dark: Colour

    public init(accent: Colour) {
        light = accent.moved(towards: .black, until: 4.5, on: Colour(red: 0xf3, green: 0xf5, blue: 0xf8))
        dark = accent.moved(towards: .white, until: 6, on: Self.darkSurface)
    }

    var css: String {
        let bar = light.mixed(with: .black, 0.12)
        return """
            :root{--accent:\(light);--accent-strong:\(light.mixed(with: .black, 0.25));\
            --accent-soft:\(light.mixed(with: .white, 0.9));--accent-line:\(light.mixed(with: .white, 0.6));\
            --on-accent:#ffffff;--bar:\(bar);--on-bar:#ffffff;\(shades(light, on: .white))}
            @media screen and (prefers-color-scheme:dark){:root{--accent:\(dark);\
            --accent-strong:\(dark.mixed(with: .white, 0.3));--accent-soft:\(Self.darkSurface.mixed(with: dark, 0.14));\
            --accent-line:\(Self.darkSurface.mixed(with: dark, 0.45));--on-accent:#10151c;\
            --bar:\(light.mixed(with: .black, 0.45));--on-bar:#ffffff;\(shades(dark, on: Self.darkSurface))}}
            """
    }

    /// Grounds between the surface and the accent; body text stays readable on each of them.
    private func shades(_ accent: Colour, on surface: Colour) -> String {
        Self.shades.enumerated().map { "--shade-\($0 + 1):\(surface.mixed(with: accent, $1))" }.joined(separator: ";")
    }

    static let shades = [0.12, 0.24, 0.4]
}
