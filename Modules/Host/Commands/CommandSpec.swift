import FoundationEssentials
import Messages
import Pages

/// One command of `shuniu`: its words, options, and what it does.
struct CommandSpec: Sendable {
    struct Option: Sendable {
        /// Without the hyphens.
        var name: String
        /// What the value is called in the help; `nil`: a switch without value.
        var value: String?
        var help: String
        var isRequired = false
        var repeats = false
        /// The value names a text file, which is read before the command begins.
        var isFile = false
        /// The value is a path; from the working folder of whoever calls, not the host's.
        var isPath = false
    }

    /// Where a command does its work.
    enum Place: Sendable {
        /// In its own process, beside a running host or without one.
        case here
        /// In the host that serves the data folder; where none does, here.
        case hostOrHere
        /// In the host that serves the data folder.
        case host
    }

    /// `account add`
    var name: String
    var summary: String
    var options: [Option]
    /// Further lines of the help.
    var notes: [String] = []
    var place = Place.here
    /// What stands without a name in front: `shuniu enable <plugin>`.
    var operand: Option?
    /// What stands behind it: `shuniu import <kind> <file>`.
    var second: Option?
    /// Exit code 0, or a problem thrown.
    var run: @Sendable (Invocation) async throws -> Void

    static let configs = Option(name: "configs", value: "目录", help: "配置目录，缺省 Configs")
    static let data = Option(name: "data", value: "目录", help: "数据目录，缺省取配置中的 dataFolder")
    static let site = Option(name: "site", value: "站点", help: "站点标识", isRequired: true)

    var help: String {
        var lines = ["用法：shuniu \(name)\(operands.map { " <\($0.value ?? $0.name)>" }.joined())\(options.isEmpty ? "" : " [选项]")", "", summary, ""]
        let shown =
            operands.map { ("<\($0.value ?? $0.name)>", $0.help + ($0.isRequired ? "（必填）" : "")) }
            + options.map { option in
                (
                    "--\(option.name)\(option.value.map { " <\($0)>" } ?? "")",
                    option.help + (option.isRequired ? "（必填）" : option.repeats ? "（可重复）" : "")
                )
            } + [("--help", "显示本说明")]
        let width = shown.map { Terminal.width($0.0) }.max() ?? 0
        lines.append("选项：")
        lines += shown.map { "  " + $0.0 + String(repeating: " ", count: width - Terminal.width($0.0) + 2) + $0.1 }
        if !notes.isEmpty { lines += [""] + notes }
        return lines.joined(separator: "\n")
    }

    private var operands: [Option] { [operand, second].compactMap { $0 } }

    /// Reads the arguments after the command's words.
    func parse(_ arguments: ArraySlice<String>) throws -> [String: [String]] {
        var values: [String: [String]] = [:]
        var rest = arguments
        while let word = rest.popFirst() {
            guard word.hasPrefix("--"), word.count > 2 else {
                if !word.hasPrefix("-"), let operand = operands.first(where: { values[$0.name] == nil }) {
                    values[operand.name] = [operand.isPath ? Self.absolute(word) : word]
                    continue
                }
                throw CommandProblem.usage("多余的参数“\(word)”。\(word.hasPrefix("-") ? "选项以两个连字符开头。" : "")")
            }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
            guard let option = options.first(where: { $0.name == parts[0] }) else {
                let hint =
                    Nearest.name(to: parts[0], among: options.map(\.name) + ["help"]).map { "是否想写 --\($0)？" } ?? ""
                throw CommandProblem.usage("没有选项 --\(parts[0])。\(hint)")
            }
            if option.value == nil {
                guard parts.count == 1 else { throw CommandProblem.usage("选项 --\(option.name) 不带值。") }
                values[option.name, default: []].append("")
            } else {
                let value = parts.count == 2 ? parts[1] : rest.first.flatMap { $0.hasPrefix("--") ? nil : $0 }
                if parts.count == 1, value != nil { rest.removeFirst() }
                guard let value, !value.isEmpty else {
                    throw CommandProblem.usage("选项 --\(option.name) 需要一个值：<\(option.value ?? "")>。")
                }
                values[option.name, default: []].append(option.isPath ? Self.absolute(value) : value)
            }
            if !option.repeats, values[option.name, default: []].count > 1 {
                throw CommandProblem.usage("选项 --\(option.name) 写了两次。")
            }
        }
        try checkPresence(values)
        return values
    }

