import Messages
import Synchronization
import Vocabulary

/// The other sites as a plug-in's process knows them: the tree, and the logs in which something may be for it.
///
/// The plug-in hears, obeys and commands them with the same code as in the host; only reading goes over the line.
package final class NetworkMirror: Sendable {
    package let network: SiteNetwork
    private let line: PlugLine
    private let log: BusLog
    private let logs = Mutex<[String: LineLog]>([:])

    package init(_ told: NetworkLine, line: PlugLine, log: BusLog) {
        self.line = line
        self.log = log
        network = SiteNetwork(mirroringWith: log)
        place(told)
        network.onErased { [weak self] in self?.account($0) }
    }

    private func place(_ told: NetworkLine) {
        network.place(told.own)
        network.placeOthers(told.others)
        for line in told.logs {
            let log = source(line.id)
            if let end = line.end { log.grown(to: end) }
        }
    }

    private func source(_ id: String) -> LineLog {
        let (log, isNew) = logs.withLock { logs -> (LineLog, Bool) in
            if let log = logs[id] { return (log, false) }
            let log = LineLog(id, line: line)
            logs[id] = log
            return (log, true)
        }
        if isNew { network.add(log) }
        return log
    }

    /// The note `network`: the tree changed, or deliveries begin.
    package func heed(_ told: NetworkLine) {
        place(told)
        network.wake()
    }

    /// The note `advanced` for a log of another site.
    package func advanced(_ id: String, to seq: Int64?) {
        let log = source(id)
        if let seq { log.grown(to: seq) }
        network.alert(log, upTo: seq)
    }

    /// The host notes it in the site's audit trail.
    private func account(_ erasure: TravelledErasure) {
        var head = FrameHead.call("erased")
        head.key = "\(erasure.person)"
        head.plugin = erasure.source
        guard let kept = try? JSON.encode(erasure.keptFor) else { return }
        line.call(head, body: kept, within: .seconds(60)) { [log] result in
            if case .failure(let refusal) = result { log(.error, "audit-failed", refusal.log, ("site", erasure.site), ("plugin", erasure.plugin)) }
        }
    }
}
