import Bus
import FoundationEssentials
import Gateway
import Glibc
import Host
import Messages
import PluginKit
import Synchronization

/// A plug-in in its own process against the same one in the host: what the way costs, how many go it, what the process costs idle.
struct ProcessBench {
    let place: Workplace
    let options: Options

    func run(into report: inout Report) async throws {
        let inline = try await alone(nil, own: false, report: &report)
        let packed = try await alone(.packed, own: true, report: &report)
        report.add("process.query.inline.p50", inline, "µs")
        report.add("process.query.p50", packed, "µs")
        report.add("process.query.above", packed - inline, "µs")
        _ = try await alone(nil, own: true, report: &report)
        try await events(&report)
        try registry(&report)
    }

    /// A host with one site.
    private func host(_ name: String, own: Set<String>, coding: MessageCoding? = .packed, listens: Bool = false) async throws -> Host {
        let folder = try place.room(name)
        try Servers.makeCertificate(in: folder)
        var site = SiteConfiguration(
            card: SiteCard(id: "bench", title: "性能测试", region: nil), kind: .hub,
            plugins: listens ? ["bench": .object([]), "listener": .object([])] : ["bench": .object([])])
        site.ownProcess = own
        var configuration = HostConfiguration(
            dataFolder: "\(folder)/data", certificate: "\(folder)/server.pem", key: "\(folder)/server.key", sites: [site])
        configuration.port = 0
        configuration.loops = 1
        var processes = PluginProcesses.ofThisProgram
        processes.coding = coding
        let host = try await Host(
            configuration, plugins: Bench.plugins, reference: try ReferenceData.loadLocated(), processes: processes, log: .silent)
        try host.start()
        for _ in 0..<500 where !host.sites[0].processes.allSatisfy({ $0.phase == .running }) { try await Task.sleep(for: .milliseconds(20)) }
        guard host.sites[0].processes.allSatisfy({ $0.phase == .running }) else { throw BenchError("the plug-in's process did not begin") }
        return host
    }

    /// One call after the other, its median; then 64 at a time.
    private func alone(_ coding: MessageCoding?, own: Bool, report: inout Report) async throws -> Double {
        let name = own ? coding?.rawValue ?? "json" : "inline"
        let host = try await host("process-\(name)", own: own ? ["bench"] : [], coding: coding)
        let bus = host.sites[0].bus
        var medians: [Double] = []
        for _ in 0..<max(3, options.rounds) {
            var times: [Double] = []
            for number in 0..<2000 {
                let start = LoadGenerator.now()
                _ = try await bus.ask(across: FindRecord(id: 1 + number % BenchPlugin.records), as: .visitor)
                times.append(Double(LoadGenerator.now() - start) / 1000)
            }
            medians.append(median(times))
        }
        if own {
            var rates: [Double] = []
            for _ in 0..<max(3, options.rounds) { rates.append(try await crowd(bus)) }
            report.add("process.\(name).rate", median(rates), "calls/s")
            if coding == .packed {
                try await Task.sleep(for: .seconds(2))
                report.add("process.idle.bench", Double(host.sites[0].processes.first?.resident ?? 0) / 1_000_000, "MB")
            }
        }
        await host.stop()
        return median(medians)
    }

    private func crowd(_ bus: SiteBus) async throws -> Double {
        let end = LoadGenerator.now() + UInt64(options.seconds * 1e9)
        let start = LoadGenerator.now()
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    var count = 0
                    while LoadGenerator.now() < end {
                        _ = try await bus.ask(across: Greet(), as: .visitor)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(total) / (Double(LoadGenerator.now() - start) / 1e9)
    }

    /// A subscriber's process finds a log full of events that it has not heard.
    private func events(_ report: inout Report) async throws {
        let count = 100_000
        let host = try await host("process-events", own: ["listener"], listens: true)
        let bus = host.sites[0].bus
        var rates: [Double] = []
        for round in 1...3 {
            guard let process = host.sites[0].processes.first?.pid else { throw BenchError("the listener's process is gone") }
            kill(process, SIGSTOP)
            for _ in 0..<(count / 1000) { _ = try await bus.tell(AnnounceMany(count: 1000), as: .visitor) }
            let start = LoadGenerator.now()
            kill(process, SIGCONT)
            while try await bus.ask(across: CountHeard(), as: .visitor).count < count * round { try await Task.sleep(for: .milliseconds(5)) }
            rates.append(Double(count) / (Double(LoadGenerator.now() - start) / 1e9))
        }
        report.add("process.events.rate", median(rates), "events/s")
        await host.stop()
    }

    /// The program itself with the registry in its own process, idle.
    private func registry(_ report: inout Report) throws {
        let program = "\(Workplace.programs)/shuniu"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            report.notes.append("memory of an idle process: build the program first, `swift build -c release --product shuniu`.")
            return
        }
        let memory = try StartBench(place: place, rounds: 1).childMemory(of: program, plugin: "registry")
        report.add("process.idle", memory.resident / 1_000_000, "MB")
        report.add("process.idle.share", memory.share / 1_000_000, "MB")
        report.add("process.idle.own", memory.own / 1_000_000, "MB")
    }
}
