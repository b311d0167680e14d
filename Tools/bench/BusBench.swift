import Foundation
import Gateway
import Host
import Identity
import PluginKit
import Store
import Synchronization

/// The bus inside one site: queries without I/O, and events from one plug-in's log into another's state.
struct BusBench {
    let place: Workplace
    let rounds: Int

    func run(into report: inout Report) async throws {
        try await queries(&report)
        try await rate(&report)
        try await latency(&report)
    }

    private func site(_ folder: String, _ lanes: LanePool, _ plugins: [InstalledPlugin]) async throws -> Site {
        let site = try await Site(
            card: SiteCard(id: "bench", title: "性能测试", region: nil), folder: folder,
            settings: Dictionary(uniqueKeysWithValues: plugins.map { ($0.manifest.id, JSONValue.object([])) }), installed: plugins,
            surroundings: Site.Surroundings(
                lanes: lanes, passwords: PasswordWorkers(threads: 1), clock: .system, ids: .system(.system),
                reference: try ReferenceData.loadLocated(), log: .silent))
        try site.open()
        return site
    }

    private func queries(_ report: inout Report) async throws {
        let lanes = LanePool(threads: 1)
        let site = try await site(place.room("queries"), lanes, [InstalledPlugin(BenchPlugin.self)])
        var times: [Double] = [], records: [Double] = []
        for _ in 0..<max(5, rounds) {
            times.append(try microseconds(200_000) { _ in _ = try site.bus.ask(Greet(), as: .visitor) })
            records.append(try microseconds(20_000) { _ = try site.bus.ask(FindRecord(id: 1 + $0 % BenchPlugin.records), as: .visitor) })
        }
        report.add("bus.query", median(times), "µs")
        report.add("bus.query.record", median(records), "µs")
        await site.close()
        lanes.shutdown()
    }

    private func microseconds(_ count: Int, _ body: (Int) throws -> Void) rethrows -> Double {
        let start = LoadGenerator.now()
        for number in 0..<count { try body(number) }
        return Double(LoadGenerator.now() - start) / Double(count) / 1000
    }

    /// A log full of events that nobody has heard yet; how fast does a subscriber take them in?
    private func rate(_ report: inout Report) async throws {
        let count = 100_000
        var rates: [Double] = []
        for _ in 0..<3 {
            let folder = try place.room("delivery")
            let lanes = LanePool(threads: 2)
            let alone = try await site(folder, lanes, [InstalledPlugin(BenchPlugin.self)])
            for _ in 0..<(count / 1000) { _ = try await alone.bus.tell(AnnounceMany(count: 1000), as: .visitor) }
            await alone.close()
            let both = try await site(folder, lanes, [InstalledPlugin(BenchPlugin.self), InstalledPlugin(ListenerPlugin.self)])
            let start = LoadGenerator.now()
            both.bus.wake()
            await both.bus.settle()
            rates.append(Double(count) / (Double(LoadGenerator.now() - start) / 1e9))
            let heard = try both.face.parts.last?.plug?.file.read { try $0.value("SELECT sum(times) FROM heard", as: Int.self) }
            guard heard == count else { throw BenchError("\(heard ?? 0) of \(count) events were delivered") }
            await both.close()
            lanes.shutdown()
        }
        report.add("bus.delivery.rate", median(rates), "events/s")
    }

    /// One event at a time: from the reply of the command until the subscriber's commit.
    private func latency(_ report: inout Report) async throws {
        let lanes = LanePool(threads: 2)
        let site = try await site(place.room("latency"), lanes, [InstalledPlugin(BenchPlugin.self), InstalledPlugin(ListenerPlugin.self)])
        var times = Histogram()
        for number in 0..<600 {
            _ = try await site.bus.tell(ChangeState(id: number, text: "changed"), as: .visitor)
            let start = LoadGenerator.now()
            await site.bus.settle()
            if number >= 100 { times.add(LoadGenerator.now() - start) }
            try await Task.sleep(for: .milliseconds(1))
        }
        report.add("bus.delivery.idle.p50", times.milliseconds(0.5), "ms")
        report.add("bus.delivery.idle.p99", times.milliseconds(0.99), "ms")
        await site.close()
        lanes.shutdown()
    }
}
