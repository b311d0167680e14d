import Crypto
import Foundation
import Host
import HotlineContracts
import HotlinePlugin
import Messages
import Network
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import Telephony

/// Two baresip telephones on loopback, `apt-get install baresip-core`.
@Suite(
    "A real SIP telephone", .serialized,
    .enabled(if: Telephone.isPossible, "baresip is not installed; Tools/setup --telephone installs it"))
struct RealPhoneTests {
    @Test("来电、接听、挂断经 baresip 的事件进入平台，成为一次完整的通话，来电号码可识别")
    func aCall() async throws {
        let host = try await TestHost([InstalledPlugin(Hotline.self)])
        let region = try #require(RegionCode("430181"))
        let secret = WebhookSecret.random()
        let seat = SeatID(checked: "8001")
        let system = Actor.system("test")
        try await host.tell(
            SetLine(id: LineID(checked: "main"), title: "测试·线路", region: region, secret: secret.revealed), as: system)
        try await host.tell(SetSeat(id: seat, title: "测试·坐席", region: region), as: system)
        let phone = try Telephone("8001"), caller = try Telephone("13800000000")
        defer {
            phone.end()
            caller.end()
        }
        let line = try #require(
            EventDoor.Target(
                "https://127.0.0.1:\(host.host.port)/api/test/hotline/lines/main/events", serverName: "localhost",
                authority: host.authority, secret: secret))
        // A telephone has one control connection: the called one's is the adapter's.
        try phone.control().disconnect()
        let control = try caller.control()
        let adapter = SIPAdapter(
            control: ("127.0.0.1", phone.controlPort), seat: seat, target: line, clock: host.clock.source)
        // The adapter's thread says what it reported; what follows is done when it has.
        let reports = AsyncStream<(String, CallState?)>.makeStream()
        let dial = BaresipTests.netstring(#"{"command":"dial","params":"sip:8001@127.0.0.1:\#(phone.sipPort)"}"#)
        DispatchQueue(label: "adapter").async {
            do {
                // What comes in before it listens, it does not hear.
                try adapter.run(connected: { reports.continuation.yield(("connected", nil)) }) {
                    reports.continuation.yield(($0.type, $1.state))
                }
            } catch { Issue.record("\(error)") }
            reports.continuation.finish()
        }
        var seen: [String] = []
        for await (type, state) in reports.stream {
            seen.append("\(type) \(state?.rawValue ?? "-")")
            switch type {
            case "connected": try control.send(dial)
            case "call.offered": try phone.accept()
            case "call.answered":
                host.clock.advance(by: .seconds(90))
                try control.send(BaresipTests.netstring(#"{"command":"hangup"}"#))
            case "call.ended": phone.end()
            default: break
            }
        }
        #expect(seen == ["connected -", "call.offered waiting", "call.answered talking", "call.ended ended"])
        let site = try #require(host.host.sites.first)
        let card = try #require(site.bus.ask(FindCalls(), as: .province).items.first)
        #expect(card.state == .ended)
        #expect(card.seat == seat)
        #expect(try #require(card.endedAt).since(#require(card.answeredAt)) == .seconds(90))
        #expect(try site.bus.ask(GetCall(id: card.id), as: .province).callerPhone?.masked == "138****0000")
    }
}

/// A softphone without sound, in a folder of its own.
final class Telephone: Sendable {
    static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/bin/baresip")

    /// Why it could not begin.
    struct Failure: Error { let what: String }

    let sipPort: Int
    let controlPort: Int
    /// Its console, beside the control connection that is the adapter's.
    let consolePort: Int
    private let folder: String
    private let process: ChildProcess

    init(_ user: String) throws {
        folder = FileManager.default.temporaryDirectory.path + "/shuniu-phone-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // The port above is taken by its TLS listener.
        sipPort = try Self.freePort()
        var control = try Self.freePort()
        while abs(control - sipPort) < 2 { control = try Self.freePort() }
        controlPort = control
        var console = try Self.freePort()
        while abs(console - sipPort) < 2 || console == control { console = try Self.freePort() }
        consolePort = console
        let modules =
            [
                "/usr/lib/baresip/modules", "/usr/lib/x86_64-linux-gnu/baresip/modules",
                "/usr/lib/aarch64-linux-gnu/baresip/modules",
            ]
            .first { FileManager.default.fileExists(atPath: $0) } ?? "/usr/lib/baresip/modules"
        let config = """
            poll_method epoll
            sip_listen 127.0.0.1:\(sipPort)
            sip_transports udp
            audio_player aubridge,nil
            audio_source aubridge,nil
            audio_alert aubridge,nil
            module_path \(modules)
            module g711.so
            module aubridge.so
            module_app account.so
            module_app menu.so
            module ctrl_tcp.so
            ctrl_tcp_listen 127.0.0.1:\(controlPort)
            module_app cons.so
            cons_listen 127.0.0.1:\(consolePort)
            net_interface 127.0.0.1

            """
        try Data(config.utf8).write(to: URL(filePath: folder + "/config"))
        try Data("<sip:\(user)@127.0.0.1:\(sipPort)>;regint=0\n".utf8).write(
            to: URL(filePath: folder + "/accounts"))
        try Data().write(to: URL(filePath: folder + "/contacts"))
        process = try ChildProcess(["/usr/bin/baresip", "-f", folder, "-t", "300"])
    }

    /// Its control connection, as soon as it listens.
    func control() throws -> HTTPClient {
        var last: any Error = Failure(what: "baresip did not start")
        for _ in 0..<2400 {
            do {
                let client = try HTTPClient(port: controlPort, trust: .plain)
                try client.connect()
                return client
            } catch {
                last = error
                usleep(25_000)
            }
        }
        throw last
    }

    /// Picks up, as its owner does by the key `a`.
    func accept() throws {
        let console = try HTTPClient(port: consolePort, trust: .plain)
        try console.send(Array("a".utf8))
        console.disconnect()
    }

    func end() {
        // Asked to end it would first say good-bye to everybody.
        process.end(SIGKILL)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Below those that the system gives to connections: one of another test would take it before baresip does.
    private static func freePort() throws -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: 20_000..<32_000)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            address.sin_port = UInt16(port).bigEndian
            let isBound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
            }
            if isBound { return port }
        }
        throw Failure(what: "no free port")
    }
}
