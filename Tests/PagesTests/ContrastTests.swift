import Pages
import Testing

@Suite("Colours can be read")
struct ContrastTests {
    @Test(
        "contrast follows WCAG 2.2",
        arguments: [
            ("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.478),
            ("#767676", "#ffffff", 4.542),
            ("#ff0000", "#ffffff", 3.998), ("#0000ff", "#ffffff", 8.592), ("#1d4f91", "#ffffff", 8.141),
        ])
    func contrastIsKnown(first: String, second: String, expected: Double) throws {
        let (a, b) = (try #require(Colour(first)), try #require(Colour(second)))
        #expect(abs(contrast(a, b) - expected) < 0.002)
        #expect(contrast(a, b) == contrast(b, a))
    }

    @Test(
        "what is not #rrggbb is no colour",
        arguments: ["", "#fff", "red", "#12345g", "123456#", "#+12345", "#1234567", "＃123456"])
    func badColours(text: String) { #expect(Colour(text) == nil) }

    @Test(
        "any accent becomes readable, light and dark, as text and under text",
        arguments: ["#1d4f91", "#c8102e", "#ffd400", "#ffffff", "#000000", "#00a86b", "#7a3e9d", "#808080"])
    func accentIsReadable(accent: String) throws {
        let theme = Theme(accent: try #require(Colour(accent)))
        let (ground, surface) = (try #require(Colour("#f3f5f8")), try #require(Colour("#1b212a")))
        let onDark = try #require(Colour("#10151c"))
        #expect(contrast(theme.light, .white) >= 4.5)
        #expect(contrast(theme.light, ground) >= 4.5)
        #expect(contrast(theme.dark, surface) >= 4.5)
        #expect(contrast(theme.dark, onDark) >= 4.5)
    }

    /// The declarations of the sheet's first block of a kind.
    private func tokens(after marker: String) throws -> [String: Colour] {
        let sheet = String(decoding: Assets.stylesheet.bytes, as: UTF8.self)
        let start = try #require(sheet.firstRange(of: marker)).upperBound
        let block = sheet[start...].prefix { $0 != "}" }
        return block.split(separator: ";").reduce(into: [:]) { tokens, line in
            let parts = line.split(separator: ":").map { $0.trimmingPrefix(while: \.isWhitespace) }
            if parts.count == 2, let colour = Colour(String(parts[1])) { tokens[String(parts[0])] = colour }
        }
    }

    @Test(
        "every text colour reaches 4.5 : 1 on its ground, every control border 3 : 1",
        arguments: [":root{", "@media screen and (prefers-color-scheme:dark){:root{"])
    func tokensAreReadable(marker: String) throws {
        let tokens = try tokens(after: marker)
        let pairs: [(String, String, Double)] =
            [
                ("text", "ground", 7), ("text", "surface", 7), ("text", "sunken", 7), ("muted", "ground", 4.5),
                ("muted", "surface", 4.5),
                ("muted", "sunken", 4.5), ("accent", "surface", 4.5), ("accent", "ground", 4.5),
                ("accent", "accent-soft", 4.5),
                ("on-accent", "accent", 4.5), ("on-bar", "bar", 4.5), ("line-strong", "surface", 3),
                ("text", "shade-1", 4.5),
                ("text", "shade-2", 4.5), ("text", "shade-3", 4.5), ("danger", "surface", 4.5),
                ("text", "danger-soft", 7),
            ] + ["info", "success", "warning", "danger", "neutral"].map { ($0, "\($0)-soft", 4.5) }
        for (text, ground, least) in pairs {
            let (a, b) = (
                try #require(tokens["--\(text)"], "\(text)"), try #require(tokens["--\(ground)"], "\(ground)")
            )
            #expect(contrast(a, b) >= least, "\(text) on \(ground): \(contrast(a, b))")
        }
    }

    @Test("an asset's address changes with its content and only then")
    func assetNames() {
        #expect(Assets.theme(accent: "#1d4f91").path == Assets.theme(accent: "#1D4F91").path)
        #expect(Assets.theme(accent: "#1d4f91").path != Assets.theme(accent: "#c8102e").path)
        #expect(Assets.theme(accent: "no colour").path == Assets.theme(accent: "#1d4f91").path)
        for asset in Assets.all {
            #expect(asset.path.hasPrefix("/assets/") && asset.bytes.isEmpty == false)
            #expect(asset.path.wholeMatch(of: /\/assets\/[a-z]+-[0-9a-f]{16}\.(css|js|svg)/) != nil)
        }
    }

    @Test("the style sheet loads nothing from elsewhere")
    func noOutsideSources() {
        let sheet = String(decoding: Assets.stylesheet.bytes, as: UTF8.self)
        #expect(!sheet.contains("@import") && !sheet.contains("url("))
        #expect(sheet.count { $0 == "{" } == sheet.count { $0 == "}" })
        for feature in ["prefers-color-scheme:dark", "prefers-contrast:more", "@media print", "focus-visible"] {
            #expect(sheet.contains(feature))
        }
    }
}
