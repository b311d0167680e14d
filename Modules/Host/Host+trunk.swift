package import Bus
import Dispatch
import Gateway
import Identity
package import Messages
import Network
import Pages
import Synchronization
package import Trunk
import Vocabulary

extension Host {
    /// The sites and their folders, for the links.
    var trunkPlaces: [Trunk.Place] {
        let configuration = configuration
        return configuration.sites.map { Trunk.Place(site: $0.id, folder: configuration.folder(of: $0.id)) }
    }

    /// Makes a one-time token with which a site of another host joins one of this host; it holds for a day.
    package func invite(_ child: String, to site: String, by actor: Actor = .system("trunk"), address: String = "console") async throws -> String {
        if let problem = SiteID.problem(child) { throw Refusal.invalid([.init(field: "child", value: child, message: problem)]) }
        let token = try await trunk.invite(child, to: site)
        try await identity(of: site)?.recordLink(.linkInvited, child, by: actor, address: address)
        // From now on visitors may show a certificate of the site's authority.
        followFiles()
        return token
    }

    /// Joins a site of this host to its parent on another one, and begins to speak with it.
    package func join(_ site: SiteEntry, to place: ParentPlace, token: String, by actor: Actor = .system("trunk")) async throws -> SiteEntry {
        guard configuration.trunkBroker == nil else { throw Refusal.joinedByBroker(site.id) }
        let parent = try await Self.join(site, folder: configuration.folder(of: site.id), to: place, token: token, now: surroundings.clock.now)
        try await identity(of: site.id)?.recordLink(.linkJoined, "\(place.url)", by: actor, address: "console")
        try trunk.adopt(trunkPlaces, moved: configuration.moved)
        return parent
    }

    /// The same without a host: it begins to speak at the next start. Waits for the other end off the threads of tasks.
    static func join(_ site: SiteEntry, folder: String, to place: ParentPlace, token: String, now: Timestamp) async throws -> SiteEntry {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try Trunk.join(site, folder: folder, to: place, token: token, now: now) }) }
        }
    }

    package func leave(_ site: String, by actor: Actor = .system("trunk")) async throws -> Bool {
        let told = try await Self.leave(site, folder: configuration.folder(of: site))
        try await identity(of: site)?.recordLink(.linkLeft, site, by: actor, address: "console")
        try trunk.adopt(trunkPlaces, moved: configuration.moved)
        return told
    }

    static func leave(_ site: String, folder: String) async throws -> Bool {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try Trunk.leave(site, folder: folder) }) }
        }
    }

    package func exclude(_ child: String, from site: String, by actor: Actor = .system("trunk"), address: String = "console") async throws {
        try await trunk.exclude(child, from: site)
        try await identity(of: site)?.recordLink(.linkExcluded, child, by: actor, address: address)
    }

    private func identity(of site: String) -> IdentityStore? { sites.first { $0.card.id == site }?.identity }

    /// Notes in the audit trail what happened at a link by itself.
    func account(_ site: String, _ act: TrunkAct) {
        guard let identity = identity(of: site) else { return }
        Task {
            do { try await identity.note(act) } catch { surroundings.log(.error, "audit-failed", "\(error)", ("site", site)) }
        }
    }

    /// Notes in the audit trail that an erasure of another site was followed here.
    func account(_ erasure: TravelledErasure) {
        guard let identity = identity(of: erasure.site) else { return }
        Task {
            do {
                try await identity.recordErasure(of: erasure.person, at: "\(erasure.site)/\(erasure.plugin)", told: erasure.source, keptFor: erasure.keptFor)
            } catch { surroundings.log(.error, "audit-failed", "\(error)", ("site", erasure.site)) }
        }
    }

    /// When the certificates of links end.
    static func terms(of links: [LinkReport]) -> [ExpiryWatch.Term] {
        links.compactMap { link in
            link.certificateUntil.map {
                ExpiryWatch.Term(
                    what: "link-certificate:\(link.site)/\(link.peer)", title: link.isUpwards ? "与上级 \(link.peer) 的互联证书" : "下级 \(link.peer) 的互联证书",
                    until: $0, site: link.site)
            }
        }
    }

    /// Compares with every child of a site on another host what it has and what is here; `days` days back, today included.
    package func reconcile(_ site: String, days: Int) async throws -> [ChildReconciliation] { try await trunk.reconcile(site, days: days) }

    /// Lets a site that was restored from an older copy go on, where other sites have more of its logs than there is here.
    package func resume(_ site: String, by actor: Actor = .system("trunk"), address: String = "console") async throws -> [LogResumption] {
        let done = try await trunk.resume(site)
        for log in done {
            let detail = "\(log.source)：第 \(log.from + 1)…\(log.to) 号跳过，失去 \(log.lost.count) 条，改号重传 \(log.again) 条"
            try await identity(of: site)?.recordLink(.linkResumed, detail, by: actor, address: address)
        }
        return done
    }

    /// Every link of this host's sites.
    package var links: [LinkReport] { trunk.report() }

    /// Links upwards that wait for their parent at this moment, and open connections of everybody to this host.
    package var linkLoad: (waiting: Int, connections: Int) {
        (trunk.waiting, Int(server.metrics.values.first { $0.name == "http_connections_open" }?.value ?? 0))
    }
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

/// Hands on what happens at links to the host, which is made after them.
final class LinkActs: Sendable {
    private let receiver = Mutex<(@Sendable (String, TrunkAct) -> Void)?>(nil)

    func begin(_ receive: @escaping @Sendable (String, TrunkAct) -> Void) { receiver.withLock { $0 = receive } }

    func note(_ site: String, _ act: TrunkAct) { receiver.withLock { $0 }?(site, act) }
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
            let rewound = link.rewound.isEmpty ? nil : "日志 \(link.rewound.joined(separator: "、")) 在本机恢复过较旧的备份，与对方已收到的不一致，暂停传送。如有更新的备份请改用；否则运行 shuniu trunk resume。"
            return LinkState(
                peer: link.place, isUpwards: link.isUpwards, condition: link.state, isGood: link.isGood && link.rewound.isEmpty,
                lastContact: link.lastContact, waiting: link.waiting, waitingSince: link.waitingSince, certificateUntil: link.certificateUntil, trouble: link.trouble ?? rewound)
        }
    }

    func invite(_ child: String, to site: String, by actor: Actor, address: String) async throws -> String {
        guard let host else { throw Refusal.notFound }
        return try await host.invite(child, to: site, by: actor, address: address)
    }

    func compare(_ site: String, days: Int) async throws -> [LinkComparison] {
        guard let host else { throw Refusal.notFound }
        return try await host.reconcile(site, days: days).map { child in
            LinkComparison(
                peer: child.child, trouble: child.trouble,
                lines: child.lines.map {
                    LinkComparison.Line(
                        source: $0.source, type: $0.type, day: $0.day, there: $0.there, here: $0.here, waiting: $0.waiting, verdict: $0.verdict, isGood: $0.isGood)
                })
        }
    }

    func exclude(_ child: String, from site: String, by actor: Actor, address: String) async throws {
        guard let host else { throw Refusal.notFound }
        try await host.exclude(child, from: site, by: actor, address: address)
    }
}
