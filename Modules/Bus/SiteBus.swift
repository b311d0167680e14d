public import Messages
import Store
import Synchronization
public import Vocabulary

/// The bus of one site: routes commands and queries to their one handler, and delivers events to every subscriber.
///
/// Routing is an immutable table made at start. A call crosses a thread only into the store's lane and back.
///
/// - `tell`, `ask`: typed calls from pages, jobs and tests
/// - `start(command:…)`, `answer(query:…)`: calls that arrive as JSON
/// - `tick`: timers, retries and due jobs; the host calls it four times a second, a test after moving its clock
/// - `settle`: waits until nothing is under way
public final class SiteBus: Sendable {
    public let site: String
    /// Those that run in this process.
    public let plugs: [Plug]
    /// Those that run in others.
    public let remotes: [RemotePlug]
    public let clock: TimeSource
    public let ids: IDSource
    let log: BusLog
    let work: Activity
    let jobWork: Activity
    /// In a plug-in's process: the way to the host, for every message that is not the plug-in's own.
    let outside: PlugLine?
    private let commandOwners: [ObjectIdentifier: (Plug, any CommandHandling)]
    private let queryOwners: [ObjectIdentifier: (Plug, any QueryHandling)]
    private let commandNames: [WireName: (Plug, any CommandHandling)]
    private let queryNames: [WireName: (Plug, any QueryHandling)]
    let remoteCommands: [WireName: (RemotePlug, any CommandHandling)]
    let remoteQueries: [WireName: (RemotePlug, any QueryHandling)]
    let pumps: [Pump]
    /// From other sites.
    let distant = DistantPumps()
    /// The other sites; `nil` where there are none.
    public let network: SiteNetwork?
    let parkings: [Parking]
    private let jobRunners: [JobRunner]
    private let timers: TimerWatch
    let flowWatch: FlowWatch
    private let observations = Mutex<[(file: StoreFile, id: Int)]>([])
    private let farewell = Mutex<(@Sendable () -> Void)?>(nil)

    /// - Parameters:
    ///   - remotes: plug-ins of the site in other processes.
    ///   - outside: in a plug-in's process, the way to the host.
    ///   - network: the other sites.
    ///   - begins: whether it delivers at once; otherwise from `begin(after:)` on.
    /// - Throws: a `Refusal` naming every message that two plug-ins claim to handle, all together.
    public init(
        site: String, plugs: [Plug], remotes: [RemotePlug] = [], outside: PlugLine? = nil, network: SiteNetwork? = nil, clock: TimeSource, ids: IDSource,
        log: BusLog, begins: Bool = true
    ) throws {
        self.site = site
        self.plugs = plugs
        self.remotes = remotes
        self.outside = outside
        self.network = network
        self.clock = clock
        self.ids = ids
        self.log = log
        var faults: [Refusal.Fault] = []
        var commandOwners: [ObjectIdentifier: (Plug, any CommandHandling)] = [:]
        var queryOwners: [ObjectIdentifier: (Plug, any QueryHandling)] = [:]
        var commandNames: [WireName: (Plug, any CommandHandling)] = [:]
        var queryNames: [WireName: (Plug, any QueryHandling)] = [:]
        for plug in plugs {
            for handler in plug.wiring.commands {
                if commandNames.updateValue((plug, handler), forKey: handler.name) != nil { faults.append(Self.twice(handler.name)) }
                commandOwners[ObjectIdentifier(type(of: handler))] = (plug, handler)
            }
            for handler in plug.wiring.queries {
                if queryNames.updateValue((plug, handler), forKey: handler.name) != nil { faults.append(Self.twice(handler.name)) }
                queryOwners[ObjectIdentifier(type(of: handler))] = (plug, handler)
            }
        }
        var remoteCommands: [WireName: (RemotePlug, any CommandHandling)] = [:]
        var remoteQueries: [WireName: (RemotePlug, any QueryHandling)] = [:]
        for remote in remotes {
            for handler in remote.wiring.commands {
                let isTaken = remoteCommands.updateValue((remote, handler), forKey: handler.name) != nil || commandNames[handler.name] != nil
                if isTaken { faults.append(Self.twice(handler.name)) }
            }
            for handler in remote.wiring.queries {
                let isTaken = remoteQueries.updateValue((remote, handler), forKey: handler.name) != nil || queryNames[handler.name] != nil
                if isTaken { faults.append(Self.twice(handler.name)) }
            }
        }
        guard faults.isEmpty else {
            throw Refusal(
                "bus.handled-twice", status: 500, message: "站点 \(site) 有消息被两个处理器声明，未启动。请停用其中一个插件。",
                log: "site \(site): messages handled twice", faults: faults)
        }
        self.commandOwners = commandOwners
        self.queryOwners = queryOwners
        self.commandNames = commandNames
        self.queryNames = queryNames
        self.remoteCommands = remoteCommands
        self.remoteQueries = remoteQueries
        let work = Activity()
        let jobWork = Activity()
        self.work = work
        self.jobWork = jobWork
        let parkings = Dictionary(
            uniqueKeysWithValues: plugs.map { ($0.id, Parking(plug: $0, sources: plugs + remotes, clock: clock, log: log, work: work)) })
        self.parkings = plugs.compactMap { parkings[$0.id] }
        let sources: [(source: any LogSource, wiring: Wiring)] = plugs.map { ($0, $0.wiring) } + remotes.map { ($0, $0.wiring) }
        pumps = sources.flatMap { source, wiring in
            plugs.compactMap { subscriber -> Pump? in
                guard subscriber.hears(wiring), let parking = parkings[subscriber.id] else { return nil }
                return Pump(from: source, to: subscriber, parking: parking, work: work, log: log)
            }
        }
        jobRunners = plugs.filter { !$0.wiring.jobs.isEmpty }.map { JobRunner(plug: $0, clock: clock, log: log, work: jobWork) }
        timers = TimerWatch(plugs: plugs, clock: clock, log: log, work: work)
        flowWatch = FlowWatch(Self.counters(plugs, remotes).map(\.metrics), now: clock.now)
        if begins { begin() }
    }

