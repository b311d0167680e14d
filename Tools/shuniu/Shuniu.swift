import Host
import Telephony

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The program. Everything it does is a command of `Host`; which plug-ins it contains stands in `Plugins.swift`.
@main
struct Shuniu {
    static func main() async {
        let program = ShuniuProgram(installed: installedPlugins, tools: TelephonyCommands.all)
        exit(await program.run(Array(CommandLine.arguments.dropFirst())))
    }
}
