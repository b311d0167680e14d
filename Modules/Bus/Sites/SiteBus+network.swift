import Synchronization

/// What a site hears of others: one pump for each pair of log and subscriber between which something passed.
final class DistantPumps: Sendable {
    private let state = Mutex(State())

    private struct State {
        var pumps: [String: Pump] = [:]
        var isRetired = false
    }

    var all: [Pump] { state.withLock { Array($0.pumps.values) } }

    /// The pump of that pair; made when it is first needed.
    func pump(_ key: String, _ make: () -> Pump) -> Pump? {
        state.withLock { state in
            if state.isRetired { return state.pumps[key] }
            if let pump = state.pumps[key] { return pump }
            let pump = make()
            state.pumps[key] = pump
            return pump
        }
    }

    /// Those from the site's logs go on from their cursors on disk.
    func forget(_ site: String) {
        let pumps = state.withLock { state in state.pumps.filter { $0.key.hasPrefix("\(site)/") }.map(\.value) }
        for pump in pumps { pump.forget() }
    }

    func retire(_ isRetired: Bool) {
        let pumps = state.withLock { state -> [Pump] in
            state.isRetired = isRetired
            return Array(state.pumps.values)
        }
        for pump in pumps { pump.retire(isRetired) }
    }
}

extension SiteBus {
    /// Something in another site's log concerns the plug-in.
    func hear(_ source: any OutsideLog, upTo seq: Int64?, by plug: Plug) {
        guard let parking = parkings.first(where: { $0.plug === plug }) else { return }
        let pump = distant.pump("\(source.id) \(plug.id)") { Pump(from: source, to: plug, parking: parking, work: work, log: log) }
        pump?.follow(source)
        pump?.signal(upTo: seq)
    }

    /// What the plug-in could not take in is tried again, or waits on.
    func loadParked(of plug: Plug) throws { try parkings.first { $0.plug === plug }?.load() }

    func stopHearing() { distant.retire(true) }

    var isAtRest: Bool { work.isQuiet && jobWork.isQuiet }
}

extension Plug {
    /// `site/plugin`, as commands are addressed.
    var address: String { hearing.address }
    /// The names, without version, of the events of other sites that it hears.
    var stems: Set<String> { hearing.stems }
}
