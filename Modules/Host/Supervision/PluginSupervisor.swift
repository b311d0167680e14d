package import Bus
import CLinux
import Crypto
import Glibc
import Messages
import PluginKit
import Store
import Synchronization
package import Vocabulary

/// Keeps one plug-in's process at one site running: starts it, shakes hands, listens to its heartbeat, starts it again when it ends,
/// and stops trying when it ends again and again.
///
/// - Restart: after ¼ s, ½ s, 1 s … 30 s, or what the configuration says, each a quarter more or less; the count begins anew after a minute without a fault.
/// - Quarantine: after five faults within a minute, or as many as the configuration says; until `release`. Calls are refused at once then.
/// - Excess: more memory or threads than it may have, looked at every second.
/// - Hang: no answer to a heartbeat for 15 s, or what the configuration says. The heartbeat passes through everything that handlers use.
package final class PluginSupervisor: Sendable {
    /// What the process may use of the site; changes with the site's configuration.
    struct Surroundings: Sendable {
        var bus: SiteBus
        var files: FileStore
        /// The name behind a person's identifier.
        var names: @Sendable (String) -> String?
        /// An upload that the plug-in refers to no more goes, unless another plug-in keeps it.
        var forget: @Sendable (String) throws -> Void
    }

    package enum Phase: Sendable, Equatable {
        case stopped
        case starting
        case running
        /// Ended; started again then.
        case waiting(until: Timestamp)
        /// Not started again until a person says so.
        case quarantined(reason: String, since: Timestamp)
    }

    struct State {
        var phase = Phase.stopped
        var child: (any PluginChild)?
        var secret = ""
        var startedAt = Timestamp(milliseconds: 0)
        var since = Timestamp(milliseconds: 0)
        /// Times of the faults of the last minute.
        var faults: [Timestamp] = []
        var restarts = 0
        var surroundings: Surroundings?
        var heartbeat: (sent: Timestamp, isAnswered: Bool)?
        /// The reply to `ready` has gone; before, the process expects nothing else and may pass over a heartbeat.
        var isGreeted = false
        /// Nothing is asked of it but heartbeats until it has shown that it answers.
        var isOnProbation = false
        /// When its load was looked at last.
        var weighed = Timestamp(milliseconds: 0)
        /// Why the line was given up, for the report.
        var lineFault: String?
        var lastCrash: CrashReport?
    }

    package let remote: RemotePlug
    let declaration: Declaration
    let base: Welcome
    let state = Mutex(State())
    let log: BusLog
    let clock: TimeSource
    /// Starts it for a folder, with the secret and its end of the socket.
    let launch: @Sendable (String, String, Int32) throws -> any PluginChild
    let crashes: String
    /// Where its memory is noted when it ends; absent for a rehearsal.
    let memory: MeasuredMemory?
    /// Most bytes of memory; absent: not looked at.
    let mostMemory: UInt64?
    static let mostThreads = 512
    /// The operator granted it.
    private let hasNetwork: Bool

    let mostFaults: Int
    let longestWait: Duration
    static let faultWindow: Duration = .seconds(60)
    /// How long a heartbeat may go unanswered; it is asked for five times as often.
    let heartbeatLimit: Duration
    static let startLimit: Duration = .seconds(60)

    /// - Parameters:
    ///   - welcome: what the process is told at the handshake; its neighbours are added.
    ///   - launch: starts the process.
    ///   - crashes: the folder for reports.
    init(
        remote: RemotePlug, declaration: Declaration, welcome: Welcome, launch: @escaping @Sendable (String, String, Int32) throws -> any PluginChild,
        crashes: String, heartbeat: Duration, mostFaults: Int, longestWait: Duration = .seconds(30), hasNetwork: Bool = false, mostMemory: UInt64? = nil,
        memory: MeasuredMemory? = nil, clock: TimeSource, log: BusLog
    ) {
        self.hasNetwork = hasNetwork
        self.mostMemory = mostMemory
        self.memory = memory
        self.remote = remote
        self.declaration = declaration
        base = welcome
        self.launch = launch
        self.crashes = crashes
        self.clock = clock
        self.log = log
        heartbeatLimit = heartbeat
        self.mostFaults = mostFaults
        self.longestWait = longestWait
    }

    /// What the process is told at the handshake.
    var welcome: Welcome {
        var welcome = base
        if let bus = state.withLock({ $0.surroundings?.bus }) {
            welcome.neighbours = (bus.plugs.map(\.wiring) + bus.remotes.map(\.wiring)).filter { $0.plugin != remote.id }.map { NeighbourLine($0) }
            welcome.network = bus.network?.welcome(remote)
        }
        return welcome
    }

    package var phase: Phase { state.withLock { $0.phase } }

    /// In what its confinement is not whole on this machine.
    var notices: [Confinement.Lack] { Confinement.lacks(network: hasNetwork) }

    /// From now on the process talks to this bus; it is told of its neighbours anew.
    func attach(_ surroundings: Surroundings) {
        state.withLock { $0.surroundings = surroundings }
        if let body = try? JSON.encode(welcome.neighbours) { remote.line.note(.note("neighbours"), body: body) }
    }

    // MARK: - Life

    /// Starts the process, unless it runs or is quarantined.
    package func start() {
        let mayStart = state.withLock { state -> Bool in
            switch state.phase {
            case .stopped, .waiting: break
            default: return false
            }
            state.phase = .starting
            state.startedAt = clock.now
            state.heartbeat = nil
            state.isGreeted = false
            state.lineFault = nil
            state.secret = Secrets.random(32).hexadecimal
            return true
        }
        if mayStart { spawn() }
    }

    private func spawn() {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            return failed("socketpair: \(String(cString: strerror(errno)))")
        }
        remote.line.connect(
            ends[0],
            service: PlugLine.Service(
                call: { [weak self] frame, answer in self?.take(frame, answer) ?? answer(.failure(.busy)) },
                note: { [weak self] frame in self?.heed(frame) }, ended: { [weak self] cause in self?.lineEnded(cause) }), isReady: false)
        do {
            let child = try launch(base.folder, state.withLock { $0.secret }, ends[1])
            state.withLock { $0.child = child }
            log(.info, "plugin-started", "its process runs", facts(("pid", String(child.pid))))
        } catch {
            remote.line.disconnect("not started")
            failed("\(error)")
        }
    }

    /// Waits until it runs; `false` when it does not within the time, or ends before.
    package func isRunning(within limit: Duration) async -> Bool {
        let deadline = Monotonic.nanoseconds + Int64(limit.milliseconds) * 1_000_000
        while Monotonic.nanoseconds < deadline {
            // Nobody else looks after one that stands at no site yet.
            tick()
            switch phase {
            case .running where state.withLock({ $0.isGreeted }): return true
            case .waiting, .quarantined, .stopped: return false
            case .starting, .running: try? await Task.sleep(for: .milliseconds(20))
            }
        }
        return false
    }

    /// Lets it finish what it does, at most for the given time, then ends it.
    ///
    /// - Parameter handsOver: another process comes in its place; calls wait for that one.
    func stop(within limit: Duration = .seconds(5), handsOver: Bool = false) async {
        let child = state.withLock { state -> (any PluginChild)? in
            state.phase = .stopped
            return state.child
        }
        guard let child else {
            if !handsOver { remote.line.refuseAll(.plugStopped(declaration.manifest.title)) }
            return
        }
        remote.line.hold()
        if let resident = child.usage?.resident { memory?.note(remote.id, bytes: resident) }
        _ = try? await remote.line.call(.call("stop"), within: limit)
        let deadline = Monotonic.nanoseconds + Int64(limit.milliseconds) * 1_000_000
        while child.poll() == nil, Monotonic.nanoseconds < deadline { try? await Task.sleep(for: .milliseconds(10)) }
        child.kill()
        while child.poll() == nil { try? await Task.sleep(for: .milliseconds(5)) }
        remote.line.disconnect("stopped")
        if !handsOver { remote.line.refuseAll(.plugStopped(declaration.manifest.title)) }
        state.withLock { $0.child = nil }
    }

    /// Ends the quarantine and starts again.
    package func release() {
        state.withLock { state in
            guard case .quarantined = state.phase else { return }
            state.phase = .stopped
            state.faults = []
        }
        start()
    }

    /// Four times a second.
    package func tick() {
        let (phase, child, startedAt, beat, isGreeted) = state.withLock { ($0.phase, $0.child, $0.startedAt, $0.heartbeat, $0.isGreeted) }
        let now = clock.now
        if let exit = child?.poll() { return ended(exit) }
        if let child, phase == .starting || phase == .running { weigh(child, now) }
        switch phase {
        case .waiting(let until): if until <= now { start() }
        case .starting:
            if now >= startedAt.advanced(by: Self.startLimit) { give(child, "it did not shake hands within \(Self.startLimit)") }
        case .running:
            if let beat, !beat.isAnswered {
                if now >= beat.sent.advanced(by: heartbeatLimit) { give(child, "no heartbeat for \(heartbeatLimit): it hangs") }
            } else if isGreeted, beat.map({ now >= $0.sent.advanced(by: heartbeatLimit / 5) }) ?? true {
                askHeartbeat(now)
            }
            state.withLock { state in
                if !state.faults.isEmpty, now >= state.since.advanced(by: Self.faultWindow) { state.faults = [] }
            }
        case .stopped, .quarantined: break
        }
    }

    /// Whether it takes more of the machine than it may.
    private func weigh(_ child: any PluginChild, _ now: Timestamp) {
        let isDue = state.withLock { state -> Bool in
            guard now >= state.weighed.advanced(by: .seconds(1)) else { return false }
            state.weighed = now
            return true
        }
        guard isDue, let load = child.load else { return }
        if let mostMemory, load.memory > Int64(clamping: mostMemory) {
            give(child, "it holds \(load.memory >> 20) MiB of memory, more than the \(mostMemory >> 20) MiB it may (processes.memoryMegabytes)")
        } else if load.threads > Self.mostThreads {
            give(child, "it runs \(load.threads) threads, more than the \(Self.mostThreads) it may")
        }
    }

    private func askHeartbeat(_ now: Timestamp) {
        state.withLock { $0.heartbeat = (now, false) }
        remote.line.call(.call("ping"), within: heartbeatLimit + .seconds(5)) { [weak self] result in
            guard case .success = result else { return }
            self?.state.withLock { if $0.heartbeat?.sent == now { $0.heartbeat = (now, true) } }
        }
    }

    // MARK: - Faults

    /// Ends a process that breaks the rules; its end is noticed by the next tick.
    private func give(_ child: (any PluginChild)?, _ reason: String) {
        state.withLock { if $0.lineFault == nil { $0.lineFault = reason } }
        child?.kill()
    }

    private func lineEnded(_ cause: String) {
        let child = state.withLock { state -> (any PluginChild)? in
            guard state.phase == .running || state.phase == .starting else { return nil }
            if state.lineFault == nil, cause != PlugLine.closedByPeer { state.lineFault = cause }
            return state.child
        }
        // Without its line it is of no use, and its successor must not meet it at the file.
        child?.kill()
    }

    private func failed(_ reason: String) { fault(reason, tail: "", recent: [], exit: nil, pid: nil) }

    private func ended(_ exit: ChildProcess.Exit) {
        let (child, lineFault, phase) = state.withLock { state in
            defer { state.child = nil }
            return (state.child, state.lineFault, state.phase)
        }
        remote.line.disconnect("its process ended")
        guard phase == .running || phase == .starting else { return }
        let recent = remote.line.recent
        fault(lineFault ?? exit.description, tail: child?.tail ?? "", recent: recent, exit: exit, pid: child?.pid)
    }

    private func fault(_ reason: String, tail: String, recent: [String], exit: ChildProcess.Exit?, pid: pid_t?) {
        let now = clock.now
        let report = CrashReport(
            site: remote.site, plugin: remote.id, version: declaration.manifest.version, time: now, reason: reason,
            uptime: state.withLock { now.milliseconds - $0.startedAt.milliseconds }, recent: recent, output: tail)
        let (quarantined, wait) = state.withLock { state -> (Bool, Duration) in
            state.faults = state.faults.filter { now < $0.advanced(by: Self.faultWindow) } + [now]
            state.lastCrash = report
            state.restarts += 1
            if state.faults.count >= mostFaults {
                state.phase = .quarantined(reason: reason, since: now)
                return (true, .zero)
            }
            let base = 250 << min(7, state.faults.count - 1)
            let wait = Duration.milliseconds(min(longestWait.milliseconds, base * Int.random(in: 75...125) / 100))
            state.phase = .waiting(until: now.advanced(by: wait))
            return (false, wait)
        }
        report.write(to: crashes)
        if quarantined {
            remote.line.refuseAll(.plugQuarantined(declaration.manifest.title))
            log(.error, "plugin-quarantined", "it ended \(mostFaults) times within a minute: \(reason)", facts())
        } else {
            log(.error, "plugin-ended", reason, facts(("again", "\(wait)")))
        }
    }

    /// With the names of site and plug-in.
    func facts(_ more: (String, String)...) -> [(String, String)] { [("site", remote.site), ("plugin", remote.id)] + more }

    /// How it is, for console and metrics.
    package var health: PluginHealth {
        let (phase, child, startedAt, restarts, fault) = state.withLock { ($0.phase, $0.child, $0.startedAt, $0.restarts, $0.lineFault ?? $0.lastCrash?.reason) }
        let usage = child?.usage
        return PluginHealth(
            site: remote.site, plugin: remote.id, title: declaration.manifest.title, version: declaration.manifest.version, phase: phase,
            pid: child?.pid, startedAt: child == nil ? nil : startedAt, restarts: restarts, resident: usage?.resident ?? 0,
            processor: usage?.processor ?? .zero, waiting: remote.line.waiting, lastFault: fault, notices: notices.map(\.chinese))
    }
}

