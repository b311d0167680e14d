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

    private struct State {
        var rules: Rules
        var reading = Reading()
        /// What is not on disk yet, oldest first, a sheet for each batch; those of the last write are sealed.
        var sheets: [ReceiptSheet] = []
        /// Receipts on them.
        var count = 0
        /// Sheets to be used again, while many receipts come.
        var spare: [ReceiptSheet] = []
        var moment = ReceiptForm.Moment()
        var journal: ReceiptJournal?
        /// The journal could not be made, or the book is closed.
        var isWithoutJournal = false
        var isWriting = false
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

        /// The sheet for a receipt of this number.
        mutating func sheet(for id: MessageID) -> ReceiptSheet {
            // A clock that went back begins another batch, since numbers rise within one.
            if let last = sheets.last, !last.isSealed, last.count < rules.batch, last.isEmpty || last.last < id { return last }
            let fresh = spare.popLast() ?? ReceiptSheet()
            sheets.append(fresh)
            return fresh
        }

        /// Everybody's answers leave, written or not.
        mutating func release() -> [(id: MessageID, then: ReceiptSheet.Then)] {
            sheets.flatMap { sheet in
                defer { sheet.waiting = [] }
                return sheet.waiting
            }
        }
    }

    let site: String
    let keys: ReceiptKeyHolder
    /// The identifier of the key that signs; `nil` before the first receipt.
    public var keyID: String? { keys.known?.id }
    let file: StoreFile
    let journalPath: String
    let clock: TimeSource
    let ids: IDSource
    let log: BusLog
    let work: Activity
    private let state: Mutex<State>
    /// Whether `reading.failingSince` says something: asked before every call.
    private let isFailing = Atomic<Bool>(false)

    init(
        site: String, folder: String, keys: ReceiptKeyHolder, file: StoreFile, rules: Rules, clock: TimeSource, ids: IDSource, log: BusLog, work: Activity
    ) {
        self.site = site
        self.keys = keys
        self.file = file
        journalPath = "\(folder)/\(ReceiptJournal.fileName)"
        state = Mutex(State(rules: rules))
        self.clock = clock
        self.ids = ids
        self.log = log
        self.work = work
    }

    /// The next key is published and takes over in time.
    func renewKey(after age: Duration) {
        keys.renew(age: age, file, work, clock: clock) { [log, site] level, code, message in log(level, code, message, ("site", site)) }
    }

    func adopt(_ rules: Rules) { state.withLock { $0.rules = rules } }

    public var reading: Reading {
        state.withLock { state in
            var reading = state.reading
            reading.waiting = state.count
            return reading
        }
    }

    /// Whether a call may be carried out: it could get its receipt, or the grace is not used up.
    /// - Throws: `exchange.no-receipts`, 503.
    public func admit() throws(Refusal) {
        guard isFailing.load(ordering: .acquiring) else { return }
        let isOver = state.withLock { state -> Bool in
            guard let since = state.reading.failingSince else { return false }
            let isOver = state.count >= state.rules.graceCount + state.rules.ahead || clock.now.since(since) >= state.rules.graceTime
            if isOver { state.reading.refused += 1 }
            return isOver
        }
        if isOver { throw .noReceipts }
    }

    /// Takes a call down; its `id` is chosen here and handed to `then` when the answer may leave.
    public func record(_ call: PartnerCall, then: @escaping @Sendable (MessageID) -> Void) {
        let (leaving, mustFlush) = state.withLock { state in
            // Chosen in the queue's order: the identifiers of a batch rise, and batches do not overlap.
            let id = ids.next()
            var call = call
            call.id = id
            let text = call.canonical
            let sheet = state.sheet(for: id)
            let line = sheet.add(id, text.count, at: clock.now)
            line.copyBytes(from: text)
            return enter(line, id, sheet, &state) { then }
        }
        if mustFlush { flush() }
        if let leaving { then(leaving) }
    }

    /// Takes an exchange down whose digests are known.
    ///
    /// - Parameter then: what to call when the answer may leave; asked for only where it may not at once.
    /// - Returns: the receipt's number where the answer may leave at once.
    func record(_ passage: PartnerPassage, request: SHA256Sum, answer: SHA256Sum, otherwise then: () -> ReceiptSheet.Then) -> MessageID? {
        let (leaving, mustFlush) = state.withLock { state in
            // In the queue's order, as above.
            let id = ids.next()
            let sheet = state.sheet(for: id)
            let line: UnsafeMutableRawBufferPointer
            if ReceiptForm.statuses.contains(passage.status) {
                line = sheet.add(id, passage.form.count, at: clock.now)
                state.moment.set(passage.time)
                passage.form.write(to: line, id, status: passage.status, moment: state.moment, request: request, answer: answer)
            } else {
                let text = passage.call(id, request: request, answer: answer).canonical
                line = sheet.add(id, text.count, at: clock.now)
                line.copyBytes(from: text)
            }
            return enter(line, id, sheet, &state, otherwise: then)
        }
        if mustFlush { flush() }
        return leaving
    }

    /// A receipt has come onto its sheet.
    @inline(__always)
    private func enter(
        _ line: UnsafeMutableRawBufferPointer, _ id: MessageID, _ sheet: ReceiptSheet, _ state: inout State, otherwise then: () -> ReceiptSheet.Then
    ) -> (leaving: MessageID?, mustFlush: Bool) {
        let end = note(UnsafeRawBufferPointer(line), &state)
        let isNoted = end != nil
        let leaves = state.reading.failingSince != nil || isNoted && state.count < state.rules.ahead
        if let end { sheet.note(to: end) }
        if !leaves { sheet.waiting.append((id, then())) }
        state.count += 1
        // While receipts are gathered, only enough of them or somebody who waits hastens the commit.
        let mustFlush = !state.isWriting && (!state.isGathering || !leaves || state.count >= state.rules.enough)
        return (leaves ? id : nil, mustFlush)
    }

    /// Puts a line into the journal; it stays there until its batch is on disk.
    ///
    /// - Returns: where it ends; `nil` where it could not be put there.
    @inline(__always)
    private func note(_ line: UnsafeRawBufferPointer, _ state: inout State) -> Int? {
        guard state.rules.ahead > 0 else { return nil }
        if state.journal == nil, !state.isWithoutJournal { openJournal(&state) }
        return state.journal?.append(line)
    }

    private func openJournal(_ state: inout State) {
        // A line has about 450 bytes.
        state.journal = ReceiptJournal(path: journalPath, size: max(1, state.rules.ahead / 8) * 4096)
        state.isWithoutJournal = state.journal == nil
        if state.isWithoutJournal {
            log(.warning, "receipts-unjournaled", "no journal of receipts can be made: answers to partners wait for the disk", ("site", site))
        }
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
            for (id, line) in lines { state.sheet(for: id).add(id, line.count, at: now).copyBytes(from: line) }
            state.count += lines.count
            state.before = (state.done + state.count, files)
        }
        log(.warning, "receipts-recovered", "receipts that an earlier run had answered but not signed are signed now", ("site", site), ("count", String(lines.count)))
        flush()
    }

    /// Returns when everything that waits now is on disk; at once while the store fails.
    public func written() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state -> Bool in
                guard state.count > 0, state.reading.failingSince == nil else { return true }
                state.watchers.append((state.done + state.count, { continuation.resume() }))
                return false
            }
            if isOver { continuation.resume() } else { flush() }
        }
    }

    /// What is due by the clock: another try after a failure, answers that waited too long.
    func tick() {
        let now = clock.now
        let (isLate, late, patience) = state.withLock { state -> (Bool, [(id: MessageID, then: ReceiptSheet.Then)], Duration) in
            let patience = state.rules.patience
            if state.count == 0 { state.spare = [] }
            guard state.isWriting, let oldest = state.sheets.first, now.since(oldest.since) >= patience else { return (false, [], patience) }
            return (true, state.release(), patience)
        }
        if isLate, reading.failingSince == nil { fail("the commit takes longer than \(patience)", retries: false) }
        for (id, then) in late { then(id) }
        flush()
    }

    // MARK: - Writing

    /// Sheets kept for use again: those of one commit under load, and one that is filled meanwhile.
    private static let mostSpare = 3

    /// So many batches share a commit: with one each, the disk's sync would bound the answers a second.
    fileprivate static let batchesAtOnce = 8

    private func flush() {
        let sheets = state.withLock { state -> [ReceiptSheet] in
            guard !state.isWriting, state.count > 0 else { return [] }
            guard state.tries == 0 || state.nextTry <= self.clock.now else { return [] }
            state.isWriting = true
            state.isGathering = false
            let sheets = Array(state.sheets.prefix(Self.batchesAtOnce))
            for sheet in sheets { sheet.isSealed = true }
            return sheets
        }
        guard !sheets.isEmpty else { return }
        work.begin()
        let (site, keys, clock) = (site, keys, clock)
        file.enqueue { writer -> String? in
            let key = try keys.key()
            var isPublished = false
            for sheet in sheets {
                // A commit that was reported as failed may have reached the disk all the same.
                guard try writer.value("SELECT number FROM receipt_batch WHERE last = ?", sheet.last) as Int64? == nil else { continue }
                try keys.publish(key, writer)
                isPublished = true
                try Self.write(sheet, of: site, signedBy: key, at: clock.now, writer)
            }
            return isPublished ? key.id : nil
        } then: { [self] result in
            switch result {
            case .success(let key):
                if let key { keys.published(key) }
                written(sheets.count)
            case .failure(let error): fail("\(error)", retries: true)
            }
            work.end()
        }
    }

    private static func write(_ sheet: ReceiptSheet, of site: String, signedBy key: ReceiptKey, at now: Timestamp, _ writer: StoreWriter) throws {
        let before = try writer.first("SELECT number, digest FROM receipt_batch ORDER BY number DESC LIMIT 1") { row in
            (number: try row.get(0, as: Int64.self), digest: try row.get(1, as: [UInt8].self))
        }
        let checkpoint = Checkpoint(
            site: site, number: (before?.number ?? 0) + 1, count: sheet.count, root: sheet.root,
            previous: before?.digest ?? [UInt8](repeating: 0, count: 32), time: now, key: key.id)
        let payload = ReceiptBatch.payload(checkpoint, signature: try key.key.sign(checkpoint.bytes), sheet)
        let seq = try writer.append(
            LogDraft(
                id: sheet.last, type: ReceiptBatch.type, subject: nil, time: checkpoint.time, actor: .system("exchange"), correlation: sheet.last,
                payload: payload))
        try writer.run(
            "INSERT INTO receipt_batch(number, seq, first, last, digest) VALUES(?, ?, ?, ?, ?)", checkpoint.number, seq, sheet.first, sheet.last,
            checkpoint.digest)
    }

    /// The first sheets are on disk.
    private func written(_ batches: Int) {
        let (answers, watchers, wasFailing, mustGather, finished) = state.withLock { state in
            var answers: [(id: MessageID, then: ReceiptSheet.Then)] = []
            for sheet in state.sheets.prefix(batches) {
                answers += sheet.waiting
                state.done += sheet.count
                state.count -= sheet.count
                state.reading.written += sheet.count
                state.journal?.drop(sheet.noted.count, to: sheet.noted.end)
                sheet.clear()
                if state.spare.count < Self.mostSpare { state.spare.append(sheet) }
            }
            state.sheets.removeFirst(batches)
            state.isWriting = false
            state.tries = 0
            state.reading.batches += batches
            let since = state.reading.failingSince
            state.reading.failingSince = nil
            isFailing.store(false, ordering: .releasing)
            state.reading.reason = nil
            let done = state.done
            let watchers = state.watchers.filter { $0.until <= done }
            state.watchers.removeAll { $0.until <= done }
            let mustGather = since == nil && state.count > 0 && state.count < state.rules.enough && state.watchers.isEmpty
                && state.sheets.allSatisfy(\.waiting.isEmpty)
            state.isGathering = mustGather
            var finished: [String] = []
            if let before = state.before, before.until <= done {
                finished = before.files
                state.before = nil
            }
            return (answers, watchers, since, mustGather, finished)
        }
        for path in finished { unlink(path) }
        for (id, then) in answers { then(id) }
        for watcher in watchers { watcher.then() }
        if let wasFailing {
            log(.info, "receipts-back", "receipts are written again; those kept in memory follow", ("site", site), ("since", "\(wasFailing)"))
        }
        if mustGather { gather() } else { flush() }
    }

    /// Lets receipts come together for a while.
    private func gather() {
        work.begin()
        let (seconds, attoseconds) = state.withLock { $0.rules.pace }.components
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(seconds * 1_000_000_000 + attoseconds / 1_000_000_000))) { [self] in
            if state.withLock({ $0.isGathering }) { flush() }
            work.end()
        }
    }

    /// Who is to be told of a failure.
    private struct Failing {
        var released: [(id: MessageID, then: ReceiptSheet.Then)]
        var watchers: [(until: Int, then: @Sendable () -> Void)]
        var isNew: Bool
        var count: Int
    }

    /// - Parameter retries: whether the write has ended; otherwise it is still under way and may yet succeed.
    private func fail(_ reason: String, retries: Bool) {
        let now = clock.now
        let told = state.withLock { state in
            // What somebody saw to be late may have ended meanwhile.
            guard retries || state.isWriting else { return nil as Failing? }
            let isNew = state.reading.failingSince == nil
            if isNew { state.reading.failingSince = now }
            isFailing.store(true, ordering: .releasing)
            state.reading.reason = reason
            if retries {
                state.isWriting = false
                state.tries += 1
                state.nextTry = now.advanced(by: .seconds(min(30, 1 << min(state.tries - 1, 5))))
            }
            let watchers = state.watchers
            state.watchers = []
            return Failing(released: state.release(), watchers: watchers, isNew: isNew, count: state.count)
        }
        guard let told else { return }
        for watcher in told.watchers { watcher.then() }
        if told.isNew {
            log(
                .error, "receipts-failing",
                "receipts of partner calls cannot be written and wait in memory; partner calls will be refused after the grace: \(reason)",
                ("site", site), ("waiting", String(told.count)))
        }
        for (id, then) in told.released { then(id) }
    }

    /// What the host says when it stops with receipts that could not be written; those in the journal are written at the next start.
    func leave() {
        let (count, kept) = state.withLock { state in
            state.isWithoutJournal = true
            if state.count == 0 { state.journal?.closeClean() }
            state.journal = nil
            return (state.count, state.sheets.reduce(0) { $0 + $1.noted.count })
        }
        if kept > 0 {
            log(.warning, "receipts-kept", "the host stops with receipts in its journal; they are written at the next start", ("site", site), ("count", String(kept)))
        }
        if count > kept {
            log(.error, "receipts-lost", "the host stops with receipts that could not be written", ("site", site), ("count", String(count - kept)))
        }
    }
}