    deinit { farewell.withLock { $0 }?() }

    private static func twice(_ name: WireName) -> Refusal.Fault {
        Refusal.Fault(field: name.description, message: "该消息已有处理器，一条命令或查询只能有一个处理器。")
    }

    // MARK: - Taking over

    /// Starts to deliver; after another bus of the same site, which must have been retired, from where that one stopped.
    ///
    /// Jobs that the other still runs are not run a second time.
    package func begin(after old: SiteBus? = nil) {
        for plug in plugs {
            let heard = pumps.filter { $0.source === plug }
            let told = remotes.filter { $0.hears(plug.wiring) }.map(\.line)
            guard !heard.isEmpty || !told.isEmpty || outside != nil else { continue }
            let outside = self.outside
            let source = plug.id
            let id = plug.file.observeCommits { seq in
                for pump in heard { pump.signal(upTo: seq) }
                for line in told { Self.note(source, seq, to: line) }
                if let outside { Self.note(source, seq, to: outside) }
            }
            observations.withLock { $0.append((plug.file, id)) }
        }
        for remote in remotes {
            let heard = pumps.filter { $0.source === remote }
            let told = remotes.filter { $0 !== remote && $0.hears(remote.wiring) }.map(\.line)
            remote.forgetAdvances()
            remote.onAdvance {
                for pump in heard { pump.signal() }
                for line in told { Self.note(remote.id, 0, to: line) }
            }
        }
        if let network {
            let heard = network.join(self)
            observations.withLock { $0 += heard }
        }
        if let old { timers.continue(old.timers) }
        for runner in jobRunners {
            if let before = old?.jobRunners.first(where: { $0.id == runner.id }) { runner.succeed(before) }
            runner.attach(to: self)
        }
    }

    /// Begins no delivery, retry, timer or job any more, and waits for the deliveries under way; calls go on.
    ///
    /// - Returns: whether they ended in time. Jobs may still run: see `onRelease`.
    package func retire(within limit: Duration) async -> Bool {
        setRetired(true)
        return await work.quiet(within: limit)
    }

