import Foundation
import Host
// Foundation has a class of that name too.
import class Host.Host
import Messages
import Network
import PluginKit
import Synchronization
import Trunk

/// Sites among each other: many children of one host reporting to their hub and catching up over mutual TLS (`trunk`), and links at
/// rest (`links`).
struct TrunkBench {
    let options: Options
    let place: Workplace

    func run(into report: inout Report) async throws {
        try await lag(&report)
        try await catchUp(&report)
    }

    private func host(_ name: String, _ sites: [(id: String, parent: String?)], clean: Bool = true) async throws -> (host: Host, authority: String) {
        let folder = clean ? try place.room(name) : "\(place.folder)/\(name)"
        let tls = try CertificateMaker.writeDevelopmentFiles(in: folder)
        var configuration = HostConfiguration(
            dataFolder: folder + "/data", certificate: tls.certificate, key: tls.key,
            sites: sites.map { site in
                SiteConfiguration(
                    card: SiteCard(id: site.id, title: "性能测试 \(site.id)", region: nil), kind: site.parent == nil ? .hub : .county, parent: site.parent,
                    plugins: ["travel": .object([])])
            })
        configuration.port = 0
        configuration.loops = 1
        configuration.passwordCost = 10
        // Two for each link, all from one address.
        configuration.limits.connectionsPerAddress = 1000
        // Many sites join within a minute from one address.
        configuration.trunkJoins = .init(burst: 1000, perMinute: 1000)
        let host = try await Host(configuration, plugins: [InstalledPlugin(TravelPlugin.self)], reference: try ReferenceData.loadLocated(), log: .silent)
        try host.start()
        return (host, tls.authority)
    }

    private static func arrived(_ host: Host) throws -> Int {
        guard let hub = host.sites.first(where: { $0.card.id == "hub" }) else { return 0 }
        return try hub.bus.ask(Arrived(), as: .system("bench"))
    }

    // MARK: - One host

    /// 122 children of one host announce 1000 times a second ten events each; from the announcement until a reader at the hub sees it.
    private func lag(_ report: inout Report) async throws {
        let children = (1...122).map { "child-\($0)" }
        let (host, _) = try await host("one", [("hub", nil)] + children.map { ($0, "hub") })
        let buses = Dictionary(uniqueKeysWithValues: host.sites.map { ($0.card.id, $0.bus) })
        // Every file and pump once, before it counts.
        for child in children { _ = try await buses[child]?.tell(Depart(count: 1, at: 0), as: .system("bench")) }
        try await until("the first events came") { try Self.arrived(host) == children.count }
        Journey.clear()
        let seconds = 5
        let total = seconds * 10_000
        let watch = Watch(after: children.count, total: total) { try Self.arrived(host) }
        let start = LoadGenerator.now()
        let late = Mutex<UInt64>(0)
        await withTaskGroup(of: Void.self) { group in
            for turn in 0..<seconds * 1000 {
                let due = start + UInt64(turn) * 1_000_000
                let now = LoadGenerator.now()
                if due > now { usleep(UInt32((due - now) / 1000)) } else { late.withLock { $0 = max($0, now - due) } }
                let bus = buses[children[turn % children.count]]
                group.addTask { _ = try? await bus?.tell(Depart(count: 10, at: Int64(LoadGenerator.now())), as: .system("bench")) }
            }
        }
        let told = LoadGenerator.now()
        let lags = try watch.finish()
        let sorted = lags.sorted()
        guard sorted.count == total else { throw BenchError("\(sorted.count) of \(total) events were seen at the hub") }
        report.add("trunk.host.rate", Double(total) / (Double(told - start) / 1e9), "events/s")
        report.add("trunk.host.p50", sorted[sorted.count / 2] / 1e6, "ms")
        report.add("trunk.host.p99", sorted[sorted.count * 99 / 100] / 1e6, "ms")
        if late.withLock({ $0 }) > 200_000_000 { report.notes.append("trunk: the load itself was up to \(late.withLock { $0 } / 1_000_000) ms late") }
        await host.stop()
    }

