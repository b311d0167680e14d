import PluginKit
import TestKit
import Testing

@Suite("The smallest complete plug-in")
struct NotesTests {
    @Test("a note is kept, announced, found and shown")
    func keepsNotes() async throws {
        let site = try await TestSite(Notes.self)
        let reply = try await site.post("/notes/list", [("text", "周五前走访三家企业")], as: .window("430181"))
        guard case .redirect(let path, _) = reply else { return #expect(Bool(false), "\(reply)") }
        #expect(path == "/test/notes/list")
        #expect(try site.ask(FindNotes()).notes == ["周五前走访三家企业"])
        #expect(try site.events(NoteAdded.self).map(\.text) == ["周五前走访三家企业"])
    }

    @Test(
        "a note of the wrong length is refused at its field, and nothing is kept",
        arguments: ["", String(repeating: "长", count: 201)])
    func refusesLength(text: String) async throws {
        let site = try await TestSite(Notes.self)
        let refusal = await #expect(throws: Refusal.self) {
            try await site.tell(AddNote(text: text), as: .window("430181"))
        }
        #expect(refusal?.faults.map(\.field) == ["text"])
        #expect(try site.ask(FindNotes()).notes.isEmpty)
        #expect(try site.events(NoteAdded.self).isEmpty)
    }

    @Test("only window staff may write")
    func checksAccess() async throws {
        let site = try await TestSite(Notes.self)
        await #expect(throws: Refusal.self) { try await site.tell(AddNote(text: "x"), as: .visitor) }
    }
}
