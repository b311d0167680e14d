import FoundationEssentials
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import Host

@Suite("Registrations that were found right before")
struct RegistrationBookTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/shuniu-book-\(UUID().uuidString)"

    /// Says nothing about personal data, so a look at its registration finds fault.
    private struct Silent: Plugin {
        static let manifest = Manifest(id: "silent", title: "无说明", version: "1.0.0")
        static func register(in plugin: inout Registration<NoSettings>) {}
    }

    private struct Clear: Plugin {
        static let manifest = Manifest(id: "clear", title: "有说明", version: "1.0.0")
        static func register(in plugin: inout Registration<NoSettings>) { plugin.holdsNoPersonalData() }
    }

    private func make(_ plugin: InstalledPlugin) throws -> Blueprint {
        try plugin.blueprint(settings: .object([]), reference: .empty)
    }

    @Test("What was found right is not looked into again by the same program; another program looks at everything anew")
    func remembered() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let book = RegistrationBook(dataFolder: folder, program: "program 1")
        _ = try make(InstalledPlugin(Clear.self).remembered(in: book))
        #expect(throws: Refusal.self) { try make(InstalledPlugin(Silent.self).remembered(in: book)) }
        book.save()
        let lines = try #require(PrivateFile.text(folder + "/_registrations")).split(separator: "\n")
        #expect(lines.count == 2 && lines[0] == "program 1" && lines[1].hasPrefix("clear "))
        #expect(PrivateFile.mode(folder + "/_registrations") == 0o600)

        // A fault that stands in the book as found right shows that nobody looks: with other settings, or by another program, somebody does.
        let name = try #require(lines.last).replacing("clear ", with: "silent ")
        try PrivateFile.replace(folder + "/_registrations", Array("program 1\n\(name)\n".utf8), mode: 0o600)
        let again = RegistrationBook(dataFolder: folder, program: "program 1")
        _ = try make(InstalledPlugin(Silent.self).remembered(in: again))
        let other = RegistrationBook(dataFolder: folder, program: "program 2")
        #expect(throws: Refusal.self) { try make(InstalledPlugin(Silent.self).remembered(in: other)) }
        #expect(throws: Refusal.self) { try make(InstalledPlugin(Silent.self)) }
    }

    @Test("A host writes the book at its first start and after a reload that enables more")
    func host() async throws {
        let running = try await RunningHost([RunningHost.site("a")])
        let path = running.folder + "/data/_registrations"
        func plugins() -> [String] { (PrivateFile.text(path) ?? "").split(separator: "\n").dropFirst().map { String($0.prefix { $0 != " " }) } }
        #expect(plugins() == ["notes"] && PrivateFile.text(path)?.hasPrefix(RegistrationBook.thisProgram + "\n") == true)
        try await running.reload { $0.sites = [try RunningHost.site("a", "甲站", ["notes": "{}", "memo": "{\"mark\":\"-\"}"])] }
        #expect(plugins() == ["memo", "notes"])
    }
}
