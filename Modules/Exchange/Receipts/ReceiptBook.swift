import Bus
import Crypto
public import Messages
import Store
import Synchronization
public import Vocabulary

/// Keeps the receipts of one site: gathers calls, signs them in batches, and appends each batch to the hash-chained log.
///
/// `admit` before a call is carried out, `record` once its answer is known; the answer leaves when `then` is called, which is after the
/// commit. When the store fails, an alarm is raised and receipts wait in memory for a bounded grace; then `admit` refuses.
public final class ReceiptBook: Sendable {
    /// The figures; keys of `exchange` in `site.json5`.
    public struct Rules: Sendable, Hashable {
        /// Most receipts of one batch.
        public var batch = 512
        /// How many receipts may wait in memory while the store fails.
        public var graceCount = 1000
        /// How long calls go on while the store fails.
        public var graceTime: Duration = .seconds(300)
        /// A commit that takes longer counts as a failure of the store; its answers leave.
        public var patience: Duration = .seconds(2)

        public init() {}
    }

    /// How the store of receipts stands.
    public struct Reading: Sendable, Hashable {
        public var written = 0
        public var batches = 0
        public var waiting = 0
        public var refused = 0
        /// Since when the store fails; `nil`: it works.
        public var failingSince: Timestamp?
        /// The last failure, English, without values.
        public var reason: String?
    }

    private struct Waiting: Sendable {
        var call: PartnerCall
        var since: Timestamp
        /// `nil` once the answer has left.
        var then: (@Sendable (MessageID) -> Void)?
    }

    private struct State {
        var reading = Reading()
        var waiting: [Waiting] = []
        var isWriting = false
        var tries = 0
        var nextTry = Timestamp(milliseconds: 0)
    }

    let site: String
    let keys: ReceiptKeyHolder
    /// The identifier of the key that signs; `nil` before the first receipt.
    public var keyID: String? { keys.known?.id }
    private let file: StoreFile
    private var rules: Rules { figures.withLock { $0 } }
    private let figures: Mutex<Rules>
    private let clock: TimeSource
    private let ids: IDSource
    private let log: BusLog
    private let work: Activity
    private let state = Mutex(State())

    init(
        site: String, keys: ReceiptKeyHolder, file: StoreFile, rules: Rules, clock: TimeSource, ids: IDSource, log: BusLog, work: Activity
    ) {
        self.site = site
        self.keys = keys
        self.file = file
        figures = Mutex(rules)
        self.clock = clock
        self.ids = ids
        self.log = log
        self.work = work
    }

    func adopt(_ rules: Rules) { figures.withLock { $0 = rules } }

    public var reading: Reading {
        state.withLock { state in
            var reading = state.reading
            reading.waiting = state.waiting.count
            return reading
        }
    }

    /// Whether a call may be carried out: it could get its receipt, or the grace is not used up.
    /// - Throws: `exchange.no-receipts`, 503.
    public func admit() throws(Refusal) {
        let now = clock.now
        let isOver = state.withLock { state -> Bool in
            guard let since = state.reading.failingSince else { return false }
            let isOver = state.waiting.count >= rules.graceCount || now.since(since) >= rules.graceTime
            if isOver { state.reading.refused += 1 }
            return isOver
        }
        if isOver { throw .noReceipts }
    }

    /// Takes a call down; its `id` is chosen here and handed to `then` after the receipt is on disk (or at once during the grace).
    public func record(_ call: PartnerCall, then: @escaping @Sendable (MessageID) -> Void) {
        let now = clock.now
        let atOnce = state.withLock { state -> MessageID? in
            var call = call
            // Chosen in the queue's order: the identifiers of a batch rise, and batches do not overlap.
            call.id = ids.next()
            let isFailing = state.reading.failingSince != nil
            state.waiting.append(Waiting(call: call, since: now, then: isFailing ? nil : then))
            return isFailing ? call.id : nil
        }
        if let atOnce { then(atOnce) }
        flush()
    }

    /// What is due by the clock: another try after a failure, answers that waited too long.
    func tick() {
        let now = clock.now
        let late = state.withLock { state -> [(MessageID, @Sendable (MessageID) -> Void)] in
            guard state.isWriting, let oldest = state.waiting.first, now.since(oldest.since) >= rules.patience else { return [] }
            return Self.release(&state)
        }
        if !late.isEmpty { fail("the commit takes longer than \(rules.patience)", retries: false) }
        for (id, then) in late { then(id) }
        flush()
    }

