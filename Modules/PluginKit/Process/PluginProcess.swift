import Dispatch
package import Messages
package import Vocabulary

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The `main` of a plug-in that is a program of its own:
///
/// ```swift
/// @main
/// struct Program {
///     static func main() async { await PluginProcess.run(Hello.self) }
/// }
/// ```
///
/// The protocol, the plug-in's file, its log and its cursors are looked after as they are inside the host; see `Modules/Bus/PROTOCOL.md`.
public enum PluginProcess {
    /// Does what the arguments say and ends the program.
    ///
    /// - `--declare`: prints the plug-in's declaration as JSON, as it registers with default settings, and ends; what `shuniu plugin pack` asks for.
    /// - nothing: takes the host's socket (descriptor 3) over and works until the host is gone or says `stop`.
    ///
    /// Exit codes: 0 done, 1 refused (the reason stands on standard error), 2 not started by a host.
    public static func run<P: Plugin>(_ type: P.Type) async -> Never {
        exit(await code(InstalledPlugin(type), Array(CommandLine.arguments.dropFirst())))
    }

    static func code(_ plugin: InstalledPlugin, _ arguments: [String]) async -> Int32 {
        do {
            switch arguments {
            case ["--declare"]:
                let reference = (try? ReferenceData.loadLocated()) ?? .empty
                let blueprint = try plugin.blueprint(settings: .object([]), reference: reference)
                return say(try JSON.encode(Declaration(blueprint, settings: plugin.settingsSchema)) + [10], to: 1)
            case []:
                guard let secret else {
                    say(Array("\(plugin.manifest.id) is a plug-in: a Shuniu host starts it; by hand only with --declare\n".utf8), to: 2)
                    return 2
                }
                try await serve(plugin, secret: secret)
                return 0
            default:
                say(Array("\(plugin.manifest.id) knows no other argument than --declare\n".utf8), to: 2)
                return 2
            }
        } catch {
            let refusal = error as? Refusal
            var lines = [refusal.map { "\($0.code): \($0.log)" } ?? "\(error)"]
            lines += refusal?.faults.map { "  \($0.field): \($0.message)" } ?? []
            say(Array((lines.joined(separator: "\n") + "\n").utf8), to: 2)
            return 1
        }
    }

    /// What the host gave the process to prove itself with; `nil`: no host started it.
    package static var secret: String? {
        guard fcntl(3, F_GETFD) >= 0 else { return nil }
        return getenv("SHUNIU_SECRET").map { String(cString: $0) }
    }

    /// Works for the host at the other end of descriptor 3 until that is gone or says `stop`.
    package static func serve(_ plugin: InstalledPlugin, secret: String, clock: TimeSource = .system, ids: IDSource? = nil) async throws {
        unsetenv("SHUNIU_SECRET")
        let runtime = PluginRuntime(plugin, secret: secret, clock: clock, ids: ids)
        tick(runtime, DispatchQueue(label: "shuniu.ticker"))
        try await runtime.run(on: 3)
    }

    /// Four times a second, as long as there is somebody to tick.
    private static func tick(_ runtime: PluginRuntime, _ queue: DispatchQueue) {
        queue.asyncAfter(deadline: .now() + .milliseconds(250)) { [weak runtime] in
            guard let runtime else { return }
            runtime.tick()
            tick(runtime, queue)
        }
    }

    @discardableResult
    private static func say(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return 1 }
            done += count
        }
        return 0
    }
}
