import Bus
import Crypto
import Dispatch
import Messages
import Network
import Store
import Synchronization
import Vocabulary

/// The upper end of the links to one site: lets children in, takes what they push, and answers their long polls.
final class ParentDoor: Sendable {
    let relay: Relay
    let folder: TrunkFolder
    private let network: SiteNetwork
    private let clock: TimeSource
    private let log: BusLog
    private let stand: SiteStand
    /// The names of the network.
    private let networks: @Sendable () throws -> [String]
    /// Why children that asked last were not let in, for people.
    private let troubles = Mutex<[String: String]>([:])
    private let onPlaces: @Sendable () -> Void
    /// Called when something happened that has to be accounted for.
    private let onAct: @Sendable (TrunkAct) -> Void
    private let queue = DispatchQueue(label: "shuniu.trunk.door", attributes: .concurrent)
    private let sessions = Mutex<[String: Session]>([:])
    private let telling = Mutex(false)
    /// What children are asked and have not answered, in the order it was asked: whoever meets anew meanwhile is asked again.
    private let questions = Mutex<[Question]>([])

    private struct Question: Sendable {
        let child: String
        let wish: CountWish
        let continuation: CheckedContinuation<CountAnswer?, Never>
    }

    /// How long a poll waits for something, at most.
    static let patience: Duration = .seconds(25)
    /// How often it is looked which have waited so long. Those that are due together are answered together, come again together, and so go on
    /// together: many links at rest wake the host no oftener than a few.
    private static let beat: Duration = .seconds(5)
    /// A beat is to come.
    private let isBeating = Mutex(false)

    /// One child that is connected.
    private final class Session: Sendable {
        let id: String
        let child: String
        let carrier: Carrier
        let state = Mutex(State())

        struct State {
            var waiting: HTTPExchange?
            /// When the last poll came.
            var since = ContinuousClock.now
            var isAnswering = false
            var toldMap = -1
            /// It is time to tell of the tree where it changed.
            var mustTellMap = false
            var lastContact: Timestamp?
            /// Sent, and to be answered for by the next poll.
            var sent: [Parcel.Batch] = []
            /// What this site wants to compare, until it is said; one with each answer to a poll.
            var wishes: [CountWish] = []
        }
        /// Logs of which this site has more than the child.
        let rewound: Set<String>

        init(id: String, child: String, carrier: Carrier, now: Timestamp, map: Int, rewound: Set<String>) {
            self.rewound = rewound
            self.id = id
            self.child = child
            self.carrier = carrier
            state.withLock {
                $0.lastContact = now
                $0.toldMap = map
            }
        }
    }

    init(
        relay: Relay, folder: TrunkFolder, stand: SiteStand, network: SiteNetwork, clock: TimeSource, log: BusLog,
        networks: @escaping @Sendable () throws -> [String], onPlaces: @escaping @Sendable () -> Void, onAct: @escaping @Sendable (TrunkAct) -> Void
    ) {
        self.networks = networks
        self.stand = stand
        self.onAct = onAct
        self.relay = relay
        self.folder = folder
        self.network = network
        self.clock = clock
        self.log = log
        self.onPlaces = onPlaces
    }

    var site: String { relay.site }

    // MARK: - Requests

    /// On a loop's thread: everything is done elsewhere.
    func handle(_ verb: Substring, _ request: HTTPRequest, _ exchange: HTTPExchange) {
        Task { [self] in
            do {
                switch verb {
                case "join": exchange.finish(try await join(request))
                case "meet": exchange.finish(try await meet(request))
                case "push": exchange.finish(try await push(request))
                case "pull": try pull(request, exchange)
                case "trace": exchange.finish(try trace(request))
                case "counts": exchange.finish(try counts(request))
                case "renew": exchange.finish(try await renew(request))
                case "leave": exchange.finish(try await leave(request))
                default: throw Refusal.notFound
                }
            } catch let refusal as Refusal {
                exchange.finish(.trunk(refusal))
            } catch {
                log(.error, "trunk-failed", "\(error)", ("site", site), ("verb", String(verb)))
                exchange.finish(.trunk((error as? StoreError)?.refusal ?? Refusal.internalError(incident: "trunk")))
            }
        }
    }