    /// After `retire`: waits for the jobs under way, in every plug-in of this process.
    ///
    /// - Returns: whether they ended in time.
    package func jobsEnd(within limit: Duration) async -> Bool { await jobWork.quiet(within: limit) }

    /// Takes a retirement back.
    package func resume() {
        setRetired(false)
        wake()
    }

    /// Hears no commits any more; the end of a retirement.
    package func leave() {
        network?.leave(self)
        let mine = observations.withLock { observations -> [(file: StoreFile, id: Int)] in
            defer { observations = [] }
            return observations
        }
        for observation in mine { observation.file.stopObserving(observation.id) }
    }

    private func setRetired(_ isRetired: Bool) {
        for pump in pumps { pump.retire(isRetired) }
        distant.retire(isRetired)
        for parking in parkings { parking.retire(isRetired) }
        for runner in jobRunners { runner.retire(isRetired) }
        timers.retire(isRetired)
    }

    /// Calls the closure when nobody uses this bus any more: no request, no job. Only the last closure given counts.
    package func onRelease(_ body: @escaping @Sendable () -> Void) { farewell.withLock { $0 = body } }

    /// Begins deliveries that a stop or crash left undone. Opens the files of plug-ins that hear others.
    public func wake() {
        for pump in pumps { pump.signal() }
        for runner in jobRunners { runner.signal() }
    }

    /// Everything that is due by the clock: timers, retries of failed deliveries, jobs.
    public func tick() {
        timers.tick()
        for parking in parkings { parking.tick() }
        for runner in jobRunners { runner.tick() }
        for pump in pumps { pump.tick() }
        for pump in distant.all { pump.tick() }
        network?.tick()
        flowWatch.tick(clock.now)
    }

    /// Waits until every delivery, retry that is due, timer and job under way has ended.
    public func settle() async {
        repeat {
            await work.quiet()
            await jobWork.quiet()
        } while !(work.isQuiet && jobWork.isQuiet)
    }

    // MARK: - Typed calls

    /// Handles the command in one transaction; returns after the commit is on disk.
    ///
    /// - Parameter id: the idempotency key; a repeated one gets the first reply and changes nothing.
    public func tell<C: Command>(
        _ command: C, as actor: Actor, id: MessageID? = nil, cause: Envelope? = nil, deadline: Timestamp? = nil
    ) async throws -> C.Reply {
        guard let (plug, anyHandler) = commandOwners[ObjectIdentifier(CommandHandler<C>.self)],
            let handler = anyHandler as? CommandHandler<C>
        else { return try await tellElsewhere(command, as: actor, id: id, cause: cause, deadline: deadline) }
        try authorise(handler.access, actor, C.name)
        let envelope = envelope(C.name, actor: actor, id: id, cause: cause, deadline: deadline)
        let reply: [UInt8] = try await withCheckedThrowingContinuation { continuation in
            // A job's repeated call gets the first reply whatever it says now; of people and partners it must be the same request.
            let terms = CallTerms(isKeyed: id != nil && actor.kind != .system)
            handler.enqueue(command, envelope: envelope, terms: terms, plug: plug) { result in
                continuation.resume(with: result.mapError { self.boundary($0, plug: plug.id, name: C.name) })
            }
        }
        return try plug.decode(C.Reply.self, from: reply)
    }

    /// Answers the query on a snapshot, on the caller's thread. Only for plug-ins of this process: where it may be another's, `ask(across:)`.
    public func ask<Q: Query>(_ query: Q, as actor: Actor) throws -> Q.Reply {
        guard let (plug, anyHandler) = queryOwners[ObjectIdentifier(QueryHandler<Q>.self)],
            let handler = anyHandler as? QueryHandler<Q>
        else { throw remoteQueries[Q.name] != nil || outside != nil ? Refusal.askedElsewhere(Q.name) : .unknownMessage(Q.name.description) }
        try authorise(handler.access, actor, Q.name)
        do {
            return try handler.answer(query, actor: actor, plug: plug)
        } catch {
            throw boundary(error, plug: plug.id, name: Q.name)
        }
    }

    // MARK: - Calls from a wire

