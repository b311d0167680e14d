import Glibc
import Messages

/// The memory that plug-ins' processes had when they last ended at a site, `<site>/_memory/<plugin>`; for forecasts.
struct MeasuredMemory: Sendable {
    let folder: String

    init(site folder: String) { self.folder = "\(folder)/_memory" }

    /// Bytes.
    subscript(plugin: String) -> Int64? { PrivateFile.text("\(folder)/\(plugin)").flatMap { Int64($0.filter { !$0.isWhitespace }) } }

    /// A disk that takes none loses nothing but a forecast.
    func note(_ plugin: String, bytes: Int64) {
        try? PrivateFile.makeFolder(folder)
        try? PrivateFile.replace("\(folder)/\(plugin)", Array("\(bytes)\n".utf8), mode: 0o600)
    }
}