    private func join(_ request: HTTPRequest) async throws -> HTTPResponse {
        let asked = try JSON.decode(JoinRequest.self, from: request.body)
        let digest = Digest.sha256.of(Array(asked.token.utf8))
        guard let wanted = try relay.invited(by: digest, now: clock.now) else { throw Refusal.badToken }
        guard wanted == asked.site.id else { throw Refusal.otherChild(asked.site.id) }
        guard asked.site.parent == site else { throw Refusal.otherParent(asked.site.id, asked.site.parent, wanted: site) }
        try checkFree([asked.site], for: wanted)
        let names = try networks()
        if let clashes = asked.memory?.clashes(with: [site] + sites(beyond: wanted).map(\.id), of: names), !clashes.isEmpty {
            throw Refusal.otherNetwork(wanted, clashes, parent: site)
        }
        let authority = try folder.authority(clock)
        let seconds = clock.now.milliseconds / 1000
        let certificate = try authority.issue(
            request: Array(asked.request.utf8), .init(asked.site.id, organisation: "shuniu trunk"), .client, .days(TrunkFolder.certificateDays, now: seconds))
        try await relay.admit(
            asked.site, token: digest, serial: certificate.serial, until: Timestamp(milliseconds: certificate.validUntil * 1000), now: clock.now)
        log(.info, "trunk-joined", "a site below joined", ("site", site), ("child", asked.site.id), ("serial", certificate.serial))
        onAct(.joined(asked.site.id, serial: certificate.serial))
        guard let own = network.map[site] else { throw Refusal.notFound }
        return .trunk(try JSON.encode(JoinAnswer(certificate: String(decoding: certificate.pem, as: UTF8.self), parent: own, networks: names)))
    }

    /// Which child asks, by its certificate.
    private func child(_ request: HTTPRequest) throws -> String { try shown(request).child }

    private func shown(_ request: HTTPRequest) throws -> (child: String, serial: String) {
        guard let der = request.clientCertificate, let certificate = try? Certificate(der: der), let name = certificate.commonName,
            certificate.isIssued(by: try folder.authority(clock).certificate)
        else { throw Refusal.certificateWanted }
        guard let child = try relay.child(name), try relay.counts(certificate.serial, of: name, now: clock.now) else { throw Refusal.certificateWanted }
        guard child.state == .joined else { throw Refusal.notJoined(name, child.state.title) }
        return (name, certificate.serial)
    }

    private func meet(_ request: HTTPRequest) async throws -> HTTPResponse {
        let child = try child(request)
        do {
            let response = try await meet(child, JSON.decode(MeetRequest.self, from: request.body))
            troubles.withLock { $0[child] = nil }
            return response
        } catch let refusal as Refusal {
            if troubles.withLock({ $0.updateValue(refusal.message, forKey: child) != refusal.message }) {
                log(.warning, "trunk-refused", refusal.log, ("site", site), ("child", child))
            }
            throw refusal
        }
    }

