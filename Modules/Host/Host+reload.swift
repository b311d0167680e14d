import Bus
import Crypto
import Exchange
import Gateway
import Messages
import Network
import PluginKit
import Store
import Trunk

/// What a new configuration changed in a running host.
public struct ReloadReport: Sendable {
    /// A value that only a restart can change; the old one stays in use.
    public struct Unchanged: Sendable, Hashable {
        /// The key in `host.json5`, or `sites/<site>/` and the key in `site.json5`.
        public var key: String
        public var running: String
        public var wanted: String
    }

    /// A site or setting that is different now.
    public struct Change: Sendable, Hashable {
        /// One Chinese line.
        public var message: String
        /// One English line.
        public var log: String

        init(_ message: String, _ log: String) {
            self.message = message
            self.log = log
        }
    }

    public var changes: [Change] = []
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
        try await withoutReloads {
            let moves = self.relocations(for: wanted)
            guard !moves.isEmpty else { return try await self.exchange(for: wanted) }
            // What is wrong anyway moves nothing.
            try self.check(wanted)
            return try await self.relocating(moves) { try await self.exchange(for: wanted) }
        }
    }

    /// Whether every site's plug-ins and settings fit together.
    private func check(_ wanted: HostConfiguration) throws {
        var faults = ProblemList()
        for site in wanted.sites {
            _ = faults.collect(site.id) {
                try Site.blueprints(
                    card: site.card, settings: site.plugins, installed: plugins(of: wanted), reference: surroundings.reference,
                    succeeding: sites.first { $0.card.id == site.id })
            }
        }
        try faults.check()
    }

    /// Nothing else takes over a configuration meanwhile.
    func withoutReloads<T>(_ body: () async throws -> T) async throws -> T {
        guard startReload() else {
            throw Refusal(
                "host.reload-running", status: 409, message: "上一次重新读取或站点迁出尚未完成。请稍后再试。", log: "a reload or a move is under way")
        }
        defer { endReload() }
        return try await body()
    }

    /// The same for whoever keeps other reloads out.
    func exchange(for wanted: HostConfiguration) async throws -> ReloadReport {
        let wanted = wanted.withoutMoved(surroundings.log)
        var report = ReloadReport()
        let running = configuration
        let effective = Self.restartless(wanted, running, &report)
        let succession = try await prepare(effective)
        let retired = try await retire(succession)
        do { try await switchProcesses(succession) } catch {
            for site in retired { site.bus.resume() }
            await Self.discard(succession.steps)
            throw error
        }

        succession.certificate.install()
        server.dropRefusedPeers()
        server.keepLimits(of: effective.server)
        gateway.keep(effective.requests)
        let sites = succession.steps.compactMap(\.new)
        surroundings.network?.place(effective.entries(plugins(of: effective)))
        for step in succession.steps where step.new?.bus !== step.old?.bus {
            step.old?.bus.leave()
            if let old = step.old { step.new?.bus.begin(after: old.bus) }
        }
        install(effective, sites)
        gateway.install(
            Gateway.Facade(sites: sites.map(\.face), defaultSite: effective.defaultSite, isReady: true))
        for step in succession.steps where step.new?.bus !== step.old?.bus { step.new?.bus.wake() }
        do { try trunk.adopt(trunkPlaces, moved: configuration.moved) } catch { surroundings.log(.error, "trunk-failed", "\(error)") }
        surroundings.network?.wake()
        for step in succession.steps where step.new !== step.old {
            if let new = step.new { if step.old != nil { new.connectExchange() } } else { await step.old?.exchange.close() }
        }
        for step in succession.steps where step.new !== step.old { await hand(step.old, step.new) }
        for old in retired { closeAfterUse(old, besides: sites.first { $0.card.id == old.card.id }) }
        book.save()
        report.changes = Self.changes(succession.steps, running, effective) + Self.adopt(effective, running, by: sites)
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
        let plugins = plugins(of: wanted)
        let same = { (site: SiteConfiguration) -> Site? in
            old.first { $0.card.id == site.id && $0.isAs(site, installed: plugins) }
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
                    card: site.card, folder: wanted.folder(of: site.id), settings: site.plugins, ownProcess: site.ownProcess, installed: plugins,
                    origins: site.origins, files: site.files, people: site.identity, exchange: site.exchange, surroundings: surroundings, succeeding: before)
                steps.append(Step(old: before, new: fresh))
                for file in fresh.files(besides: before) { _ = faults.collect(site.id) { try file.open() } }
                for (new, running) in fresh.successors(of: before) {
                    do { try await new.rehearse(after: running) } catch { faults.add(site.id, error) }
                }
                for supervisor in fresh.newProcesses(besides: before) {
                    supervisor.start()
                    if await supervisor.isRunning(within: PluginSupervisor.startLimit) { continue }
                    faults.add(site.id, Refusal.notStarted(supervisor.health))
                }
            } catch {
                faults.add(site.id, error)
            }
        }
        do { try faults.check() } catch {
            await Self.discard(steps)
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
                await Self.discard(succession.steps)
                throw Refusal(
                    "host.reload-busy", status: 503,
                    message: "站点 \(site.card.id) 的消息投递未能在 \(configuration.limits.drainTime.components.seconds) 秒内告一段落，配置未更换。请检查磁盘后重新发送 SIGHUP。",
                    log: "deliveries of site \(site.card.id) did not come to rest", retryAfter: .seconds(30))
            }
        }
        return leaving
    }

    /// Processes that come in the place of others, one after the other; when one does not begin, those before it go back too.
    private func switchProcesses(_ succession: Succession) async throws {
        var done: [(new: PluginSupervisor, old: PluginSupervisor)] = []
        for step in succession.steps where step.new !== step.old {
            for (new, old) in step.new?.successors(of: step.old) ?? [] {
                do {
                    try await new.succeed(old)
                    done.append((new, old))
                } catch {
                    for (new, old) in done.reversed() { try? await old.succeed(new) }
                    throw error
                }
            }
        }
    }

    /// The processes of the old site that nothing comes in the place of end.
    private func hand(_ old: Site?, _ new: Site?) async {
        for supervisor in old?.supervisors ?? [] where !(new?.supervisors.contains { $0.remote.id == supervisor.remote.id } ?? false) {
            await supervisor.stop()
        }
        new?.takeProcesses()
    }

    private static func discard(_ steps: [Step]) async {
        for step in steps where step.new !== step.old {
            for supervisor in step.new?.newProcesses(besides: step.old) ?? [] { await supervisor.stop() }
            if step.new?.bus !== step.old?.bus { step.new?.bus.leave() }
            for file in step.new?.files(besides: step.old) ?? [] { file.close() }
        }
    }

    /// Lets the exchanges that go on keep their new figures.
    private static func adopt(_ wanted: HostConfiguration, _ running: HostConfiguration, by sites: [Site]) -> [ReloadReport.Change] {
        wanted.sites.compactMap { site in
            guard let before = running.sites.first(where: { $0.id == site.id }), before.exchange != site.exchange else { return nil }
            sites.first { $0.card.id == site.id }?.exchange.adopt(site.exchange)
            return .init("站点 \(site.id)：数据交换设置已更换", "site \(site.id): exchange settings changed")
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
        keep("processes.memoryMegabytes", \.processMemory)
        keep("processes.heartbeatSeconds", \.processHeartbeat)
        keep("processes.faultsPerMinute", \.processFaults)
        keep("processes.restartSeconds", \.processRestart)
        keep("threads.store", \.storeThreads)
        keep("threads.passwords", \.passwordThreads)
        for (index, site) in wanted.sites.enumerated() {
            guard let before = running.sites.first(where: { $0.id == site.id })?.exchange.signature, before != site.exchange.signature else { continue }
            report.needsRestart.append(
                .init(key: "sites/\(site.id)/exchange.signature", running: before.rawValue, wanted: site.exchange.signature.rawValue))
            effective.sites[index].exchange.signature = before
        }
        return effective
    }

    private static func changes(_ steps: [Step], _ before: HostConfiguration, _ now: HostConfiguration) -> [ReloadReport.Change] {
        var changes: [ReloadReport.Change] = []
        for step in steps where step.new !== step.old {
            guard let new = step.new else {
                let id = step.old?.card.id ?? ""
                changes.append(.init("站点 \(id) 已移除，数据保留", "site \(id) removed; its data stay"))
                continue
            }
            guard let old = step.old else {
                let plugins = new.plugins.sorted()
                changes.append(
                    .init(
                        "站点 \(new.card.id) 已加入，启用 \(plugins.isEmpty ? "零个插件" : plugins.joined(separator: "、"))",
                        "site \(new.card.id) added with \(plugins.joined(separator: ", "))"))
                continue
            }
            var parts: [ReloadReport.Change] = []
            if new.card != old.card { parts.append(.init("名称或样式已更换", "brand changed")) }
            if new.face.origins != old.face.origins { parts.append(.init("开放接口的来源网站已更换", "API origins changed")) }
            if new.face.fileRules != old.face.fileRules { parts.append(.init("上传规则已更换", "rules for files changed")) }
            // Its title stands among the rules, as the issuer of one-time passwords.
            if new.identity !== old.identity, new.card == old.card { parts.append(.init("账号与登录规则已更换", "rules for accounts changed")) }
            for id in new.plugins.subtracting(old.plugins).sorted() { parts.append(.init("\(id) 已启用", "\(id) enabled")) }
            for id in old.plugins.subtracting(new.plugins).sorted() {
                parts.append(.init("\(id) 已停用，数据保留", "\(id) disabled, its data stay"))
            }
            for part in new.face.parts where old.plugins.contains(part.id) && !old.face.parts.contains(where: { $0 === part }) {
                parts.append(.init("\(part.id) 采用新设置", "\(part.id) has new settings"))
            }
            changes.append(
                .init(
                    "站点 \(new.card.id)：\(parts.map(\.message).joined(separator: "；"))",
                    "site \(new.card.id): \(parts.map(\.log).joined(separator: "; "))"))
        }
        if before.tls != now.tls { changes.append(.init("证书设置已更换", "certificates changed")) }
        if before.limits != now.limits { changes.append(.init("各项限额已更换", "limits changed")) }
        if before.defaultSite != now.defaultSite {
            changes.append(.init("根地址改为显示站点 \(now.defaultSite)", "the root shows site \(now.defaultSite)"))
        }
        if before.logLevel != now.logLevel || before.logFormat != now.logFormat {
            changes.append(
                .init(
                    "日志级别 \(now.logLevel.rawValue)，格式 \(now.logFormat.rawValue)",
                    "log level \(now.logLevel.rawValue), format \(now.logFormat.rawValue)"))
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
