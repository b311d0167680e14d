import Messages

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
    }

    /// `account add`
    var name: String
    var summary: String
    var options: [Option]
    /// Further lines of the help.
    var notes: [String] = []
    /// Exit code 0, or a problem thrown.
    var run: @Sendable (Invocation) async throws -> Void

    static let configs = Option(name: "configs", value: "目录", help: "配置目录，缺省 Configs")
    static let data = Option(name: "data", value: "目录", help: "数据目录，缺省取配置中的 dataFolder")
    static let site = Option(name: "site", value: "站点", help: "站点标识", isRequired: true)

    var help: String {
        var lines = ["用法：shuniu \(name)\(options.isEmpty ? "" : " [选项]")", "", summary, ""]
        let shown =
            options.map { option in
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

    /// Reads the arguments after the command's words.
    func parse(_ arguments: ArraySlice<String>) throws -> [String: [String]] {
        var values: [String: [String]] = [:]
        var rest = arguments
        while let word = rest.popFirst() {
            guard word.hasPrefix("--"), word.count > 2 else {
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
                values[option.name, default: []].append(value)
            }
            if !option.repeats, values[option.name, default: []].count > 1 {
                throw CommandProblem.usage("选项 --\(option.name) 写了两次。")
            }
        }
        let missing = options.filter { $0.isRequired && values[$0.name] == nil }.map { "--\($0.name)" }
        guard missing.isEmpty else { throw CommandProblem.usage("缺少必填选项 \(missing.joined(separator: "、"))。") }
        return values
    }
}

/// One run of a command.
struct Invocation: Sendable {
    var values: [String: [String]]
    var program: ShuniuProgram
    var terminal: Terminal

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

    /// The configuration as the options say, checked; certificates only where a command listens.
    func configuration(checkFiles: Bool = false) throws -> HostConfiguration {
        try HostConfiguration.read(
            self["configs"] ?? "Configs", plugins: program.plugins,
            overrides: .init(dataFolder: self["data"], port: try number("port", in: 0...65_535)), checkFiles: checkFiles
        )
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
