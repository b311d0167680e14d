import Bus
import FoundationEssentials
import Gateway
import Messages
import PluginKit
import Store
public import Vocabulary

extension Site {
    /// Removes uploads that nothing was attached to within the site's time. Blocks; one at a time.
    ///
    /// While a plug-in that has data here is disabled, or keeps attachments in its own process, nothing is removed: nobody here could say
    /// whether it refers to a file.
    /// - Returns: how many were removed.
    @discardableResult
    public func sweepFiles(now: Timestamp) throws -> Int {
        let files = face.files
        let limit = now.advanced(by: .zero - face.fileRules.looseTime)
        lazy var isHeld = !dormantPlugins.isEmpty || face.parts.contains { $0.plug == nil && $0.blueprint.attachments != nil }
        var removed = 0
        for loose in files.loose() {
            if try keeps(loose.digest, now) {
                files.attached(loose.digest)
            } else if loose.since < limit, !isHeld, try files.sweep(loose.digest, before: limit) {
                removed += 1
            }
        }
        return removed
    }

    private func keeps(_ digest: String, _ now: Timestamp) throws -> Bool {
        for part in face.parts {
            guard let rule = part.blueprint.attachments, let plug = part.plug else { continue }
            let found = try plug.file.read { snapshot in
                try rule.keeps(digest, Snapshot(store: snapshot, actor: .system("files"), now: now, plug: plug))
            }
            if found { return true }
        }
        return false
    }

    /// Plug-ins that have a file here but are not enabled.
    private var dormantPlugins: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        // Inline the database stands in the site's folder, otherwise in a folder of the plug-in's name.
        let inline = names.filter { $0.hasSuffix(".sqlite") && !$0.hasPrefix("_") }.map { String($0.dropLast(7)) }
        let own = names.filter { FileManager.default.fileExists(atPath: "\(PluginFolder.path($0, in: folder))/\($0).sqlite") }
        return (inline + own).filter { !plugins.contains($0) }
    }
}
