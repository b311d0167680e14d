import Foundation
import Host
import PluginKit

/// `bench`: measures the house against its targets and says plainly which are missed. See README.md beside this file.
@main
struct Bench {
    static let plugins = [InstalledPlugin(BenchPlugin.self), InstalledPlugin(ListenerPlugin.self)]

    /// Not `async`: that would end the first thread, which valgrind does not survive.
    static func main() {
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            await run()
            done.signal()
        }
        done.wait()
    }

    private static func run() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch arguments.first {
            case "serve": try await ServeCommand.run(Array(arguments.dropFirst()))
            // What its own host starts as a plug-in's process.
            case "run-plugin": exit(await ShuniuProgram(installed: plugins).run(arguments))
            case "json-rounds": try CountBench.jsonRounds(arguments.dropFirst().first.flatMap { Int($0) } ?? 0)
            case "syncs": print("sync", try StoreBench.sync(folder: arguments.dropFirst().first ?? "."))
            case "load": try load(Array(arguments.dropFirst()))
            case "--help", "-h": print(Options.help)
            default: try await measure(Options(arguments))
            }
        } catch {
            FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
            exit(1)
        }
    }

    /// `bench load PORT PATH SECONDS [TOKEN]`: only the load, on a server that already runs; for profiling.
    private static func load(_ arguments: [String]) throws {
        guard (3...4).contains(arguments.count), let port = Int(arguments[0]), let seconds = Double(arguments[2]) else {
            throw BenchError("usage: bench load PORT PATH SECONDS [TOKEN]")
        }
        var plan = LoadGenerator.Plan(port: port, requests: [LoadGenerator.get(arguments[1], token: arguments.count > 3 ? arguments[3] : nil)])
        plan.seconds = seconds
        let outcome = try LoadGenerator.run(plan)
        print("\(Int(outcome.rate)) 1/s, p50 \(outcome.times[0].milliseconds(0.5)) ms, p99 \(outcome.times[0].milliseconds(0.99)) ms", outcome.trouble ?? "")
    }

    /// The store's commands in the servers named by `--against`.
    private static func rivals(_ options: Options, _ place: Workplace, named prefix: String, into report: inout Report) throws {
        let words = options.against.isDisjoint(with: ["postgresql", "nats"]) ? [] : try SlowDisk.words(place.room("syncs"))
        if options.against.contains("postgresql") {
            try PostgreSQLBench(place: place, seconds: options.seconds, words: words, prefix: prefix).run(into: &report)
        }
        if options.against.contains("nats") { try JetStreamBench(seconds: options.seconds, words: words, prefix: prefix).run(into: &report) }
    }

    private static func measure(_ options: Options) async throws {
        signal(SIGPIPE, SIG_IGN)
        _ = FileLimit.descriptors
        if options.sync > 0 { setenv(SlowDisk.variable, String(Int(options.sync * 1e6)), 1) }
        let place = try Workplace()
        defer { place.remove() }
        var report = Report()
        #if DEBUG
        report.notes.append("this is a debug build: the numbers say nothing. Use Tools/bench/run.")
        #endif
        if options.sync > 0 { report.notes.append("every sync takes at least \(options.sync) ms, as --sync-ms says") }
        var told = 0
        for part in Options.parts where options.only.contains(part) {
            FileHandle.standardError.write(Data("measuring \(part) …\n".utf8))
            do {
                switch part {
                case "gateway": try await GatewayBench(options: options, place: place).run(into: &report)
                case "partner": try GatewayBench(options: options, place: place).partners(into: &report)
                case "store":
                    report.readings += try await StoreBench.run(folder: place.room("store"))
                    report.readings += try await SlowDisk.asReference {
                        try await StoreBench.run(folder: place.room("store"), waiters: [64], named: "reference.")
                    }
                case "bus": try await BusBench(place: place, rounds: options.rounds).run(into: &report)
                case "process": try await ProcessBench(place: place, options: options).run(into: &report)
                case "market": try await MarketBench(place: place, rounds: options.rounds).run(into: &report)
                case "switch": try await SwitchBench(place: place, options: options).run(into: &report)
                case "json": try JSONBench.run(into: &report, rounds: options.rounds)
                case "start": try StartBench(place: place, rounds: options.rounds).run(into: &report)
                case "count": try CountBench(place: place).run(into: &report)
                case "nats": try await NATSBench(place: place).run(into: &report)
                case "burst": try BurstBench(place: place).run(into: &report)
                case "pages": try PagesBench(options: options, place: place).run(into: &report)
                case "hotline": try await HotlineBench(place: place).run(into: &report)
                case "trunk": try await TrunkBench(options: options, place: place).run(into: &report)
                case "links": try await TrunkBench(options: options, place: place).rest(&report)
                case "crowd": try CrowdBench(options: options, place: place).run(into: &report)
                default: try OverloadBench(options: options, place: place).run(into: &report)
                }
                if part == "store" {
                    try rivals(options, place, named: "", into: &report)
                    try await SlowDisk.asReference { try rivals(options, place, named: "reference.", into: &report) }
                }
            } catch {
                report.notes.append("\(part) broke off: \(error)")
            }
            // As they come, so that a run cut short was not for nothing.
            for reading in report.readings.dropFirst(told) {
                FileHandle.standardError.write(Data("  \(reading.name) \(Report.number(reading.value)) \(reading.unit)\n".utf8))
            }
            told = report.readings.count
        }
        print(report.table())
        if let file = options.jsonFile { try report.json().write(to: URL(fileURLWithPath: file)) }
    }
}
