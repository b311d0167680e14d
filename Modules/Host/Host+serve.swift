import Dispatch
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
    /// SIGHUP reads certificate and key again.
    ///
    /// - Throws: a `Refusal` with every reason why it cannot start.
    public static func serve(
        _ configuration: HostConfiguration, plugins: [InstalledPlugin], reference: ReferenceData, clock: TimeSource = .system
    ) async throws {
        signal(SIGPIPE, SIG_IGN)
        let log = Log.standardError(level: configuration.logLevel, format: configuration.logFormat, clock: clock)
        let busLog = log.busLog
        let host: Host
        do {
            host = try await Host(configuration, plugins: plugins, reference: reference, clock: clock, log: busLog)
            try host.start()
        } catch let error as NetworkError {
            throw Refusal("host.\(error.code)", status: 500, message: error.message, log: error.log)
        }
        let signals = Signals(SIGTERM, SIGINT, SIGHUP)
        for await number in signals.stream {
            guard number == SIGHUP else { break }
            do {
                try host.reloadCertificate()
                busLog(.info, "reloaded", "certificate and key are read again")
            } catch {
                busLog(.error, "reload-failed", "\(error); the old certificate stays in use")
            }
        }
        busLog(.info, "stopping", "letting requests under way finish")
        await host.stop()
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

extension Log {
    /// The same log, as the bus and the gateway write to it.
    var busLog: BusLog {
        BusLog { level, code, message, facts in
            let own: LogLevel =
                switch level {
                case .info: .info
                case .warning: .warning
                case .error: .error
                }
            self(own, code, message, facts: facts)
        }
    }
}
