import Bus
import Messages
import Store
import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The machine stopped while answers ran ahead of their batches: receipts between these moments may be missing. An entry of the log
/// beside the batches, so that the gap is on record under the same chain.
struct ReceiptGap: Codable {
    static let type: WireName = "exchange.receipts-gap.v1"

    /// Of the last batch before; absent where there is none.
    var after: Timestamp?
    /// When it was noticed, at the next start.
    var noticed: Timestamp
    /// Receipts that the journal still had.
    var recovered: Int
}

extension ReceiptBook {
    /// Takes up what a run before noted in the journal and did not write; its file stays until the lines are in a batch.
    ///
    /// - Throws: `StoreError` about a database that is there.
    func recover() throws {
        guard access(journalPath, F_OK) == 0 || !left.isEmpty else { return }
        let found = ReceiptJournal.read(journalPath)
        if !found.lines.isEmpty, let free = numbered.first(where: { access($0, F_OK) != 0 }) {
            rename(journalPath, free)
        }
        let before = left
        let lines = before.flatMap { ReceiptJournal.read($0).lines }
        // Said once: the next journal is of this run of the machine.
        if found.mayHaveLost { unlink(journalPath) }
        guard !lines.isEmpty || found.mayHaveLost else { return before.forEach { unlink($0) } }
        let last = try lastWritten()
        var known: Set<MessageID> = []
        let missing = lines.compactMap { line -> (id: MessageID, line: [UInt8])? in
            guard let call = try? JSON.decode(PartnerCall.self, from: line), call.site == site, call.id > last.id ?? .least, known.insert(call.id).inserted else { return nil }
            return (call.id, line)
        }
        if found.mayHaveLost { note(ReceiptGap(after: last.time, noticed: clock.now, recovered: missing.count)) }
        takeUp(missing.sorted { $0.id < $1.id }, of: before)
    }

    /// Names of journals of earlier runs, and those of them that are there.
    private var numbered: [String] { (1...99).map { number -> String in "\(journalPath).\(number)" } }
    private var left: [String] { numbered.filter { access($0, F_OK) == 0 } }

    private func lastWritten() throws -> (id: MessageID?, time: Timestamp?) {
        guard access(file.path, F_OK) == 0 else { return (nil, nil) }
        return try file.read { snapshot in
            let last = try snapshot.first("SELECT last, seq FROM receipt_batch ORDER BY number DESC LIMIT 1") { row in
                (id: try row.get(0, as: MessageID.self), seq: try row.get(1, as: Int64.self))
            }
            guard let last else { return (nil, nil) }
            return (last.id, try snapshot.log(after: last.seq - 1, limit: 1).first?.time)
        }
    }

    private func note(_ gap: ReceiptGap) {
        log(
            .warning, "receipts-unsure", "the machine stopped while answers ran ahead of their receipts; receipts of the last moment may be missing",
            ("site", site), ("recovered", String(gap.recovered)))
        let id = ids.next()
        work.begin()
        file.enqueue { writer in
            try writer.append(
                LogDraft(
                    id: id, type: ReceiptGap.type, subject: nil, time: gap.noticed, actor: .system("exchange"), correlation: id,
                    payload: try JSON.encode(gap)))
        } then: { [self] result in
            if case .failure(let error) = result { log(.error, "receipts-failing", "\(error)", ("site", site)) }
            work.end()
        }
    }
}

extension MessageID {
    fileprivate static let least = MessageID(high: 0, low: 0)
}
