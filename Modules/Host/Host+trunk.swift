package import Bus
import Dispatch
import Gateway
import Messages
import Network
package import Trunk
import Vocabulary

extension Host {
    /// The sites and their folders, for the links.
    var trunkPlaces: [Trunk.Place] {
        let configuration = configuration
        return configuration.sites.map { Trunk.Place(site: $0.id, folder: configuration.folder(of: $0.id)) }
    }

    /// Makes a one-time token with which a site of another host joins one of this host; it holds for a day.
    package func invite(_ child: String, to site: String) async throws -> String {
        if let problem = SiteID.problem(child) { throw Refusal.invalid([.init(field: "child", value: child, message: problem)]) }
        let token = try await trunk.invite(child, to: site)
        // From now on visitors may show a certificate of the site's authority.
        followFiles()
        return token
    }

    /// Joins a site of this host to its parent on another one, and begins to speak with it.
    package func join(_ site: SiteEntry, to place: ParentPlace, token: String) async throws -> SiteEntry {
        guard configuration.trunkBroker == nil else { throw Refusal.joinedByBroker(site.id) }
        let parent = try await Self.join(site, folder: configuration.folder(of: site.id), to: place, token: token)
        try trunk.adopt(trunkPlaces)
        return parent
    }

    /// The same without a host: it begins to speak at the next start. Waits for the other end off the threads of tasks.
    static func join(_ site: SiteEntry, folder: String, to place: ParentPlace, token: String) async throws -> SiteEntry {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try Trunk.join(site, folder: folder, to: place, token: token) }) }
        }
    }

    package func leave(_ site: String) async throws -> Bool {
        let told = try await Self.leave(site, folder: configuration.folder(of: site))
        try trunk.adopt(trunkPlaces)
        return told
    }

    static func leave(_ site: String, folder: String) async throws -> Bool {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try Trunk.leave(site, folder: folder) }) }
        }
    }

    package func exclude(_ child: String, from site: String) async throws { try await trunk.exclude(child, from: site) }

    /// Every link of this host's sites.
    package var links: [LinkReport] { trunk.report() }
}

extension LinkReport {
    /// The site at the other end, or the broker's server.
    var place: String { peer == "NATS" ? "NATS \(address ?? "")" : peer }
    /// In Chinese.
    var direction: String { peer == "NATS" ? "集群" : isUpwards ? "上级" : "下级" }
    /// With what still comes.
    var state: String { arriving == 0 ? condition : "\(condition)，待收 \(arriving) 条" }
}

extension Refusal {
    static func joinedByBroker(_ site: String) -> Refusal {
        Refusal(
            "trunk.by-broker", status: 409, message: "本机的 trunk.kind 为 nats，站点 \(site) 经 NATS 与上级互联，不用令牌加入。如要直接互联，请先把 trunk.kind 改为 tls。",
            log: "the host's sites meet others at a broker")
    }
}

/// The links behind the gateway.
struct TrunkGate: LinkDoor {
    let trunk: Trunk

    func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) { trunk.handle(request, exchange) }
}

/// The console's view of the links.
struct HostLinks: LinkBoard {
    /// Weak: the host's gateway holds this.
    private(set) weak var host: Host?

    func links(of site: String) -> [LinkState] {
        (host?.links ?? []).filter { $0.site == site }.map { link in
            let rewound = link.rewound.isEmpty ? nil : "日志 \(link.rewound.joined(separator: "、")) 在本机恢复过较旧的备份，暂停传送。"
            return LinkState(
                peer: link.place, isUpwards: link.isUpwards, condition: link.state, isGood: link.isGood && link.rewound.isEmpty,
                lastContact: link.lastContact, waiting: link.waiting, certificateUntil: link.certificateUntil, trouble: link.trouble ?? rewound)
        }
    }

    func invite(_ child: String, to site: String) async throws -> String {
        guard let host else { throw Refusal.notFound }
        return try await host.invite(child, to: site)
    }

    func exclude(_ child: String, from site: String) async throws {
        guard let host else { throw Refusal.notFound }
        try await host.exclude(child, from: site)
    }
}
