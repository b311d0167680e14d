import Bus
import Crypto
import Dispatch
public import Messages
import Store
import Synchronization
public import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Keeps the receipts of one site: gathers calls, signs them in batches, and appends each batch to the hash-chained log.
///
/// `admit` before a call is carried out, `record` once its answer is known; the answer leaves when `then` is called: once its receipt
/// stands in the journal (`ReceiptJournal`), while no more than `Rules.ahead` wait for their batch; otherwise after the commit.
/// When the store fails, an alarm is raised and receipts wait in memory for a bounded grace; then `admit` refuses.
public final class ReceiptBook: Sendable {
    /// The figures; keys of `exchange` in `site.json5`.
    public struct Rules: Sendable, Hashable {
        /// Most receipts of one batch.
        public var batch = 512
        /// How many answers may have left before their batch is on disk; 0: none.
        public var ahead = 2000
        /// How long receipts are gathered for the next batch, where nobody waits for it.
        public var pace: Duration = .milliseconds(25)
        /// So many are written without waiting for more: half of what may be ahead, so that the other half has room meanwhile.
        var enough: Int { max(1, min(ahead / 2, batch * ReceiptBook.batchesAtOnce)) }
        /// How many receipts may wait in memory while the store fails, beside those that are ahead anyway.
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
        var id: MessageID
        /// Canonical.
        var line: [UInt8]
        /// It stands in the journal.
        var isNoted = false
        var since: Timestamp
        /// `nil` once the answer has left.
        var then: (@Sendable (MessageID) -> Void)?
    }

    private struct State {
        var reading = Reading()
        var waiting: [Waiting] = []
        var journal: ReceiptJournal?
        /// The journal could not be made, or the book is closed.
        var isWithoutJournal = false
        var isWriting = false
        /// How many receipts each batch of the last try has. A commit that was reported as failed may have reached the disk all the same, and is
        /// known by its batches: the next try cuts the same ones.
        var cut: [Int] = []
        /// The next batch is gathered; it is written when the time is up or somebody waits.
        var isGathering = false
        /// How many were written; what waits now has the numbers after it.
        var done = 0
        /// Who waits until so many are written.
        var watchers: [(until: Int, then: @Sendable () -> Void)] = []
        /// Journals of earlier runs, and how many must be written before they go.
        var before: (until: Int, files: [String])?
        var tries = 0
        var nextTry = Timestamp(milliseconds: 0)
    }

    let site: String
    let keys: ReceiptKeyHolder
    /// The identifier of the key that signs; `nil` before the first receipt.
    public var keyID: String? { keys.known?.id }
    let file: StoreFile
    let journalPath: String
    private var rules: Rules { figures.withLock { $0 } }
    private let figures: Mutex<Rules>
    let clock: TimeSource
    let ids: IDSource
    let log: BusLog
    let work: Activity
    private let state = Mutex(State())

    init(
        site: String, folder: String, keys: ReceiptKeyHolder, file: StoreFile, rules: Rules, clock: TimeSource, ids: IDSource, log: BusLog, work: Activity
    ) {
        self.site = site
        self.keys = keys
        self.file = file
        journalPath = "\(folder)/\(ReceiptJournal.fileName)"
        figures = Mutex(rules)
        self.clock = clock
        self.ids = ids
        self.log = log
        self.work = work
    }

    /// The next key is published and takes over in time.
    func renewKey(after age: Duration) {
        keys.renew(age: age, file, work, clock: clock) { [log, site] level, code, message in log(level, code, message, ("site", site)) }
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
        let isOver = state.withLock { state -> Bool in
            guard let since = state.reading.failingSince else { return false }
            let now = clock.now
            let isOver = state.waiting.count >= rules.graceCount + rules.ahead || now.since(since) >= rules.graceTime
            if isOver { state.reading.refused += 1 }
            return isOver
        }
        if isOver { throw .noReceipts }
    }

