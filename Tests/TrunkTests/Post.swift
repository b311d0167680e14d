import Bus
import Messages
import PluginKit
import Store
import TestKit

// A small invented plug-in for these tests: what is posted at one site is heard at others; orders go from site to site.

struct Posted: Event {
    static let name: WireName = "post.posted.v1"
    static let reach = Reach.network
    var box: String
    var text: String
    var subject: String { box }
}

struct Reported: Event {
    static let name: WireName = "post.reported.v1"
    static let reach = Reach.upward
    var box: String
    var text: String
    var subject: String { box }
}

struct Whispered: Event {
    static let name: WireName = "post.whispered.v1"
    var box: String
    var subject: String { box }
}

struct Say: Command {
    typealias Reply = Done
    static let name: WireName = "post.say.v1"
    enum Kind: String, Codable, Sendable { case post, report, whisper }
    var kind: Kind
    var box: String
    var text: String
}

/// Sent from site to site.
struct Order: Command {
    struct Reply: Codable, Sendable { var number: Int }
    static let name: WireName = "post.order.v1"
    static let reach = Reach.network
    var text: String
}

/// Only obeyed from below.
struct Petition: Command {
    typealias Reply = Done
    static let name: WireName = "post.petition.v1"
    static let reach = Reach.upward
    var text: String
}

struct SendOrder: Command {
    typealias Reply = [String]
    static let name: WireName = "post.send-order.v1"
    var text: String
    var to: String
    var isPetition: Bool?
}

struct Board: Query {
    typealias Reply = [String]
    static let name: WireName = "post.board.v1"
}

/// Says how an order goes on that was obeyed here.
struct GoOn: Command {
    typealias Reply = Done
    static let name: WireName = "post.go-on.v1"
    var note: String
    var percent: Int?
}

struct Sendings: Query {
    typealias Reply = [SentCommand]
    static let name: WireName = "post.sendings.v1"
}

struct Post: Plugin {
    static let manifest = Manifest(id: "post", title: "传阅", version: "1.0.0")

