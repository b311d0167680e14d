import Messages
import Vocabulary

/// `shuniu doctor`: everything that can be looked at from outside, each finding with the next step.
enum DoctorCommand {
    static let spec = CommandSpec(
        name: "doctor", summary: "检查配置、文件权限、磁盘、证书、时钟、内核功能和日志，每个问题附下一步；有问题时退出码为 1",
        options: [
            CommandSpec.configs, CommandSpec.data,
            .init(name: "quick", value: nil, help: "不核对事件日志（日志很大时省时）"),
            .init(name: "json", value: nil, help: "逐行输出 JSON，供程序使用"),
        ],
        notes: ["可在主机运行时使用，不改动任何东西。只有“注意”而没有“问题”时退出码为 0。"]
    ) { call in
        var doctor = Doctor(.this(call.program.clock.now))
        doctor.examine(
            configs: call["configs"] ?? "Configs", plugins: call.program.plugins, data: call["data"], checksLogs: !call.has("quick"))
        if call.has("json") {
            for finding in doctor.findings {
                call.terminal.record([
                    "grade": .string(finding.grade.rawValue), "area": .string(finding.area), "text": .string(finding.text), "next": .string(finding.next),
                ])
            }
        } else {
            for finding in doctor.findings {
                call.terminal.say("\(words(finding.grade))  \(finding.area)：\(finding.text)")
                if !finding.next.isEmpty { call.terminal.say("      下一步：\(finding.next)") }
            }
        }
        let faults = doctor.findings.count { $0.grade == .fault }
        guard faults == 0 else { throw CommandProblem.refused("发现 \(faults) 个问题，请按“下一步”处理后再次运行 shuniu doctor。") }
        if !call.has("json") { call.terminal.say("没有问题。") }
    }

    private static func words(_ grade: Doctor.Finding.Grade) -> String {
        switch grade {
        case .good: "良好"
        case .notice: "注意"
        case .fault: "问题"
        }
    }
}
