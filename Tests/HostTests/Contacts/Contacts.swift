import PluginKit

/// A plug-in that keeps persons, in every place where something is kept: an event, a sealed column, an open column, a job, a reply.
struct Contacts: Plugin {
    static let manifest = Manifest(id: "contacts", title: "联系人", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.migrations([
            Migration(
                1, "create contact",
                "CREATE TABLE contact (person TEXT PRIMARY KEY, mobile TEXT NOT NULL, note TEXT NOT NULL) STRICT")
        ])
        plugin.announces(ContactAdded.self, titled: "登记联系人")
        plugin.handle(AddContact.self, access: .role(.windowStaff)) { message, tx in
            guard let person = PersonID(tx.newID().description) else { throw Refusal.notFound }
            let mobile = message.mobile.of(person)
            let name = message.name.of(person)
            try tx.run("INSERT INTO contact VALUES (?, ?, ?)", person.description, try tx.seal(mobile), message.note)
            // A key made in this very transaction is found again.
            guard try !tx.unseal(Mobile.self, tx.seal(mobile)).isErased else { throw Refusal.notFound }
            let added = ContactAdded(person: person, name: name, mobile: mobile)
            try tx.announce(added)
            try tx.enqueue(Greet(mobile: mobile), after: .seconds(3600))
            return added
        }
        plugin.answer(GetContact.self, access: .role(.windowStaff)) { query, snapshot in
            let mobile: String? = try snapshot.value("SELECT mobile FROM contact WHERE person = ?", query.person.description)
            return GetContact.Reply(mobile: try mobile.map { try snapshot.unseal(Mobile.self, $0) })
        }
        plugin.perform(Greet.self) { _, _ in }
        plugin.privacy(
            export: { person, snapshot in
                try snapshot.rows("SELECT mobile, note FROM contact WHERE person = ?", person.description) { row in
                    let mobile = try snapshot.unseal(Mobile.self, row.get(0)).reveal(by: .init(purpose: "查阅", holder: "test"))
                    return PersonalRecord(
                        title: "联系人", values: [.init("手机", mobile?.digits ?? "（已删除）"), .init("备注", try row.get(1))], basis: "测试")
                }
            },
            erase: { person, tx in
                let note: String? = try tx.value("SELECT note FROM contact WHERE person = ?", person.description)
                if note == "涉诉" { return .held(reason: "该事项正在办理，办结后方可删除。") }
                try tx.run("DELETE FROM contact WHERE person = ?", person.description)
                return .done
            })
        plugin.expose(AddContact.self, as: .post("/contacts"), titled: "登记联系人")
    }
}

/// Hears the other's event and keeps the name in an event of its own.
struct Mirror: Plugin {
    static let manifest = Manifest(id: "mirror", title: "抄送", version: "1.0.0", needs: ["contacts"])

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.announces(NameSeen.self, titled: "收到联系人")
        plugin.react(to: ContactAdded.self) { event, tx in
            guard !event.name.isErased else { return }
            try tx.announce(NameSeen(name: event.name))
        }
        plugin.privacy(export: { _, _ in [] }, erase: { _, _ in .done })
    }
}

struct AddContact: Command {
    static let name: WireName = "contacts.add-contact.v1"
    typealias Reply = ContactAdded
    var name: Personal<String>
    var mobile: Personal<Mobile>
    var note: String
}

struct ContactAdded: Event {
    static let name: WireName = "contacts.contact-added.v1"
    var person: PersonID
    var name: Personal<String>
    var mobile: Personal<Mobile>
    var subject: String { "contact/\(person)" }
}

struct GetContact: Query {
    static let name: WireName = "contacts.get-contact.v1"
    struct Reply: Codable, Sendable { var mobile: Personal<Mobile>? }
    var person: PersonID
}

struct NameSeen: Event {
    static let name: WireName = "mirror.name-seen.v1"
    var name: Personal<String>
    var subject: String { "name" }
}

struct Greet: Job {
    static let name = "greet"
    var mobile: Personal<Mobile>
}
