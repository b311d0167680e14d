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
    public init(installed: [InstalledPlugin]) {
        self.init(
            plugins: installed.map { KnownPlugin($0) }
        ) { configuration, reread in
            try await Host.serve(configuration, reread: reread, plugins: installed, reference: try ReferenceData.loadLocated())
        }
        self.installed = installed
    }

    static let commands: [CommandSpec] = [
        ServeCommand.spec, CheckCommand.spec, InitCommand.spec, DemoCommand.spec, AccountCommands.add, AccountCommands.list, AccountCommands.reset, AccountCommands.resetSecondFactor,
        AccountCommands.disable, AccountCommands.enable, AccountCommands.grant, AccountCommands.revoke, PartnerCommands.add, PartnerCommands.list,
        PartnerCommands.show, PartnerCommands.contract, PartnerCommands.rotate, PartnerCommands.suspend, PartnerCommands.resume,
        PartnerCommands.revoke, SiteCommands.list,
        LogCommands.verify, LogCommands.tail, ConformCommand.spec, BackupCommand.spec, RestoreCommand.spec, VersionCommand.spec,
    ] + CertificateCommands.all

    /// Runs the command that the arguments (without the program's name) ask for; returns the exit code.
    public func run(_ arguments: [String]) async -> Int32 {
        guard let first = arguments.first, first != "--help", first != "-h", first != "help" else {
            arguments.isEmpty ? terminal.complain(Self.overview) : terminal.say(Self.overview)
            return arguments.isEmpty ? 2 : 0
        }
        let words = arguments.prefix { !$0.hasPrefix("-") }
        guard let command = Self.commands.first(where: { Array($0.name.split(separator: " ").map(String.init)) == Array(words.prefix($0.name.split(separator: " ").count)) })
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
            try await command.run(Invocation(values: try command.parse(rest), program: self, terminal: terminal))
            return 0
        } catch CommandProblem.usage(let sentence) {
            terminal.complain("shuniu \(command.name)：\(sentence)\n运行 shuniu \(command.name) --help 查看用法。")
            return 2
        } catch {
            complain(error)
            return 1
        }
    }

    private func complain(_ error: any Error) {
        switch error {
        case CommandProblem.refused(let sentence): terminal.complain(sentence)
        case let refusal as Refusal:
            terminal.complain(refusal.message)
            for fault in refusal.faults { terminal.complain("  \(fault.field)：\(fault.message)") }
        case StoreError.locked(let path, let holder):
            terminal.complain("数据文件 \(path) 正被使用（\(holder)）。主机运行时不能从命令行修改数据：请先停止主机再运行本命令；在线办理的命令将在后续版本提供。")
        case let error as StoreError: terminal.complain("\(error.refusal.message)\n  \(error)")
        default: terminal.complain("未能完成：\(error)")
        }
    }

    private func unknown(_ words: String) -> Int32 {
        let names = Self.commands.map(\.name)
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

    static var overview: String {
        let width = commands.map(\.name.count).max() ?? 0
        let lines = commands.map { "  \($0.name)\(String(repeating: " ", count: width - $0.name.count + 2))\($0.summary)" }
        return
            (["枢纽 Shuniu \(version)：中小企业公共服务平台", "", "用法：shuniu <命令> [选项]", "", "命令："] + lines
            + ["", "每个命令都有 --help。退出码：0 完成，1 被拒绝或发现问题，2 命令行有误。"]).joined(separator: "\n")
    }
}
