import FoundationEssentials
import Host
import Pages
import PluginKit
import Testing
import Trunk
import Vocabulary

@testable import trunkpeer

/// 长沙 (and 湖南) on one host, 浏阳 on another, joined, with a line between them that can be troubled.
final class Pair: Sendable {
    let upper: PeerHost
    let lower: PeerHost
    let line: LinkProxy

    static func folder() -> String { FileManager.default.temporaryDirectory.path + "/trunk-pair-" + UUID().uuidString }

    /// - Parameters:
    ///   - folder: two folders are made in it.
    ///   - clocks: of the upper and of the lower host.
    ///   - plugins: of each site.
    init(
        in folder: String = Pair.folder(), sites: [String] = ["hunan", "changsha"], clocks: (upper: TimeSource, lower: TimeSource) = (.system, .system),
        plugins: [InstalledPlugin] = [InstalledPlugin(Tally.self), InstalledPlugin(Guests.self)], reference: ReferenceData = .empty
    ) async throws {
        upper = try await PeerHost(folder + "/upper", sites: sites, clock: clocks.upper, plugins: plugins, reference: reference)
        lower = try await PeerHost(folder + "/lower", sites: ["liuyang"], clock: clocks.lower, plugins: plugins, reference: reference)
        line = try LinkProxy(to: upper.port)
        try await lower.join("liuyang", to: "changsha", of: upper, port: line.port)
        let (upper, lower) = (upper, lower)
        try await until { upper.host.links.contains { $0.isGood } && lower.host.links.contains { $0.isGood } }
    }

    func stop() async {
        line.close()
        await lower.stop()
        await upper.stop()
    }

    /// Waits until either side has heard what the other one told and every charge was answered, then looks whether it is exact.
    func expectExact(seconds: Int = 120, line: Int = #line) async throws { try await Self.expectExact([upper, lower], seconds: seconds, line: line) }

    static func expectExact(_ hosts: [PeerHost], seconds: Int = 120, line: Int = #line) async throws {
        let sites = hosts.flatMap { host in host.host.sites.map { (host, $0.card.id) } }
        let told = try sites.map { try $0.0.counted($0.1).told }
        var wanted: [Int] = []
        for index in sites.indices { wanted.append(told.indices.filter { $0 != index }.map { told[$0].count }.reduce(0, +)) }
        try await until(seconds: seconds, {
            for (index, site) in sites.enumerated() {
                let counted = try site.0.counted(site.1)
                if counted.heard.count < wanted[index] || counted.sent["waiting"] ?? 0 > 0 || counted.sent["held"] ?? 0 > 0 { return false }
            }
            return true
        }, line: line)
        for (host, site) in sites {
            let counted = try host.counted(site)
            for (index, other) in sites.enumerated() where other.1 != site {
                for box in ["box 0", "box 1", "box 2"] {
                    let heard = counted.heard.filter { $0.site == other.1 && $0.box == box }.map(\.number)
                    let wanted = told[index].filter { Tally.box($0) == box }
                    #expect(heard == wanted, "\(site) heard \(heard.count) of \(wanted.count) of \(other.1) \(box)", sourceLocation: SourceLocation(fileID: #fileID, filePath: #filePath, line: line, column: 1))
                }
            }
            #expect(Set(counted.charged).count == counted.charged.count, "\(site) obeyed a charge twice")
        }
        let sent = try sites.reduce(0) { try $0 + ($1.0.counted($1.1).sent["done"] ?? 0) }
        let charged = try sites.reduce(0) { try $0 + $1.0.counted($1.1).charged.count }
        #expect(sent == charged, "\(sent) charges answered, \(charged) obeyed")
    }
}
