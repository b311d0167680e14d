public import Messages
public import PluginKit
import Store
public import Vocabulary

/// The command line `shuniu`: finds the command, runs it, turns problems into sentences and exit codes.
///
/// Exit codes: 0 done, 1 refused or a problem found, 2 the command line is wrong.
public struct ShuniuProgram: Sendable {
    /// The program's own version; changes with each release.
    public static let version = "0.1.0"

    let plugins: [KnownPlugin]
    /// The same plug-ins, for commands that run them.
    var installed: [InstalledPlugin] = []
    let clock: TimeSource
    let ids: IDSource
    let terminal: Terminal
    /// scrypt's N as a power of two for the accounts it makes; tests take a cheap one.
    var passwordCost = 15
    /// Where commands note what has to be accounted for.
    var log: Log = .standardError(level: .info, format: .json)
    let serve: Serve

    /// Runs the host with a configuration; the second argument reads the same files again.
    public typealias Serve = @Sendable (HostConfiguration, @escaping @Sendable () throws -> HostConfiguration) async throws -> Void

    /// - Parameters:
    ///   - plugins: what this program contains.
    ///   - serve: runs the host until it is told to stop.
    public init(
        plugins: [KnownPlugin], clock: TimeSource = .system, ids: IDSource? = nil, terminal: Terminal = .standard,
        serve: @escaping Serve
    ) {
        self.plugins = plugins
        self.clock = clock
        self.ids = ids ?? .system(clock)
        self.terminal = terminal
        self.serve = serve
    }

    /// The program with its plug-ins; what `serve` does is `Host.serve`.
    ///
    /// - Parameter tools: commands beside those of the host.
    public init(installed: [InstalledPlugin], tools: [ToolCommand] = []) {
        self.init(
            plugins: installed.map { KnownPlugin($0) }
        ) { configuration, reread in
            try await Host.serve(configuration, reread: reread, plugins: installed, reference: try ReferenceData.loadLocated())
        }
        self.installed = installed
        commands += tools.map(\.spec)
    }

    /// The host's, and what the program brings beside.
    private(set) var commands = Self.commands
    static let commands: [CommandSpec] = [
        ServeCommand.spec, CheckCommand.spec, DoctorCommand.spec, InitCommand.spec, DemoCommand.spec, AccountCommands.add, AccountCommands.list, AccountCommands.reset, AccountCommands.resetSecondFactor,
        AccountCommands.disable, AccountCommands.enable, AccountCommands.grant, AccountCommands.revoke, PartnerCommands.add, PartnerCommands.list,
        PartnerCommands.show, PartnerCommands.contract, PartnerCommands.rotate, PartnerCommands.suspend, PartnerCommands.resume,
        PartnerCommands.revoke, HostCommands.status, HostCommands.reload, SiteCommands.list,
        LogCommands.verify, LogCommands.tail, ConformCommand.spec, BackupCommand.spec, RestoreCommand.spec, VersionCommand.spec, RunPluginCommand.spec, ImportCommand.spec, ImportCommand.batch,
    ] + PluginCommands.all + ParkedCommands.all + TrunkCommands.all + AuthorCommands.all + CertificateCommands.all

    /// Runs the command that the arguments (without the program's name) ask for; returns the exit code.
    public func run(_ arguments: [String]) async -> Int32 {
        guard let first = arguments.first, first != "--help", first != "-h", first != "help" else {
            arguments.isEmpty ? terminal.complain(overview) : terminal.say(overview)
            return arguments.isEmpty ? 2 : 0
        }
        let words = arguments.prefix { !$0.hasPrefix("-") }
        guard let command = commands.first(where: { Array($0.name.split(separator: " ").map(String.init)) == Array(words.prefix($0.name.split(separator: " ").count)) })
        else {
            if first == "--version" { return await run(["version"]) }
            return unknown(words.isEmpty ? first : words.prefix(2).joined(separator: " "))
        }
        let rest = arguments.dropFirst(command.name.split(separator: " ").count)
        if rest.contains("--help") || rest.contains("-h") {
            terminal.say(command.help)
            return 0
        }
        do {
            let values = try command.parse(rest)
            let call = Invocation(values: values, files: try command.files(values), program: self, terminal: terminal)
            let isDone = command.place == .here ? false : try await ask(command, call)
            if !isDone { try await command.run(call) }
            return 0
        } catch {
            let refusal = Self.refusal(error, of: command.name)
            terminal.complain(refusal.message)
            for fault in refusal.faults { terminal.complain("  \(fault.field)：\(fault.message)") }
            return refusal.exitCode
        }
    }

