import PluginKit

/// The smallest complete plug-in: one table, one command, one query, one event, two routes, one page with a form.
struct Notes: Plugin {
    static let manifest = Manifest(id: "notes", title: "便签", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.migrations([
            Migration(1, "create note", "CREATE TABLE note (id BLOB PRIMARY KEY, text TEXT NOT NULL) STRICT")
        ])
        plugin.holdsNoPersonalData()
        plugin.announces(NoteAdded.self, titled: "新增便签")
        plugin.handle(AddNote.self, access: .role(.windowStaff)) { message, tx in
            guard (1...200).contains(message.text.count) else { throw noteLength(message.text.count) }
            let added = NoteAdded(id: tx.newID(), text: message.text)
            try tx.run("INSERT INTO note VALUES (?, ?)", added.id, added.text)
            try tx.announce(added)
            return added
        }
        plugin.answer(FindNotes.self, access: .anyone) { _, snapshot in
            FindNotes.Reply(
                notes: try snapshot.rows("SELECT text FROM note ORDER BY id DESC LIMIT 50") { try $0.get(0) })
        }
        plugin.expose(AddNote.self, as: .post("/notes"), titled: "新增便签")
        plugin.expose(FindNotes.self, as: .get("/notes"), titled: "查看便签")
        plugin.navigation("便签", "/list", note: "写下并查看便签", icon: .document)
        plugin.page("/list", access: .anyone) { request, context in .page(try page(request, context)) }
        plugin.post("/list", access: .role(.windowStaff)) { request, context in
            do {
                _ = try await context.tell(AddNote(text: request.fields["text"] ?? ""))
                return .redirect(to: "\(request.base)/list", notice: "便签已保存。")
            } catch let refusal as Refusal {
                return .page(try page(request, context, refusal))
            }
        }
    }

    private static func page(_ request: PageRequest, _ context: PageContext, _ refusal: Refusal? = nil) throws -> Page {
        let notes = try context.ask(FindNotes()).notes
        return Page(status: refusal?.status ?? 200, title: "便签") {
            if notes.isEmpty { EmptyState("还没有便签", hint: "保存的便签会列在这里。") }
            ul { for note in notes { li(note) } }
            if request.actor.holds(.windowStaff) {
                Form(post: "\(request.base)/list", of: request, refusal: refusal, submit: "保存") { form in
                    form.text("text", "内容", hint: "1 至 200 字", required: true)
                }
            }
        }
    }

    private static func noteLength(_ count: Int) -> Refusal {
        Refusal(
            "notes.length", status: 422, message: "便签应为 1 至 200 字，现为 \(count) 字。请修改后重新保存。",
            log: "note of \(count) characters",
            faults: [.init(field: "text", value: "\(count) 字", message: "应为 1 至 200 字，请修改。")])
    }
}
