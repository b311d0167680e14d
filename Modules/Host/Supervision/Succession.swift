import Bus
import FoundationEssentials
import Gateway
import Messages
import PluginKit
import Store
import Synchronization
import Vocabulary

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A process in the place of another one: rehearsed on a copy, then switched; put back where the new one does not begin.
extension PluginSupervisor {
    /// Starts this program on a copy of the file that the other one works on, lets it migrate and answer, and throws the copy away.
    ///
    /// - Throws: a `Refusal` with the reason; the other one has noticed nothing.
    func rehearse(after old: PluginSupervisor) async throws {
        let file = "\(base.folder)/\(remote.id).sqlite"
        try await rehearse { copy in
            if old.phase == .running {
                var head = FrameHead.call("backup")
                head.key = copy
                _ = try await old.remote.line.call(head, within: .seconds(60))
            } else if FileManager.default.fileExists(atPath: file) {
                try StoreView(path: file).backup(to: copy)
            }
        }
    }

    /// - Parameter copying: writes a copy of the file to the given path.
    /// - Throws: a `Refusal` with the reason.
    func rehearse(copying: (String) async throws -> Void) async throws {
        let folder = "\(base.folder)/.rehearsal"
        try? FileManager.default.removeItem(atPath: folder)
        try PrivateFile.makeFolder(base.folder)
        try PrivateFile.makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await copying("\(folder)/\(remote.id).sqlite")
        var welcome = base
        welcome.folder = folder
        let trial = PluginSupervisor(
            remote: RemotePlug(id: remote.id, site: remote.site, wiring: remote.wiring, line: PlugLine(name: declaration.manifest.title)),
            declaration: declaration, welcome: welcome, launch: launch, crashes: crashes, heartbeat: heartbeatLimit, mostFaults: mostFaults, longestWait: longestWait,
            mostMemory: mostMemory, clock: clock, log: log)
        trial.state.withLock { $0.isOnProbation = true }
        trial.start()
        let isGood = await trial.begins()
        let health = trial.health
        await trial.stop()
        guard isGood else { throw Refusal.notStarted(health) }
    }

    /// Whether it begins and then goes on answering heartbeats for a moment. A machine may be so busy that a good one answers late: it has
    /// the time of any heartbeat.
    private func begins() async -> Bool {
        guard await isRunning(within: Self.startLimit) else { return false }
        for _ in 0..<3 {
            let answers = (try? await remote.line.call(.call("ping"), within: heartbeatLimit)) != nil
            // An end is noticed by looking.
            for _ in 0..<(answers ? 1 : 20) where phase == .running {
                try? await Task.sleep(for: .milliseconds(50))
                tick()
            }
            guard phase == .running else { return false }
            guard answers else {
                state.withLock { $0.lineFault = "no heartbeat for \(heartbeatLimit): it hangs" }
                return false
            }
        }
        return true
    }

    /// Comes in the place of the other one. The file is kept as it was until this one answers; calls wait until then, so that nothing
    /// is done that going back would undo.
    ///
    /// - Throws: a `Refusal` with the reason; then the other one works again, on the file as it was.
    func succeed(_ old: PluginSupervisor) async throws {
        await old.stop(handsOver: true)
        let kept = "\(base.folder)/.before"
        do { try Self.copy(remote.id, from: base.folder, to: kept) } catch {
            // Nothing has happened yet; half a copy must never come back over the whole file.
            try? FileManager.default.removeItem(atPath: kept)
            old.start()
            throw error
        }
        do {
            state.withLock { $0.isOnProbation = true }
            start()
            guard await begins() else { throw Refusal.notStarted(health) }
            admit()
            try? FileManager.default.removeItem(atPath: kept)
        } catch {
            await stop(handsOver: true)
            // Where this cannot be done, the file stays in `.before` and nobody begins on what the new version left.
            try Self.putBack(remote.id, from: kept, to: base.folder)
            old.start()
            throw error
        }
    }

    /// Moves the file as it was over the one of now, which takes no room on the disk.
    private static func putBack(_ plugin: String, from kept: String, to target: String) throws {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: kept)) ?? []).filter { $0.hasPrefix("\(plugin).sqlite") }
        // The new version's log goes first and the file's own comes last: no database ever stands beside the log of the other one.
        for ending in ["-wal", "-shm"] { unlink("\(target)/\(plugin).sqlite\(ending)") }
        for name in names.sorted() {
            guard rename("\(kept)/\(name)", "\(target)/\(name)") == 0 else { throw CommandProblem.system("不能放回文件 \(target)/\(name)，原文件在 \(kept)", errno) }
        }
        try? FileManager.default.removeItem(atPath: kept)
    }

    /// The database with what belongs to it; nobody has it open.
    private static func copy(_ plugin: String, from source: String, to target: String) throws {
        try PrivateFile.makeFolder(target)
        let mine = { (folder: String) in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasPrefix("\(plugin).sqlite") }
        }
        for name in mine(target) { try FileManager.default.removeItem(atPath: "\(target)/\(name)") }
        for name in mine(source) where !name.hasSuffix(".lock") {
            try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: "\(target)/\(name)")
        }
    }
}
