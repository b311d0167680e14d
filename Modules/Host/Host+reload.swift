import Bus
import Exchange
import Gateway
import Messages
import Network
import PluginKit
import Store

/// What a new configuration changed in a running host.
public struct ReloadReport: Sendable {
    /// A value that only a restart can change; the old one stays in use.
    public struct Unchanged: Sendable, Hashable {
        /// The key in `host.json5`.
        public var key: String
        public var running: String
        public var wanted: String
    }

    /// One English line for each site or setting that is different now.
    public var changes: [String] = []
    public var needsRestart: [Unchanged] = []
}

extension Host {
    /// Takes over a new configuration while requests go on: certificate, sites, brands, plug-ins and their settings, limits.
    ///
    /// All or nothing: on any problem everything stays as it is. What did not change keeps running with its files open. Requests
    /// under way finish on what they began with; the files of what is disabled are closed after the last of them, and kept.
    ///
    /// - Throws: a `Refusal` with every problem of every site and of the certificate.
    public func reload(_ wanted: HostConfiguration) async throws -> ReloadReport {
        guard startReload() else {
            throw Refusal(
                "host.reload-running", status: 409, message: "上一次重新读取尚未完成。请稍后再试。", log: "a reload is under way")
        }
        defer { endReload() }
        var report = ReloadReport()
        let running = configuration
        let effective = Self.restartless(wanted, running, &report)
        let succession = try await prepare(effective)
        let retired = try await retire(succession)

        succession.certificate.install()
        server.dropRefusedPeers()
        server.keepLimits(of: effective.server)
        gateway.keep(effective.requests)
        let sites = succession.steps.compactMap(\.new)
        for step in succession.steps where step.new?.bus !== step.old?.bus {
            step.old?.bus.leave()
            if let old = step.old { step.new?.bus.begin(after: old.bus) }
        }
        install(effective, sites)
        gateway.install(
            Gateway.Facade(sites: sites.map(\.face), defaultSite: effective.defaultSite, isReady: true))
        for step in succession.steps where step.new?.bus !== step.old?.bus { step.new?.bus.wake() }
        for step in succession.steps where step.new !== step.old {
            if let new = step.new { if step.old != nil { new.connectExchange() } } else { await step.old?.exchange.close() }
        }
        for old in retired { closeAfterUse(old, besides: sites.first { $0.card.id == old.card.id }) }
        report.changes = Self.changes(succession.steps, running, effective)
        return report
    }

    // MARK: - Preparing

    /// One site before and after; `new === old` where nothing changed.
    private struct Step {
        var old: Site?
        var new: Site?
    }

    private struct Succession {
        var steps: [Step]
        var certificate: TLSContext.Prepared
    }

    /// Makes and opens everything new beside what runs; closes it again when anything is wrong.
    private func prepare(_ wanted: HostConfiguration) async throws -> Succession {
        var faults = ProblemList()
        let certificate = faults.collect(wanted.certificate) {
            do {
                return try tls.prepare(wanted.tls)
            } catch let error as NetworkError {
                throw Refusal("host.\(error.code)", status: 500, message: "\(error.message)（\(error.log)）", log: error.log)
            }
        }
        let old = sites
        let same = { (site: SiteConfiguration) -> Site? in
            old.first { $0.card.id == site.id && $0.isAs(site) }
        }
        let changed = wanted.sites.filter { same($0) == nil }
        for site in changed {
            _ = faults.collect(site.id) {
                try Site.blueprints(
                    card: site.card, settings: site.plugins, installed: plugins, reference: surroundings.reference,
                    succeeding: old.first { $0.card.id == site.id })
            }
        }
        try faults.check()
        await waitForDisabled(changed.map { wanted.folder(of: $0.id) }, within: wanted.limits.drainTime)

        var steps: [Step] = wanted.sites.compactMap { site in same(site).map { Step(old: $0, new: $0) } }
        for site in changed {
            let before = old.first { $0.card.id == site.id }
            do {
                let fresh = try await Site(
                    card: site.card, folder: wanted.folder(of: site.id), settings: site.plugins, installed: plugins,
                    origins: site.origins, people: site.identity, exchange: site.exchange, surroundings: surroundings, succeeding: before)
                steps.append(Step(old: before, new: fresh))
                for file in fresh.files(besides: before) { _ = faults.collect(site.id) { try file.open() } }
            } catch {
                faults.add(site.id, error)
            }
        }
        do { try faults.check() } catch {
            Self.discard(steps)
            throw error
        }
        // Nothing is wrong, so there is a certificate.
        guard let certificate else { throw Refusal.internalError(incident: "reload") }
        steps += old.filter { site in !wanted.sites.contains { $0.id == site.card.id } }.map { Step(old: $0, new: nil) }
        // In the order of the configuration, as at a start.
        let order = Dictionary(wanted.sites.enumerated().map { ($1.id, $0) }) { first, _ in first }
        steps.sort { (order[$0.new?.card.id ?? ""] ?? .max) < (order[$1.new?.card.id ?? ""] ?? .max) }
        return Succession(steps: steps, certificate: certificate)
    }