    // MARK: - Writing

    private func flush() {
        let now = clock.now
        let batch = state.withLock { state -> [PartnerCall]? in
            guard !state.isWriting, !state.waiting.isEmpty else { return nil }
            guard state.tries == 0 || state.nextTry <= now else { return nil }
            state.isWriting = true
            return state.waiting.prefix(rules.batch).map(\.call)
        }
        guard let batch, let first = batch.first, let last = batch.last else { return }
        work.begin()
        let (site, keys, clock) = (site, keys, clock)
        file.enqueue { writer in
            // A commit that was reported as failed may have reached the disk all the same.
            let isThere: Int64? = try writer.value("SELECT number FROM receipt_batch WHERE last = ?", last.id)
            if isThere != nil { return }
            let before = try writer.first("SELECT number, digest FROM receipt_batch ORDER BY number DESC LIMIT 1") { row in
                (number: try row.get(0, as: Int64.self), digest: try row.get(1, as: [UInt8].self))
            }
            let key = try keys.key()
            try keys.publish(key, writer)
            let lines = batch.map(\.canonical)
            let checkpoint = Checkpoint(
                site: site, number: (before?.number ?? 0) + 1, count: lines.count, root: MerkleTree(lines).root,
                previous: before?.digest ?? [UInt8](repeating: 0, count: 32), time: clock.now, key: key.id)
            let signed = ReceiptBatch(checkpoint: checkpoint, signature: try key.key.sign(checkpoint.bytes), lines: lines)
            let seq = try writer.append(
                LogDraft(
                    id: last.id, type: ReceiptBatch.type, subject: nil, time: checkpoint.time, actor: .system("exchange"),
                    correlation: last.id, payload: signed.payload))
            try writer.run(
                "INSERT INTO receipt_batch(number, seq, first, last, digest) VALUES(?, ?, ?, ?, ?)", checkpoint.number, seq, first.id,
                last.id, checkpoint.digest)
        } then: { [self] result in
            switch result {
            case .success:
                keys.published()
                written(batch.count)
            case .failure(let error): fail("\(error)", retries: true)
            }
            work.end()
        }
    }

    private func written(_ count: Int) {
        let (done, wasFailing) = state.withLock { state in
            let done = state.waiting.prefix(count).map { ($0.call.id, $0.then) }
            state.waiting.removeFirst(count)
            state.isWriting = false
            state.tries = 0
            state.reading.written += count
            state.reading.batches += 1
            let since = state.reading.failingSince
            state.reading.failingSince = nil
            state.reading.reason = nil
            return (done, since)
        }
        for (id, then) in done { then?(id) }
        if let wasFailing {
            log(.info, "receipts-back", "receipts are written again; those kept in memory follow", ("site", site), ("since", "\(wasFailing)"))
        }
        flush()
    }

    /// - Parameter retries: whether the write has ended; otherwise it is still under way and may yet succeed.
    private func fail(_ reason: String, retries: Bool) {
        let now = clock.now
        let (released, isNew, count) = state.withLock { state in
            let isNew = state.reading.failingSince == nil
            if isNew { state.reading.failingSince = now }
            state.reading.reason = reason
            if retries {
                state.isWriting = false
                state.tries += 1
                state.nextTry = now.advanced(by: .seconds(min(30, 1 << min(state.tries - 1, 5))))
            }
            return (Self.release(&state), isNew, state.waiting.count)
        }
        if isNew {
            log(
                .error, "receipts-failing",
                "receipts of partner calls cannot be written and wait in memory; partner calls will be refused after the grace: \(reason)",
                ("site", site), ("waiting", String(count)))
        }
        for (id, then) in released { then(id) }
    }

    private static func release(_ state: inout State) -> [(MessageID, @Sendable (MessageID) -> Void)] {
        state.waiting.indices.compactMap { index in
            defer { state.waiting[index].then = nil }
            return state.waiting[index].then.map { (state.waiting[index].call.id, $0) }
        }
    }

    /// What the host says when it stops with receipts that could not be written.
    func leave() {
        let count = state.withLock { $0.waiting.count }
        if count > 0 {
            log(.error, "receipts-lost", "the host stops with receipts that could not be written", ("site", site), ("count", String(count)))
        }
    }
}
