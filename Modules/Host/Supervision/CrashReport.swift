import FoundationEssentials
import Messages
import Vocabulary

/// What is known of the end of a plug-in's process: `data/<site>/_crashes/<plugin>-<time>.json`, the last ten of each plug-in.
struct CrashReport: Codable, Sendable {
    var site: String
    var plugin: String
    var version: String
    var time: Timestamp
    /// In English: the signal or exit code, or which rule was broken.
    var reason: String
    /// Milliseconds.
    var uptime: Int64
    /// The verbs and wire names that were last sent to it, oldest first. No content.
    var recent: [String]
    /// The end of what it printed.
    var output: String

    private static let kept = 10

    /// Writes the report and removes the oldest ones; a disk that takes none loses none of the plug-in's work.
    func write(to folder: String) {
        do {
            try PrivateFile.makeFolder(folder)
            try PrivateFile.create("\(folder)/\(plugin)-\(time.milliseconds).json", try JSON.encode(self), mode: 0o600)
            let mine = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(plugin + "-") && $0.hasSuffix(".json") }
            for old in mine.sorted().dropLast(Self.kept) { try FileManager.default.removeItem(atPath: "\(folder)/\(old)") }
        } catch {}
    }

    /// The reports of a site, the newest first.
    static func all(in folder: String) -> [CrashReport] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".json") }.compactMap { name in
            FileManager.default.contents(atPath: "\(folder)/\(name)").flatMap { try? JSON.decode(CrashReport.self, from: Array($0)) }
        }.sorted { $0.time > $1.time }
    }
}