    // MARK: - Catching up

    /// Events that wait at a child of another host, from the meeting until the hub has all of them in its state.
    private func catchUp(_ report: inout Report) async throws {
        let (upper, authority) = try await host("upper", [("hub", nil)])
        let (lower, _) = try await host("lower", [("child-1", "hub")])
        guard let child = lower.sites.first, let entry = lower.configuration.sites.first?.entry else { return }
        let count = options.events
        for _ in 0..<count / 1000 { _ = try await child.bus.tell(Depart(count: 1000, at: 0), as: .system("bench")) }
        let token = try await upper.invite("child-1", to: "hub")
        let start = LoadGenerator.now()
        _ = try await lower.join(entry, to: ParentPlace(host: "localhost", port: upper.port, site: "hub", authority: authority), token: token)
        try await until("\(count) events came", seconds: 140) { try Self.arrived(upper) >= count / 1000 * 1000 }
        report.add("trunk.catchup.rate", Double(count) / (Double(LoadGenerator.now() - start) / 1e9), "events/s")
        // One at a time, over the same link.
        var lags: [Double] = []
        for turn in 1...200 {
            let sent = LoadGenerator.now()
            _ = try await child.bus.tell(Depart(count: 1, at: 0), as: .system("bench"))
            while try Self.arrived(upper) < count / 1000 * 1000 + turn { usleep(200) }
            lags.append(Double(LoadGenerator.now() - sent) / 1e6)
        }
        report.add("trunk.link.p50", lags.sorted()[100], "ms")
        report.add("trunk.link.p99", lags.sorted()[198], "ms")
        await lower.stop()
        await upper.stop()
    }

    // MARK: - At rest

    /// Sites of one host, each with a link of its own to the hub's host; both ends are in this process.
    func rest(_ report: inout Report) async throws {
        let children = (1...options.links).map { "child-\($0)" }
        let (upper, authority) = try await host("hub", [("hub", nil)])
        let (lower, _) = try await host("children", children.map { ($0, "hub") })
        usleep(Self.untilRest)
        let without = (memory: Self.resident(), switches: Self.switches(seconds: Self.window))
        for site in lower.configuration.sites {
            let token = try await upper.invite(site.id, to: "hub")
            _ = try await lower.join(site.entry, to: ParentPlace(host: "localhost", port: upper.port, site: "hub", authority: authority), token: token)
        }
        // Asking all links what waits is work of its own.
        try await until("every link stands", seconds: 240, pause: 250_000) { lower.links.allSatisfy(\.isGood) }
        usleep(Self.untilRest)
        let switches = Self.switches(seconds: Self.window)
        let links = Double(children.count)
        report.add("trunk.rest.memory", Double(Self.resident() - without.memory) / links / 1024, "KiB")
        report.add("trunk.rest.wakeups", max(0, switches - without.switches) / links, "1/s")
        await lower.stop()
        await upper.stop()
    }

    /// In microseconds: once a minute files that nobody used for one are closed; only then is it rest, with links and without. A minute after its
    /// start a host looks into every account file once.
    private static let untilRest: UInt32 = 250_000_000
    /// In seconds: two polls of every link.
    private static let window = 50