    static let migrations = [
        Migration(1, "create heard", "CREATE TABLE heard (n INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT"),
        Migration(2, "create obeyed", "CREATE TABLE obeyed (n INTEGER PRIMARY KEY, command TEXT NOT NULL) STRICT"),
    ]

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.migrations(migrations)
        plugin.holdsNoPersonalData()
        plugin.announces(Posted.self, titled: "张贴")
        plugin.announces(Reported.self, titled: "上报")
        plugin.announces(Whispered.self, titled: "私语")
        plugin.sends(Order.self)
        plugin.sends(Petition.self)
        plugin.handle(Say.self, access: .role(.windowStaff)) { say, tx in
            switch say.kind {
            case .post: try tx.announce(Posted(box: say.box, text: say.text))
            case .report: try tx.announce(Reported(box: say.box, text: say.text))
            case .whisper: try tx.announce(Whispered(box: say.box))
            }
            return Done()
        }
        plugin.handle(SendOrder.self, access: .role(.windowStaff)) { send, tx in
            let places: Destination =
                switch send.to {
                case "parent": .parent
                case "children": .children
                case "counties": .children(kind: .county)
                case "counties of 长沙": .children(kind: .county, region: RegionCode("430100"))
                default: .site(send.to)
                }
            let sent =
                send.isPetition ?? false
                ? try tx.send(Petition(text: send.text), to: places, subject: "orders", deadline: tx.now.advanced(by: .seconds(3600)))
                : try tx.send(Order(text: send.text), to: places, subject: "orders", deadline: tx.now.advanced(by: .seconds(3600)))
            return sent.map(\.site)
        }
        plugin.handle(Order.self, access: .system) { order, tx in
            try hear("order \(order.text) from \(tx.envelope.site) \(tx.envelope.source) by \(tx.actor.kind.rawValue) \(tx.actor.id)", tx)
            if order.text == "refuse" { throw Refusal("post.refused", status: 409, message: "不收。", log: "refused for the test") }
            if order.text == "break" { throw OutOfOrder() }
            if let obeyed = tx.obeyed { try tx.run("INSERT INTO obeyed (command) VALUES (?)", String(decoding: try JSON.encode(obeyed), as: UTF8.self)) }
            return Order.Reply(number: try tx.value("SELECT count(*) FROM heard") ?? 0)
        }
        plugin.handle(GoOn.self, access: .role(.windowStaff)) { go, tx in
            let kept = try tx.rows("SELECT command FROM obeyed ORDER BY n") { try $0.get(0, as: String.self) }
            for command in kept { try tx.report(go.note, percent: go.percent, on: JSON.decode(ObeyedCommand.self, from: Array(command.utf8))) }
            return Done()
        }
        plugin.progress(of: Order.self) { sent, tx in try hear("progress from \(sent.site): \(sent.note ?? "") \(sent.percent ?? -1)", tx) }
        plugin.overdue(of: Order.self) { sent, tx in
            try hear("overdue at \(sent.site), \(sent.state.rawValue)", tx)
            if sent.site == "wangcheng" { throw OutOfOrder() }
        }
        plugin.handle(Petition.self, access: .system) { petition, tx in
            try hear("petition \(petition.text) from \(tx.envelope.site)", tx)
            return Done()
        }
        plugin.receipts(of: Order.self) { receipt, tx in
            let number = try receipt.reply(as: Order.Reply.self).map { " number \($0.number)" } ?? ""
            try hear("receipt \(receipt.sent.state.rawValue) from \(receipt.sent.site)\(number)\(receipt.sent.code.map { " \($0)" } ?? "")", tx)
        }
        plugin.react(to: Posted.self, from: .everywhere) { event, tx in try hear("\(tx.envelope.site): \(event.text)", tx) }
        plugin.react(to: Reported.self, from: .network) { event, tx in try hear("report of \(tx.envelope.site): \(event.text)", tx) }
        plugin.answer(Board.self, access: .anyone) { _, snapshot in
            try snapshot.rows("SELECT line FROM heard ORDER BY n") { try $0.get(0, as: String.self) }
        }
        plugin.answer(Sendings.self, access: .role(.windowStaff)) { _, snapshot in try snapshot.store.sent(subject: "orders") }
    }

    static func hear(_ line: String, _ tx: Transaction) throws { try tx.run("INSERT INTO heard (line) VALUES (?)", line) }
}

/// Hears what the others post and nothing else; announces in a newer version where it is told so.
struct Reader: Plugin {
    static let manifest = Manifest(id: "reader", title: "读报", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.migrations([Migration(1, "create heard", "CREATE TABLE heard (n INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT")])
        plugin.holdsNoPersonalData()
        plugin.react(to: Posted.self, from: .network) { event, tx in try Post.hear("\(tx.envelope.site): \(event.text)", tx) }
        plugin.answer(Papers.self, access: .anyone) { _, snapshot in
            try snapshot.rows("SELECT line FROM heard ORDER BY n") { try $0.get(0, as: String.self) }
        }
    }
}

struct Papers: Query {
    typealias Reply = [String]
    static let name: WireName = "reader.papers.v1"
}

extension TestSite {
    func say(_ kind: Say.Kind, _ text: String, box: String = "box") async throws {
        _ = try await tell(Say(kind: kind, box: box, text: text), as: .person("clerk", .windowStaff))
    }

    func send(_ text: String, to place: String, petition: Bool = false) async throws -> [String] {
        try await tell(SendOrder(text: text, to: place, isPetition: petition), as: .person("clerk", .windowStaff))
    }

    var board: [String] { get throws { try ask(Board()) } }
    var sendings: [SentCommand] { get throws { try ask(Sendings(), as: .person("clerk", .windowStaff)) } }
}

struct OutOfOrder: Error {}
