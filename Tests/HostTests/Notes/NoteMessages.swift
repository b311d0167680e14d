import Messages

/// Keeps a note of at most 200 characters.
struct AddNote: Command {
    static let name: WireName = "notes.add-note.v1"
    typealias Reply = NoteAdded
    var text: String
}

/// The newest notes first, at most 50.
struct FindNotes: Query {
    static let name: WireName = "notes.find-notes.v1"
    struct Reply: Codable, Sendable { var notes: [String] }
}

struct NoteAdded: Event {
    static let name: WireName = "notes.note-added.v1"
    var id: MessageID
    var text: String
    var subject: String { "note/\(id)" }
}