    /// Memory of the process's own in bytes. Pages of program and libraries, which joining needs once, are no link's.
    private static func resident() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let lines = status.split(separator: "\n").filter { $0.hasPrefix("RssAnon") || $0.hasPrefix("RssShmem") }
        return lines.reduce(0) { $0 + (Int($1.split { !$0.isNumber }.first ?? "") ?? 0) * 1024 }
    }

    /// How often the threads of this process woke up, per second.
    private static func switches(seconds: Int) -> Double {
        func count() -> Int {
            ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []).reduce(0) { sum, thread in
                let status = (try? String(contentsOfFile: "/proc/self/task/\(thread)/status", encoding: .utf8)) ?? ""
                let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches") }
                return sum + (line.flatMap { Int($0.split(separator: "\t").last ?? "") } ?? 0)
            }
        }
        let before = count()
        usleep(UInt32(seconds) * 1_000_000)
        return Double(count() - before) / Double(seconds)
    }

    /// - Parameter pause: between two looks, in microseconds.
    private func until(_ what: String, seconds: Int = 60, pause: UInt32 = 2_000, _ holds: () throws -> Bool) async throws {
        let end = LoadGenerator.now() + UInt64(seconds) * 1_000_000_000
        while try !holds() {
            guard LoadGenerator.now() < end else { throw BenchError("not within \(seconds) s: \(what)") }
            usleep(pause)
        }
    }
}

/// Asks again and again how much a reader sees, and when that was.
private final class Watch: Sendable {
    private let seen = Mutex<[(count: Int, at: UInt64)]>([])
    private let done = DispatchSemaphore(value: 0)
    private let base: Int
    private let total: Int

    init(after base: Int, total: Int, _ look: @escaping @Sendable () throws -> Int) {
        self.base = base
        self.total = total
        Thread.detachNewThread { [self] in
            let end = LoadGenerator.now() + 60_000_000_000
            while LoadGenerator.now() < end {
                let count = (try? look()) ?? 0
                let now = LoadGenerator.now()
                seen.withLock { seen in if seen.last?.count != count { seen.append((count, now)) } }
                if count >= base + total { break }
                usleep(2_000)
            }
            done.signal()
        }
    }

    /// Nanoseconds from each announcement until it was seen.
    func finish() throws -> [Double] {
        done.wait()
        let departures = Journey.all
        var lags: [Double] = []
        var next = 0
        for (count, at) in seen.withLock({ $0 }) {
            while next < min(count - base, departures.count) {
                lags.append(Double(Int64(at) - departures[next]))
                next += 1
            }
        }
        return lags
    }
}

/// When what the hub took in was announced, in the order it was taken in.
private enum Journey {
    private static let departures = Mutex<[Int64]>([])

    static var all: [Int64] { departures.withLock { $0 } }
    static func note(_ at: Int64) { departures.withLock { $0.append(at) } }
    static func clear() { departures.withLock { $0 = [] } }
}

struct Departed: Event {
    static let name: WireName = "travel.departed.v1"
    static let reach = Reach.upward
    var at: Int64
    /// About what an event of the registry weighs.
    var text: String
    var subject: String { "journey" }
}

struct Depart: Command {
    typealias Reply = Done
    static let name: WireName = "travel.depart.v1"
    var count: Int
    var at: Int64
}

struct Arrived: Query {
    typealias Reply = Int
    static let name: WireName = "travel.arrived.v1"
}

/// Reports upwards, and counts what came from below.
struct TravelPlugin: Plugin {
    static let manifest = Manifest(id: "travel", title: "旅程", version: "1.0.0")
    private static let text = String(repeating: "演示数据，", count: 8)

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.migrations([
            Migration(
                1, "create arrived", "CREATE TABLE arrived (n INTEGER PRIMARY KEY, site TEXT NOT NULL, at INTEGER NOT NULL) STRICT")
        ])
        plugin.holdsNoPersonalData()
        plugin.announces(Departed.self, titled: "启程")
        plugin.handle(Depart.self, access: .system) { depart, tx in
            for _ in 0..<depart.count { try tx.announce(Departed(at: depart.at, text: text)) }
            return Done()
        }
        plugin.react(to: Departed.self, from: .network) { departed, tx in
            try tx.run("INSERT INTO arrived (site, at) VALUES (?, ?)", tx.envelope.site, departed.at)
            if departed.at > 0 { Journey.note(departed.at) }
        }
        plugin.answer(Arrived.self, access: .system) { _, snapshot in try snapshot.value("SELECT coalesce(max(n), 0) FROM arrived", as: Int.self) ?? 0 }
    }
}