    /// Lets deliveries of what changes come to rest, so that two buses never deliver the same event; returns the sites left behind.
    private func retire(_ succession: Succession) async throws -> [Site] {
        let leaving = succession.steps.compactMap { step in step.new?.bus === step.old?.bus ? nil : step.old }
        for (index, site) in leaving.enumerated() {
            guard await site.bus.retire(within: configuration.limits.drainTime) else {
                for site in leaving[...index] { site.bus.resume() }
                Self.discard(succession.steps)
                throw Refusal(
                    "host.reload-busy", status: 503,
                    message: "站点 \(site.card.id) 的消息投递未能在 \(configuration.limits.drainTime.components.seconds) 秒内告一段落，配置未更换。请检查磁盘后重新发送 SIGHUP。",
                    log: "deliveries of site \(site.card.id) did not come to rest", retryAfter: .seconds(30))
            }
        }
        return leaving
    }

    private static func discard(_ steps: [Step]) {
        for step in steps where step.new !== step.old {
            for file in step.new?.files(besides: step.old) ?? [] { file.close() }
        }
    }

    // MARK: - Words

    /// The wanted configuration with what cannot change put back.
    private static func restartless(
        _ wanted: HostConfiguration, _ running: HostConfiguration, _ report: inout ReloadReport
    ) -> HostConfiguration {
        var effective = wanted
        func keep<T: Equatable>(_ key: String, _ path: WritableKeyPath<HostConfiguration, T>) {
            guard wanted[keyPath: path] != running[keyPath: path] else { return }
            report.needsRestart.append(
                .init(key: key, running: "\(running[keyPath: path])", wanted: "\(wanted[keyPath: path])"))
            effective[keyPath: path] = running[keyPath: path]
        }
        keep("dataFolder", \.dataFolder)
        keep("listen.address", \.address)
        keep("listen.port", \.port)
        keep("listen.origin", \.origin)
        keep("listen.redirectPort", \.redirectPort)
        keep("listen.adminPort", \.adminPort)
        keep("threads.loops", \.loops)
        keep("threads.store", \.storeThreads)
        keep("threads.passwords", \.passwordThreads)
        return effective
    }

    private static func changes(_ steps: [Step], _ before: HostConfiguration, _ now: HostConfiguration) -> [String] {
        var changes: [String] = []
        for step in steps where step.new !== step.old {
            guard let new = step.new else {
                changes.append("site \(step.old?.card.id ?? "") removed; its data stay")
                continue
            }
            guard let old = step.old else {
                changes.append("site \(new.card.id) added with \(new.plugins.sorted().joined(separator: ", "))")
                continue
            }
            let added = new.plugins.subtracting(old.plugins).sorted().map { "\($0) enabled" }
            let removed = old.plugins.subtracting(new.plugins).sorted().map { "\($0) disabled, its data stay" }
            let changed = new.face.parts.filter { part in
                old.plugins.contains(part.plug.id) && !old.face.parts.contains { $0.plug === part.plug }
            }.map { "\($0.plug.id) has new settings" }
            let card = (new.card == old.card ? [] : ["brand changed"]) + (new.face.origins == old.face.origins ? [] : ["API origins changed"])
            changes.append("site \(new.card.id): \((card + added + removed + changed).joined(separator: "; "))")
        }
        if before.tls != now.tls { changes.append("certificates changed") }
        if before.limits != now.limits { changes.append("limits changed") }
        if before.defaultSite != now.defaultSite { changes.append("the root shows site \(now.defaultSite)") }
        if before.logLevel != now.logLevel || before.logFormat != now.logFormat {
            changes.append("log level \(now.logLevel.rawValue), format \(now.logFormat.rawValue)")
        }
        return changes
    }
}

/// Problems of several sites, collected into one refusal.
struct ProblemList {
    private(set) var faults: [Refusal.Fault] = []

    /// Runs the closure; what it throws is noted under the place.
    mutating func collect<T>(_ place: String, _ body: () throws -> T) -> T? {
        do { return try body() } catch {
            add(place, error)
            return nil
        }
    }

    mutating func add(_ place: String, _ error: any Error) {
        switch error {
        case let refusal as Refusal where !refusal.faults.isEmpty:
            faults += refusal.faults.map { .init(field: "\(place)/\($0.field)", value: $0.value, message: $0.message) }
        case let refusal as Refusal: faults.append(.init(field: place, message: refusal.message))
        case let error as StoreError: faults.append(.init(field: place, message: error.refusal.message + "（\(error)）"))
        case CommandProblem.refused(let sentence): faults.append(.init(field: place, message: sentence))
        default: faults.append(.init(field: place, message: "\(error)"))
        }
    }

    /// Throws everything that was noted, if anything.
    func check() throws {
        guard !faults.isEmpty else { return }
        throw Refusal(
            "host.refused", status: 500, message: "共有 \(faults.count) 处问题，未作任何更改。请按下列各条修改后重试。",
            log: "\(faults.count) problems; nothing was changed", faults: faults)
    }
}
