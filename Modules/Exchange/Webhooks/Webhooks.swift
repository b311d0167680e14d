import Bus
import Crypto
import Dispatch
import Messages
import Store
import Synchronization
import Vocabulary

/// The webhooks of one site: endpoints of partner clients, and the durable delivery of events to them.
///
/// Events are queued from the plug-ins' logs by cursor, each once for an endpoint; they are sent at least once. One request at a time
/// for an endpoint; events of one subject keep their order, a failed one holds back only its own subject.
///
/// - Partners: `add`, `remove`, `rotate`, `endpoints(of:)`, `test`, `replay`
/// - Operators: `endpoints()`, `deliveries`, `setActive`
public final class Webhooks: Sendable {
    static let perClient = 10
    private static let sendersAtOnce = 8

    struct State {
        var sources: [any EventLog] = []
        /// Those that could not be read last time.
        var silent: Set<String> = []
        var endpoints: [WebhookEndpoint] = []
        var busy: Set<MessageID> = []
        var isQueueing = false
        var isSignalled = false
        var isRetired = false
        var nextSweep = Timestamp(milliseconds: 0)
    }

    let site: String
    let file: StoreFile
    let shelf: SecretShelf
    let book: ReceiptBook
    /// How attempts are made; may change while they are.
    struct Manners: Sendable {
        var schedule: RetrySchedule
        var transport: WebhookTransport
    }

    var schedule: RetrySchedule { manners.withLock { $0.schedule } }
    var transport: WebhookTransport { manners.withLock { $0.transport } }
    private let manners: Mutex<Manners>
    let clock: TimeSource
    let ids: IDSource
    let log: BusLog
    let work: Activity
    let directory: Mutex<ReceiverDirectory>
    let state = Mutex(State())
    let queue = DispatchQueue(label: "shuniu.webhooks", attributes: .concurrent)

    init(
        site: String, file: StoreFile, shelf: SecretShelf, book: ReceiptBook, manners: Manners, clock: TimeSource,
        ids: IDSource, log: BusLog, work: Activity
    ) {
        self.site = site
        self.file = file
        self.shelf = shelf
        self.book = book
        self.manners = Mutex(manners)
        self.clock = clock
        self.ids = ids
        self.log = log
        self.work = work
        directory = Mutex(.none)
    }

    func adopt(schedule: RetrySchedule, transport: WebhookTransport?) {
        manners.withLock { manners in
            manners.schedule = schedule
            if let transport { manners.transport = transport }
        }
    }

    func terms(of client: String) -> ReceiverTerms? { directory.withLock { $0 }.terms(of: client) }

    /// Reads the endpoints anew; after every change.
    func refresh() throws {
        let endpoints = try file.read { try $0.rows("SELECT \(WebhookEndpoint.columns) FROM endpoint ORDER BY created_at, id", as: WebhookEndpoint.init) }
        state.withLock { $0.endpoints = endpoints }
    }

    /// Seals in the background what an earlier version kept in plain.
    func sealPlain() {
        work.begin()
        file.enqueue { [shelf] writer in try shelf.sealPlain(writer) } then: { [self] result in
            if case .failure(let error) = result { log(.error, "webhook-secrets", "secrets could not be sealed: \(error)", ("site", site)) }
            work.end()
        }
    }

    func attach(_ sources: [any EventLog]) { state.withLock { $0.sources = sources } }
    func retire() { state.withLock { $0.isRetired = true } }

    // MARK: - Queueing

    /// Takes new events out of the plug-ins' logs; runs at most once at a time, a signal meanwhile makes it run again.
    func signal() {
        let starts = state.withLock { state -> Bool in
            guard !state.isRetired, !state.endpoints.isEmpty else { return false }
            if state.isQueueing {
                state.isSignalled = true
                return false
            }
            state.isQueueing = true
            return true
        }
        guard starts else { return }
        work.begin()
        queue.async { [self] in step(0) }
    }

