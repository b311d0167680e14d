import Dispatch
import Gateway
import Messages
import Network
public import PluginKit
public import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension Host {
    /// Runs a host until SIGTERM or SIGINT, then lets what is under way finish and closes every file.
    /// SIGHUP reads the configuration and the certificate again.
    ///
    /// - Parameter reread: reads the same files once more.
    /// - Throws: a `Refusal` with every reason why it cannot start.
    public static func serve(
        _ configuration: HostConfiguration, reread: @escaping @Sendable () throws -> HostConfiguration, plugins: [InstalledPlugin],
        reference: ReferenceData, clock: TimeSource = .system
    ) async throws {
        signal(SIGPIPE, SIG_IGN)
        // A write beyond a limit on file sizes is refused to whoever asked for it; it must not end the process.
        signal(SIGXFSZ, SIG_IGN)
        // Before anything is open: a signal that comes early waits instead of ending the process.
        let signals = Signals(SIGTERM, SIGINT, SIGHUP)
        let log = Log.standardError(level: configuration.logLevel, format: configuration.logFormat, clock: clock)
        let host: Host
        do {
            host = try await Host(configuration, plugins: plugins, reference: reference, clock: clock, log: log.bus)
            try host.start()
        } catch let error as NetworkError {
            throw Refusal("host.\(error.code)", status: 500, message: error.message, log: error.log)
        }
        let control = host.openControl(log, reread)
        host.gateway.switchPlugins(by: HostBoard(host: host) { [weak host] in _ = try await host?.reload(log, reread) })
        for await number in signals.stream {
            guard number == SIGHUP else { break }
            // The log has said what there is to say.
            _ = try? await host.reload(log, reread)
        }
        log(.info, "stopping", "letting requests under way finish")
        await control?.stop(within: host.configuration.limits.drainTime)
        await host.stop()
    }

    /// The operators' door; without it the host runs all the same, and says so.
    private func openControl(_ log: Log, _ reread: @escaping @Sendable () throws -> HostConfiguration) -> ControlServer? {
        let desk = ControlDesk(host: self, log: log, reread: reread)
        do {
            return try ControlServer(dataFolder: configuration.dataFolder, log: log) { await desk.answer($0, for: $1) }
        } catch {
            log(.error, "control-failed", "commands cannot reach this host: \(error)")
            return nil
        }
    }

    /// Reads the configuration again and says in the log what became of it.
    ///
    /// - Throws: what kept it from being taken over; the old one stays in use.
    func reload(_ log: Log, _ reread: @Sendable () throws -> HostConfiguration) async throws -> ReloadReport {
        do {
            let wanted = try reread()
            let report = try await reload(wanted)
            log.adjust(level: wanted.logLevel, format: wanted.logFormat)
            for change in report.changes { log(.info, "reload-change", change.log) }
            for value in report.needsRestart {
                log(
                    .warning, "reload-needs-restart", "this key changes only with a restart; the running value stays in use",
                    ("key", value.key), ("running", value.running), ("wanted", value.wanted))
            }
            log(.info, "reloaded", "configuration, certificate and key are read again")
            return report
        } catch let refusal as Refusal {
            for fault in refusal.faults { log(.error, "reload-problem", fault.message, ("where", fault.field)) }
            log(
                .error, "reload-failed", "\(refusal.log); the old configuration and certificate stay in use", ("reason", refusal.code),
                ("problems", String(refusal.faults.count)))
            throw refusal
        } catch {
            log(.error, "reload-failed", "\(error); the old configuration and certificate stay in use")
            throw error
        }
    }
}

/// Signals as a stream, their default action turned off.
private final class Signals {
    let stream: AsyncStream<Int32>
    private let sources: [any DispatchSourceSignal]

    init(_ numbers: Int32...) {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.stream = stream
        sources = numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            source.resume()
            return source
        }
    }
}
