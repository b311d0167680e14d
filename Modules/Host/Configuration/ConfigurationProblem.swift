import Messages

/// One thing wrong in one configuration file.
public struct ConfigurationProblem: Sendable, Hashable, CustomStringConvertible {
    /// The file, as it was reached from where the program was started.
    public var file: String
    /// Line from 1; `nil` where the file itself is the matter.
    public var line: Int?
    /// The key, `limits.headBytes`; empty where the whole file is meant.
    public var key: String
    /// The Chinese sentence: value, rule, next step.
    public var message: String

    /// `Configs/host.json5:12 limits.headBytes：…`
    public var description: String {
        "\(file)\(line.map { ":\($0)" } ?? "")\(key.isEmpty ? "" : " \(key)")：\(message)"
    }

    /// All problems as the one refusal with which the host declines to start.
    static func refusal(_ problems: [ConfigurationProblem]) -> Refusal {
        Refusal(
            "host.configuration", status: 500, message: "配置共有 \(problems.count) 处问题，请按下列各条修改后重试。",
            log: "\(problems.count) problems in the configuration",
            faults: problems.map {
                .init(
                    field: "\($0.file)\($0.line.map { ":\($0)" } ?? "")\($0.key.isEmpty ? "" : " \($0.key)")",
                    message: $0.message)
            })
    }
}
