import Foundation
import Testing

@Suite("PROTOCOL.md")
struct ProtocolPageTests {
    private static let modules = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Modules")

    private static func text(_ path: String) throws -> String { try String(contentsOf: modules.appending(path: path), encoding: .utf8) }

    /// What a switch over verbs names.
    private static func verbs(_ path: String) throws -> Set<String> {
        let cases = try text(path).matches(of: /case ("[a-z-]+"(?:, "[a-z-]+")*):/).flatMap { $0.1.split(separator: ",") }
        return Set(cases.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " \"")) })
    }

    /// What a chapter's table and notes name.
    private static func named(_ chapter: String) throws -> Set<String> {
        let page = try text("Bus/PROTOCOL.md")
        let part = try #require(page.components(separatedBy: "\n### \(chapter)\n").dropFirst().first?.components(separatedBy: "\n### ").first)
        let rows = part.matches(of: /\n\| `([a-z-]+)` \|/).map { String($0.1) }
        let notes = part.matches(of: /(?:Notes:|[.] )`([a-z-]+)`(?: \(|: body)/).map { String($0.1) } + part.matches(of: /Notes: `([a-z-]+)`/).map { String($0.1) }
        return Set(rows + notes)
    }

    @Test("names every verb that a plug-in serves, and no other")
    func plugin() throws {
        let code = try Self.verbs("Bus/Process/PlugService.swift").union(Self.verbs("PluginKit/Process/PluginRuntime.swift"))
        #expect(try Self.named("Host → plug-in") == code)
    }

    @Test("names every verb that the host serves, and no other")
    func host() throws {
        let code = try Self.verbs("Host/Supervision/PluginSupervisor+service.swift").union(Self.verbs("Bus/Process/SiteBus+plugins.swift"))
        #expect(try Self.named("Plug-in → host") == code)
    }
}
