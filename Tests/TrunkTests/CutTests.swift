import FoundationEssentials
import Host
import PluginKit
import Store
import TestKit
import Testing
import Vocabulary

@testable import Trunk
@testable import trunkpeer

@Suite("What links brought is removed behind the slowest receiver", .serialized)
struct CutTests {
    private func kept(_ host: PeerHost, _ site: String, _ source: String) throws -> Int {
        try StoreView(path: "\(host.folder)/data/\(site)/_trunk.sqlite").read { try $0.value("SELECT count(*) FROM relay WHERE source = ?", source) ?? 0 }
    }

    @Test("A transit copy keeps its newest entries once all have the rest; while the site above is away nothing goes; one restored from its first day has everything once")
    func transit() async throws {
        let folder = Pair.folder()
        let clock = TestClock(TimeSource.system.now)
        let hub = try await PeerHost(folder + "/hub", sites: ["hunan"], clock: clock.source)
        let city = try await PeerHost(folder + "/city", sites: ["changsha"], clock: clock.source)
        let county = try await PeerHost(folder + "/county", sites: ["liuyang"], clock: clock.source)
        try await city.join("changsha", to: "hunan", of: hub)
        try await county.join("liuyang", to: "changsha", of: city)
        try await until { hub.host.links.allSatisfy(\.isGood) && city.host.links.count == 2 && city.host.links.allSatisfy(\.isGood) }
        try await county.tell("liuyang", [0])
        try await until { try hub.counted("hunan").heard.count == 1 }
        await hub.stop()
        try FileManager.default.copyItem(atPath: hub.folder + "/data", toPath: folder + "/first")
        try await county.tell("liuyang", 1..<1500)
        try await until { try city.counted("changsha").heard.count == 1500 }
        clock.advance(by: .seconds(86_400 * 40))
        // The hub has not got them: everything stays.
        try await county.tell("liuyang", [1500])
        try await until { try city.counted("changsha").heard.count == 1501 }
        clock.advance(by: .seconds(86_400 * 2))
        try await county.tell("liuyang", [1501])
        try await until { try city.counted("changsha").heard.count == 1502 }
        // But for the one that it has.
        #expect(try kept(city, "changsha", "liuyang/tally") == 1501)

        let again = try await hub.restarted()
        try await until { try again.counted("hunan").heard.count == 1502 && city.host.links.allSatisfy { $0.isGood && $0.waiting == 0 } }
        clock.advance(by: .seconds(86_400 * 2))
        try await county.tell("liuyang", [1502])
        try await until { try again.counted("hunan").heard.count == 1503 && kept(city, "changsha", "liuyang/tally") <= Relay.kept + 1 }
        #expect(try kept(city, "changsha", "liuyang/tally") >= Relay.kept)

        // The hub is as it was on its first day; what it lacks is not at the city any more.
        await again.stop()
        try FileManager.default.removeItem(atPath: hub.folder + "/data")
        try FileManager.default.moveItem(atPath: folder + "/first", toPath: hub.folder + "/data")
        let third = try await hub.restarted()
        try await until { try third.counted("hunan").heard.count >= 1503 }
        try await county.tell("liuyang", [1503])
        try await until { try third.counted("hunan").heard.count >= 1504 && city.counted("changsha").heard.count >= 1504 }
        for (host, site) in [(third, "hunan"), (city, "changsha")] {
            let heard = try host.counted(site).heard
            #expect(heard.count == 1504 && Set(heard.map(\.number)) == Set(0...1503), "\(site)")
        }
        for host in [county, city, third] { await host.stop() }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
