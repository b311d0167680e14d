import Messages
import PluginKit

// An invented plug-in that keeps a row for every time something took effect, so that what is lost, doubled or out of order shows.

struct Told: Event {
    static let name: WireName = "tally.told.v1"
    static let reach = Reach.network
    var box: String
    var number: Int
    /// Makes it as heavy as wanted.
    var pad: String
    var subject: String { box }
}

struct Tell: Command {
    typealias Reply = Done
    static let name: WireName = "tally.tell.v1"
    var numbers: [Int]
    var pad: Int
}

/// Goes from site to site.
struct Charge: Command {
    typealias Reply = Done
    static let name: WireName = "tally.charge.v1"
    static let reach = Reach.network
    var number: Int
}

struct SendCharge: Command {
    typealias Reply = Done
    static let name: WireName = "tally.send-charge.v1"
    var number: Int
    var to: String
}

/// What took effect, in its order.
struct Counted: Query {
    struct Line: Codable, Sendable, Hashable {
        var site: String
        var box: String
        var number: Int
    }
    struct Reply: Codable, Sendable {
        /// Told here.
        var told: [Int]
        /// Heard of others.
        var heard: [Line]
        /// Charges obeyed here.
        var charged: [Int]
        /// Charges that were sent from here, by what became of them.
        var sent: [String: Int]
    }
    static let name: WireName = "tally.counted.v1"
}

struct Tally: Plugin {
    static let manifest = Manifest(id: "tally", title: "计数", version: "1.0.0")
    /// Three subjects, so that their order can be told apart.
    static func box(_ number: Int) -> String { "box \(number % 3)" }

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.migrations([
            Migration(
                1, "create tally",
                """
                CREATE TABLE told (n INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;
                CREATE TABLE heard (n INTEGER PRIMARY KEY, site TEXT NOT NULL, box TEXT NOT NULL, number INTEGER NOT NULL) STRICT;
                CREATE TABLE charged (n INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;
                """)
        ])
        plugin.holdsNoPersonalData()
        plugin.announces(Told.self, titled: "计数")
        plugin.sends(Charge.self)
        plugin.handle(Tell.self, access: .system) { tell, tx in
            for number in tell.numbers {
                try tx.run("INSERT INTO told (number) VALUES (?)", number)
                try tx.announce(Told(box: box(number), number: number, pad: String(repeating: "补", count: tell.pad)))
            }
            return Done()
        }
        plugin.handle(SendCharge.self, access: .system) { send, tx in
            try tx.send(Charge(number: send.number), to: .site(send.to), subject: box(send.number))
            return Done()
        }
        plugin.handle(Charge.self, access: .system) { charge, tx in
            try tx.run("INSERT INTO charged (number) VALUES (?)", charge.number)
            return Done()
        }
        plugin.react(to: Told.self, from: .network) { told, tx in
            try tx.run("INSERT INTO heard (site, box, number) VALUES (?, ?, ?)", tx.envelope.site, told.box, told.number)
        }
        plugin.answer(Counted.self, access: .anyone) { _, snapshot in
            let numbers = { (sql: String) in try snapshot.rows(sql) { try $0.get(0, as: Int.self) } }
            var sent: [String: Int] = [:]
            for one in try snapshot.store.sentLately(limit: 1_000_000) { sent[one.state.rawValue, default: 0] += 1 }
            return Counted.Reply(
                told: try numbers("SELECT number FROM told ORDER BY n"),
                heard: try snapshot.rows("SELECT site, box, number FROM heard ORDER BY n") {
                    Counted.Line(site: try $0.get(0, as: String.self), box: try $0.get(1, as: String.self), number: try $0.get(2, as: Int.self))
                },
                charged: try numbers("SELECT number FROM charged ORDER BY n"), sent: sent)
        }
    }
}
