import Bus
import FoundationEssentials
import Messages
import PluginKit

/// One run of `shuniu import` over a file: batch by batch, so that it needs the memory of one batch; after a cut it goes on where it was.
///
/// Beside the file stand `FILE.progress` while it is not through, and `FILE.rejected` with the rows that were not taken.
struct ImportRun {
    /// Hands in a batch under an identifier, at the running host or at the opened site.
    typealias Take = (ImportBatch, MessageID) async throws -> ImportReply

    /// How far a file is; written after each batch.
    struct Progress: Codable {
        /// Of the run: with the row's place it makes the identifiers of batches, so that one that was committed before a cut is not taken twice.
        var run: MessageID
        /// The file's length: another one is another file.
        var size: Int64
        var offset: Int64 = 0
        var line = 0
        var rows = 0
        var added = 0
        var changed = 0
        var same = 0
        var rejected = 0
        /// Bytes of `FILE.rejected` that belong to what is done.
        var written = 0
    }

    /// Most rows of a batch.
    static let rows = 20_000
    /// Most bytes of a batch: it goes through the control socket, where quotes and tabs take two.
    static let bytes = 2 << 20

    let path: String
    let known: [ImportColumn]
    let ids: IDSource
    let terminal: Terminal

    private var progressPath: String { path + ".progress" }
    private var rejectedPath: String { path + ".rejected" }

    /// - Returns: the totals.
    func run(_ take: Take) async throws -> Progress {
        let file = try RowFile(path, known: known.map { ($0.name, $0.isRequired) })
        var progress = try begin(file.size)
        if progress.offset > 0 { file.seek(to: progress.offset, line: progress.line) }
        if progress.written == 0 {
            try? FileManager.default.removeItem(atPath: rejectedPath)
        } else {
            try truncate(rejectedPath, to: progress.written)
        }
        let began = ContinuousClock.now
        var told = began
        while true {
            let batch = nextBatch(file)
            guard !batch.rows.isEmpty else { break }
            let good = batch.rows.indices.filter { batch.rows[$0].problem == nil }
            let reply = good.isEmpty ? ImportReply() : try await take(
                ImportBatch(columns: file.columns, text: String(decoding: batch.text, as: UTF8.self)),
                MessageID(high: progress.run.high, low: progress.run.low ^ UInt64(bitPattern: progress.offset) << 1))
            try note(reply, batch, good, file.form, file.head, &progress)
            (progress.offset, progress.line) = (file.offset, file.line)
            try PrivateFile.replace(progressPath, try JSON.encode(progress), mode: 0o644)
            if ContinuousClock.now - told > .seconds(2) {
                told = ContinuousClock.now
                terminal.complain("  \(progress.rows) 行（\(progress.offset * 100 / max(file.size, 1))%），未收 \(progress.rejected) 行")
            }
        }
        try? FileManager.default.removeItem(atPath: progressPath)
        return progress
    }

    private func begin(_ size: Int64) throws -> Progress {
        guard let data = FileManager.default.contents(atPath: progressPath) else { return Progress(run: ids.next(), size: size) }
        guard let before = try? JSON.decode(Progress.self, from: Array(data)), before.size == size, before.offset <= size else {
            throw CommandProblem.refused("文件 \(path) 上次没有导入完，此后内容有变化。请还原原文件继续，或删去 \(progressPath) 从头导入（已收的行不会重复）。")
        }
        terminal.say("接着上次导入：从第 \(before.line + 1) 行开始，已处理 \(before.rows) 行。")
        return before
    }

    private struct Batch {
        var rows: [RowFile.Row] = []
        var text: [UInt8] = []
    }

    private func nextBatch(_ file: RowFile) -> Batch {
        var batch = Batch()
        var isFirst = true
        while batch.rows.count < Self.rows, batch.text.count < Self.bytes, let row = file.next() {
            if row.problem == nil {
                if !isFirst { batch.text.append(10) }
                isFirst = false
                for (index, cell) in row.cells.enumerated() {
                    if index > 0 { batch.text.append(9) }
                    ImportBatch.append(cell, to: &batch.text)
                }
            }
            batch.rows.append(row)
        }
        return batch
    }

    /// Counts, and writes the rows that were not taken: what was wrong in lines that begin with `#`, then the row as it stood.
    private func note(
        _ reply: ImportReply, _ batch: Batch, _ good: [Int], _ form: RowFile.Form, _ head: [UInt8], _ progress: inout Progress
    ) throws {
        progress.rows += batch.rows.count
        progress.added += reply.added
        progress.changed += reply.changed
        progress.same += reply.same
        var reasons: [Int: [ImportReject.Fault]] = [:]
        for one in reply.rejected where one.row < good.count { reasons[good[one.row]] = one.faults }
        for (index, row) in batch.rows.enumerated() { if let problem = row.problem { reasons[index] = [.init(field: "", reason: problem)] } }
        progress.rejected += reasons.count
        guard !reasons.isEmpty else { return }
        var text: [UInt8] = []
        if progress.written == 0, form == .csv { text += head + [10] }
        for index in reasons.keys.sorted() {
            let row = batch.rows[index]
            for fault in reasons[index] ?? [] {
                let place = known.firstIndex { $0.name == fault.field }
                let cell = fault.field.isEmpty ? nil : value(of: fault.field, row, form, head)
                let title = place.map { "\(fault.field)（\(known[$0].title)）" } ?? fault.field
                let shown = cell.map { "“\($0.prefix(60))”" } ?? ""
                text += "# 第 \(row.line) 行 \(title)\(title.isEmpty ? "" : " ")\(shown)：\(fault.reason)\n".utf8
            }
            text += row.raw + [10]
        }
        if progress.written == 0 {
            try PrivateFile.replace(rejectedPath, text, mode: 0o600)
        } else {
            try PrivateFile.append(rejectedPath, text)
        }
        progress.written += text.count
    }

    private func value(of field: String, _ row: RowFile.Row, _ form: RowFile.Form, _ head: [UInt8]) -> String? {
        let columns = form == .csv ? (RowFile.cells(head) ?? []).map { String(decoding: $0, as: UTF8.self) } : known.map(\.name)
        guard let place = columns.firstIndex(of: field), place < row.cells.count else { return nil }
        return String(decoding: row.cells[place], as: UTF8.self).replacing("\n", with: " ")
    }

    private func truncate(_ path: String, to length: Int) throws {
        guard let handle = FileManager.default.contents(atPath: path), handle.count >= length else {
            throw CommandProblem.refused("文件 \(path) 在导入中途被改动。请删去 \(progressPath) 从头导入（已收的行不会重复）。")
        }
        if handle.count > length { try PrivateFile.replace(path, Array(handle.prefix(length)), mode: 0o600) }
    }
}
