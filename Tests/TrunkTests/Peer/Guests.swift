import Messages
import PluginKit
import Vocabulary

// An invented plug-in whose events tell other sites a telephone number, for a stated purpose.

struct GuestMet: Event {
    static let name: WireName = "guests.met.v1"
    static let reach = Reach.network
    static let discloses: PersonalDisclosure? = PersonalDisclosure(purpose: "回访", fields: ["/mobile"])
    var mobile: Personal<Mobile>
    var subject: String { "guests" }
}

struct MeetGuest: Command {
    typealias Reply = Done
    static let name: WireName = "guests.meet.v1"
    var person: String
    var mobile: String
}

/// From now on an open matter holds everybody's data, or no longer.
struct HoldGuests: Command {
    typealias Reply = Done
    static let name: WireName = "guests.hold.v1"
    var isHeld: Bool
}

struct GuestList: Query {
    struct Line: Codable, Sendable, Hashable {
        var site: String
        var person: String
        var isReadable: Bool
    }
    typealias Reply = [Line]
    static let name: WireName = "guests.list.v1"
}

struct Guests: Plugin {
    static let manifest = Manifest(id: "guests", title: "访客", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.migrations([
            Migration(
                1, "create guest",
                """
                CREATE TABLE guest (n INTEGER PRIMARY KEY, site TEXT NOT NULL, person TEXT NOT NULL, mobile TEXT NOT NULL) STRICT;
                CREATE TABLE hold (n INTEGER PRIMARY KEY) STRICT;
                """)
        ])
        plugin.privacy(
            export: { _, _ in [] },
            erase: { person, tx in
                if try tx.value("SELECT count(*) FROM hold", as: Int.self) ?? 0 > 0 { return .held(reason: "案件尚未办结。") }
                try tx.run("DELETE FROM guest WHERE person = ?", person.description)
                return .done
            })
        plugin.announces(GuestMet.self, titled: "来访")
        plugin.handle(MeetGuest.self, access: .system) { meet, tx in
            guard let person = PersonID(meet.person), let mobile = Mobile(meet.mobile) else { throw Refusal.notFound }
            try tx.announce(GuestMet(mobile: Personal(mobile, of: person)))
            return Done()
        }
        plugin.handle(HoldGuests.self, access: .system) { hold, tx in
            try tx.run("DELETE FROM hold")
            if hold.isHeld { try tx.run("INSERT INTO hold DEFAULT VALUES") }
            return Done()
        }
        plugin.react(to: GuestMet.self, from: .network) { met, tx in
            try tx.run(
                "INSERT INTO guest (site, person, mobile) VALUES (?, ?, ?)", tx.envelope.site, met.mobile.person?.description ?? "",
                met.mobile.isErased ? "" : tx.seal(met.mobile))
        }
        plugin.answer(GuestList.self, access: .system) { _, snapshot in
            try snapshot.rows("SELECT site, person, mobile FROM guest ORDER BY n") { row in
                let text: String = try row.get(2)
                let isReadable = try !text.isEmpty && !snapshot.unseal(Mobile.self, text).isErased
                return GuestList.Line(site: try row.get(0, as: String.self), person: try row.get(1, as: String.self), isReadable: isReadable)
            }
        }
    }
}
