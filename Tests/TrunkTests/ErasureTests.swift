import Foundation
@testable import Bus
import Host
import Identity
import Messages
import PluginKit
import Store
import TestKit
import Pages
import Testing
import Vocabulary

@testable import trunkpeer

@Suite("Erasing a person at sites to which values travelled", .serialized)
struct ErasureTests {
    private func guests(_ host: PeerHost, _ site: String) throws -> [GuestList.Line] { try host.bus(site).ask(GuestList(), as: PeerHost.peer) }

    /// Whether that file still has a key for the person.
    private func hasKey(_ host: PeerHost, _ file: String, _ person: PersonID) throws -> Bool {
        try StoreView(path: "\(host.folder)/data/\(file).sqlite").read { try $0.personKey(person) != nil }
    }

    private func audited(_ host: PeerHost, _ site: String, _ event: AuditEvent = .personalDataErased) throws -> [String] {
        guard let identity = host.host.sites.first(where: { $0.card.id == site })?.identity else { return [] }
        return try identity.auditTrail(AuditFilter(), limit: 50, by: .person("audit", .auditAdministrator)).lines.filter { $0.record.event == event }
            .map { $0.record.detail ?? "" }
    }

    @Test("Every site erases and destroys its key, the link's file on the way too; others' values stay; it is audited once, also when asked twice")
    func reachesEverySite() async throws {
        let pair = try await Pair()
        let (upper, lower) = (pair.upper, pair.lower)
        let (gone, stays) = (try #require(PersonID("guest-1")), try #require(PersonID("guest-2")))
        for person in [gone, stays] {
            _ = try await lower.bus("liuyang").tell(MeetGuest(person: person.description, mobile: "13800000000"), as: PeerHost.peer)
        }
        try await until { try guests(upper, "hunan").filter(\.isReadable).count == 2 && guests(upper, "changsha").count == 2 }
        #expect(try hasKey(upper, "changsha/_trunk", gone) && hasKey(upper, "hunan/guests", gone))
        for _ in 0..<2 { _ = try await lower.bus("liuyang").erase(person: gone, by: PeerHost.peer) }
        try await until { try guests(upper, "hunan").map(\.person) == ["guest-2"] && guests(upper, "changsha").map(\.person) == ["guest-2"] }
        for file in ["changsha/_trunk", "changsha/guests", "hunan/guests"] {
            try await until { try !hasKey(upper, file, gone) }
            #expect(try hasKey(upper, file, stays), "\(file)")
        }
        #expect(try guests(upper, "hunan").allSatisfy(\.isReadable))
        try await until { try audited(upper, "changsha").count == 2 && audited(upper, "hunan").count == 1 }
        #expect(try audited(upper, "hunan").allSatisfy { $0.contains("guest-1") && $0.contains("liuyang/guests") })
        await pair.stop()
    }

    @Test("A site erases what it brought and nothing else: of a person whom others brought too, or whom it merely names, everything stays, and that is on record")
    func onlyWhatItBrought() async throws {
        let pair = try await Pair()
        let (upper, lower) = (pair.upper, pair.lower)
        // Two sites give out the same identifier.
        let shared = try #require(PersonID("contact.1")), foreign = try #require(PersonID("guest-9"))
        for (host, site, person) in [(upper, "changsha", shared), (lower, "liuyang", shared), (upper, "changsha", foreign)] {
            _ = try await host.bus(site).tell(MeetGuest(person: person.description, mobile: "13800000000"), as: PeerHost.peer)
        }
        try await until { try guests(upper, "hunan").count == 3 && guests(lower, "liuyang").count == 2 }
        _ = try await lower.bus("liuyang").erase(person: shared, by: PeerHost.peer)
        // 浏阳 was broken into and names somebody of 长沙.
        let plug = try #require(lower.bus("liuyang").plugs.first { $0.id == "guests" })
        let forged = LogDraft(
            id: IDSource.system(.system).next(), type: PersonErased.name, subject: nil, time: .init(milliseconds: 0), actor: .system("guests"),
            correlation: IDSource.system(.system).next(), causation: nil, target: nil, reach: .network, payload: try JSON.encode(PersonErased(person: foreign)))
        _ = try await plug.file.write { try $0.append(forged) }
        try await until { try audited(upper, "hunan", .personalDataKept).count == 2 && audited(upper, "changsha", .personalDataKept).count == 2 }
        #expect(try guests(upper, "hunan").filter(\.isReadable).count == 3)
        #expect(try hasKey(upper, "hunan/guests", foreign) && hasKey(upper, "changsha/guests", shared))
        #expect(try audited(upper, "hunan", .personalDataKept).contains { $0.contains("guest-9") && $0.contains("changsha") })
        // The one that is left may.
        _ = try await upper.bus("changsha").erase(person: shared, by: PeerHost.peer)
        try await until { try guests(upper, "hunan").map(\.person) == ["guest-9"] && !hasKey(upper, "hunan/guests", shared) }
        await pair.stop()
    }

    @Test("Where an open matter holds the data the erasure waits among the parked messages with its reason, and is done once it is tried again", arguments: Placement.allCases)
    func held(placement: Placement) async throws {
        let network = try await TestNetwork([InstalledPlugin(Guests.self)], placement: placement)
        let person = try #require(PersonID("guest-1"))
        _ = try await network["liuyang"].tell(MeetGuest(person: "guest-1", mobile: "13800000000"), as: PeerHost.peer)
        _ = try await network["hunan"].tell(HoldGuests(isHeld: true), as: PeerHost.peer)
        await network.settle()
        _ = try await network["liuyang"].bus.erase(person: person, by: PeerHost.peer)
        await network.settle()
        #expect(try network["changsha"].ask(GuestList(), as: PeerHost.peer).isEmpty)
        #expect(try network["hunan"].ask(GuestList(), as: PeerHost.peer).map(\.isReadable) == [true])
        let parked = try await network["hunan"].bus.parked()
        #expect(parked.map(\.message.cause) == ["bus.erasure-held: an erasure of another site is held at hunan/guests"])
        _ = try await network["hunan"].tell(HoldGuests(isHeld: false), as: PeerHost.peer)
        try await network["hunan"].bus.replay(plugin: "guests", parked: try #require(parked.first).message.id)
        await network.settle()
        #expect(try network["hunan"].ask(GuestList(), as: PeerHost.peer).isEmpty)
        #expect(try await network["hunan"].bus.parked().isEmpty)
        // What never left a site, nobody is told of.
        let events = try await network["liuyang"].bus.erase(person: person, by: PeerHost.peer)
        #expect(events.allSatisfy { $0.outcome == .done })
    }
}
