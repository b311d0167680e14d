import Glibc
import Messages
import PluginKit

/// `shuniu run-plugin`: what the host starts as a plug-in's process. Not for people.
enum RunPluginCommand {
    static let spec = CommandSpec(
        name: "run-plugin", summary: "由主机启动的插件进程，不供人工使用",
        options: [
            .init(name: "plugin", value: "插件", help: "本程序包含的插件"),
            .init(name: "exec", value: "程序", help: "插件包中的程序"),
        ],
        notes: ["须由主机启动：描述符 3 为与主机的连接，环境变量 SHUNIU_CONFINEMENT 为限制，SHUNIU_SECRET 为口令。"]
    ) { call in
        guard let text = getenv("SHUNIU_CONFINEMENT"), let secret = PluginProcess.secret else {
            throw CommandProblem.usage("该命令由主机启动插件进程时使用，不能直接运行。")
        }
        let confinement = try JSON.decode(Confinement.self, from: Array(String(cString: text).utf8))
        unsetenv("SHUNIU_CONFINEMENT")
        for line in try confinement.apply() { call.terminal.complain("notice: \(line)") }
        if let program = call["exec"] {
            var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), nil]
            let cause = ChildProcess.patiently { execv(program, &arguments) == 0 ? 0 : errno }
            throw CommandProblem.system("不能运行 \(program)", cause)
        }
        guard let plugin = call.program.installed.first(where: { $0.manifest.id == call["plugin"] }) else {
            throw CommandProblem.refused("本程序没有插件“\(call["plugin"] ?? "")”。")
        }
        try await PluginProcess.serve(plugin, secret: secret, clock: call.program.clock, ids: call.program.ids)
    }
}