/// How a plug-in's process is.
package struct PluginHealth: Sendable {
    package var site: String
    package var plugin: String
    package var title: String
    package var version: String
    package var phase: PluginSupervisor.Phase
    package var pid: Int32?
    package var startedAt: Timestamp?
    /// Faults since the host began.
    package var restarts: Int
    /// Bytes.
    package var resident: Int64
    package var processor: Duration
    /// Calls that wait for an answer.
    package var waiting: Int
    package var lastFault: String?
    /// In what its confinement is not whole on this machine, Chinese.
    package var notices: [String]
}

extension Refusal {
    static func notStarted(_ health: PluginHealth) -> Refusal {
        Refusal(
            "host.plugin-not-started", status: 500,
            message: "插件“\(health.plugin)”的进程未能启动（\(health.lastFault ?? "规定时间内没有就绪")）。请查看主机日志和站点目录下的 _crashes。",
            log: "the process of plug-in \(health.plugin) did not start: \(health.lastFault ?? "not ready in time")")
    }

    static func plugStopped(_ title: String) -> Refusal {
        Refusal(
            "host.plugin-stopped", status: 503, message: "服务“\(title)”已停用或正在更换版本。请稍后再试。", log: "the plug-in's process was stopped",
            retryAfter: .seconds(5))
    }

    static func plugQuarantined(_ title: String) -> Refusal {
        Refusal(
            "host.plugin-quarantined", status: 503, message: "服务“\(title)”多次异常退出，已暂停，平台其他服务不受影响。请稍后再试或拨打服务热线；运维人员查明原因后可解除隔离。",
            log: "the plug-in is quarantined", retryAfter: .seconds(60))
    }
}