    private static func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path }

    private func checkPresence(_ values: [String: [String]]) throws {
        for operand in operands where operand.isRequired && values[operand.name] == nil {
            throw CommandProblem.usage("缺少 <\(operand.value ?? operand.name)>：\(operand.help)。")
        }
        let missing = options.filter { $0.isRequired && values[$0.name] == nil }.map { "--\($0.name)" }
        guard missing.isEmpty else { throw CommandProblem.usage("缺少必填选项 \(missing.joined(separator: "、"))。") }
    }
}

extension CommandSpec {
    /// Whether options that came from elsewhere than `parse` are what it would give.
    func check(_ values: [String: [String]]) throws {
        for (name, all) in values.sorted(by: { $0.key < $1.key }) {
            guard let option = (options + operands).first(where: { $0.name == name }) else { throw CommandProblem.usage("没有选项 --\(name)。") }
            guard !all.isEmpty, option.repeats || all.count == 1 else { throw CommandProblem.usage("选项 --\(name) 写了 \(all.count) 次。") }
            guard option.value != nil || all == [""] else { throw CommandProblem.usage("选项 --\(name) 不带值。") }
            guard option.value == nil || !all.contains("") else { throw CommandProblem.usage("选项 --\(name) 需要一个值。") }
        }
        try checkPresence(values)
    }

    /// Whether exactly the files that the options name have come along.
    func check(files: [String: FileText], for values: [String: [String]]) throws {
        let wanted = options.filter { $0.isFile && values[$0.name] != nil }.map(\.name)
        guard Set(files.keys) == Set(wanted) else { throw CommandProblem.usage("随附的文件与选项不符：应为 \(wanted.map { "--" + $0 }.joined(separator: "、"))。") }
    }

    /// Reads the files that options name.
    func files(_ values: [String: [String]]) throws -> [String: FileText] {
        var files: [String: FileText] = [:]
        for option in options where option.isFile {
            guard let path = values[option.name]?.first else { continue }
            guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8) else {
                throw CommandProblem.refused("文件 \(path) 不存在或不能读取，请核对路径和编码（UTF-8）。")
            }
            files[option.name] = FileText(path: path, text: text)
        }
        return files
    }
}

/// One run of a command.
struct Invocation: Sendable {
    var values: [String: [String]]
    var files: [String: FileText] = [:]
    var program: ShuniuProgram
    var terminal: Terminal
    /// Who asks.
    var user = SystemUser.own
    /// Set where the running host does the command.
    var desk: ControlDesk?

    subscript(option: String) -> String? { values[option]?.first }
    func all(_ option: String) -> [String] { values[option] ?? [] }
    func has(_ option: String) -> Bool { values[option] != nil }

    func number(_ option: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = self[option] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw CommandProblem.usage("选项 --\(option) 应为 \(range.lowerBound)…\(range.upperBound) 的整数，现为“\(text)”。")
        }
        return number
    }

    /// The configuration as the options say, checked; certificates only where a command listens. In the running host, what it runs on.
    func configuration(checkFiles: Bool = false) throws -> HostConfiguration {
        if let desk { return desk.host.configuration }
        return try HostConfiguration.read(
            self["configs"] ?? "Configs", plugins: program.plugins,
            overrides: .init(dataFolder: self["data"], port: try number("port", in: 0...65_535)), checkFiles: checkFiles
        )
    }

    /// The data folder, also of a configuration that has other faults.
    func dataFolder() throws -> String {
        if let folder = self["data"] { return folder }
        var reader = ConfigurationReader(folder: self["configs"] ?? "Configs", plugins: program.plugins)
        guard let configuration = reader.read(.init()) else { throw ConfigurationProblem.refusal(reader.problems) }
        return configuration.dataFolder
    }

    /// The running host's site named by `--site`; `nil` where the command works on files.
    func openSite() throws -> Site? {
        guard let host = desk?.host else { return nil }
        let wanted = try site(host.configuration).id
        guard let site = host.sites.first(where: { $0.card.id == wanted }) else { throw Refusal.notFound }
        return site
    }

    /// The site named by `--site`.
    func site(_ configuration: HostConfiguration) throws -> SiteConfiguration {
        let wanted = self["site"] ?? ""
        if let site = configuration.sites.first(where: { $0.id == wanted }) { return site }
        let known = configuration.sites.map(\.id)
        let hint = Nearest.name(to: wanted, among: known).map { "是否想写“\($0)”？" } ?? ""
        throw CommandProblem.refused("没有站点“\(wanted)”。\(hint)现有站点：\(known.prefix(20).joined(separator: "、"))。")
    }
}
