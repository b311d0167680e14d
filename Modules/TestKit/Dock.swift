import Bus
import Glibc
package import Host
import PluginKit
import Synchronization
package import Vocabulary

/// Plug-ins at the other ends of sockets in this program: everything but the confinement is as in processes of their own, in virtual time.
package final class Dock: Sendable {
    private let all = Mutex<[Inside]>([])
    private let broken = Mutex<Set<String>>([])

    package init() {}

    /// Whether the plug-in's process ends as soon as it has begun.
    package func set(_ plugin: String, broken isBroken: Bool) {
        broken.withLock { broken in
            if isBroken { broken.insert(plugin) } else { broken.remove(plugin) }
        }
    }

    /// The runtimes that have not ended.
    var running: [PluginRuntime] { all.withLock { $0.filter { $0.poll() == nil }.map(\.runtime) } }

    package func processes(_ clock: TimeSource) -> PluginProcesses {
        var processes = PluginProcesses(executable: "/proc/self/exe")
        processes.inside = { [weak self] plugin, secret, socket in
            let isBroken = self?.broken.withLock { $0.contains(plugin.manifest.id) } ?? false
            let inside = Inside(plugin, secret: secret, socket: socket, clock: clock, endsAtOnce: isBroken)
            self?.all.withLock { $0.append(inside) }
            return inside
        }
        return processes
    }

    func kill() { for inside in all.withLock({ $0 }) { inside.kill() } }

    /// A runtime in a process's place.
    private final class Inside: PluginChild {
        let runtime: PluginRuntime
        let pid: Int32 = 0
        private let end = Mutex<(exit: PluginExit?, tail: String)>((nil, ""))

        init(_ plugin: InstalledPlugin, secret: String, socket: Int32, clock: TimeSource, endsAtOnce: Bool) {
            runtime = PluginRuntime(plugin, secret: secret, clock: clock)
            if endsAtOnce {
                close(socket)
                end.withLock { $0.exit = .code(1) }
                return
            }
            Task {
                do {
                    try await runtime.run(on: socket)
                    end.withLock { $0.exit = .code(0) }
                } catch {
                    end.withLock { $0 = (.code(1), "\(error)") }
                }
            }
        }

        func poll() -> PluginExit? { end.withLock { $0.exit } }
        func kill() { runtime.line.disconnect("killed") }
        var tail: String { end.withLock { $0.tail } }
        var usage: (resident: Int64, processor: Duration)? { nil }
        var load: PluginLoad? { nil }
    }
}

extension TestSite {
    /// Waits until nothing is under way at the other ends and everything told there or here was heeded.
    ///
    /// - Returns: how much was told over all sockets so far: as long as it grows, there is more to wait for.
    func quiet() async -> Int {
        for supervisor in site.supervisors { _ = try? await supervisor.remote.line.call(.call("ping"), within: .seconds(120)) }
        for runtime in dock.running { await runtime.settle() }
        for supervisor in site.supervisors { _ = try? await supervisor.remote.line.call(.call("ping"), within: .seconds(120)) }
        return site.supervisors.map(\.remote.line.told).reduce(0, +) + dock.running.map(\.line.told).reduce(0, +)
    }

    /// What is due by the clock, here and at the other ends.
    func tick() {
        site.bus.tick()
        for runtime in dock.running { runtime.tick() }
    }

    func restartPlaced() async throws {
        dock.kill()
        for supervisor in site.supervisors {
            while supervisor.phase == .running { await Task.yield(); supervisor.tick() }
            clock.advance(by: .seconds(1))
            supervisor.tick()
            guard await supervisor.isRunning(within: .seconds(120)) else { throw StartFailure(plugin: supervisor.remote.id, reason: supervisor.health.lastFault) }
        }
    }
}
