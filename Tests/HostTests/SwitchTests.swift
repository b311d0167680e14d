import Dispatch
import Messages
import Network
import Synchronization
import Testing

@testable import Host

@Suite("Plug-ins turned on and off while the city works")
struct SwitchTests {
    /// How often, and by how many callers, something else was asked meanwhile; what was not answered with 200.
    private final class Watch: Sendable {
        private let state = Mutex((answers: 0, failures: [String](), isOver: false, running: 0))
        private let ended = DispatchSemaphore(value: 0)

        var answers: Int { state.withLock { $0.answers } }

        func ask(_ path: String, _ host: RunningHost) {
            state.withLock { $0.running += 1 }
            let authority = host.authority, port = host.host.port
            DispatchQueue(label: "caller").async { [self] in
                defer { ended.signal() }
                do {
                    let client = try HTTPClient(port: port, trust: .authority(file: authority), timeout: .seconds(60))
                    while !state.withLock({ $0.isOver }) {
                        let status = try client.get(path).status
                        state.withLock { state in
                            state.answers += 1
                            if status != 200 { state.failures.append("\(path): \(status)") }
                        }
                    }
                } catch {
                    state.withLock { $0.failures.append("\(path): \(error)") }
                }
            }
        }

        func end() -> [String] {
            let running = state.withLock { state in
                state.isOver = true
                return state.running
            }
            for _ in 0..<running { ended.wait() }
            return state.withLock { $0.failures }
        }
    }

    @Test("on and off ten times at one site: every other route of that site and of its neighbour answers every request")
    func noticedByNobody() async throws {
        let running = try await RunningHost([RunningHost.site("jia"), RunningHost.site("yi", "乙站")])
        let memo = try JSONValue(parsing: #"{"mark": "甲"}"#)
        let watch = Watch()
        for path in ["/jia/", "/api/jia/notes/notes", "/yi/", "/api/yi/notes/notes", "/health/ready"] { watch.ask(path, running) }
        for _ in 0..<10 {
            var seen = watch.answers
            _ = await until { watch.answers > seen + 10 }
            try await running.reload { $0.sites[0].plugins["memo"] = memo }
            seen = watch.answers
            _ = await until { watch.answers > seen + 10 }
            try await running.reload { $0.sites[0].plugins["memo"] = nil }
        }
        let failures = await Task.detached { watch.end() }.value
        #expect(failures.isEmpty, "\(failures.prefix(5))")
        #expect(watch.answers > 200)
    }
}
