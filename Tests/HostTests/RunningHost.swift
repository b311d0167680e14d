import Dispatch
import FoundationEssentials
import Messages
import Network
import Pages
import PluginKit
import Store
import TestKit
import Vocabulary

@testable import Host

/// A host over real TLS in a temporary folder, with the two small plug-ins of these tests; gone with the value.
final class RunningHost: Sendable {
    let host: Host
    let log = LogCollector()
    /// Processes of plug-ins are ends of sockets here.
    let dock = Dock()
    let folder: String
    let authority: String

    static func card(_ id: String, _ title: String) -> SiteCard { SiteCard(id: id, title: title) }

    static func site(_ id: String, _ title: String = "甲站", _ plugins: [String: String] = ["notes": "{}"]) throws -> SiteConfiguration {
        SiteConfiguration(
            card: card(id, title), kind: .park, plugins: try plugins.mapValues { try JSONValue(parsing: Array($0.utf8)) })
    }

    init(_ sites: [SiteConfiguration], plugins: [InstalledPlugin] = [InstalledPlugin(Notes.self), InstalledPlugin(Memo.self)]) async throws {
        folder = FileManager.default.temporaryDirectory.path + "/shuniu-running-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/tls", withIntermediateDirectories: true)
        let paths = try CertificateMaker.writeDevelopmentFiles(in: folder + "/tls")
        authority = paths.authority
        var configuration = HostConfiguration(
            dataFolder: folder + "/data", certificate: paths.certificate, key: paths.key, sites: sites)
        configuration.port = 0
        configuration.loops = 1
        host = try await Host(
            configuration, plugins: plugins, reference: try ReferenceData.loadLocated(),
            processes: dock.processes(.system), log: log.log().bus)
        try host.start()
    }

    deinit {
        let host = self.host
        let folder = self.folder
        Task {
            await host.stop()
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// Reloads with the running configuration, changed.
    @discardableResult
    func reload(_ change: (inout HostConfiguration) throws -> Void) async throws -> ReloadReport {
        var configuration = host.configuration
        try change(&configuration)
        return try await host.reload(configuration)
    }

    func site(_ id: String) throws -> Site {
        guard let site = host.sites.first(where: { $0.card.id == id }) else { throw Refusal.notFound }
        return site
    }

    /// One GET on a connection and a thread of its own: the client blocks.
    func get(_ path: String, headers: HTTPHeaders = HTTPHeaders()) async throws -> HTTPClient.Answer {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "client").async { [self] in
                continuation.resume(
                    with: Result {
                        try HTTPClient(port: host.port, trust: .authority(file: authority), timeout: .seconds(180))
                            .get(path, headers: headers)
                    })
            }
        }
    }
}

/// Lets others run until something has become true.
func until(_ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(120)
    while !condition() {
        if ContinuousClock.now > end { return false }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return true
}
