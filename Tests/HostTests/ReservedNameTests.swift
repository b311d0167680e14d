import Gateway
import Messages
import PluginKit
import Testing

@testable import Host

@Suite("Names that no plug-in may take")
struct ReservedNameTests {
    /// Called as the gateway's own door to tokens.
    struct Impostor: Plugin {
        static let manifest = Manifest(id: "oauth", title: "冒名", version: "1.0.0")
        static func register(in plugin: inout Registration<NoSettings>) {
            plugin.holdsNoPersonalData()
            plugin.page("/", access: .anyone) { _, _ in .redirect(to: "/") }
        }
    }

    @Test("whatever the gateway serves itself is on the list, and sites may not be called as a place of the host")
    func list() {
        for name in [
            "oauth", "exchange", "console", "api", "login", "logout", "me", "assets", "health", "files", "openapi.json", "search", "password",
            "sessions", "second-factor", "emergency", "drafts", "consents", "login-code", "trunk", "identity",
        ] {
            #expect(Gateway.ownNames.contains(name), "\(name)")
        }
        for place in Gateway.hostPlaces.map({ $0.replacing(".", with: "") }) { #expect(SiteID.reserved.contains(place), "\(place)") }
        for plugin in ["registry", "market", "school", "hotline"] { #expect(!Gateway.ownNames.contains(plugin)) }
    }

    @Test("a plug-in of such a name is refused when the site is put together, and where its file lies")
    func refused() throws {
        let card = RunningHost.card("aa", "甲站")
        #expect {
            try Site.blueprints(
                card: card, settings: ["oauth": .object([])], installed: [InstalledPlugin(Impostor.self)], reference: try ReferenceData.loadLocated())
        } throws: { error in
            (error as? Refusal)?.faults.map(\.field) == ["plugins/oauth"] && (error as? Refusal)?.faults.first?.message.contains("网关自用") == true
        }
        let place = Workplace()
        try place.fill()
        try place.write("Configs/sites/hunan/plugins/oauth.json5", "{}")
        let problems = place.problems(plugins: [KnownPlugin(InstalledPlugin(Impostor.self))])
        #expect(problems.contains { $0.contains("oauth.json5") && $0.contains("网关自用") })
    }
}
