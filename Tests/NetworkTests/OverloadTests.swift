import Foundation
import Synchronization
import Testing

@testable import Network

/// A loop in virtual time: requests come at a rate, each waits its turn, taken ones cost a millisecond, refused ones a twentieth.
/// Waits are measured as the loop does: a probe takes its place at the end of the queue, at most every 5 ms.
private struct SimulatedLoop {
    var gate = OverloadGate(target: 200)
    var taken = 0, refused = 0, longestWait = 0.0
    private var clock = 0.0, arrival = 0.0, probeSince: Double?, probeFrom = 0.0
    var time: Double { clock }

    /// Serves what comes in so many milliseconds at so many times what it can.
    mutating func run(milliseconds: Double, load: Double) {
        let end = arrival + milliseconds
        while arrival < end {
            arrival += 1 / load
            clock = max(clock, arrival)
            longestWait = max(longestWait, clock - arrival)
            if let since = probeSince, since <= arrival {
                probeSince = nil
                probeFrom = clock + 5
                gate.note(wait: Int64(clock - since), now: Int64(clock))
            }
            if probeSince == nil, clock >= probeFrom { probeSince = clock }
            if gate.takes(waiting: probeSince.map { Int64(clock - $0) } ?? 0, now: Int64(clock)) {
                taken += 1
                clock += 1
            } else {
                refused += 1
                clock += 0.05
            }
        }
    }

    /// So many requests come at one moment.
    mutating func burst(_ count: Int) {
        for _ in 0..<count {
            longestWait = max(longestWait, clock - arrival)
            if probeSince == nil, clock >= probeFrom { probeSince = clock }
            if gate.takes(waiting: probeSince.map { Int64(clock - $0) } ?? 0, now: Int64(clock)) {
                taken += 1
                clock += 1
            } else {
                refused += 1
                clock += 0.05
            }
        }
    }
}

@Suite("Overload")
struct OverloadTests {
    @Test func nothingIsRefusedBelowCapacity() {
        var loop = SimulatedLoop()
        loop.run(milliseconds: 10_000, load: 0.95)
        #expect(loop.refused == 0)
    }

    @Test func underThreefoldLoadFourFifthsOfTheCapacityGoOnAndWaitsStayShort() {
        var loop = SimulatedLoop()
        loop.run(milliseconds: 3000, load: 3)
        let before = loop.taken
        loop.longestWait = 0
        loop.run(milliseconds: 5000, load: 3)
        #expect(loop.taken - before >= 4000, "capacity is a thousand a second")
        #expect(loop.longestWait < 500)
    }

    @Test func ofTwoThousandRequestsAtOnceNoneWaitsForTheSlowAnswerOfAllOthers() {
        var loop = SimulatedLoop()
        loop.run(milliseconds: 100, load: 0.5)
        loop.longestWait = 0
        loop.burst(2000)
        #expect(loop.longestWait < 600, "in turn it would be two seconds")
    }

    @Test func twoSecondsAfterTheOverloadNothingIsRefused() {
        var loop = SimulatedLoop()
        loop.run(milliseconds: 5000, load: 3)
        loop.run(milliseconds: 2000, load: 0.5)
        #expect(!loop.gate.isRefusing)
        let refused = loop.refused
        loop.run(milliseconds: 2000, load: 0.9)
        #expect(loop.refused == refused)
    }

    @Test func aFewVisitorsAfterTheOverloadAreNotKeptOutForLong() {
        var loop = SimulatedLoop()
        loop.run(milliseconds: 5000, load: 3)
        var gate = loop.gate
        let end = Int64(loop.time)
        // Two requests a second, each measured.
        for step in 1...4 {
            _ = gate.takes()
            gate.note(wait: 1, now: end + Int64(step) * 500)
        }
        #expect(!gate.isRefusing)
    }

    @Test func oneLongWaitIsNoOverload() {
        var gate = OverloadGate(target: 200)
        for step in 0..<100 { gate.note(wait: step % 10 == 0 ? 5000 : 10, now: Int64(step * 20)) }
        #expect(!gate.isRefusing)
    }

