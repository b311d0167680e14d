import Messages
import Synchronization
public import Vocabulary

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How important a log line is.
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
    case debug, info, warning, error

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// One line of the log. No personal data, no values from requests: codes, counts, identifiers.
public struct LogLine: Sendable, Hashable {
    public var level: LogLevel
    public var time: Timestamp
    /// What happened, `host.started`; stable, for searching and alarms.
    public var code: String
    /// One English sentence.
    public var message: String
    public var site: String?
    public var plugin: String?
    /// The code that an error page shows.
    public var incident: String?
    /// Further facts in order.
    public var facts: [Fact]

    public struct Fact: Sendable, Hashable {
        public var name: String
        public var value: String
    }
}

/// Structured lines to stderr, one at a time from any thread.
public struct Log: Sendable {
    public enum Format: String, Sendable, CaseIterable { case json, logfmt }

    /// What may change while the program runs; shared by all copies of a log.
    private final class Control: Sendable {
        let settings: Mutex<(level: LogLevel, format: Format)>
        init(_ level: LogLevel, _ format: Format) { settings = Mutex((level, format)) }
    }

    private let control: Control
    private let clock: TimeSource
    private let sink: @Sendable (LogLine, Format) -> Void

    /// A log into any sink; the sink may be called from several threads at once.
    public init(level: LogLevel = .info, clock: TimeSource = .system, sink: @escaping @Sendable (LogLine) -> Void) {
        self.init(level, .json, clock) { line, _ in sink(line) }
    }

    private init(_ level: LogLevel, _ format: Format, _ clock: TimeSource, sink: @escaping @Sendable (LogLine, Format) -> Void) {
        control = Control(level, format)
        self.clock = clock
        self.sink = sink
    }

    /// Writes from now on what is at least as important, in that format; also in every copy of this log.
    public func adjust(level: LogLevel, format: Format) { control.settings.withLock { $0 = (level, format) } }

    /// To standard error; each line is one `write`, so lines never mix.
    public static func standardError(level: LogLevel, format: Format, clock: TimeSource = .system) -> Log {
        Log(level, format, clock) { line, format in
            let bytes = Array((line.text(format) + "\n").utf8)
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
                guard count > 0 || errno == EINTR else { return }
                sent += max(0, count)
            }
        }
    }

    /// Drops everything.
    public static let silent = Log { _ in }

    /// Writes one line. `site`, `plugin` and `incident` among the facts take their own place.
    public func callAsFunction(_ level: LogLevel, _ code: String, _ message: String, facts: [(String, String)]) {
        let settings = control.settings.withLock { $0 }
        guard level >= settings.level else { return }
        var line = LogLine(level: level, time: clock.now, code: code, message: message, facts: [])
        for (name, value) in facts {
            switch name {
            case "site": line.site = value
            case "plugin": line.plugin = value
            case "incident": line.incident = value
            default: line.facts.append(.init(name: name, value: value))
            }
        }
        sink(line, settings.format)
    }

    public func callAsFunction(_ level: LogLevel, _ code: String, _ message: String, _ facts: (String, String)...) {
        self(level, code, message, facts: facts)
    }
}

extension LogLine {
    /// The line as text, without line break; a line break inside a value cannot start a second line.
    func text(_ format: Log.Format) -> String {
        var pairs: [(String, String)] = [("time", "\(time)"), ("level", level.rawValue), ("code", code)]
        if let site { pairs.append(("site", site)) }
        if let plugin { pairs.append(("plugin", plugin)) }
        if let incident { pairs.append(("incident", incident)) }
        pairs.append(("message", message))
        pairs += facts.map { ($0.name, $0.value) }
        switch format {
        case .json:
            return String(
                decoding: JSONValue.object(pairs.map { .init($0.0, .string($0.1)) }).serialized(), as: UTF8.self)
        case .logfmt: return pairs.map { "\($0.0)=\(Self.quoted($0.1))" }.joined(separator: " ")
        }
    }

    private static func quoted(_ value: String) -> String {
        let plain = !value.isEmpty && value.utf8.allSatisfy { $0 > 32 && $0 != 34 && $0 != 61 && $0 != 92 && $0 != 127 }
        return plain ? value : String(decoding: JSONValue.string(value).serialized(), as: UTF8.self)
    }
}

/// Keeps lines for tests to look at.
public final class LogCollector: Sendable {
    private let kept = Mutex<[LogLine]>([])

    public init() {}

    public var lines: [LogLine] { kept.withLock { $0 } }

    public func log(level: LogLevel = .debug, clock: TimeSource = .system) -> Log {
        Log(level: level, clock: clock) { [self] line in kept.withLock { $0.append(line) } }
    }
}
