/// The files of a new plug-in's package.
struct PluginTemplate {
    var id: String
    var title: String
    /// A path or the address of a git repository.
    var kit: String

    /// `my-notes` → `MyNotes`
    private var type: String {
        id.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private var dependency: String {
        kit.contains("://") ? ".package(url: \"\(quoted(kit))\", branch: \"main\")" : ".package(path: \"\(quoted(kit))\")"
    }

    /// As SwiftPM calls it: the last part of the path.
    private var identity: String {
        let last = kit.split(separator: "/").last.map(String.init) ?? kit
        return (last.hasSuffix(".git") ? String(last.dropLast(4)) : last).lowercased()
    }

    private func quoted(_ text: String) -> String { text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") }

    var files: [(path: String, text: String)] {
        [
            ("Package.swift", package), ("Sources/\(type)/Messages.swift", messages), ("Sources/\(type)/\(type).swift", plugin),
            ("Tests/\(type)Tests/\(type)Tests.swift", tests), ("README.md", readme), (".gitignore", ".build\npackage\n*.tar\n"),
        ]
    }

    private var package: String {
        """
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
            name: "\(id)",
            platforms: [.macOS(.v15)],
            dependencies: [\(dependency)],
            targets: [
                .executableTarget(name: "\(type)", dependencies: [.product(name: "PluginKit", package: "\(identity)")]),
                .testTarget(
                    name: "\(type)Tests",
                    dependencies: ["\(type)", .product(name: "PluginKit", package: "\(identity)"), .product(name: "TestKit", package: "\(identity)")]),
            ]
        )

        """
    }

    private var messages: String {
        """
        import PluginKit

        /// Keeps a note of at most 200 characters.
        struct AddNote: Command, SchemaRefining {
            static let name: WireName = "\(id).add-note.v1"
            typealias Reply = NoteAdded
            var text: String

            static func refine(_ schema: inout Schema) { schema.limit("text", "内容", 1...200) }
        }

        /// The newest notes first, at most 50.
        struct FindNotes: Query {
            static let name: WireName = "\(id).find-notes.v1"
            struct Reply: Codable, Sendable { var notes: [String] }
        }

        struct NoteAdded: Event {
            static let name: WireName = "\(id).note-added.v1"
            var id: MessageID
            var text: String
            var subject: String { "note/\\(id)" }
        }

        """
    }

    private var plugin: String {
        """
        import PluginKit

        @main
        struct Program {
            static func main() async { await PluginProcess.run(\(type).self) }
        }

        /// The whole plug-in: one table, one command, one query, one event, two routes, one page with a form.
        struct \(type): Plugin {
            static let manifest = Manifest(id: "\(id)", title: "\(quoted(title))", version: "1.0.0")

            static func register(in plugin: inout Registration<NoSettings>) {
                plugin.migrations([
                    Migration(1, "create note", "CREATE TABLE note (id BLOB PRIMARY KEY, text TEXT NOT NULL) STRICT")
                ])
                plugin.holdsNoPersonalData()
                plugin.announces(NoteAdded.self, titled: "新增便签")
                plugin.handle(AddNote.self, access: .role(.windowStaff)) { message, tx in
                    let added = NoteAdded(id: tx.newID(), text: message.text)
                    try tx.run("INSERT INTO note VALUES (?, ?)", added.id, added.text)
                    try tx.announce(added)
                    return added
                }
                plugin.answer(FindNotes.self, access: .anyone) { _, snapshot in
                    FindNotes.Reply(notes: try snapshot.rows("SELECT text FROM note ORDER BY id DESC LIMIT 50") { try $0.get(0) })
                }
                plugin.expose(AddNote.self, as: .post("/notes"), titled: "新增便签", example: AddNote(text: "周五走访三家企业"))
                plugin.expose(FindNotes.self, as: .get("/notes"), titled: "查看便签")
                plugin.navigation("\(quoted(title))", "/list", note: "写下并查看便签", icon: .document)
                plugin.page("/list", access: .anyone) { request, context in .page(try page(request, context)) }
                plugin.post("/list", access: .role(.windowStaff)) { request, context in
                    let text = request.fields["text"] ?? ""
                    guard (1...200).contains(text.count) else { return .page(try page(request, context, noteLength(text.count))) }
                    _ = try await context.tell(AddNote(text: text))
                    return .redirect(to: "\\(request.base)/list", notice: "便签已保存。")
                }
            }

            private static func page(_ request: PageRequest, _ context: PageContext, _ refusal: Refusal? = nil) throws -> Page {
                let notes = try context.ask(FindNotes()).notes
                return Page(status: refusal?.status ?? 200, title: "\(quoted(title))") {
                    if notes.isEmpty { EmptyState("还没有便签", hint: "保存的便签会列在这里。") }
                    ul { for note in notes { li(note) } }
                    if request.actor.holds(.windowStaff) {
                        Form(post: "\\(request.base)/list", of: request, refusal: refusal, submit: "保存") { form in
                            form.text("text", "内容", hint: "1 至 200 字", required: true)
                        }
                    }
                }
            }

            private static func noteLength(_ count: Int) -> Refusal {
                Refusal(
                    "\(id).length", status: 422, message: "便签应为 1 至 200 字，现为 \\(count) 字。请修改后重新保存。", log: "note of \\(count) characters",
                    faults: [.init(field: "text", value: "\\(count) 字", message: "应为 1 至 200 字，请修改。")])
            }
        }

        """
    }

    /// Put together here, because the house's own check of imports reads lines.
    private var testImports: String {
        (["PluginKit", "TestKit", "Testing"].map { "import \($0)" } + ["", "@testable import \(type)"]).joined(separator: "\n")
    }

    private var tests: String {
        """
        \(testImports)

        @Suite("\(quoted(title))")
        struct \(type)Tests {
            @Test("a note is kept, announced, found and shown")
            func keepsNotes() async throws {
                let site = try await TestSite(\(type).self)
                let reply = try await site.post("/\(id)/list", [("text", "周五前走访三家企业")], as: .window("430181"))
                guard case .redirect(let path, _) = reply else { return #expect(Bool(false), "\\(reply)") }
                #expect(path == "/test/\(id)/list")
                #expect(try site.ask(FindNotes()).notes == ["周五前走访三家企业"])
                #expect(try site.events(NoteAdded.self).map(\\.text) == ["周五前走访三家企业"])
            }
        }

        """
    }

    private var readme: String {
        """
        # \(title)

        A plug-in for Shuniu 枢纽.

        ```sh
        swift build && swift test
        swift build -c release --static-swift-stdlib
        mkdir -p package && cp .build/release/\(type) package/
        shuniu plugin pack package --program \(type)     # \(id)-1.0.0.tar
        shuniu plugin check \(id)-1.0.0.tar
        shuniu plugin install \(id)-1.0.0.tar --unsigned
        shuniu enable \(id) --site <site>
        ```

        """
    }
}
