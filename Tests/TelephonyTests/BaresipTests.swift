import Crypto
import HotlineContracts
import Testing
import Vocabulary

@testable import Telephony

@Suite("SIP events of baresip")
struct BaresipTests {
    static func netstring(_ json: String) -> [UInt8] { Array("\(json.utf8.count):\(json),".utf8) }

    static func event(_ type: String, _ more: String = "") -> [UInt8] {
        netstring(
            #"{"event":true,"type":"\#(type)","class":"call","accountaor":"sip:8001@127.0.0.1:5060","direction":"incoming","peeruri":"sip:13800000000@127.0.0.1:5062","id":"4d2b","param":"x"\#(more)}"#
        )
    }

    @Test("Whatever pieces the bytes come in, the same events come out; answers, media and outgoing calls are none")
    func pieces() throws {
        let stream =
            Self.event("CALL_INCOMING") + Self.event("CALL_REMOTE_SDP")
            + Self.netstring(#"{"response":true,"ok":true,"data":""}"#)
            + Self.event("CALL_ESTABLISHED")
            + Self.netstring(#"{"event":true,"type":"CALL_INCOMING","direction":"outgoing","id":"9"}"#)
            + Self.event("CALL_CLOSED")
        let now = Timestamp(milliseconds: 1_772_413_200_000)
        for size in [1, 2, 7, 100, stream.count] {
            var events = BaresipEvents(seat: SeatID(checked: "8001"))
            var found: [(id: String, event: CallEvent)] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                found += try events.take(Array(stream[start..<min(start + size, stream.count)]), at: now)
            }
            #expect(found.map(\.event.type) == ["call.offered", "call.answered", "call.ended"])
            #expect(found.map(\.id) == ["4d2b/call.offered", "4d2b/call.answered", "4d2b/call.ended"])
            #expect(found.first?.event.data.from == "13800000000")
            #expect(found.first?.event.data.to == "8001")
            #expect(found[1].event.data.seat?.description == "8001")
        }
    }

    @Test(
        "What is no netstring ends the reading with a sentence",
        arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "99999999:", "3:{},x", "-1:,"])
    func broken(text: String) {
        var events = BaresipEvents(seat: SeatID(checked: "8001"))
        #expect(throws: BaresipEvents.Broken.self) { try events.take(Array(text.utf8), at: Timestamp(milliseconds: 0)) }
    }

    @Test(
        "Numbers are numbers, names are none",
        arguments: [
            ("sip:13800000000@127.0.0.1", "13800000000"), ("sip:+8613800000000@gw", "13800000000"),
            ("sip:alice@127.0.0.1", nil), ("sip:127.0.0.1", nil),
            ("tel:1", nil),
        ] as [(String, String?)])
    func numbers(address: String, number: String?) { #expect(BaresipEvents.number(address) == number) }

    @Test(
        "An address that is none of a line's is refused before anything is sent",
        arguments: [
            "http://127.0.0.1/api/hunan/hotline/lines/main/events", "https://127.0.0.1:0/api/a/events",
            "https://127.0.0.1/x", "https:///api/a/events",
        ])
    func addresses(text: String) {
        #expect(EventDoor.Target(text, serverName: nil, authority: nil, secret: .random()) == nil)
    }
}

@Suite("shuniu simulate calls")
struct SimulationTests {
    @Test("A second of calls, more than there are seats: every one reaches one seat and becomes one order")
    func aSecond() async throws {
        var simulation = CallSimulation()
        (simulation.rate, simulation.seats, simulation.seconds, simulation.talk, simulation.workers) = (
            40, 8, 1, .milliseconds(60), 4
        )
        let outcome = try await simulation.run()
        #expect(outcome.isSound, "\(outcome.lines)")
        #expect(outcome.seen.registered == 40)
        #expect(outcome.seen.atOnce.count + outcome.seen.afterWaiting.count == 40)
        #expect(!outcome.seen.afterWaiting.isEmpty)
    }

    @Test("The verdict looks at the slowest of a hundred of those who found a free seat, and is none where nobody did")
    func verdict() async throws {
        var simulation = CallSimulation()
        (simulation.rate, simulation.seats, simulation.seconds, simulation.talk, simulation.workers) = (
            10, 4, 1, .milliseconds(60), 2
        )
        var outcome = try await simulation.run()
        outcome.seen.atOnce = (1...200).map(Double.init)
        #expect(outcome.p99 == 198 && outcome.isQuick(within: 198) && !outcome.isQuick(within: 197))
        outcome.seen.atOnce = [3]
        #expect(outcome.isQuick(within: 3) && !outcome.isQuick(within: 2))
        outcome.seen.atOnce = []
        #expect(outcome.p99 == nil && !outcome.isQuick(within: 60_000))
    }
}
