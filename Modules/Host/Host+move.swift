import Bus
import FoundationEssentials
import Identity
package import Messages
import Network
import Pages
import Trunk
import Vocabulary

extension HostConfiguration {
    /// Without the sites that were moved to another host: their folders say so.
    func withoutMoved(_ log: BusLog) -> HostConfiguration {
        var left = self
        // Of those that moved before and are not among the sites any more the links are still told.
        for site in moved.keys { left.moved[site] = MovedSite.read(folder(of: site)) }
        left.sites = sites.filter { site in
            guard let mark = MovedSite.read(folder(of: site.id)) else { return true }
            left.moved[site.id] = mark
            log(
                .error, "site-moved", "the site was moved to another host and is not run here; remove it from the configuration, or take it back",
                ("site", site.id), ("to", mark.address ?? "-"))
            return false
        }
        if !left.sites.contains(where: { $0.id == left.defaultSite }) { left.defaultSite = left.sites.first?.id ?? left.defaultSite }
        return left
    }
}

extension Host {
    /// Ends a site here and writes the package with which another host takes it up. From then on this host does not run it, whatever its
    /// configuration says; until everything is written it goes on here after any failure.
    ///
    /// - Parameters:
    ///   - target: a new folder for the package.
    ///   - address: where the links of sites below find it from now on, `https://host[:port]`.
    package func moveOut(_ site: String, to target: String, address: String?, by actor: Actor = .system("trunk")) async throws {
        // Whoever reads the configuration again while the files are copied would start the site.
        try await withoutReloads { try await self.moveOutAlone(site, to: target, address: address, by: actor) }
    }

    private func moveOutAlone(_ site: String, to target: String, address: String?, by actor: Actor) async throws {
        let running = configuration
        guard sites.contains(where: { $0.card.id == site }) else { throw Refusal.notFound }
        try Self.check(address, of: site)
        guard ((try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []).isEmpty else { throw CommandProblem.refused("目录 \(target) 不为空，未作任何改动。请指定一个新目录。") }
        let networks = try trunk.networks(of: site)
        // Nothing of the site is held from here on: its files close when the last who uses it lets go.
        try await account(site, movedTo: address, by: actor)
        var without = running
        without.sites.removeAll { $0.id == site }
        if without.defaultSite == site { without.defaultSite = without.sites.first?.id ?? site }
        _ = try await exchange(for: without)
        do {
            try await waitForClosed(running.folder(of: site), within: running.limits.drainTime)
            let now = surroundings.clock.now
            let folder = running.folder(of: site)
            let links = TrunkFolder(site: site, in: folder)
            try links.noteHeard(in: folder, of: networks)
            let epoch = SiteStand.next(after: try links.stand(), now: now).epoch
            let manifest = try SitePackage.write(site, dataFolder: running.dataFolder, configs: running.configs, to: target, epoch: epoch, now: now) { _ in }
            // From here on the site is not here, though nobody else has it before the manifest is there.
            let mark = MovedSite(epoch: epoch, time: now, address: address)
            try mark.write(to: folder)
            do { try SitePackage.seal(manifest, in: target) } catch {
                try MovedSite.remove(from: folder)
                throw error
            }
        } catch {
            do { _ = try await exchange(for: running) } catch let again { surroundings.log(.error, "site-not-resumed", "\(again)", ("site", site)) }
            throw error
        }
        install(configuration.withoutMoved(.silent, of: running), sites)
        try trunk.adopt(trunkPlaces, moved: configuration.moved)
        try await trunk.siteLeft(site)
        surroundings.network?.wake()
        followFiles()
        surroundings.log(.info, "site-moved-out", "the site was written for another host and ended here", ("site", site), ("package", target))
    }

    private func account(_ site: String, movedTo address: String?, by actor: Actor) async throws {
        try await sites.first { $0.card.id == site }?.identity.recordLink(.siteMovedOut, address.map { "\(site) → \($0)" } ?? site, by: actor, address: "console")
    }

    private static func check(_ address: String?, of site: String) throws {
        guard let address else { return }
        _ = try ParentPlace(url: "\(address)/\(site)")
    }

    /// The files of a site that was ended are closed once the last request and job let go of them.
    private func waitForClosed(_ folder: String, within limit: Duration) async throws {
        await waitForDisabled([folder], within: limit)
        guard isClosed(folder) else {
            throw Refusal(
                "host.site-busy", status: 503, message: "站点仍有请求或任务未完成，没有迁出，站点照常运行。请稍后重试。", log: "files of \(folder) are still in use", retryAfter: .seconds(30))
        }
    }
}

extension HostConfiguration {
    /// As it is, with what the folders of another configuration's sites say of having been moved.
    func withoutMoved(_ log: BusLog, of whole: HostConfiguration) -> HostConfiguration {
        var now = self
        now.moved = whole.withoutMoved(log).moved
        return now
    }
}

extension IdentityStore {
    /// Notes in the audit trail what happened at the site's links.
    func note(_ act: TrunkAct) async throws {
        switch act {
        case .joined(let child, let serial): try await recordLink(.linkJoined, "\(child) 证书 \(serial)", by: .system("trunk"), address: "trunk")
        case .left(let child): try await recordLink(.linkLeft, child, by: .system("trunk"), address: "trunk")
        case .renewed(let child, let until): try await recordLink(.linkRenewed, "\(child) 至 \(until)", by: .system("trunk"), address: "trunk")
        }
    }
}
