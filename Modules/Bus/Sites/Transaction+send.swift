public import Messages
public import Store
public import Vocabulary

extension Transaction {
    /// This site.
    public var site: String { plug.site }

    /// The tree of sites as it is known here now; without a network only an empty one.
    public var sites: SiteMap { plug.network?.map ?? SiteMap() }

    /// Whether the message comes from another site.
    public var isFromOutside: Bool { envelope.site != plug.site }

    /// Sends a command to other sites as part of this transaction: to each once in effect, however long the way is cut, and in the order
    /// of the subject. What became of it comes back as a receipt (`Registration.receipts`) and stands in `sent(subject:)`.
    ///
    /// - Parameters:
    ///   - subject: whose story it belongs to, 1…200 characters.
    ///   - deadline: until when an answer is wanted; when it passes the plug-in hears of it (`Registration.overdue`), and the command stays on its way.
    /// - Returns: what was sent, one for each site.
    /// - Throws: a `Refusal` when the command is not declared with `sends`, may not leave the site (`Command.reach`), or goes nowhere: no
    ///   such site, no site above, none below that fits.
    @discardableResult
    public func send<C: Command>(
        _ command: C, to destination: Destination, subject: String, deadline: Timestamp? = nil
    ) throws -> [SentCommand] {
        guard plug.wiring.sent.contains(C.name) else { throw Refusal.notDeclared(C.name, plug.id) }
        guard C.reach != .local else { throw Refusal.notSendable(C.name) }
        guard let network = plug.network else { throw Refusal.noNetwork(C.name) }
        let map = network.map
        let places: [String]
        switch destination {
        case .parent:
            guard let parent = map[plug.site]?.parent else { throw Refusal.noParent(plug.site) }
            places = [parent]
        case .site(let id):
            guard id != plug.site else { throw Refusal.toItself(C.name) }
            guard map[id] != nil, map.areOneTree(id, plug.site) else {
                throw Refusal.noSite(id, map.sites.map(\.id).filter { map.areOneTree($0, plug.site) })
            }
            places = [id]
        case .children(let kind, let region):
            let found = kind == nil ? map.children(of: plug.site).filter { entry in
                region.map { region in entry.region.map { region.contains($0) } ?? false } ?? true
            } : map.below(plug.site, kind: kind, region: region)
            guard !found.isEmpty else { throw Refusal.nobodyBelow(plug.site) }
            places = found.map(\.id)
        }
        return try places.map { place in
            let (id, seq) = try append(C.name, subject: subject, reach: .network, target: "\(place)/\(C.name.plugin)", command)
            let sent = SentCommand(
                id: id, type: C.name, site: place, plugin: C.name.plugin, subject: subject, sentAt: now, deadline: deadline)
            try store.noteSent(sent, seq: seq)
            return sent
        }
    }

    /// What was sent to other sites about a subject, and what became of it.
    public func sent(subject: String) throws -> [SentCommand] { try store.sent(subject: subject) }
}

extension Refusal {
    static func notDeclared(_ name: WireName, _ plugin: String) -> Refusal {
        Refusal(
            "bus.command-not-declared", status: 500, message: "插件未声明要发送该命令，已拒绝。请联系平台运维人员。",
            log: "plug-in \(plugin) sent \(name) without declaring it in its registration")
    }

    static func notSendable(_ name: WireName) -> Refusal {
        Refusal(
            "bus.command-stays", status: 500, message: "命令 \(name) 只在站点内有效，不能发往其他站点。请联系平台运维人员。",
            log: "\(name) has reach local and was sent to another site")
    }

    static func noNetwork(_ name: WireName) -> Refusal {
        Refusal(
            "bus.no-network", status: 409, message: "本站点没有连入平台网络，命令 \(name) 无法发往其他站点。请先配置上级站点。",
            log: "\(name) was sent without a network of sites")
    }

    static func noParent(_ site: String) -> Refusal {
        Refusal(
            "bus.no-parent", status: 409, message: "站点 \(site) 没有上级站点，不能向上发送。请在 site.json5 中填写 parent。", log: "site \(site) has no parent")
    }

    static func toItself(_ name: WireName) -> Refusal {
        Refusal(
            "bus.sent-to-itself", status: 409, message: "命令 \(name) 发给了本站点自己。请选择其他站点。", log: "\(name) was sent to the site itself")
    }

    static func noSite(_ site: String, _ known: [String]) -> Refusal {
        let hint = Nearest.name(to: site, among: known).map { "是否想写“\($0)”？" } ?? ""
        return Refusal(
            "bus.site-unknown", status: 422, message: "平台网络中没有站点“\(site)”，没有发送。\(hint)请核对站点标识。", log: "no site \(site) in the network")
    }

    static func nobodyBelow(_ site: String) -> Refusal {
        Refusal(
            "bus.nobody-below", status: 422, message: "站点 \(site) 之下没有符合条件的站点，没有发送。请更改类型或地区。", log: "no site below \(site) fits")
    }
}
