public import Bus
import Messages

extension Registration {
    /// Takes rows of files, `shuniu import <kind> FILE`: many rows a transaction, bad ones reported, good ones kept.
    ///
    /// - Parameters:
    ///   - each: one row; writes only while `row.isGood`, and knows a row that came before by its key. A `Refusal` rejects the row.
    ///   - finish: after a batch's last row, for one event about all of them.
    public mutating func takes<C: ImportCommand>(
        _ type: C.Type, as kind: String, titled title: String, columns: [ImportColumn],
        each: @escaping @Sendable (inout ImportRow, Transaction) throws -> ImportOutcome?,
        finish: @escaping @Sendable (ImportReply, Transaction) throws -> Void = { _, _ in }
    ) {
        handle(type, access: .system) { command, tx in
            let shape = ImportRow.Shape(command.batch.columns, columns)
            var reply = ImportReply()
            var number = -1
            for line in command.batch.text.split(separator: "\n", omittingEmptySubsequences: false) {
                number += 1
                var row = ImportRow(shape: shape, line: line)
                do {
                    let outcome = try each(&row, tx)
                    guard row.isGood, let outcome else {
                        reply.rejected.append(ImportReject(row: number, faults: row.faults))
                        continue
                    }
                    switch outcome {
                    case .added: reply.added += 1
                    case .changed: reply.changed += 1
                    case .same: reply.same += 1
                    }
                } catch let refusal as Refusal where refusal.status < 500 {
                    let faults = refusal.faults.map { ImportReject.Fault(field: $0.field, reason: $0.message) }
                    reply.rejected.append(ImportReject(row: number, faults: faults.isEmpty ? [.init(field: "", reason: refusal.message)] : faults))
                }
            }
            try finish(reply, tx)
            return reply
        }
        add(ImportDoor(kind: kind, title: title, columns: columns) { bus, batch, id in
            try await bus.tell(C(batch: batch), as: .system("import"), id: id)
        })
    }
}