    private func meet(_ child: String, _ asked: MeetRequest) async throws -> HTTPResponse {
        let below = SiteMap(asked.sites)
        guard below[child]?.parent == site, asked.sites.allSatisfy({ $0.id == child || below.isAbove(child, $0.id) }) else {
            throw Refusal.notYours(asked.sites.first { $0.id != child && !below.isAbove(child, $0.id) }?.id ?? child)
        }
        try checkFree(asked.sites, for: child)
        // A copy of the site that runs elsewhere changes nothing here, whatever it speaks.
        try await relay.admit(asked.stand, of: child)
        guard let version = LinkProtocol.common(asked.protocols) else {
            // What it is now can be seen at its page, though it is not let in.
            if try await !relay.keep(asked.sites, behind: child).isEmpty { onPlaces() }
            throw Refusal.noCommonProtocol(child, asked.protocols, site, LinkProtocol.spoken)
        }
        if try await !relay.keep(asked.sites, behind: child).isEmpty { onPlaces() }
        let (network, site) = (network, site)
        // A child that stands on this very host's tree hears only what is not below it.
        let carrier = Carrier(
            network: network,
            carries: { log in Self.isBeyond(child, of: site, log.site, network.map) && !log.comes(over: child) },
            lets: { entry in
                if let target = entry.target { return target == child || network.map.isAbove(child, String(target)) }
                return entry.reach == .network
            })
        let passed = try relay.passed()
        // Logs of plug-ins in processes of their own are asked there.
        try await blocking { try carrier.begin(at: asked.heads, marks: asked.marks ?? [:], passed: passed) }
        let heads = try relay.heads(of: child)
        let rewound = Set(heads.filter { source, head in asked.ends[source].map { head > $0 } ?? false }.keys)
        let session = Session(
            id: Secrets.random(16).hexadecimal, child: child, carrier: carrier, now: clock.now, map: network.mapNumber, rewound: rewound)
        let before = sessions.withLock { $0.updateValue(session, forKey: child) }
        before.map(end)
        // Who asks from here on finds this session; what was asked before was lost with the other one, or may have been.
        let open = questions.withLock { $0.filter { $0.child == child }.map(\.wish) }
        session.state.withLock { state in state.wishes = open.filter { wish in !state.wishes.contains { $0.id == wish.id } } + state.wishes }
        for source in rewound.sorted() {
            log(.error, "trunk-rewound", "the child has less of its own log than it sent", ("site", site), ("child", child), ("source", source))
        }
        let answer = MeetAnswer(
            session: session.id, sites: sites(beyond: child), heads: heads, stand: stand, marks: try relay.marks(of: child), protocol: version, networks: try networks())
        return .trunk(try JSON.encode(answer))
    }

    /// Whether what the child is told of may come from there: of this tree, neither the child itself nor below it.
    private static func isBeyond(_ child: String, of site: String, _ other: String, _ map: SiteMap) -> Bool {
        other != child && map.areOneTree(site, other) && !map.isAbove(child, other)
    }

    private func sites(beyond child: String) -> [SiteEntry] {
        let map = network.map
        return map.sites.filter { Self.isBeyond(child, of: site, $0.id, map) }
    }

    /// No site may come under a name that another one has.
    private func checkFree(_ sites: [SiteEntry], for child: String) throws {
        let own = Set(network.own.map(\.id))
        var elsewhere = Set(try relay.children().filter { $0.site != child }.flatMap { try relay.places(behind: $0.site).map(\.id) })
        elsewhere.formUnion(try relay.places(behind: Relay.up).map(\.id))
        for site in sites where own.contains(site.id) || elsewhere.contains(site.id) { throw Refusal.siteTaken(site.id) }
    }

    private func session(_ child: String, _ id: String) throws -> Session {
        guard let session = sessions.withLock({ $0[child] }), session.id == id else { throw Refusal.sessionOver }
        let now = clock.now
        session.state.withLock { $0.lastContact = now }
        return session
    }

    private func push(_ request: HTTPRequest) async throws -> HTTPResponse {
        let child = try child(request)
        let (parcel, entries) = try TrunkBody.decode(request.body)
        _ = try session(child, parcel.session)
        let map = network.map
        for batch in parcel.batches {
            let site = batch.source.split(separator: "/").first.map(String.init) ?? ""
            guard site == child || map.isAbove(child, site) else { throw Refusal.notYours(batch.source) }
        }
        let heads = try await relay.keep(Array(zip(parcel.batches, entries)), over: child)
        return .trunk(try JSON.encode(PushAnswer(heads: heads)))
    }

    /// A later certificate for the child that shows a good one.
    private func renew(_ request: HTTPRequest) async throws -> HTTPResponse {
        let (child, shown) = try shown(request)
        let asked = try JSON.decode(RenewRequest.self, from: request.body)
        let seconds = clock.now.milliseconds / 1000
        let certificate = try folder.authority(clock).issue(
            request: Array(asked.request.utf8), .init(child, organisation: "shuniu trunk"), .client, .days(TrunkFolder.certificateDays, now: seconds))
        let until = Timestamp(milliseconds: certificate.validUntil * 1000)
        try await relay.renew(child, shown: shown, serial: certificate.serial, until: until, now: clock.now)
        log(.info, "trunk-renewed", "a later certificate for a site below", ("site", site), ("child", child), ("serial", certificate.serial))
        onAct(.renewed(child, until: until))
        return .trunk(try JSON.encode(RenewAnswer(certificate: String(decoding: certificate.pem, as: UTF8.self))))
    }

