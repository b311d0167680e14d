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
    /// While a plug-in that has data here is disabled, or one in its own process does not answer, nothing is removed: nobody could say
    /// whether it refers to a file.
    /// - Returns: how many were removed.
    @discardableResult
    public func sweepFiles(now: Timestamp) throws -> Int {
        let files = face.files
        let limit = now.advanced(by: .zero - face.fileRules.looseTime)
        lazy var isHeld = !dormantPlugins.isEmpty
        var isSilent = false
        var removed = 0
        for loose in files.loose() {
            switch try keeps(loose.digest, now, asking: !isSilent && loose.since < limit) {
            case true?: files.attached(loose.digest)
            case false? where loose.since < limit && !isHeld: if try files.sweep(loose.digest, before: limit) { removed += 1 }
            case false?: break
            case nil: isSilent = true
            }
        }
        return removed
    }

    /// Removes an upload at once, unless a plug-in keeps it. Where one that might does not say, it counts as loose again, so that a sweep
    /// decides later. Blocks.
    func forgetFile(_ digest: String) throws {
        switch try keeps(digest, bus.clock.now, asking: true) {
        case true?: break
        case false? where dormantPlugins.isEmpty: try face.files.remove(digest)
        default: try face.files.loosen(digest)
        }
    }

    /// - Parameter asking: other processes too, which costs a call.
    /// - Returns: `nil` where one that might keep it did not say.
    private func keeps(_ digest: String, _ now: Timestamp, asking: Bool) throws -> Bool? {
        var isKnown = true
        for part in face.parts {
            guard let rule = part.blueprint.attachments else { continue }
            guard let plug = part.plug else {
                guard asking, let keeps = try? part.blueprint.remote?.keeps(digest) else {
                    isKnown = false
                    continue
                }
                if keeps { return true }
                continue
            }
            let found = try plug.file.read { snapshot in
                try rule.keeps(digest, Snapshot(store: snapshot, actor: .system("files"), now: now, plug: plug))
            }
            if found { return true }
        }
        return isKnown ? false : nil
    }

    /// Plug-ins that have a file here but are not enabled.
    private var dormantPlugins: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        // Inline the database stands in the site's folder, otherwise in a folder of the plug-in's name.
        let inline = names.filter { $0.hasSuffix(".sqlite") && !$0.hasPrefix("_") }.map { String($0.dropLast(7)) }
        let own = names.filter { FileManager.default.fileExists(atPath: "\(PluginFolder.path($0, in: folder))/\($0).sqlite") }
        // One whose data was erased keeps nothing.
        return inline.filter { !plugins.contains($0) && !StoreFile.isRenewed("\(folder)/\($0).sqlite") }
            + own.filter { !plugins.contains($0) && !StoreFile.isRenewed("\(PluginFolder.path($0, in: folder))/\($0).sqlite") }
    }
}