    private func step(_ index: Int) {
        let (sources, endpoints) = state.withLock { ($0.sources, $0.endpoints) }
        guard index < sources.count else { return rest() }
        let source = sources[index]
        let read = Result {
            let after = try file.read { try $0.cursor(source.id) }
            return (after: after, piece: try source.read(after: after, limit: 500))
        }
        guard case .success((let after, let piece)) = read, piece.last > after else {
            if case .failure(let error) = read { stall(source.id, error) } else { heard(source.id) }
            return step(index + 1)
        }
        let (entries, last) = (piece.entries, piece.last)
        heard(source.id)
        let active = endpoints.filter(\.isActive).compactMap { endpoint in terms(of: endpoint.client).map { (endpoint, $0) } }
        file.enqueue { writer in
            guard try writer.cursor(source.id) < last else { return }
            for entry in entries {
                for (endpoint, terms) in active
                where endpoint.types.contains(entry.type) && endpoint.createdAt <= entry.time && PartnerEvent.isFor(terms, entry) {
                    try Self.queue(entry, source.id, endpoint.id, writer)
                }
            }
            try writer.moveCursor(source.id, to: last)
        } then: { [self] result in
            if case .failure(let error) = result { stall(source.id, error) }
            let next = (try? result.get()) != nil && !piece.isAtEnd ? index : index + 1
            queue.async { self.step(next) }
        }
    }

    /// Queues an event, also one that was delivered or given up before.
    static func queue(_ entry: LogEntry, _ source: String, _ endpoint: MessageID, _ writer: StoreWriter) throws {
        try writer.run(
            """
            INSERT INTO delivery(endpoint, source, seq, event, type, subject, state, due_at, queued_at)
            VALUES(?, ?, ?, ?, ?, ?, 'waiting', ?, ?)
            ON CONFLICT(endpoint, source, seq) DO UPDATE SET
              state = 'waiting', attempts = 0, due_at = excluded.due_at, done_at = NULL, error = NULL
            """, endpoint.description, source, entry.seq, entry.id, entry.type, entry.subject, writer.now, writer.now)
    }

    private func rest() {
        let again = state.withLock { state -> Bool in
            defer { state.isSignalled = false }
            if !state.isSignalled { state.isQueueing = false }
            return state.isSignalled
        }
        if again { return step(0) }
        pump()
        work.end()
    }

    private func stall(_ source: String, _ error: any Error) {
        // A process that is away is said to be so once; the next commit or tick looks again.
        if error is Refusal, !state.withLock({ $0.silent.insert(source).inserted }) { return }
        log(.error, "webhooks-stalled", "events cannot be queued: \(error)", ("site", site), ("from", source))
    }

    private func heard(_ source: String) { state.withLock { _ = $0.silent.remove(source) } }

    // MARK: - Sending

    func tick() {
        signal()
        pump()
        let now = clock.now
        let sweeps = state.withLock { state -> Bool in
            guard state.nextSweep <= now, !state.endpoints.isEmpty, !state.isRetired else { return false }
            state.nextSweep = now.advanced(by: .seconds(3600))
            return true
        }
        if sweeps { sweep() }
    }

    /// What is done and old goes: deliveries after 30 days, expired secrets.
    private func sweep() {
        let limit = clock.now.advanced(by: .seconds(-30 * 86_400))
        work.begin()
        file.enqueue { writer in
            try writer.run("DELETE FROM delivery WHERE state <> 'waiting' AND done_at < ?", limit)
            try writer.run("DELETE FROM delivery WHERE state = 'waiting' AND queued_at < ?", limit)
            try writer.run("DELETE FROM endpoint_secret WHERE expires_at <= ?", writer.now)
        } then: { [work] _ in work.end() }
    }

    private func pump() {
        let now = clock.now
        let due = state.withLock { state -> [WebhookEndpoint] in
            guard !state.isRetired else { return [] }
            let due = state.endpoints.filter { $0.isActive && $0.nextAt <= now && !state.busy.contains($0.id) }
                .prefix(max(0, Self.sendersAtOnce - state.busy.count))
            for endpoint in due { state.busy.insert(endpoint.id) }
            return Array(due)
        }
        for endpoint in due {
            work.begin()
            queue.async { [self] in send(endpoint) }
        }
    }

