import Messages
import PluginKit
import Synchronization
import Testing
import Vocabulary

@testable import Bus
@testable import Host

@Suite("A process's first word")
struct GreetingTests {
    private static let declaration = """
        {"manifest": {"id": "caller", "title": "测试·来电", "version": "1.0.0", "needs": []},
         "settings": {"type": "object", "properties": {}, "additionalProperties": false}, "messages": [], "hears": [], "sends": [], "asks": [],
         "endpoints": [], "pages": [], "navigation": [], "todos": [], "searches": [], "homeBlocks": [], "eventTitles": {}, "refusals": [],
         "keepsPersonalData": false}
        """

    /// The other end of the line, in this program.
    private final class Caller: PluginChild {
        let line = PlugLine(name: "caller")
        /// What has come, in its order.
        let heard = Mutex<[String]>([])
        let secret: String
        let pid: Int32 = 0
        private let end = Mutex<PluginExit?>(nil)

        init(_ secret: String, _ socket: Int32) {
            self.secret = secret
            line.connect(
                socket,
                service: .init(
                    call: { [weak self] frame, answer in
                        self?.heard.withLock { $0.append(frame.head.verb ?? "") }
                        answer(.success(Frame(FrameHead(.reply))))
                        if frame.head.verb == "stop" { self?.end.withLock { $0 = .code(0) } }
                    }, note: { _ in }, ended: { [weak self] _ in self?.end.withLock { $0 = .code(0) } }))
        }

        func poll() -> PluginExit? { end.withLock { $0 } }
        func kill() { line.disconnect("killed") }
        var tail: String { "" }
        var usage: (resident: Int64, processor: Duration)? { nil }
        var load: PluginLoad? { nil }
    }

    private final class Place<T: Sendable>: Sendable {
        let value = Mutex<T?>(nil)
    }

    @Test("no heartbeat goes out before the reply to `ready`, however early somebody looks: until then a process expects nothing else and may pass over it")
    func greeted() async throws {
        let declaration = try JSON.decode(Declaration.self, from: Array(Self.declaration.utf8))
        let caller = Place<Caller>(), looking = Place<PluginSupervisor>()
        let supervisor = PluginSupervisor(
            remote: RemotePlug(id: "caller", site: "hunan", wiring: Wiring(plugin: "caller"), line: PlugLine(name: "测试·来电")), declaration: declaration,
            welcome: Welcome(site: "hunan", region: nil, folder: "/dev/null/none", settings: .object([]), reference: nil, fileLimit: 1 << 20, neighbours: []),
            launch: { _, secret, socket in
                let child = Caller(secret, socket)
                caller.value.withLock { $0 = child }
                return child
            }, crashes: "/dev/null/none", heartbeat: .seconds(15), mostFaults: 5, clock: TimeSource { Timestamp(milliseconds: 1_800_000_000_000) },
            // It looks as soon as the process counts as running.
            log: BusLog { _, code, _, _ in if code == "plugin-ready" { looking.value.withLock { $0 }?.tick() } })
        looking.value.withLock { $0 = supervisor }
        supervisor.start()
        let child = try #require(caller.value.withLock { $0 })
        _ = try await child.line.call(
            .call("hello"), body: JSON.encode(Hello(plugin: "caller", version: "1.0.0", secret: child.secret)), within: .seconds(120))
        await withCheckedContinuation { done in
            child.line.call(.call("ready"), body: (try? JSON.encode(declaration)) ?? [], within: .seconds(120)) { result in
                child.heard.withLock { $0.append((try? result.get()) == nil ? "refusal" : "reply") }
                done.resume()
            }
        }
        #expect(await supervisor.isRunning(within: .seconds(120)))
        supervisor.tick()
        #expect(await until { child.heard.withLock { $0.contains("ping") } })
        #expect(child.heard.withLock { $0 } == ["reply", "ping"])
        await supervisor.stop()
        looking.value.withLock { $0 = nil }
        #expect(child.heard.withLock { $0 } == ["reply", "ping", "stop"])
    }
}