    /// Has the host that serves the data folder do the command; false where none does and the command can work without.
    private func ask(_ command: CommandSpec, _ call: Invocation) async throws -> Bool {
        let folder = try call.dataFolder()
        // Where things lie is a matter of this process; the host knows its own.
        let request = ControlRequest(command.name, call.values.filter { $0.key != "configs" && $0.key != "data" }, files: call.files)
        guard let answer = try await ControlClient.ask(request, dataFolder: folder) else {
            if command.place == .hostOrHere { return false }
            throw CommandProblem.refused("没有主机在数据目录 \(folder) 上运行，shuniu \(command.name) 需要运行中的主机。请先运行 shuniu serve，或用 --data 指明其数据目录。")
        }
        for line in answer.lines { terminal.say(line) }
        for record in answer.records { terminal.record(record) }
        if let refusal = answer.refusal { throw refusal }
        return true
    }

    /// What ended a command, in the words that are shown.
    static func refusal(_ error: any Error, of command: String) -> CommandRefusal {
        switch error {
        case let refusal as CommandRefusal: refusal
        case CommandProblem.usage(let sentence):
            CommandRefusal(CommandRefusal.usageCode, "shuniu \(command)：\(sentence)\n运行 shuniu \(command) --help 查看用法。")
        case CommandProblem.refused(let sentence): CommandRefusal("host.command-refused", sentence)
        case let refusal as Refusal: CommandRefusal(refusal.code, refusal.message, faults: refusal.faults)
        case StoreError.locked(let path, let holder):
            CommandRefusal(
                "store.locked",
                "数据文件 \(path) 正被使用（\(holder)）。主机可能正在启动或停止，请稍后重试；本命令若只能在主机停止时使用，请先停止主机。")
        case let error as StoreError: CommandRefusal(error.refusal.code, "\(error.refusal.message)\n  \(error)")
        default: CommandRefusal("host.command-failed", "未能完成：\(error)")
        }
    }

    private func unknown(_ words: String) -> Int32 {
        let names = commands.map(\.name)
        let group = names.filter { $0.hasPrefix(words + " ") }
        if !group.isEmpty {
            terminal.complain("“\(words)”需要一个子命令：\(group.joined(separator: "、"))。")
            return 2
        }
        let head = String(words.split(separator: " ").first ?? "")
        let hint =
            Nearest.name(to: words, among: names) ?? Nearest.name(to: head, among: names)
            ?? Nearest.name(to: head, among: names.compactMap { $0.split(separator: " ").first.map(String.init) })
        terminal.complain("没有命令“\(words)”。\(hint.map { "是否想写“\($0)”？" } ?? "")运行 shuniu --help 查看全部命令。")
        return 2
    }

    var overview: String {
        let width = commands.map(\.name.count).max() ?? 0
        let lines = commands.map { "  \($0.name)\(String(repeating: " ", count: width - $0.name.count + 2))\($0.summary)" }
        return
            (["枢纽 Shuniu \(Self.version)：中小企业公共服务平台", "", "用法：shuniu <命令> [选项]", "", "命令："] + lines
            + ["", "每个命令都有 --help。退出码：0 完成，1 被拒绝或发现问题，2 命令行有误。"]).joined(separator: "\n")
    }
}
