import Bus
import Foundation
import Gateway
import Messages
import Network
import Store
import Testing

@testable import Host

/// What the three files in `Notes` are enough for, over real TLS.
@Suite("三个文件的插件")
struct SmallestPluginTests {
    @Test("three files under 120 lines")
    func size() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Notes")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count == 3)
        let lines = try files.map { try String(contentsOf: $0, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false).count }
        #expect(lines.reduce(0, +) < 120)
    }

    @Test("they get a route, a page, a table, an event, a schema in the OpenAPI description and an access rule")
    func whole() async throws {
        let running = try await RunningHost([RunningHost.site("aa")])
        let bus = try running.site("aa").bus
        _ = try await bus.tell(AddNote(text: "周五前走访"), as: .system("test"))

        let route = try await running.get("/api/aa/notes/notes")
        #expect(route.status == 200)
        #expect(try JSONValue(parsing: route.body)["notes"] == ["周五前走访"])
        #expect(try await running.get("/aa/notes/list").text.contains("周五前走访"))

        let (rows, events) = try StoreView(path: running.folder + "/data/aa/notes.sqlite").read { snapshot in
            (try snapshot.value("SELECT count(*) FROM note") as Int?, try snapshot.log(after: 0, limit: 10).map(\.type.description))
        }
        #expect(rows == 1)
        #expect(events == ["notes.note-added.v1"])

        let description = try JSONValue(parsing: try await running.get("/api/openapi.json").body)
        let path = description["paths"]?["/api/aa/notes/notes"]
        #expect(path?["get"]?["operationId"] == "notes.find-notes.v1")
        #expect(path?["post"]?["operationId"] == "notes.add-note.v1")
        let sent = path?["post"]?["requestBody"]?["content"]?["application/json"]?["schema"]
        #expect(sent != nil)
        #expect(String(decoding: description.serialized(), as: UTF8.self).contains("\"text\":{"), "the member has no schema")

        // Closed unless stated: whoever is not signed in may read, and not write.
        let rules = try running.site("aa").face.accessRules
        #expect(try #require(rules.first { $0.address == "api GET /notes/notes" }).allows(.visitor))
        #expect(!(try #require(rules.first { $0.address == "api POST /notes/notes" }).allows(.visitor)))
        #expect(!(try #require(rules.first { $0.address == "page POST /notes/list" }).allows(.visitor)))
    }
}
