package import Messages
package import Store
import Synchronization

/// A log of another site, as the plug-ins of this host read it.
package protocol OutsideLog: LogSource {
    /// The last entry that leaves its site; `nil` where that is not known without asking.
    func lastOutgoing() throws -> Int64?
    /// What leaves the site after a place, for the way to another host.
    func carried(after seq: Int64, limit: Int) throws -> [CarriedEntry]
    /// The same as far as it is here now, for counting.
    func kept(after seq: Int64, limit: Int) throws -> [CarriedEntry]
    /// How many of those there are.
    func outgoingCount(after seq: Int64) throws -> Int
    /// The end of the log, of whatever kind the entry is; `nil` where it is not kept here.
    func lastEntry() throws -> Int64?
    /// Whether plug-ins of that site read it here, and not elsewhere.
    func serves(_ site: String) -> Bool
    /// Whether it stands in a process that did not answer and was not heard since.
    var isSilent: Bool { get }
    /// Tells the sender that its command cannot be delivered at present.
    func hold(_ entry: LogEntry, because refusal: Refusal)
}

extension OutsideLog {
    package var isSilent: Bool { false }
    package func kept(after seq: Int64, limit: Int) throws -> [CarriedEntry] { try carried(after: seq, limit: limit) }
}

/// The log of a plug-in of another site of this host: what it lets out, looked through once after every commit to wake those concerned.
///
/// It stays the same object while its site is reloaded, so that whoever reads it is never two.
final class SiblingLog: OutsideLog {
    let id: String
    let site: String
    let plugin: String
    private unowned let network: SiteNetwork
    private let state = Mutex(State())

    /// Where the log stands.
    enum Base: Sendable {
        case here(Plug)
        case process(RemotePlug)
    }

    private struct State {
        var base: Base?
        /// Everything up to here was told to those concerned; `nil`: nobody looked yet.
        var position: Int64?
        var isLooking = false
        var mustLook = false
        /// Its process did not answer; until it does nobody waits for it again.
        var isSilent = false
    }

    private static let batch = 512

    init(site: String, plugin: String, network: SiteNetwork) {
        id = "\(site)/\(plugin)"
        self.site = site
        self.plugin = plugin
        self.network = network
    }

    var base: Base? { state.withLock { $0.base } }
    var isSparse: Bool { true }
    var isElsewhere: Bool { if case .process = base { true } else { false } }

    /// - Parameter base: `nil`: the plug-in or its site is not in operation.
    func stand(on base: Base?) {
        state.withLock {
            $0.base = base
            $0.position = nil
            $0.isSilent = false
        }
    }

    /// Something was committed. Cheap; called on the lane's thread.
    func signal() {
        let mustStart = state.withLock { state -> Bool in
            if state.isLooking {
                state.mustLook = true
                return false
            }
            state.isLooking = true
            return true
        }
        if mustStart { network.run(for: self) { self.look() } }
    }

    private func look() {
        do {
            switch base {
            case nil: break
            case .process(let remote):
                if let position = state.withLock({ $0.position }) {
                    try look(remote, after: position)
                } else {
                    // Where it cannot tell its end, everybody looks for himself each time.
                    let end = try remote.outgoing(after: 0, limit: 1).end
                    state.withLock { state in
                        state.position = end
                        state.isSilent = false
                    }
                    if end != 0 { network.alert(self) }
                }
            case .here(let plug):
                if let position = state.withLock({ $0.position }) {
                    try look(plug, after: position)
                } else {
                    let last = try plug.file.read { try $0.lastOutgoing() }
                    state.withLock { $0.position = $0.position ?? last }
                    if last > 0 {
                        network.alert(self)
                        try network.holdUndeliverable(of: self)
                    }
                }
            }
        } catch {
            network.log(.error, "outgoing-unread", Parking.describe(error), ("site", site), ("plugin", plugin))
            network.lookLater(self)
        }
        let again = state.withLock { state -> Bool in
            defer { state.mustLook = false }
            state.isLooking = state.mustLook
            return state.mustLook
        }
        if again { network.run(for: self) { self.look() } }
    }

    private func look(_ plug: Plug, after position: Int64) throws {
        var position = position
        while true {
            let entries = try plug.file.read { try $0.outgoing(after: position, limit: Self.batch) }
            guard let last = entries.last else { return }
            network.route(entries, from: self)
            position = last.seq
            state.withLock { $0.position = max($0.position ?? 0, last.seq) }
            if entries.count < Self.batch { return }
        }
    }

    private func look(_ remote: RemotePlug, after position: Int64) throws {
        var position = position
        while true {
            let piece = try remote.outgoing(after: position, limit: Self.batch)
            guard piece.last > position else { return }
            if !piece.entries.isEmpty { network.route(piece.entries, from: self) }
            position = piece.last
            // Where its process was away meanwhile, nobody knows any more.
            state.withLock { state in state.position = state.position.map { max($0, piece.last) } }
            if let end = piece.end, piece.last >= end { return }
        }
    }

    func lastOutgoing() throws -> Int64? {
        guard case .here(let plug) = base else { return nil }
        let last = try plug.file.read { try $0.lastOutgoing() }
        state.withLock { $0.position = $0.position ?? last }
        return last
    }

    func serves(_ site: String) -> Bool { site != self.site }

