import FoundationEssentials
import Messages
import PluginKit
import TestKit
import Testing

@Suite("The conformance suite can fail")
struct ConformanceTests {
    let folder = FileManager.default.temporaryDirectory.path + "/conformance-\(UInt64.random(in: 0...UInt64.max))"

    private func write(_ path: String, _ text: String) throws {
        let path = folder + "/" + path
        try FileManager.default.createDirectory(
            atPath: String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private func writeGood() throws {
        let blueprint = try InstalledPlugin(Notes.self).blueprint(settings: .object([]), reference: .loadLocated())
        try write("Contracts/contract.json", String(decoding: blueprint.contract.json(), as: UTF8.self))
        try write("Tests/Fixtures/Messages/notes.add-note.v1.json", #"{"text":"周五前走访"}"#)
        try write("Tests/Fixtures/Messages/notes.add-note.v1.short.json", #"{"text":"走"}"#)
        try write("Tests/Fixtures/Messages/notes.find-notes.v1.json", "{}")
        try write(
            "Tests/Fixtures/Messages/notes.note-added.v1.json",
            #"{"id":"0190b6f2-0000-7000-8000-000000000001","text":"周五前走访"}"#)
    }

    private func problems(refusals: [String] = ["notes.length"], samples: [Conformance.Sample] = []) async throws -> [String] {
        try await Conformance(Notes.self, tests: folder + "/Tests/Any.swift", refusals: refusals, samples: samples).problems()
    }

    @Test("a plug-in that keeps every promise has no problem")
    func good() async throws {
        try writeGood()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try await problems(samples: [.init(AddNote(text: "一"), as: .window("430181"))]) == [])
    }

    @Test("everything missing is named at once")
    func missing() async throws {
        let found = try await problems(refusals: ["notes.length", "notes.length", "hotline.closed"])
        #expect(found.count == 6, "\(found)")
        #expect(found.contains { $0.contains("contract.json is missing") })
        #expect(found.contains { $0.contains("notes.find-notes.v1 has no golden file") })
        #expect(found.contains("refusal code notes.length stands twice in the list"))
        #expect(found.contains("refusal code hotline.closed does not begin with notes."))
    }

    @Test("a golden file that is not decoded, loses a member, or belongs to nothing is named; so is a refused sample")
    func broken() async throws {
        try writeGood()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("Tests/Fixtures/Messages/notes.add-note.v1.json", #"{"text":7}"#)
        try write("Tests/Fixtures/Messages/notes.find-notes.v1.json", #"{"author":"陈"}"#)
        try write("Tests/Fixtures/Messages/notes.gone.v1.json", "{}")
        let found = try await problems(samples: [.init(AddNote(text: ""), as: .window("430181"))])
        #expect(found.contains { $0.contains("notes.add-note.v1.json: is not decoded any more") })
        #expect(found.contains("golden file notes.find-notes.v1.json: /author is lost"))
        #expect(found.contains { $0.contains("notes.gone.v1.json belongs to no message") })
        #expect(found.contains { $0.hasPrefix("sample of notes.add-note.v1 is refused") })
        #expect(found.count == 4, "\(found)")
    }
}
