import Foundation
import Host
import Identity
import Network
import PluginKit
import Store
import Vocabulary

/// `bench serve`: one host with the benchmark plug-in, as a process of its own so that its memory and CPU can be told
/// apart. Says `ready TLS-PORT PLAIN-PORT` and serves until its input ends.
enum ServeCommand {
    static func run(_ arguments: [String]) async throws {
        let folder = arguments.first ?? ""
        let isNaive = arguments.contains("--naive")
        let sites = ["bench"].map { id in
            SiteConfiguration(card: SiteCard(id: id, title: "性能测试", region: nil), kind: .hub, plugins: ["bench": .object([])])
        }
        var configuration = HostConfiguration(
            dataFolder: "\(folder)/data", certificate: "\(folder)/server.pem", key: "\(folder)/server.key", sites: sites)
        configuration.port = 0
        configuration.loops = 1
        configuration.limits.connectionsPerAddress = 20_000
        configuration.origin = "https://localhost"
        if isNaive {
            // SQLite as it comes, with one transaction for each command.
            configuration.storeOptions.batchLimit = .zero
            configuration.storeOptions.pageSize = 4096
            configuration.storeOptions.checkpointBytes = 4 << 20
            configuration.storeOptions.passPart = .max
            configuration.storeOptions.ownPart = .max
        }
        let host = try await Host(
            configuration, plugins: [InstalledPlugin(BenchPlugin.self)], reference: try ReferenceData.loadLocated(), log: .silent)
        try host.start()
        // The same gateway without TLS, for counting instructions.
        let plain = HTTPServer(configuration: .init(loops: 1), handler: host.gateway)
        try plain.start()
        guard let site = host.sites.first else { throw BenchError("no site") }
        let token = try await partner(of: site, origin: "https://localhost")
        FileHandle.standardOutput.write(Data("ready \(host.port) \(plain.boundPort) \(token)\n".utf8))
        while readLine() != nil {}
        plain.stop()
        await host.stop()
    }

    /// A partner's client whose contract holds the greeting with its members named, without a bound that a run could meet; its token.
    private static func partner(of site: Site, origin: String) async throws -> String {
        guard let code = CreditCode("91350100M000100Y43") else { throw BenchError("no credit code") }
        let system = Actor.system("bench")
        let (client, secret) = try await site.identity.addPartner(
            "bench-partner", name: "性能测试", organisation: Organisation(code: code, name: "演示·测试单位", kind: .enterprise), by: system, address: "local")
        let today = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)).day
        _ = try await site.identity.recordContract(
            PartnerContract(
                purpose: "性能测试", validFrom: today, validUntil: today, ratePerMinute: 1_000_000_000, dailyQuota: 100_000_000,
                messages: [.init(Greet.name, fields: ["site", "text", "version"])]), for: client.id, by: system, address: "local")
        return try await site.identity.issueToken(
            .secret(client: client.id, secret), certificate: nil, realm: TokenRealm(origin: origin, site: site.card.id), address: "local"
        ).token
    }
}
