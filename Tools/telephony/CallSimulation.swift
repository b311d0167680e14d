import Bus
import Crypto
import Dispatch
import FoundationEssentials
import Host
import HotlineContracts
import HotlinePlugin
import Messages
import Network
import Pages
import PluginKit
import Vocabulary

/// Calls at a given rate against a host of its own, over TLS and signed as a telephone system would; what came of them is looked up
/// in the host afterwards.
struct CallSimulation {
    var rate = 50
    var seats = 200
    var seconds = 20
    /// How long one talks on average; by default so long that four seats of five are busy.
    var talk: Duration?
    var workers = 24

    private static let line = LineID(checked: "simulation")
    private static let region = "430000"

    func run() async throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.path + "/shuniu-simulate-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let tls = try CertificateMaker.writeDevelopmentFiles(in: folder)
        let host = try await Self.host(folder, tls)
        do {
            let outcome = try await drive(host, tls.authority)
            await host.stop()
            return outcome
        } catch {
            await host.stop()
            throw error
        }
    }

    private static func host(_ folder: String, _ tls: (authority: String, certificate: String, key: String))
        async throws -> Host
    {
        var site = SiteConfiguration(
            card: SiteCard(id: "simulation", title: "模拟", region: RegionCode(region)), kind: .hub)
        site.plugins["hotline"] = ["wrapUpSeconds": 0, "skillPatience": 0, "ringSeconds": 60]
        var configuration = HostConfiguration(
            dataFolder: folder + "/data", certificate: tls.certificate, key: tls.key, sites: [site])
        configuration.port = 0
        configuration.redirectPort = nil
        configuration.adminPort = nil
        let host = try await Host(
            configuration, plugins: [InstalledPlugin(Hotline.self)], reference: try ReferenceData.loadLocated(),
            log: .silent)
        try host.start()
        return host
    }

    private func drive(_ host: Host, _ authority: String) async throws -> Outcome {
        guard let bus = host.sites.first?.bus, let region = RegionCode(Self.region) else { throw Refusal.notFound }
        let secret = WebhookSecret.random()
        let system = Actor.system("simulation")
        _ = try await bus.tell(
            SetLine(id: Self.line, title: "模拟线路", region: region, secret: secret.revealed), as: system)
        for number in 0..<seats {
            _ = try await bus.tell(
                SetSeat(
                    id: seat(number), title: "模拟 \(number)", region: region, person: "seat-\(number)",
                    skills: number % 3 == 0 ? ["05"] : []), as: system)
        }
        let target = EventDoor.Target(
            host: "127.0.0.1", port: host.port, serverName: "localhost",
            path: "/api/simulation/hotline/lines/\(Self.line)/events",
            trust: .authority(file: authority), secret: secret)
        let traffic = CallTraffic(
            calls: rate * seconds, rate: rate, talk: talk ?? .milliseconds(Int(Double(seats) * 800 / Double(rate))))
        try traffic.seat((0..<seats).map(seat), through: target)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<workers {
                group.addTask { await Self.blocking(number) { traffic.work(through: target) } }
            }
            group.addTask { await traffic.register(on: bus, region) }
        }
        return try Outcome(traffic, bus, rate: rate, seats: seats)
    }

    private func seat(_ number: Int) -> SeatID { SeatID(checked: "s\(1000 + number)") }

    /// On a queue of its own, whose thread waits with the client.
    private static func blocking(_ number: Int, _ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "simulate.\(number)").async {
                body()
                continuation.resume()
            }
        }
    }
}
