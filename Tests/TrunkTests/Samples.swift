import FoundationEssentials
import PluginKit
import TestKit

/// The second version of `Posted`.
struct PostedAgain: Event {
    static let name: WireName = "post.posted.v2"
    static let reach = Reach.network
    var box: String
    var words: [String]
    var subject: String { box }
}

/// As `Post`, but a report is posted in version 2.
struct NewPost: Plugin {
    static let manifest = Post.manifest

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.migrations(Post.migrations)
        plugin.holdsNoPersonalData()
        plugin.announces(Posted.self, titled: "张贴")
        plugin.announces(PostedAgain.self, titled: "张贴")
        plugin.handle(Say.self, access: .role(.windowStaff)) { say, tx in
            if say.kind == .post {
                try tx.announce(Posted(box: say.box, text: say.text))
            } else {
                try tx.announce(PostedAgain(box: say.box, words: ["v2", say.text]))
            }
            return Done()
        }
    }
}

/// As `Reader`, after its upgrade.
struct NewReader: Plugin {
    static let manifest = Manifest(id: "reader", title: "读报", version: "1.1.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        Reader.register(in: &plugin)
        plugin.react(to: PostedAgain.self, from: .network) { event, tx in
            try Post.hear("\(tx.envelope.site): \(event.words.joined(separator: " "))", tx)
        }
    }
}

/// Would tell the whole network a telephone number.
struct Gossip: Plugin {
    static let manifest = Manifest(id: "gossip", title: "闲谈", version: "1.0.0")

    struct Told: Event {
        struct Contact: Codable, Sendable {
            var mobile: Personal<Mobile>
            var landline: Personal<Landline>
        }
        static let name: WireName = "gossip.told.v1"
        static let reach = Reach.network
        static let discloses: PersonalDisclosure? = PersonalDisclosure(purpose: "回访", fields: ["/contact/landline"])
        var contact: Contact
        var subject: String { "talk" }
    }

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.privacy(export: { _, _ in [] }, erase: { _, _ in .done(attachments: []) })
        plugin.announces(Told.self, titled: "闲谈")
    }
}

struct Deaf: Plugin {
    static let manifest = Manifest(id: "deaf", title: "失聪", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.holdsNoPersonalData()
        plugin.react(to: Whispered.self, from: .network) { _, _ in }
        plugin.react(to: Posted.self) { _, _ in }
        plugin.react(to: Posted.self, from: .network) { _, _ in }
    }
}

enum Workplace {
    static var folder: String { FileManager.default.temporaryDirectory.path + "/trunk-" + UUID().uuidString }
    static func remove(_ folder: String) { try? FileManager.default.removeItem(atPath: folder) }
}