    /// Throws while its process does not answer, after which it is looked at again; `nil` where that does not say.
    func lastEntry() throws -> Int64? {
        switch base {
        case nil: return nil
        case .here(let plug): return try plug.file.read { try $0.lastLogSeq() }
        case .process(let remote):
            guard !isSilent else { throw Refusal.plugEnded(plugin) }
            do { return try remote.outgoing(after: 0, limit: 1).end } catch {
                lookLater()
                throw error
            }
        }
    }

    /// Its process did not answer and was not heard since.
    package var isSilent: Bool { state.withLock { $0.isSilent } }

    /// Its process is away: when it is back everybody is woken, since nobody knows what they missed.
    private func lookLater() {
        state.withLock { state in
            state.position = nil
            state.isSilent = true
        }
        network.lookLater(self)
    }

    func outgoingCount(after seq: Int64) throws -> Int {
        guard case .here(let plug) = base else { return 0 }
        return try plug.file.read { try $0.outgoingCount(after: seq) }
    }

    func carried(after seq: Int64, limit: Int) throws -> [CarriedEntry] {
        switch base {
        case nil: return []
        case .here(let plug): return try plug.file.read { try $0.outgoing(after: seq, limit: limit) }.map { CarriedEntry($0, payload: try plug.open($0.payload)) }
        case .process(let remote):
            guard !isSilent else { return [] }
            do {
                return try remote.leaving(after: seq, limit: limit).entries.map { CarriedEntry($0, payload: $0.payload) }
            } catch {
                // A process that is away holds up nobody's link; when it is back, its log is looked at again.
                lookLater()
                return []
            }
        }
    }

    func hold(_ entry: LogEntry, because refusal: Refusal) {
        guard case .here(let plug) = base, let site = entry.target?.split(separator: "/").first else { return }
        plug.hold(entry.id, at: String(site), because: refusal)
    }

    func entries(after seq: Int64, limit: Int, for subscriber: Plug) throws -> (wanted: [LogEntry], last: Int64)? {
        switch base {
        case nil: return nil
        case .here(let plug):
            let entries = try plug.file.read { try $0.outgoing(after: seq, limit: limit) }
            return entries.last.map { last in (entries.filter { network.lets($0, from: site, to: subscriber) }, last.seq) }
        case .process(let remote):
            // The reach is that of the declaration: what the process writes beside its entries is its own word only.
            let (entries, last, _) = try remote.outgoing(after: seq, limit: limit)
            guard last > seq else { return nil }
            return (entries.filter { network.lets($0, from: site, to: subscriber) }, last)
        }
    }

    func entry(_ seq: Int64) throws -> LogEntry? {
        switch base {
        case nil: return nil
        case .here(let plug): return try plug.entry(seq)
        case .process(let remote):
            do { return try remote.anyEntry(seq) } catch {
                lookLater()
                throw error
            }
        }
    }

    func decode<T: Codable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
        switch base {
        case .here(let plug): try plug.decode(type, from: bytes)
        case .process(let remote): try remote.decode(type, from: bytes)
        case nil: try JSON.decode(type, from: bytes)
        }
    }
}

extension RemotePlug {
    /// What leaves the site, as far as the declaration lets it: events, erasures, commands to other sites, and answers to theirs.
    ///
    /// - Returns: in order; the last entry looked at; the end of the log where the process tells it.
    func outgoing(after seq: Int64, limit: Int) throws -> (entries: [LogEntry], last: Int64, end: Int64?) {
        let hearing = wiring.reaches.keys.filter { !wiring.sent.contains($0) } + [PersonErased.name]
        let travelling = try log(LogRequest(subscriber: nil, hearing: hearing, beyond: true), after: seq, limit: limit)
        return (travelling.entries.filter { $0.seq > seq }.compactMap { outgoing($0) }, max(seq, travelling.last), travelling.end)
    }

    /// The same, going on until there is something or the end is reached; a process that says "go on" for ever does not hold the thread.
    func leaving(after seq: Int64, limit: Int) throws -> (entries: [LogEntry], last: Int64) {
        var last = seq
        for _ in 0..<20 {
            let piece = try outgoing(after: last, limit: limit)
            if !piece.entries.isEmpty || piece.last <= last { return (piece.entries, piece.last) }
            last = piece.last
        }
        return ([], last)
    }

    /// How far an entry goes is what the declaration says: what the process writes beside it is its own word only.
    private func outgoing(_ entry: TravellingEntries.Entry) -> LogEntry? {
        var entry = entry
        // Who acted is its own word; that the entry was said before only keeps others from hearing it twice.
        entry.actor = entry.entry.saidBefore.map { .system("\(LogEntry.againMark)\($0)") } ?? .system(id)
        if let target = entry.target {
            guard let place = target.split(separator: "/").first, place != site else { return nil }
            let isSent = wiring.sent.contains(entry.type) && wiring.reaches[entry.type] != nil && target == "\(place)/\(entry.type.plugin)"
            guard isSent || (entry.type == CommandReceipt.name && wiring.admitsBeyond) else { return nil }
            entry.reach = .network
            return entry.entry
        }
        // An erasure goes as far as anything that the plug-in says.
        let farthest: Reach = wiring.reaches.values.contains(.network) ? .network : .upward
        guard let reach = wiring.announced.contains(entry.type) ? wiring.reaches[entry.type] : entry.type == PersonErased.name ? farthest : nil
        else { return nil }
        entry.reach = reach
        return entry.entry
    }
}
