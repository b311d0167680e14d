import Messages
import PluginKit
import Synchronization

/// Does commands on the running host for whoever asks at the control socket.
///
/// The table of verbs is the list of commands whose `place` is the host: their options are checked as on the command line, and the same
/// code runs, with the host's open sites in the place of files opened for the purpose.
struct ControlDesk: Sendable {
    let host: Host
    let log: Log
    /// Reads the configuration again, as SIGHUP does.
    let reread: @Sendable () throws -> HostConfiguration

    static let verbs: [String: CommandSpec] = Dictionary(
        ShuniuProgram.commands.filter { $0.place != .here }.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    func answer(_ request: ControlRequest, for user: SystemUser) async -> ControlAnswer {
        let note = AnswerNote()
        var answer = ControlAnswer()
        do {
            guard let command = Self.verbs[request.verb] else {
                throw CommandRefusal("host.control-verb", "运行中的主机（\(ShuniuProgram.version)）不办理命令“\(request.verb)”。请用与主机同一版本的 shuniu。")
            }
            try command.check(request.arguments)
            try command.check(files: request.files, for: request.arguments)
            try await command.run(invocation(request, user, note))
        } catch {
            answer.refusal = ShuniuProgram.refusal(error, of: request.verb)
        }
        answer.lines = note.lines
        answer.records = note.records
        log(
            answer.refusal == nil ? .info : .warning, "control", "a command from the control socket", ("verb", request.verb),
            ("user", user.name), ("outcome", answer.refusal?.code ?? "done"))
        return answer
    }

    private func invocation(_ request: ControlRequest, _ user: SystemUser, _ note: AnswerNote) -> Invocation {
        var program = ShuniuProgram(
            plugins: host.plugins.map { KnownPlugin($0) }, clock: host.surroundings.clock, ids: host.surroundings.ids, terminal: note.terminal,
            serve: { _, _ in })
        program.installed = host.plugins
        program.log = log
        return Invocation(
            values: request.arguments, files: request.files, program: program, terminal: note.terminal, user: user, desk: self)
    }
}

/// What a command says while the host does it.
private final class AnswerNote: Sendable {
    private let collector = TerminalCollector()
    private let kept = Mutex<[JSONValue]>([])

    var terminal: Terminal {
        var terminal = collector.terminal
        terminal.writeRecord = { [self] record in kept.withLock { $0.append(record) } }
        return terminal
    }
    var records: [JSONValue] { kept.withLock { $0 } }
    var lines: [String] {
        let text = collector.output + collector.error
        return text.isEmpty ? [] : text.dropLast(text.hasSuffix("\n") ? 1 : 0).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