    private func leave(_ request: HTTPRequest) async throws -> HTTPResponse {
        let child = try child(request)
        _ = try await relay.set(.left, of: child)
        try await dismiss(child)
        log(.info, "trunk-left", "a site below left", ("site", site), ("child", child))
        onAct(.left(child))
        return .trunk(Array("{}".utf8))
    }

    /// The child is no longer part of the tree; what it sent stays.
    func dismiss(_ child: String) async throws {
        try await relay.keep([], behind: child)
        troubles.withLock { $0[child] = nil }
        sessions.withLock { $0.removeValue(forKey: child) }.map(end)
        giveUp { $0.child == child }
        onPlaces()
    }

    // MARK: - Polls

    private func pull(_ request: HTTPRequest, _ exchange: HTTPExchange) throws {
        let child = try child(request)
        let asked = try JSON.decode(PullRequest.self, from: request.body)
        let session = try session(child, asked.session)
        let (before, sent) = session.state.withLock { state -> (HTTPExchange?, [Parcel.Batch]) in
            state.since = .now
            defer {
                state.waiting = exchange
                state.sent = []
            }
            return (state.waiting, state.sent)
        }
        before?.finish(.trunk(.sessionOver))
        // Whoever got the last answer names every log in it. Of what is not named nothing arrived.
        let missing = Dictionary(sent.map { ($0.source, $0.after) }) { first, _ in first }
        session.carrier.received(missing.merging(asked.heads) { _, told in told }, sent: sent)
        // Replaced between the look and this: nobody else would end it.
        guard sessions.withLock({ $0[child] === session }) else { return end(session) }
        if mayHave(session) { answer(session) }
        beat()
    }

    /// Ends the polls that have waited long enough, again and again while any wait.
    private func beat() {
        guard isBeating.withLock({ isBeating in defer { isBeating = true }; return !isBeating }) else { return }
        queue.asyncAfter(deadline: .now() + .seconds(Int(Self.beat.components.seconds))) { [self] in
            isBeating.withLock { $0 = false }
            let due = ContinuousClock.now - (Self.patience - Self.beat)
            var someWait = false
            for session in sessions.withLock({ Array($0.values) }) {
                let waiting = session.state.withLock { state -> HTTPExchange? in
                    someWait = someWait || state.waiting != nil
                    return state.since <= due ? state.waiting.take() : nil
                }
                waiting?.finish(empty(session))
            }
            if someWait { beat() }
        }
    }

    /// Whether it is worth looking for something to answer with.
    private func mayHave(_ session: Session) -> Bool {
        session.carrier.hasMore || session.state.withLock { !$0.wishes.isEmpty || $0.mustTellMap && $0.toldMap != network.mapNumber }
    }

    private func empty(_ session: Session) -> HTTPResponse {
        (try? TrunkBody.encode(Parcel(session: session.id, batches: []), [])).map { .trunk($0) } ?? .trunk(.sessionOver)
    }

    /// Something may be there for the child: answers the poll that waits, if there is.
    private func answer(_ session: Session) {
        let mayAnswer = session.state.withLock { state -> Bool in
            guard state.waiting != nil, !state.isAnswering else { return false }
            state.isAnswering = true
            return true
        }
        guard mayAnswer else { return }
        queue.async { [self] in
            let map = network.mapNumber
            let (isOld, isTime, wish) = session.state.withLock { ($0.toldMap != map, $0.mustTellMap, $0.wishes.first) }
            var response: HTTPResponse?
            var sent: [Parcel.Batch] = []
            do {
                let (batches, entries) = try session.carrier.next()
                if !batches.isEmpty || isOld && isTime || wish != nil {
                    let places = isOld ? sites(beyond: session.child) : nil
                    response = .trunk(try TrunkBody.encode(Parcel(session: session.id, batches: batches, sites: places, counts: wish), entries))
                    sent = batches
                }
            } catch {
                log(.error, "trunk-unread", "\(error)", ("site", site), ("child", session.child))
                response = .trunk(.sessionOver)
            }
            let waiting = session.state.withLock { state -> HTTPExchange? in
                state.isAnswering = false
                guard response != nil, state.waiting != nil else { return nil }
                state.toldMap = map
                // What changed since is told with the next poll.
                state.mustTellMap = state.mustTellMap && network.mapNumber != map
                state.sent = sent
                defer { state.waiting = nil }
                if let wish { state.wishes.removeAll { $0.id == wish.id } }
                return state.waiting
            }
            if let response {
                if let waiting {
                    waiting.finish(response)
                } else if !sent.isEmpty {
                    // The poll ended meanwhile: what was taken for it is taken again.
                    session.carrier.received(Dictionary(sent.map { ($0.source, $0.after) }) { first, _ in first }, sent: sent)
                    // The next poll may have come before this.
                    if mayHave(session) { answer(session) }
                }
            } else if mayHave(session) {
                answer(session)
            }
        }
    }