    /// Sends what is due to one endpoint, one after the other; ends when nothing is due.
    private func send(_ endpoint: WebhookEndpoint) {
        do {
            guard let delivery = try nextDelivery(of: endpoint.id) else { return finish(endpoint.id) }
            guard let terms = terms(of: endpoint.client), (try? book.admit()) != nil else {
                return settle(endpoint, "UPDATE endpoint SET next_at = ? WHERE id = ?", clock.now.advanced(by: .seconds(30)), endpoint.id.description)
            }
            let source = state.withLock { $0.sources.first { $0.id == delivery.source } }
            let entry = try source?.entry(delivery.seq)
            guard let entry, entry.id == delivery.event, PartnerEvent.isFor(terms, entry) else {
                return settle(
                    endpoint, "UPDATE delivery SET state = 'dropped', done_at = ?, error = 'not in the contract any more' WHERE id = ?", clock.now,
                    delivery.id)
            }
            let body = try PartnerEvent.json(entry, site: site, terms).serialized()
            let outcome = attempt(endpoint, terms, id: entry.id.description, type: entry.type, body)
            note(outcome, of: delivery, at: endpoint)
        } catch {
            log(.error, "webhook-fault", "\(error)", ("site", site), ("endpoint", endpoint.id.description))
            finish(endpoint.id)
        }
    }

    private func nextDelivery(of endpoint: MessageID) throws -> WebhookDelivery? {
        try file.read { snapshot in
            try snapshot.first(
                """
                SELECT \(WebhookDelivery.columns) FROM delivery d WHERE endpoint = ? AND state = 'waiting' AND due_at <= ?
                  AND (subject IS NULL OR NOT EXISTS (
                    SELECT 1 FROM delivery e WHERE e.endpoint = d.endpoint AND e.subject = d.subject AND e.state = 'waiting' AND e.id < d.id))
                ORDER BY id LIMIT 1
                """, endpoint.description, clock.now, as: WebhookDelivery.init)
        }
    }

    /// One attempt, with its receipt when the receiver answered.
    func attempt(_ endpoint: WebhookEndpoint, _ terms: ReceiverTerms, id: String, type: WireName, _ body: [UInt8]) -> Result<WebhookAnswer, any Error> {
        Result {
            let (url, problem) = EndpointURL.parse(endpoint.url)
            guard let url else { throw Refusal.endpoint([.init(field: "/url", message: problem ?? "")]) }
            let seconds = clock.now.milliseconds / 1000
            let secrets = try self.secrets(of: endpoint.id)
            let answer = try transport.post(
                url,
                [
                    ("Content-Type", "application/cloudevents+json"), ("User-Agent", "Shuniu-Webhooks/1"), ("webhook-id", id),
                    ("webhook-timestamp", String(seconds)),
                    ("webhook-signature", WebhookSignature.header(id: id, timestamp: seconds, body: body, secrets: secrets)),
                ], body)
            book.record(
                PartnerCall(
                    id: ids.next(), time: clock.now, site: site, client: endpoint.client, organisation: terms.organisation,
                    contract: terms.contract, message: type,
                    requestDigest: PartnerCall.requestDigest(method: "POST", target: url.target, body: body),
                    answerDigest: Digest.sha256.of(answer.body).hexadecimal, status: answer.status)
            ) { _ in }
            return answer
        }
    }

    func secrets(of endpoint: MessageID) throws -> [WebhookSecret] {
        try file.read { try shelf.secrets(of: endpoint, in: $0, now: clock.now) }
    }

