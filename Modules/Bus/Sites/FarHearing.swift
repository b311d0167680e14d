import Messages

/// What a plug-in takes of the logs of other sites, wherever it runs.
struct FarHearing: Sendable {
    let site: String
    let plugin: String
    let wiring: Wiring
    /// The events of other sites that it hears.
    let names: Set<WireName>
    /// The same without their versions: `plugin.message`.
    let stems: Set<String>

    init(site: String, _ wiring: Wiring) {
        self.site = site
        plugin = wiring.plugin
        self.wiring = wiring
        names = Set(wiring.reactions.filter(\.origin.hearsOthers).map(\.name))
        stems = Set(names.map(\.stem))
    }

    /// `site/plugin`, as commands are addressed.
    var address: String { "\(site)/\(plugin)" }

    /// Whether it hears the event, in this version or another one.
    func couldRead(_ name: WireName) -> Bool { stems.contains(name.stem) }

    /// Whether anything in the other site's log may be for it.
    func mayFollow(_ source: any OutsideLog) -> Bool {
        guard source.site != site, source.serves(site) else { return false }
        // Receipts of what could not be delivered come from the other site's link itself.
        if wiring.admitsBeyond || (wiring.sendsBeyond && source.plugin == SiteNetwork.own) { return true }
        return names.contains { $0.plugin == source.plugin } || wiring.sent.contains { $0.plugin == source.plugin && wiring.reaches[$0] != nil }
    }
}

extension Wiring {
    /// Whether it obeys commands of other sites.
    public var admitsBeyond: Bool { commands.contains { $0.reach != .local } }
    /// Whether it sends commands to other sites.
    public var sendsBeyond: Bool { sent.contains { reaches[$0] != nil } }
    /// Whether it hears events of other sites.
    public var hearsBeyond: Bool { reactions.contains { $0.origin.hearsOthers } }
    /// Whether its log holds anything for other sites: events, commands, receipts.
    var speaksBeyond: Bool { !reaches.isEmpty || admitsBeyond }
    var listensBeyond: Bool { hearsBeyond || admitsBeyond || sendsBeyond }
}

extension WireName {
    /// The name without its version: `plugin.message`.
    var stem: String { "\(plugin).\(message)" }
}
