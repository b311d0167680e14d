import HotlineContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import HotlinePlugin

/// A desk with a telephone system: a line, seats, and short words for what is reported.
struct Switchboard {
    let desk: Desk
    let secret = WebhookSecret.random()
    static let line = LineID(checked: "main")
    var site: TestSite { desk.site }

    /// - Parameter seats: names, with their skills and regions; all sit there at once.
    init(_ seats: [(id: String, skills: [String], region: String)] = [], ready: Bool = true) async throws {
        desk = try await Desk()
        _ = try await desk.site.tell(
            SetLine(id: Self.line, title: "测试·线路", region: #require(RegionCode("430181")), secret: secret.revealed),
            as: Desk.changsha)
        for seat in seats {
            let region = try #require(RegionCode(seat.region))
            _ = try await desk.site.tell(
                SetSeat(
                    id: SeatID(checked: seat.id), title: "测试·\(seat.id)", region: region, person: "person-\(seat.id)",
                    skills: seat.skills),
                as: seat.region == "430000" ? .province : Desk.changsha)
            if ready { try await presence(seat.id, .ready) }
        }
    }

    static func person(_ seat: String) -> Actor { .person("person-\(seat)", .windowStaff, in: "430181") }

    func presence(_ seat: String, _ presence: SeatPresence) async throws {
        _ = try await site.tell(SetPresence(presence: presence), as: Self.person(seat))
    }

    /// The delivery of an event, signed for this moment.
    func delivery(_ event: CallEvent, id: String, secret other: WebhookSecret? = nil) throws -> ReceiveCallEvent {
        let body = String(decoding: try JSON.encode(event), as: UTF8.self)
        let seconds = site.clock.now.milliseconds / 1000
        let signature = WebhookSignature.header(
            id: id, timestamp: seconds, body: Array(body.utf8), secrets: [other ?? secret])
        return ReceiveCallEvent(
            line: Self.line, delivery: SignedDelivery(id: id, timestamp: seconds, signature: signature, body: body))
    }

    @discardableResult
    func report(
        _ kind: CallEvent.Kind, _ call: String, seat: String? = nil, from: String? = nil, skill: String? = nil,
        participant: String? = nil,
        recording: String? = nil, id: String? = nil
    ) async throws -> CallReceipt {
        let data = CallEvent.Content(
            call: call, from: from, skill: skill, seat: seat.map { SeatID(checked: $0) }, recording: recording,
            participant: participant)
        return try await site.tell(
            delivery(
                CallEvent(kind, at: site.clock.now, data),
                id: id ?? "\(kind.rawValue)-\(call)-\(participant ?? seat ?? "")"), as: .visitor)
    }

    func calls() throws -> [CallCard] { try site.ask(FindCalls(limit: 100), as: Desk.seat).items }
    func call(_ key: String) throws -> CallDetail {
        let id = try #require(calls().first { $0.key == key }).id
        return try site.ask(GetCall(id: id), as: Desk.seat)
    }
}
