package import Messages
import Vocabulary

/// The version of the protocol that this program speaks, `PROTOCOL.md`.
package let plugProtocol = 1

/// A process presents itself: the body of `hello`.
package struct Hello: Codable, Sendable {
    /// Every version of the protocol that it speaks.
    package var protocols: [Int]
    package var plugin: String
    package var version: String
    /// What stood in `SHUNIU_SECRET` when it was started.
    package var secret: String
    /// The codings that it reads and writes besides JSON.
    package var codings: [String]?

    package init(plugin: String, version: String, secret: String) {
        protocols = [plugProtocol]
        codings = [MessageCoding.packed.rawValue]
        self.plugin = plugin
        self.version = version
        self.secret = secret
    }
}

/// What the process needs to begin: the reply to `hello`.
package struct Welcome: Codable, Sendable {
    package var `protocol`: Int
    package var site: String
    /// The division of the site.
    package var region: String?
    /// Where its file stands; the only folder it may write to.
    package var folder: String
    package var settings: JSONValue
    /// Where the reference tables lie; readable.
    package var reference: String?
    /// Most bytes of an attachment.
    package var fileLimit: Int
    package var neighbours: [NeighbourLine]
    /// The other sites; absent where there are none.
    package var network: NetworkLine?
    /// How both ends write from now on; absent: JSON. The host's offer until `hello` has come.
    package var coding: MessageCoding?
    /// 64 hexadecimal digits: the key under which the plug-in seals its own secrets.
    package var secretsKey: String?

    package init(
        site: String, region: String?, folder: String, settings: JSONValue, reference: String?, fileLimit: Int, neighbours: [NeighbourLine]
    ) {
        self.protocol = plugProtocol
        self.site = site
        self.region = region
        self.folder = folder
        self.settings = settings
        self.reference = reference
        self.fileLimit = fileLimit
        self.neighbours = neighbours
    }
}

/// Another plug-in of the site, as far as a process must know it: what it announces and sends.
package struct NeighbourLine: Codable, Sendable, Hashable {
    package var id: String
    package var announces: [WireName]
    package var sends: [WireName]

    package init(_ wiring: Wiring) {
        id = wiring.plugin
        announces = wiring.announced.sorted { $0.description < $1.description }
        sends = wiring.sent.sorted { $0.description < $1.description }
    }

    /// The plug-in as the process sees it, at the end of the line to the host.
    package func remote(site: String, line: PlugLine) -> RemotePlug {
        var wiring = Wiring(plugin: id)
        wiring.announced = Set(announces)
        wiring.sent = Set(sends)
        return RemotePlug(id: id, site: site, wiring: wiring, line: line)
    }
}

/// The other sites, as a plug-in's process is told of them: a member of *welcome*, and the body of the note `network`.
package struct NetworkLine: Codable, Sendable {
    /// Those of this host.
    package var own: [SiteEntry]
    package var others: [SiteEntry]
    /// Logs in which something may be for this plug-in; those that were told before and are not among them stay.
    package var logs: [Log]

    package struct Log: Codable, Sendable, Hashable {
        /// `site/plugin`.
        package var id: String
        /// The last entry that leaves its site; absent where that is not known.
        package var end: Int64?

        package init(id: String, end: Int64?) {
            self.id = id
            self.end = end
        }
    }

    package init(own: [SiteEntry], others: [SiteEntry], logs: [Log]) {
        self.own = own
        self.others = others
        self.logs = logs
    }
}

/// A line for the host's log: the body of the note `log`.
package struct LoggedLine: Codable, Sendable {
    package var level: String
    package var code: String
    package var message: String
    package var facts: [[String]]

    package init(level: String, code: String, message: String, facts: [(String, String)]) {
        self.level = level
        self.code = code
        self.message = message
        self.facts = facts.map { [$0.0, $0.1] }
    }
}
