import FoundationEssentials
import Messages
import Testing

@testable import Host

@Suite("The control socket")
struct ControlServerTests {
    @Test("a path longer than a socket's address is served all the same; a second host on the folder is refused, a later one is not")
    func longPath() async throws {
        let place = Workplace()
        let folder = place.folder + "/" + String(repeating: "很深的目录", count: 12)
        let server = try ControlServer(dataFolder: folder, log: .silent) { request, user in
            ControlAnswer(lines: [request.verb, user.name] + request.arguments.keys.sorted(), records: [["a": 1]])
        }
        let answer = try await ControlClient.ask(ControlRequest("say", ["b": ["x"], "a": [""]]), dataFolder: folder)
        #expect(answer?.lines == ["say", SystemUser.own.name, "a", "b"])
        #expect(answer?.records == [["a": 1]])
        #expect(throws: CommandProblem.self) { try ControlServer(dataFolder: folder, log: .silent) { _, _ in ControlAnswer() } }
        await server.stop(within: .seconds(10))
        #expect(try await ControlClient.ask(ControlRequest("say"), dataFolder: folder) == nil)
        let next = try ControlServer(dataFolder: folder, log: .silent) { _, _ in ControlAnswer() }
        #expect(try await ControlClient.ask(ControlRequest("say"), dataFolder: folder) != nil)
        await next.stop(within: .seconds(10))
    }

    @Test("stopping lets a command under way end; an answer that comes too late or is too long is said to be")
    func slow() async throws {
        let place = Workplace()
        let (begun, isBegun) = AsyncStream.makeStream(of: Void.self)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let server = try ControlServer(dataFolder: place.data, log: .silent) { request, _ in
            if request.verb == "long" { return ControlAnswer(lines: [String(repeating: "长", count: ControlRequest.limit)]) }
            isBegun.yield()
            for await _ in gate { break }
            return ControlAnswer(lines: ["done"])
        }
        await #expect { _ = try await ControlClient.ask(ControlRequest("wait"), dataFolder: place.data, patience: .milliseconds(1)) } throws: {
            ($0 as? CommandRefusal)?.code == "host.control-silent"
        }
        #expect(try await ControlClient.ask(ControlRequest("long"), dataFolder: place.data)?.refusal?.code == "host.control-answer")
        let folder = place.data
        let waiting = Task { try await ControlClient.ask(ControlRequest("wait"), dataFolder: folder) }
        var seen = 0
        for await _ in begun {
            seen += 1
            if seen == 2 { break }
        }
        let stopping = Task { await server.stop(within: .seconds(60)) }
        open.finish()
        await stopping.value
        #expect(try await waiting.value?.lines == ["done"])
    }
}
