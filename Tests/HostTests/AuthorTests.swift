import Bus
import Messages
import PluginKit
import Testing
import Vocabulary

@testable import Host

/// `plugin check` reads what a package says; no number in it may end the check.
@Suite("plugin check：插件包所写的数")
struct AuthorTests {
    private let place = Workplace()

    @Test("A length that no message can have makes no message of that length", arguments: [Int.min, -1, 2000, Int.max - 1, Int.max])
    func lengths(most: Int) {
        var list = Schema(.array(.string))
        list.maxLength = most
        let variants = MessageVariants(list, most: 60)
        #expect(!variants.broken.isEmpty)
        #expect((variants.good + variants.broken).allSatisfy { ($0.value.array?.count ?? 0) <= 2 })
    }

    @Test("Edges are stepped over: one element too many, and a text whose longest is the largest number")
    func edges() {
        var list = Schema(.array(.string))
        list.maxLength = 3
        #expect(MessageVariants(list, most: 60).broken.contains { $0.value.array?.count == 4 })
        var text = Schema.string
        text.maxLength = .max
        #expect(!MessageVariants(text, most: 60).good.isEmpty)
    }

    @Test("A number that no entry has is no entry, whatever it is")
    func places() throws {
        let notes = InstalledPlugin(Notes.self)
        let declaration = Declaration(try notes.blueprint(settings: .object([]), reference: .empty), settings: notes.settingsSchema)
        let host = try FakeHost(declaration, folder: place.folder, settings: .object([]), reference: nil, heard: []) { _ in throw CancellationError() }
        host.announce([host.told("check.grown.v1", .object([]), subject: "check/1")], in: "check")
        for seq in [Int64.min, -1, 0, 2, Int64.max] {
            host.withdraw("check", seq)
            #expect(host.entry("check", seq)?.subject == nil)
        }
        #expect(host.entry("check", 1)?.isSilent == false)
        host.withdraw("check", 1)
        #expect(host.entry("check", 1)?.isSilent == true)
    }
}
