public import PluginKit

extension Log {
    /// The same log, as the bus and the gateway write to it.
    public var bus: BusLog {
        BusLog { level, code, message, facts in
            let level: LogLevel =
                switch level {
                case .info: .info
                case .warning: .warning
                case .error: .error
                }
            self(level, code, message, facts: facts)
        }
    }
}
