import PluginKit
import TestKit

/// A plug-in that uses every manner of the API: a list, a resource with a version, an old message beside a new one, attachments.
struct Shelves: Plugin {
    static let manifest = Manifest(id: "shelves", title: "书架", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.migrations([
            Migration(1, "create book", "CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT NOT NULL, digest TEXT, owner TEXT) STRICT")
        ])
        plugin.holdsNoPersonalData()
        plugin.handle(AddBook.self, access: .role(.windowStaff)) { message, tx in
            if let digest = message.digest, tx.attachmentSize(digest) == nil { throw Refusal.notFound }
            try tx.run("INSERT INTO book (title, digest, owner) VALUES (?, ?, ?)", message.title, message.digest, tx.actor.id)
            return Book(id: try tx.value("SELECT max(id) FROM book") ?? 0, title: message.title)
        }
        plugin.handle(RenameBook.self, access: .role(.windowStaff)) { message, tx in
            guard try tx.run("UPDATE book SET title = ? WHERE id = ?", message.title, message.id) == 1 else { throw Refusal.notFound }
            return Book(id: message.id, title: message.title)
        }
        plugin.answer(GetBook.self, access: .anyone, book)
        plugin.answer(GetBookV2.self, access: .anyone) { query, snapshot in try book(GetBook(id: query.id), snapshot) }
        plugin.answer(FindBooks.self, access: .anyone) { query, snapshot in
            let limit = try query.checkedLimit()
            let books = try snapshot.rows(
                "SELECT id, title FROM book WHERE id > ? ORDER BY id LIMIT ?", try query.after?.position(Int.self) ?? 0, limit + 1
            ) { Book(id: try $0.get(0), title: try $0.get(1)) }
            return try Listing(probing: books, limit: limit) { $0.id }
        }
        plugin.expose(AddBook.self, as: .post("/books"), titled: "新书上架", example: AddBook(title: "示例"))
        plugin.expose(RenameBook.self, as: .put("/books/{id}"), titled: "改名", changing: { GetBook(id: $0.id) })
        plugin.expose(
            GetBook.self, as: .get("/books/{id}"), titled: "查看图书",
            deprecated: .init(since: Day(year: 2026, month: 3, day: 1) ?? .first, sunset: Day(year: 2027, month: 3, day: 1)))
        plugin.expose(GetBookV2.self, as: .get("/v2/books/{id}"), titled: "查看图书（新版）")
        plugin.expose(FindBooks.self, as: .get("/books"), titled: "查找图书")
        plugin.attachments(upload: .role(.windowStaff)) { digest, snapshot in
            try snapshot.first(
                "SELECT title FROM book WHERE digest = ? AND owner = ?", digest, snapshot.actor.id
            ) { Attachment(digest: digest, size: 5008, name: try $0.get(0) + ".pdf", type: .pdf) }
        } keeps: { digest, snapshot in
            let found: Int? = try snapshot.value("SELECT 1 FROM book WHERE digest = ?", digest)
            return found != nil
        }
    }

    private static func book(_ query: GetBook, _ snapshot: Snapshot) throws -> Book {
        let found = try snapshot.first("SELECT id, title FROM book WHERE id = ?", query.id) {
            Book(id: try $0.get(0), title: try $0.get(1))
        }
        guard let found else { throw Refusal.notFound }
        return found
    }
}

struct Book: Codable, Sendable {
    var id: Int
    var title: String
}

struct AddBook: Command, SchemaRefining {
    typealias Reply = Book
    static let name: WireName = "shelves.add-book.v1"
    var title: String
    var digest: String?

    static func refine(_ schema: inout Schema) { schema.limit("title", "书名", 1...100) }
}

struct RenameBook: Command, SchemaRefining {
    typealias Reply = Book
    static let name: WireName = "shelves.rename-book.v1"
    var id: Int
    var title: String

    static func refine(_ schema: inout Schema) { schema.limit("title", "书名", 1...100) }
}

struct GetBook: Query {
    typealias Reply = Book
    static let name: WireName = "shelves.get-book.v1"
    var id: Int
}

struct GetBookV2: Query {
    typealias Reply = Book
    static let name: WireName = "shelves.get-book.v2"
    var id: Int
}

struct FindBooks: ListQuery, SchemaRefining {
    typealias Item = Book
    typealias Reply = Listing<Book>
    static let name: WireName = "shelves.find-books.v1"
    var after: Cursor?
    var limit: Int?

    static func refine(_ schema: inout Schema) { refineLimit(&schema) }
}
