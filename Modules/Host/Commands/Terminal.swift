import Messages
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where a command writes: results to the one, what went wrong to the other.
public struct Terminal: Sendable {
    private let writeOutput: @Sendable (String) -> Void
    private let writeError: @Sendable (String) -> Void
    /// Takes what is meant for programs; prints it as a line of JSON unless somebody else keeps it.
    var writeRecord: (@Sendable (JSONValue) -> Void)?

    public init(output: @escaping @Sendable (String) -> Void, error: @escaping @Sendable (String) -> Void) {
        writeOutput = output
        writeError = error
    }

    /// The process's own streams.
    public static let standard = Terminal(output: { Self.write($0, to: 1) }, error: { Self.write($0, to: 2) })

    func say(_ line: String = "") { writeOutput(line + "\n") }
    func complain(_ line: String) { writeError(line + "\n") }

    /// One object for programs.
    func record(_ value: JSONValue) {
        if let writeRecord { writeRecord(value) } else { say(String(decoding: value.serialized(), as: UTF8.self)) }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { return }
            sent += max(0, count)
        }
    }

    /// Rows with their columns aligned; a Chinese character takes two places.
    func table(_ header: [String], _ rows: [[String]]) {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { Self.width($0[column]) }.max() ?? 0 }
        for row in all {
            let cells = row.enumerated().map { column, text in
                column == row.count - 1 ? text : text + String(repeating: " ", count: widths[column] - Self.width(text))
            }
            say(cells.joined(separator: "  "))
        }
    }

    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) {
            $0 + ((0x1100...0x115F).contains($1.value) || (0x2E80...0xFF60).contains($1.value) ? 2 : 1)
        }
    }
}

/// Keeps what a command wrote, for tests.
public final class TerminalCollector: Sendable {
    private let kept = Mutex((output: "", error: ""))

    public init() {}

    public var output: String { kept.withLock { $0.output } }
    public var error: String { kept.withLock { $0.error } }

    public var terminal: Terminal {
        Terminal(
            output: { [self] text in kept.withLock { $0.output += text } },
            error: { [self] text in kept.withLock { $0.error += text } })
    }
}
