import Bus
import Dispatch
import Gateway
import Host
import Messages
import PluginKit
import Synchronization
import Vocabulary

/// A plug-in is turned on and off at a site while everything else is asked: how long a switch takes, and whether anybody noticed.
struct SwitchBench {
    let place: Workplace
    let options: Options

    /// Requests a second, well below what the one loop can do: a switch must not cost an answer.
    private static let rate = 4000.0
    /// What the subscriber hears when it is turned on for the first time.
    private static let events = 20_000

    func run(into report: inout Report) async throws {
        for own in [false, true] { try await turns(own, &report) }
    }

    private func turns(_ own: Bool, _ report: inout Report) async throws {
        let label = own ? "process" : "inline"
        let host = try await host("switch-\(label)")
        for _ in 0..<(Self.events / 1000) { _ = try await host.sites[0].bus.tell(AnnounceMany(count: 1000), as: .visitor) }
        var plan = LoadGenerator.Plan(
            port: host.port, requests: (0..<256).map { LoadGenerator.get("/api/bench/bench/records/\(1 + $0 * 37 % BenchPlugin.records)") })
        plan.pick = { $0 % 256 }
        plan.rate = Self.rate
        plan.seconds = max(4, 2 * options.seconds)
        let load = Load(plan)
        load.start()
        var on: [Double] = [], off: [Double] = []
        while !load.isOver {
            on.append(try await turn(host) { site in
                site.plugins["listener"] = .object([])
                if own { site.ownProcess = ["listener"] }
            })
            off.append(try await turn(host) { $0.plugins["listener"] = nil })
        }
        await host.stop()
        let outcome = try load.outcome()
        if let trouble = outcome.trouble { report.notes.append("switch, \(label): \(trouble)") }
        var all = Histogram()
        for times in outcome.times { all.add(times) }
        report.add("switch.\(label).count", Double(on.count + off.count), "switches")
        report.add("switch.\(label).on", on.max() ?? 0, "ms, the slowest")
        report.add("switch.\(label).off", off.max() ?? 0, "ms, the slowest")
        report.add("switch.\(label).answers", Double(outcome.answers), "answers meanwhile")
        report.add("switch.\(label).p99", all.milliseconds(0.99), "ms")
        report.add("switch.\(label).failed", Double(outcome.refused.values.reduce(0, +) + outcome.failures.values.reduce(0, +)), "requests")
        report.add("switch.\(label).slowest", max(on.max() ?? 0, off.max() ?? 0), "ms")
    }

    private func turn(_ host: Host, _ change: (inout SiteConfiguration) -> Void) async throws -> Double {
        var wanted = host.configuration
        change(&wanted.sites[0])
        let start = LoadGenerator.now()
        _ = try await host.reload(wanted)
        return Double(LoadGenerator.now() - start) / 1e6
    }

    private func host(_ name: String) async throws -> Host {
        let folder = try place.room(name)
        try Servers.makeCertificate(in: folder)
        let site = SiteConfiguration(card: SiteCard(id: "bench", title: "性能测试", region: nil), kind: .hub, plugins: ["bench": .object([])])
        var configuration = HostConfiguration(
            dataFolder: "\(folder)/data", certificate: "\(folder)/server.pem", key: "\(folder)/server.key", sites: [site])
        configuration.port = 0
        configuration.loops = 1
        configuration.limits.connectionsPerAddress = 1000
        let host = try await Host(configuration, plugins: Bench.plugins, reference: try ReferenceData.loadLocated(), log: .silent)
        try host.start()
        return host
    }

    /// The requests, on a thread of their own.
    private final class Load: Sendable {
        private let plan: Mutex<LoadGenerator.Plan>
        private let result = Mutex<Result<LoadGenerator.Outcome, any Error>?>(nil)

        init(_ plan: sending LoadGenerator.Plan) { self.plan = Mutex(plan) }

        func start() {
            DispatchQueue(label: "load").async { [self] in
                let outcome = Result { try plan.withLock { try LoadGenerator.run($0) } }
                result.withLock { $0 = outcome }
            }
        }

        var isOver: Bool { result.withLock { $0 != nil } }

        func outcome() throws -> LoadGenerator.Outcome {
            guard let result = result.withLock({ $0 }) else { throw BenchError("the load has not ended") }
            return try result.get()
        }
    }
}