    /// Something was appended somewhere on this host.
    func touched(_ source: String) {
        for session in sessions.withLock({ Array($0.values) }) where session.carrier.touch(source) { answer(session) }
    }

    /// The tree changed: every child is told soon, all changes of that while together, so that many sites that join one after the other
    /// cost each child a few answers. What is sent anyway says it at once.
    func mapChanged() {
        guard telling.withLock({ isDue in defer { isDue = true }; return !isDue }) else { return }
        queue.asyncAfter(deadline: .now() + Self.mapPause) { [self] in
            telling.withLock { $0 = false }
            for session in sessions.withLock({ Array($0.values) }) {
                session.state.withLock { $0.mustTellMap = true }
                answer(session)
            }
        }
    }

    private static let mapPause: DispatchTimeInterval = .milliseconds(300)

    // MARK: - Comparing

    /// Compares what the child has with what is here, by log, type and day from the given day on.
    func reconcile(_ child: String, from day: Day) async throws -> ChildReconciliation {
        guard isConnected(child) else { return ChildReconciliation(child: child, trouble: "未连接，无法核对；恢复连接后再试。") }
        let heads = try relay.heads(of: child)
        let answered = await ask(child, CountWish(id: Secrets.random(8).hexadecimal, from: day, heads: heads))
        guard let answered else { return ChildReconciliation(child: child, trouble: "对方没有在 30 秒内答复，可能是较旧的版本。") }
        let passed = answered.passed ?? []
        let here = try relay.counts(from: day, upTo: heads, over: child, without: passed)
        let untaken = try heads.keys.flatMap { try relay.untaken($0, over: child) }.filter { $0.day >= day }
        let rewound = sessions.withLock { $0[child] }?.rewound ?? []
        return .compare(child, there: answered.counts, here: here, untaken: untaken, rewound: rewound, passed: passed)
    }

    private func isConnected(_ child: String) -> Bool {
        let lastContact = sessions.withLock { $0[child] }?.state.withLock { $0.lastContact }
        return lastContact.map { $0.advanced(by: .seconds(90)) > clock.now } ?? false
    }

    /// Rides on the answer to the child's poll, in this session or the next one; `nil`: it did not answer in time.
    private func ask(_ child: String, _ wish: CountWish) async -> CountAnswer? {
        await withCheckedContinuation { continuation in
            questions.withLock { $0.append(Question(child: child, wish: wish, continuation: continuation)) }
            if let session = sessions.withLock({ $0[child] }) {
                session.state.withLock { state in if !state.wishes.contains(where: { $0.id == wish.id }) { state.wishes.append(wish) } }
                answer(session)
            }
            queue.asyncAfter(deadline: .now() + .seconds(Int(Self.answerTime.components.seconds))) { [self] in giveUp { $0.wish.id == wish.id } }
        }
    }

    private static let answerTime: Duration = .seconds(30)

    /// No answer is waited for any more.
    private func giveUp(_ isOver: (Question) -> Bool) {
        let over = questions.withLock { questions -> [Question] in
            defer { questions.removeAll(where: isOver) }
            return questions.filter(isOver)
        }
        for one in over {
            sessions.withLock { $0[one.child] }?.state.withLock { $0.wishes.removeAll { $0.id == one.wish.id } }
            one.continuation.resume(returning: nil)
        }
    }