    private func note(_ outcome: Result<WebhookAnswer, any Error>, of delivery: WebhookDelivery, at endpoint: WebhookEndpoint) {
        let now = clock.now
        let status = try? outcome.get().status
        if let status, (200..<300).contains(status) {
            return settle(endpoint) { writer in
                try writer.run(
                    "UPDATE delivery SET state = 'delivered', attempts = attempts + 1, done_at = ?, status = ?, error = NULL WHERE id = ?", now, status,
                    delivery.id)
                try writer.run(
                    """
                    UPDATE endpoint SET failing_since = NULL, failures = 0, next_at = 0, last_at = ?, last_status = ?, last_error = NULL WHERE id = ?
                    """, now, status, endpoint.id.description)
            }
        }
        let error = Self.describe(outcome)
        let wait = schedule.wait(after: delivery.attempts + 1, chance: Double.random(in: 0..<1))
        // A receiver that is away as a whole is left alone for a while; one that refuses a single event goes on with others.
        var rest = Duration.zero
        if status == nil || status == 429 || (status ?? 0) >= 500 { rest = min(wait ?? .seconds(300), .seconds(300)) }
        if let asked = try? outcome.get().retryAfter, asked > 0 { rest = max(rest, .seconds(min(asked, 86_400))) }
        let since = endpoint.failingSince ?? now
        let ends = status == 410 ? "对方应答 410，表示不再接收" : now.since(since) >= schedule.disableAfter ? "连续 \(schedule.disableAfter.components.seconds / 86_400) 天未能送达" : nil
        let next = now.advanced(by: rest)
        settle(endpoint) { writer in
            try writer.run(
                "UPDATE delivery SET state = ?, attempts = attempts + 1, due_at = ?, done_at = ?, status = ?, error = ? WHERE id = ?",
                wait == nil ? WebhookDelivery.State.givenUp : .waiting, now.advanced(by: wait ?? .zero), wait == nil ? now : nil, status, error, delivery.id)
            try writer.run(
                """
                UPDATE endpoint SET failing_since = coalesce(failing_since, ?), failures = failures + 1, next_at = ?, last_at = ?,
                  last_status = ?, last_error = ?, state = ?, reason = ? WHERE id = ?
                """, now, next, now, status, error, ends == nil ? "active" : "disabled", ends, endpoint.id.description)
        }
        if ends != nil {
            log(
                .warning, "webhook-disabled", "an endpoint is disabled; what waits is kept and can be sent again after it is enabled", ("site", site),
                ("client", endpoint.client), ("endpoint", endpoint.id.description), ("error", error))
        } else if wait == nil {
            log(
                .warning, "webhook-given-up", "an event was given up after its last attempt; it can be replayed", ("site", site),
                ("client", endpoint.client), ("endpoint", endpoint.id.description), ("event", delivery.event.description))
        }
    }

    static func describe(_ outcome: Result<WebhookAnswer, any Error>) -> String {
        switch outcome {
        case .success(let answer): (300..<400).contains(answer.status) ? "redirect is not followed (\(answer.status))" : "HTTP \(answer.status)"
        case .failure(let refusal as Refusal): refusal.log
        case .failure(let error): String("\(error)".prefix(300))
        }
    }

    private func settle(_ endpoint: WebhookEndpoint, _ sql: String, _ arguments: any SQLValue...) {
        settle(endpoint) { try $0.run(sql, binding: arguments) }
    }

    /// Writes what came of an attempt, then goes on with the endpoint as it is now.
    private func settle(_ endpoint: WebhookEndpoint, _ body: @escaping @Sendable (StoreWriter) throws -> Void) {
        file.enqueue(body) { [self] result in
            queue.async { [self] in
                do {
                    try result.get()
                    try refresh()
                } catch {
                    log(.error, "webhook-fault", "\(error)", ("site", site), ("endpoint", endpoint.id.description))
                    return finish(endpoint.id)
                }
                let now = clock.now
                let fresh = state.withLock { state in
                    state.isRetired ? nil : state.endpoints.first { $0.id == endpoint.id && $0.isActive && $0.nextAt <= now }
                }
                if let fresh { send(fresh) } else { finish(endpoint.id) }
            }
        }
    }

    private func finish(_ endpoint: MessageID) {
        state.withLock { _ = $0.busy.remove(endpoint) }
        work.end()
    }
}