    /// Takes a call down; its `id` is chosen here and handed to `then` when the answer may leave.
    public func record(_ call: PartnerCall, then: @escaping @Sendable (MessageID) -> Void) {
        let leaving = record { id in
            var call = call
            call.id = id
            return call.canonical
        } otherwise: { then }
        if let leaving { then(leaving) }
    }

    /// Takes an exchange down whose digests are known.
    ///
    /// - Parameter then: what to call when the answer may leave; asked for only where it may not at once.
    /// - Returns: the receipt's number where the answer may leave at once.
    func record(
        _ passage: PartnerPassage, request: SHA256Sum, answer: SHA256Sum, otherwise then: () -> @Sendable (MessageID) -> Void
    ) -> MessageID? {
        record({ passage.canonical($0, request: request, answer: answer) }, otherwise: then)
    }

    private func record(_ line: (MessageID) -> [UInt8], otherwise then: () -> @Sendable (MessageID) -> Void) -> MessageID? {
        let now = clock.now
        let rules = rules
        let (leaving, mustFlush) = state.withLock { state -> (MessageID?, Bool) in
            // Chosen in the queue's order: the identifiers of a batch rise, and batches do not overlap.
            let id = ids.next()
            let line = line(id)
            let isNoted = note(line, rules, &state)
            let leaves = state.reading.failingSince != nil || isNoted && state.waiting.count < rules.ahead
            state.waiting.append(Waiting(id: id, line: line, isNoted: isNoted, since: now, then: leaves ? nil : then()))
            // While receipts are gathered, only enough of them or somebody who waits hastens the commit.
            let mustFlush = !state.isWriting && (!state.isGathering || !leaves || state.waiting.count >= rules.enough)
            return (leaves ? id : nil, mustFlush)
        }
        if mustFlush { flush() }
        return leaving
    }

    /// Puts a line into the journal; it stays there until its batch is on disk.
    private func note(_ line: [UInt8], _ rules: Rules, _ state: inout State) -> Bool {
        guard rules.ahead > 0 else { return false }
        if state.journal == nil, !state.isWithoutJournal {
            // A line has about 450 bytes.
            state.journal = ReceiptJournal(path: journalPath, size: max(1, rules.ahead / 8) * 4096)
            state.isWithoutJournal = state.journal == nil
            if state.isWithoutJournal {
                log(.warning, "receipts-unjournaled", "no journal of receipts can be made: answers to partners wait for the disk", ("site", site))
            }
        }
        return state.journal?.append(line) ?? false
    }

    /// Answers wait for the disk from here on.
    func goWithoutJournal() {
        state.withLock { $0.isWithoutJournal = true }
        log(.warning, "receipts-unjournaled", "the journal of an earlier run cannot be put aside: answers to partners wait for the disk", ("site", site))
    }

    /// Receipts of answers that left before the process ended; written first. The files go when all of them are in a batch.
    func takeUp(_ lines: [(id: MessageID, line: [UInt8])], of files: [String]) {
        guard !lines.isEmpty else { return files.forEach { unlink($0) } }
        let now = clock.now
        state.withLock { state in
            state.waiting += lines.map { Waiting(id: $0.id, line: $0.line, since: now, then: nil) }
            state.before = (state.done + state.waiting.count, files)
        }
        log(.warning, "receipts-recovered", "receipts that an earlier run had answered but not signed are signed now", ("site", site), ("count", String(lines.count)))
        flush()
    }