    /// Up to where no child needs a log any more; what a child that is not connected has is not known.
    func done(with log: any OutsideLog) throws -> Int64? {
        let sessions = sessions.withLock { $0 }
        return try relay.children().filter { $0.state == .joined }.compactMap { child -> Int64? in
            if let session = sessions[child.site] { return session.carrier.done(with: log) }
            return Self.isBeyond(child.site, of: site, log.site, network.map) && !log.comes(over: child.site) ? 0 : nil
        }.min()
    }

    /// The child meets anew, and hears what is wanted of it.
    func meetAgain(_ child: String) { sessions.withLock { $0.removeValue(forKey: child) }.map(end) }

    // MARK: - Going on after a restore

    /// What is here of one of the child's own logs.
    private func trace(_ request: HTTPRequest) throws -> HTTPResponse {
        let child = try child(request)
        let asked = try JSON.decode(TraceRequest.self, from: request.body)
        let site = asked.source.split(separator: "/").first.map(String.init) ?? ""
        guard site == child || network.map.isAbove(child, site) else { throw Refusal.notYours(asked.source) }
        return .trunk(try JSON.encode(try relay.trace(asked, over: child)))
    }

    /// Logs of which a child that is connected has other entries than there are here: the child, and how far it is.
    var rewound: [(source: String, child: String, head: Int64)] {
        sessions.withLock { Array($0.values) }.flatMap { session in session.carrier.rewoundHeads.map { (source: $0.key, child: session.child, head: $0.value) } }
    }

    /// What a child has of a log of this side; `nil`: it does not say.
    func trace(_ request: TraceRequest, at child: String) async -> TraceAnswer? {
        guard isConnected(child) else { return nil }
        let wish = CountWish(id: Secrets.random(8).hexadecimal, from: clock.now.day, heads: [:], traces: [request])
        return await ask(child, wish)?.traced?.first
    }

    /// What is known of the children does not hold any more.
    func meetAgain() { for session in sessions.withLock({ sessions in defer { sessions = [:] }; return Array(sessions.values) }) { end(session) } }

    private func counts(_ request: HTTPRequest) throws -> HTTPResponse {
        let child = try child(request)
        let answer = try JSON.decode(CountAnswer.self, from: request.body)
        let question = questions.withLock { questions in
            questions.firstIndex { $0.wish.id == answer.id && $0.child == child }.map { questions.remove(at: $0) }
        }
        question?.continuation.resume(returning: answer)
        return .trunk(Array("{}".utf8))
    }

    private func end(_ session: Session) {
        let waiting = session.state.withLock { state -> HTTPExchange? in
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.finish(.trunk(.sessionOver))
    }

    func close() {
        meetAgain()
        giveUp { _ in true }
    }

    /// What a child's link is like now.
    func state(of child: String, counting: Bool) -> (lastContact: Timestamp?, backlog: Carrier.Backlog, trouble: String?) {
        let trouble = troubles.withLock { $0[child] }
        guard let session = sessions.withLock({ $0[child] }) else { return (nil, Carrier.Backlog(), trouble) }
        return (session.state.withLock { $0.lastContact }, counting ? session.carrier.backlog() : Carrier.Backlog(rewound: session.carrier.rewound), trouble)
    }
}

extension JoinedChild.State {
    var title: String {
        switch self {
        case .joined: "已加入"
        case .left: "已退出"
        case .excluded: "已被移出"
        }
    }
}

extension OutsideLog {
    /// Whether it came here over that link: it does not go back the same way.
    func comes(over link: String) -> Bool { (self as? FarLog)?.link == link }
}

extension HTTPResponse {
    static func trunk(_ bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(headers: ["Content-Type": "application/octet-stream", "Cache-Control": "no-store"], body: .bytes(bytes))
    }

    static func trunk(_ refusal: Refusal) -> HTTPResponse {
        HTTPResponse(
            status: refusal.status, headers: ["Content-Type": "application/problem+json", "Cache-Control": "no-store"],
            body: .bytes(refusal.problem(instance: nil).serialized()))
    }
}

extension Refusal {
    static func otherParent(_ child: String, _ parent: String?, wanted: String) -> Refusal {
        Refusal(
            "trunk.other-parent", status: 409, message: "站点 \(child) 的 site.json5 中上级站点是“\(parent ?? "未填写")”，应为“\(wanted)”。请改正后再加入。",
            log: "the child names another parent")
    }
}