    @Test func waitingWithoutACrowdIsNoOverload() {
        var gate = OverloadGate(target: 200)
        for step in 0..<100 {
            let takes = gate.takes()
            #expect(takes)
            gate.note(wait: 900, now: Int64(step * 60))
        }
        #expect(!gate.isRefusing)
    }

    @Test func theGateCanBeOff() {
        var gate = OverloadGate(target: 0)
        for step in 0..<100 { gate.note(wait: 9000, now: Int64(step * 60)) }
        let takes = gate.takes()
        #expect(takes)
    }

    @Test func aClientThatAsksTooMuchIsToldBeforeItsBodyIsReadAndKeepsItsConnection() throws {
        let server = try TestServer(limit: 10 << 20)
        server.echo.refuses.withLock { $0 = true }
        let client = try server.client()
        let answer = try client.get("/a")
        #expect(answer.status == 429)
        #expect(try client.request(.post, "/b", body: [UInt8](repeating: 1, count: 9000)).status == 429, "a small body is read over")
        #expect(server.value("http_connections_accepted_total") == 1)
        try client.send(Array("POST /c HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n".utf8))
        let large = try client.readAnswer(to: .post)
        #expect(large.status == 429 && large.headers["Connection"] == "close", "a large one is not waited for")
        #expect(server.echo.seen.withLock { $0.isEmpty })
        #expect(server.value("http_refused_requests_total") == 3)
    }

    @Test func handshakesOfOneAddressAreBounded() throws {
        let server = try TestServer { $0.connectionsPerMinute = 2 }
        for _ in 0..<2 { #expect(try server.client().get("/").status == 200) }
        let third = try server.client()
        #expect(throws: NetworkError.self) { try third.get("/") }
        #expect(server.value("tls_refused_handshakes_total") == 1)
    }

    @Test func handshakesUnderWayAreBounded() throws {
        let server = try TestServer { $0.handshakes = 1 }
        let silent = try HTTPClient(port: server.server.boundPort, trust: .plain)
        try silent.connect()
        #expect(eventually { server.value("http_connections_open") == 1 })
        let second = try server.client()
        #expect(throws: NetworkError.self) { try second.get("/") }
        silent.disconnect()
        #expect(eventually { server.value("http_connections_open") == 0 })
        #expect(try server.client().get("/").status == 200, "the place is free again")
    }

    @Test func everyAnswerCarriesTheStandingFieldsUnlessItGivesItsOwn() throws {
        let server = try TestServer { $0.standing = StandingFields([("X-Always", "1"), ("Content-Type", "x/y")]) }
        let client = try server.client()
        let plain = try client.get("/a")
        #expect(plain.headers["X-Always"] == "1")
        #expect(plain.headers.all("Content-Type") == ["text/plain"])
        #expect(try client.get("/split").headers["X-Always"] == "1", "also where the handler's answer was stopped")
        try client.send(Array("GET / HTTP/1.0\r\n\r\n".utf8))
        let fault = try client.readAnswer()
        #expect(fault.status == 505 && fault.headers["X-Always"] == "1")
    }

    @Test func behindATrustedProxyTheClientIsWhomItNames() throws {
        let server = try TestServer { $0.proxies = TrustedProxies([NetworkRange("127.0.0.0/8")].compactMap { $0 }) }
        let client = try server.client()
        #expect(try client.get("/peer", headers: ["Forwarded": "for=192.0.2.1;proto=http"]).text == "192.0.2.1 false")
        #expect(try client.get("/peer").text == "127.0.0.1 true", "the next request says nothing")
        #expect(try client.get("/peer", headers: ["Forwarded": "for=;"]).text == "127.0.0.1 true")
        #expect(server.value("http_malformed_forwarded_total") == 1)
        let direct = try TestServer()
        #expect(try direct.client().get("/peer", headers: ["Forwarded": "for=192.0.2.1"]).text == "127.0.0.1 true")
    }

    @Test func busyAnswersSayWhenToComeBack() { #expect(ProtocolFault.busy.response.headers["Retry-After"] != nil) }
}
