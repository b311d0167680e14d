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
        var before = left
        let latest = ReceiptJournal.read(journalPath)
        if !latest.lines.isEmpty || latest.mayHaveLost {
            if let free = numbered.first(where: { access($0, F_OK) != 0 }), rename(journalPath, free) == 0 {
                before.append(free)
            } else {
                // It must not be written over; answers wait for the disk until somebody has made room.
                goWithoutJournal()
                before.append(journalPath)
            }
        }
        let journals = before.map { ReceiptJournal.read($0) }
        let lines = journals.flatMap(\.lines)
        let mayHaveLost = journals.contains(where: \.mayHaveLost)
        guard !lines.isEmpty || mayHaveLost else { return before.forEach { unlink($0) } }
        let last = try lastWritten()
        var known: Set<MessageID> = []
        let found = lines.compactMap { line -> (id: MessageID, line: [UInt8])? in
            guard let call = try? JSON.decode(PartnerCall.self, from: line), call.site == site, known.insert(call.id).inserted else { return nil }
            return (call.id, line)
        }
        // Looked up one by one: the clock of that run may have been behind, so that a later number says nothing.
        let written = try written(among: found)
        let missing = found.filter { !written.contains($0.id) }
        let (sorted, files) = (missing.sorted { $0.id < $1.id }, before)
        guard mayHaveLost else { return takeUp(sorted, of: files) }
        // The journals stay until the gap is in the chain, so that it is said even when this run ends first.
        note(ReceiptGap(after: last, noticed: clock.now, recovered: missing.count)) { [self] isNoted in takeUp(sorted, of: isNoted ? files : []) }
    }

    /// Names of journals of earlier runs, and those of them that are there.
    private var numbered: [String] { (1...99).map { number -> String in "\(journalPath).\(number)" } }
    private var left: [String] { numbered.filter { access($0, F_OK) == 0 } }

    /// When the last batch was signed.
    private func lastWritten() throws -> Timestamp? {
        guard access(file.path, F_OK) == 0 else { return nil }
        return try file.read { snapshot in
            let seq: Int64? = try snapshot.value("SELECT seq FROM receipt_batch ORDER BY number DESC LIMIT 1")
            return try seq.flatMap { try snapshot.log(after: $0 - 1, limit: 1).first?.time }
        }
    }

    /// Those that stand in a batch.
    private func written(among lines: [(id: MessageID, line: [UInt8])]) throws -> Set<MessageID> {
        guard access(file.path, F_OK) == 0 else { return [] }
        return try file.read { snapshot in
            var batches: [Int64: Set<[UInt8]>] = [:]
            return try Set(
                lines.filter { id, line in
                    try ReceiptProof.batches(around: id, in: snapshot).contains { seq in
                        if let known = batches[seq] { return known.contains(line) }
                        let read = Set(try ReceiptProof.batch(seq, in: snapshot)?.lines ?? [])
                        batches[seq] = read
                        return read.contains(line)
                    }
                }.map(\.id))
        }
    }

    private func note(_ gap: ReceiptGap, then next: @escaping @Sendable (_ isNoted: Bool) -> Void) {
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
            switch result {
            case .success: next(true)
            case .failure(let error):
                log(.error, "receipts-failing", "\(error)", ("site", site))
                next(false)
            }
            work.end()
        }
    }
}
