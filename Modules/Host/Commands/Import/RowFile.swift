import Messages

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads rows of a file one after the other, NDJSON or CSV (RFC 4180) by the name's end, with a bounded piece of it in memory.
///
/// Lines that begin with `#` are left out: a file of rejected rows says there what was wrong.
final class RowFile {
    enum Form: Sendable { case ndjson, csv }

    /// A row: where it stands, its text as it stands there, and its cells in the order of `columns`.
    struct Row {
        var line: Int
        var raw: [UInt8]
        var cells: [[UInt8]]
        /// Why it could not be read at all.
        var problem: String?
    }

    let form: Form
    private(set) var columns: [String]
    /// The bytes before the first row, to stand at the head of a file of rejected rows.
    private(set) var head: [UInt8] = []
    /// Behind the last row that was read.
    private(set) var offset: Int64 = 0
    private(set) var line = 0
    let size: Int64
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    /// A longer row is no row.
    static let rowLimit = 1 << 20
    /// Bytes read at a time.
    static let piece = 1 << 18
    /// Bytes of the file in memory: a piece, and the row that begins in it.
    var held: Int { buffer.count }

    /// - Parameter known: the columns that the import takes, in order; for CSV the file's header must name the required ones.
    /// - Throws: a `CommandProblem` naming the file and what to do.
    init(_ path: String, known: [(name: String, isRequired: Bool)]) throws {
        let lower = path.lowercased()
        let isCSV = lower.hasSuffix(".csv") || lower.hasSuffix(".csv.rejected")
        let isLines = lower.hasSuffix(".ndjson") || lower.hasSuffix(".jsonl") || lower.hasSuffix(".ndjson.rejected") || lower.hasSuffix(".jsonl.rejected")
        guard isCSV || isLines else {
            throw CommandProblem.refused("文件 \(path) 的扩展名应为 .ndjson、.jsonl 或 .csv（或其 .rejected 文件）。请按内容改名。")
        }
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandProblem.system("不能读取文件 \(path)", errno) }
        var facts = stat()
        size = fstat(descriptor, &facts) == 0 ? Int64(facts.st_size) : 0
        form = isCSV ? .csv : .ndjson
        guard isCSV else {
            columns = known.map(\.name)
            return
        }
        columns = []
        var header: Row?
        if let raw = nextRecord() { header = Row(line: line, raw: raw, cells: Self.cells(raw) ?? []) }
        var names = (header?.cells ?? []).map { String(decoding: $0, as: UTF8.self).trimmed }
        // Spreadsheets write a byte order mark.
        if let first = names.first, first.unicodeScalars.first == "\u{FEFF}" { names[0] = String(first.unicodeScalars.dropFirst()) }
        let missing = known.filter { $0.isRequired && !names.contains($0.name) }.map(\.name)
        guard missing.isEmpty else {
            throw CommandProblem.refused("文件 \(path) 的第一行（列名）缺少：\(missing.joined(separator: "、"))。请补上列名后重新导入。")
        }
        columns = names
        head = header?.raw ?? []
    }

    deinit { close(descriptor) }

    /// Goes on behind a row that was read before.
    func seek(to offset: Int64, line: Int) {
        lseek(descriptor, off_t(offset), SEEK_SET)
        (buffer, start, isAtEnd) = ([], 0, false)
        (self.offset, self.line) = (offset, line)
    }

    /// The next row; `nil` at the end.
    func next() -> Row? {
        while let raw = nextRecord() {
            let number = line - raw.count { $0 == 10 }
            if raw.isEmpty || raw == [13] || raw[0] == 35 { continue }
            var row = Row(line: number, raw: raw, cells: [])
            if raw.count > Self.rowLimit {
                row.problem = "一行超过 \(Self.rowLimit) 字节。请检查引号是否成对。"
            } else if form == .csv {
                if let cells = Self.cells(raw) {
                    row.cells = cells
                    if cells.count != columns.count { row.problem = "有 \(cells.count) 列，表头有 \(columns.count) 列。请检查逗号和引号。" }
                } else {
                    row.problem = "引号不成对。请检查。"
                }
            } else {
                do { row.cells = try object(raw) } catch { row.problem = "不是一行有效的 JSON 对象（\(error)）。请检查。" }
            }
            return row
        }
        return nil
    }

    // MARK: - Records

    /// The bytes of the next line, or in CSV up to the line's end outside quotes.
    private func nextRecord() -> [UInt8]? {
        var place = start
        var isQuoted = false
        while true {
            while place < buffer.count {
                let byte = buffer[place]
                if byte == 34, form == .csv { isQuoted.toggle() }
                if byte == 10 {
                    line += 1
                    if !isQuoted { return take(upTo: place, skipping: 1) }
                }
                place += 1
            }
            // What goes on for ever is cut: the row says so, and the next one begins at the next line.
            if place - start > Self.rowLimit + 1 { isQuoted = false }
            if isAtEnd {
                guard start < buffer.count else { return nil }
                line += 1
                return take(upTo: buffer.count, skipping: 0)
            }
            place -= start
            fill()
            place += start
        }
    }

    private func take(upTo end: Int, skipping: Int) -> [UInt8] {
        let raw = Array(buffer[start..<end])
        offset += Int64(end - start + skipping)
        start = end + skipping
        return raw
    }

    private func fill() {
        buffer.removeFirst(start)
        start = 0
        let before = buffer.count
        let room = Self.piece
        buffer.append(contentsOf: repeatElement(0, count: room))
        var count = -1
        repeat { count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress?.advanced(by: before), room) } } while count < 0 && errno == EINTR
        buffer.removeLast(room - max(count, 0))
        if count <= 0 { isAtEnd = true }
    }

    // MARK: - Cells

    /// The cells of a CSV record; `nil` where quotes do not close.
    static func cells(_ record: [UInt8]) -> [[UInt8]]? {
        var cells: [[UInt8]] = []
        var cell: [UInt8] = []
        var (isQuoted, wasQuote) = (false, false)
        for byte in record.last == 13 ? record.dropLast() : record[...] {
            if wasQuote {
                wasQuote = false
                if byte == 34 {
                    cell.append(34)
                    continue
                }
                isQuoted = false
            }
            if isQuoted {
                if byte == 34 { wasQuote = true } else { cell.append(byte) }
            } else if byte == 34, cell.isEmpty {
                isQuoted = true
            } else if byte == 44 {
                cells.append(cell)
                cell = []
            } else {
                cell.append(byte)
            }
        }
        guard !isQuoted || wasQuote else { return nil }
        return cells + [cell]
    }

    private func object(_ line: [UInt8]) throws -> [[UInt8]] {
        guard case .object(let members) = try JSONValue(parsing: line) else { throw CommandProblem.refused("应为对象") }
        var cells = [[UInt8]](repeating: [], count: columns.count)
        for member in members {
            guard let place = columns.firstIndex(of: member.key) else { continue }
            cells[place] = Self.text(member.value)
        }
        return cells
    }

    /// A value as a cell holds it: a list joined by `|`, nothing for null.
    private static func text(_ value: JSONValue) -> [UInt8] {
        switch value {
        case .null: []
        case .string(let text): Array(text.utf8)
        case .array(let items): Array(items.map { text($0) }.joined(separator: [124]))
        default: value.serialized()
        }
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " || $0 == "\r" }.reversed()) }
}
