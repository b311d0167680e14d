import Bus
import Synchronization

/// Keeps what a host complains about.
final class LineLog: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    var bus: BusLog {
        BusLog { [self] level, code, message, facts in
            guard level != .info else { return }
            kept.withLock { $0.append("\(code) \(message) \(facts.map { "\($0.0)=\($0.1)" }.joined(separator: " "))") }
        }
    }
}