    func here(query name: WireName) -> (Plug, any QueryHandling)? { queryNames[name] }

    public func command(_ name: WireName) -> (any CommandHandling)? { commandNames[name]?.1 ?? remoteCommands[name]?.1 }
    public func query(_ name: WireName) -> (any QueryHandling)? { queryNames[name]?.1 ?? remoteQueries[name]?.1 }

    /// Starts a command that arrived as JSON; `then` gets the reply as JSON, or a `Refusal`, once, on a lane thread or at once.
    public func start(
        command name: WireName, json: [UInt8], as actor: Actor, id: MessageID? = nil, terms: CallTerms = CallTerms(),
        traceparent: String? = nil, deadline: Timestamp? = nil, then: @escaping @Sendable (Result<[UInt8], Refusal>) -> Void
    ) {
        guard let (plug, handler) = commandNames[name] else {
            return startElsewhere(
                command: name, json: json, as: actor, id: id, terms: terms, traceparent: traceparent, deadline: deadline, then: then)
        }
        do { try authorise(handler.access, actor, name) } catch { return then(.failure(boundary(error, plug: plug.id, name: name))) }
        var envelope = envelope(name, actor: actor, id: id, cause: nil, deadline: deadline)
        envelope.traceparent = traceparent
        handler.start(json: json, envelope: envelope, terms: terms, plug: plug) { result in
            then(result.mapError { self.boundary($0, plug: plug.id, name: name) })
        }
    }

    /// The way to a query of this process; `nil` where it is none.
    public func route(to query: WireName) -> QueryRoute? { queryNames[query].map { QueryRoute(plug: $0.0, handler: $0.1) } }

    /// Answers a query that arrived as parameters, on the caller's thread, as JSON.
    ///
    /// - Parameter route: from this bus.
    public func answer(_ route: QueryRoute, parameters: [(name: String, value: String)], as actor: Actor) throws(Refusal) -> QueryAnswer {
        do {
            if !route.access.allows(actor) { try authorise(route.access, actor, route.handler.name) }
            return try route.handler.answer(parameters: parameters, actor: actor, plug: route.plug)
        } catch {
            throw boundary(error, plug: route.plug.id, name: route.handler.name)
        }
    }

    // MARK: - Common ground

    func authorise(_ access: Access, _ actor: Actor, _ name: WireName) throws {
        if access.allows(actor) { return }
        throw actor.kind == .visitor ? Refusal.signInRequired : Refusal.forbidden
    }

    func envelope(
        _ name: WireName, actor: Actor, id: MessageID?, cause: Envelope?, deadline: Timestamp?
    ) -> Envelope {
        Envelope(
            id: id ?? ids.next(), source: "/\(site)/\(actor.kind == .system ? actor.id : "gateway")", type: name, time: clock.now,
            site: site, actor: actor, correlation: cause?.correlation, causation: cause?.id, deadline: deadline,
            traceparent: cause?.traceparent)
    }

    /// Only refusals leave the bus; anything else becomes an incident that the log explains.
    func boundary(_ error: any Error, plug: String, name: WireName) -> Refusal { boundary(error, plug: plug, verb: name.description) }

    func boundary(_ error: any Error, plug: String, verb: String) -> Refusal {
        if let refusal = error as? Refusal { return refusal }
        if let malformed = error as? JSONError { return .malformed(malformed) }
        let incident = Incident.code(ids.next())
        if let store = error as? StoreError {
            log(.error, "store", store.description, ("site", site), ("plugin", plug), ("message", verb), ("incident", incident))
            return store.refusal
        }
        log(
            .error, "handler-failed", "\(type(of: error)): \(error)", ("site", site), ("plugin", plug),
            ("message", verb), ("incident", incident))
        return .internalError(incident: incident)
    }
}

/// Short codes that stand on an error page and in the log.
public enum Incident {
    /// Eight characters of the identifier's random half, in two groups: `7F3K-29QD`.
    public static func code(_ id: MessageID) -> String {
        let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        let text = (0..<8).map { digits[Int(id.low >> UInt64($0 * 5) & 31)] }
        return String(text[0..<4]) + "-" + String(text[4..<8])
    }
}