    /// Returns when everything that waits now is on disk; at once while the store fails.
    public func written() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state -> Bool in
                guard !state.waiting.isEmpty, state.reading.failingSince == nil else { return true }
                state.watchers.append((state.done + state.waiting.count, { continuation.resume() }))
                return false
            }
            if isOver { continuation.resume() } else { flush() }
        }
    }

    /// What is due by the clock: another try after a failure, answers that waited too long.
    func tick() {
        let now = clock.now
        let (isLate, late) = state.withLock { state -> (Bool, [Release]) in
            guard state.isWriting, let oldest = state.waiting.first, now.since(oldest.since) >= rules.patience else { return (false, []) }
            return (true, Self.release(&state))
        }
        if isLate, reading.failingSince == nil { fail("the commit takes longer than \(rules.patience)", retries: false) }
        for (id, then) in late { then(id) }
        flush()
    }

    // MARK: - Writing

    /// A batch about to be written.
    private typealias Lines = [(id: MessageID, line: [UInt8])]

    /// So many batches share a commit: with one each, the disk's sync would bound the answers a second.
    fileprivate static let batchesAtOnce = 8

    private func flush() {
        let now = clock.now
        let batches = state.withLock { state -> [Lines] in
            guard !state.isWriting, !state.waiting.isEmpty else { return [] }
            guard state.tries == 0 || state.nextTry <= now else { return [] }
            state.isWriting = true
            state.isGathering = false
            let batches = state.cut.isEmpty ? Self.batches(of: state.waiting, size: rules.batch) : Self.batches(of: state.waiting, cut: state.cut)
            state.cut = batches.map(\.count)
            return batches
        }
        guard !batches.isEmpty else { return }
        work.begin()
        let (site, keys, clock) = (site, keys, clock)
        file.enqueue { writer -> String? in
            let key = try keys.key()
            var isPublished = false
            for lines in batches {
                // A commit that was reported as failed may have reached the disk all the same.
                guard let first = lines.first, let last = lines.last,
                    try writer.value("SELECT number FROM receipt_batch WHERE last = ?", last.id) as Int64? == nil
                else { continue }
                try keys.publish(key, writer)
                isPublished = true
                try Self.write(lines.map(\.line), first.id, last.id, of: site, signedBy: key, at: clock.now, writer)
            }
            return isPublished ? key.id : nil
        } then: { [self] result in
            switch result {
            case .success(let key):
                if let key { keys.published(key) }
                written(batches.reduce(0) { $0 + $1.count }, in: batches.count)
            case .failure(let error): fail("\(error)", retries: true)
            }
            work.end()
        }
    }

    /// What waits longest, in batches of at most this size. Identifiers rise within a batch, since it is found by its first and last; a
    /// clock that went back begins another one.
    private static func batches(of waiting: [Waiting], size: Int) -> [Lines] {
        var batches: [Lines] = []
        var batch: Lines = []
        for one in waiting {
            if batch.count == size || batch.last.map({ $0.id >= one.id }) ?? false {
                batches.append(batch)
                batch = []
                if batches.count == batchesAtOnce { return batches }
            }
            batch.append((one.id, one.line))
        }
        return batches + [batch]
    }

    private static func batches(of waiting: [Waiting], cut: [Int]) -> [Lines] {
        var rest = waiting[...]
        return cut.map { count in
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count).map { ($0.id, $0.line) }
        }
    }

    private static func write(
        _ lines: [[UInt8]], _ first: MessageID, _ last: MessageID, of site: String, signedBy key: ReceiptKey, at now: Timestamp,
        _ writer: StoreWriter
    ) throws {
        let before = try writer.first("SELECT number, digest FROM receipt_batch ORDER BY number DESC LIMIT 1") { row in
            (number: try row.get(0, as: Int64.self), digest: try row.get(1, as: [UInt8].self))
        }
        let checkpoint = Checkpoint(
            site: site, number: (before?.number ?? 0) + 1, count: lines.count, root: MerkleTree.root(of: lines),
            previous: before?.digest ?? [UInt8](repeating: 0, count: 32), time: now, key: key.id)
        let signed = ReceiptBatch(checkpoint: checkpoint, signature: try key.key.sign(checkpoint.bytes), lines: lines)
        let seq = try writer.append(
            LogDraft(
                id: last, type: ReceiptBatch.type, subject: nil, time: checkpoint.time, actor: .system("exchange"), correlation: last,
                payload: signed.payload))
        try writer.run(
            "INSERT INTO receipt_batch(number, seq, first, last, digest) VALUES(?, ?, ?, ?, ?)", checkpoint.number, seq, first, last,
            checkpoint.digest)
    }

    private func written(_ count: Int, in batches: Int) {
        let (answers, watchers, wasFailing, mustGather, finished) = state.withLock { state in
            let answers = state.waiting.prefix(count).map { ($0.id, $0.then) }
            state.done += count
            state.journal?.drop(state.waiting.prefix(count).count { $0.isNoted })
            state.waiting.removeFirst(count)
            state.isWriting = false
            state.cut = []
            state.tries = 0
            state.reading.written += count
            state.reading.batches += batches
            let since = state.reading.failingSince
            state.reading.failingSince = nil
            state.reading.reason = nil
            let done = state.done
            let watchers = state.watchers.filter { $0.until <= done }
            state.watchers.removeAll { $0.until <= done }
            let mustGather = since == nil && !state.waiting.isEmpty && state.waiting.count < rules.enough && state.watchers.isEmpty
                && state.waiting.allSatisfy { $0.then == nil }
            state.isGathering = mustGather
            var finished: [String] = []
            if let before = state.before, before.until <= done {
                finished = before.files
                state.before = nil
            }
            return (answers, watchers, since, mustGather, finished)
        }
        for path in finished { unlink(path) }
        for (id, then) in answers { then?(id) }
        for watcher in watchers { watcher.then() }
        if let wasFailing {
            log(.info, "receipts-back", "receipts are written again; those kept in memory follow", ("site", site), ("since", "\(wasFailing)"))
        }
        if mustGather { gather() } else { flush() }
    }

    /// Lets receipts come together for a while.
    private func gather() {
        work.begin()
        let (seconds, attoseconds) = rules.pace.components
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(seconds * 1_000_000_000 + attoseconds / 1_000_000_000))) { [self] in
            if state.withLock({ $0.isGathering }) { flush() }
            work.end()
        }
    }

    /// - Parameter retries: whether the write has ended; otherwise it is still under way and may yet succeed.
    private func fail(_ reason: String, retries: Bool) {
        let now = clock.now
        let (released, watchers, isNew, count) = state.withLock { state in
            let isNew = state.reading.failingSince == nil
            if isNew { state.reading.failingSince = now }
            state.reading.reason = reason
            if retries {
                state.isWriting = false
                state.tries += 1
                state.nextTry = now.advanced(by: .seconds(min(30, 1 << min(state.tries - 1, 5))))
            }
            let watchers = state.watchers
            state.watchers = []
            return (Self.release(&state), watchers, isNew, state.waiting.count)
        }
        for watcher in watchers { watcher.then() }
        if isNew {
            log(
                .error, "receipts-failing",
                "receipts of partner calls cannot be written and wait in memory; partner calls will be refused after the grace: \(reason)",
                ("site", site), ("waiting", String(count)))
        }
        for (id, then) in released { then(id) }
    }

    private typealias Release = (MessageID, @Sendable (MessageID) -> Void)

    private static func release(_ state: inout State) -> [Release] {
        state.waiting.indices.compactMap { index in
            defer { state.waiting[index].then = nil }
            return state.waiting[index].then.map { (state.waiting[index].id, $0) }
        }
    }

    /// What the host says when it stops with receipts that could not be written; those in the journal are written at the next start.
    func leave() {
        let (count, kept) = state.withLock { state in
            state.isWithoutJournal = true
            if state.waiting.isEmpty { state.journal?.closeClean() }
            state.journal = nil
            return (state.waiting.count, state.waiting.count { $0.isNoted })
        }
        if kept > 0 {
            log(.warning, "receipts-kept", "the host stops with receipts in its journal; they are written at the next start", ("site", site), ("count", String(kept)))
        }
        if count > kept {
            log(.error, "receipts-lost", "the host stops with receipts that could not be written", ("site", site), ("count", String(count - kept)))
        }
    }
}
