import Foundation

/// A server under measurement: its port, its CPU time and its memory.
final class ChildProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    /// The process that serves, where that is a child of the one started.
    var worker: Int32

    init(_ program: String, _ arguments: [String], environment: [String: String] = [:], quiet: Bool = true) throws {
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        }
        process.standardInput = input
        process.standardOutput = output
        if quiet { process.standardError = FileHandle.nullDevice }
        try process.run()
        worker = process.processIdentifier
    }

    var identifier: Int32 { process.processIdentifier }

    /// The first line of its output with these words in front; `nil` when it ended before.
    func line(beginning words: String) -> String? {
        var text = ""
        while true {
            let chunk = output.fileHandleForReading.availableData
            guard !chunk.isEmpty else { return nil }
            text += String(decoding: chunk, as: UTF8.self)
            if let line = text.split(separator: "\n").first(where: { $0.hasPrefix(words) }), text.hasSuffix("\n") { return String(line) }
        }
    }

    /// Seconds of CPU it used so far, user and system.
    var cpu: Double { ProcessFacts.cpu(worker) }

    var memory: Double { ProcessFacts.memory(worker) }

    /// Ends it: first by closing its input, then by signal.
    func stop(by signal: Int32 = SIGTERM, closing: Bool = true) {
        try? input.fileHandleForWriting.close()
        guard process.isRunning else { return }
        if closing {
            for _ in 0..<100 where process.isRunning { usleep(50_000) }
        }
        if process.isRunning { kill(process.processIdentifier, signal) }
        for _ in 0..<200 where process.isRunning { usleep(50_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }
}

enum ProcessFacts {
    /// Seconds of CPU that a process used so far, user and system.
    static func cpu(_ process: Int32) -> Double {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8), let close = text.lastIndex(of: ")") else {
            return 0
        }
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Bytes of memory in use, resident pages.
    static func memory(_ process: Int32) -> Double { memory(process, "Rss") }

    /// - Parameter kind: as the kernel calls it, such as `Pss` or `Private_Dirty`.
    static func memory(_ process: Int32, _ kind: String) -> Double {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("\(kind):") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        else { return 0 }
        return kilobytes * 1024
    }
}

/// A folder that goes away with the run, holding the certificate that all servers of the run use.
struct Workplace {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("shuniu-bench-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// A folder below, made empty.
    func room(_ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return path
    }

    /// Where the programs of this build stand.
    static var programs: String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: own).deletingLastPathComponent().path
    }

    static func find(_ program: String) -> String? {
        // Debian keeps PostgreSQL's programs in a folder for each version.
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []).sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }
        let path = ([ProcessInfo.processInfo.environment["PATH"] ?? "", "/usr/sbin", "/sbin"] + versions.map { "/usr/lib/postgresql/\($0)/bin" }).joined(separator: ":")
        return path.split(separator: ":").map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
