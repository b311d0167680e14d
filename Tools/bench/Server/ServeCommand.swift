import Foundation
import Host
import Network
import PluginKit
import Store

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
        if isNaive {
            // SQLite as it comes, with one transaction for each command.
            configuration.storeOptions.batchLimit = .zero
            configuration.storeOptions.pageSize = 4096
            configuration.storeOptions.checkpointBytes = 4 << 20
        }
        let host = try await Host(
            configuration, plugins: [InstalledPlugin(BenchPlugin.self)], reference: try ReferenceData.loadLocated(), log: .silent)
        try host.start()
        // The same gateway without TLS, for counting instructions.
        let plain = HTTPServer(configuration: .init(loops: 1), handler: host.gateway)
        try plain.start()
        FileHandle.standardOutput.write(Data("ready \(host.port) \(plain.boundPort)\n".utf8))
        while readLine() != nil {}
        plain.stop()
        await host.stop()
    }
}
