public import Vocabulary

/// One row of an import: reads cells into values and notes everything that cannot be read, with column, rule and next step.
public struct ImportRow {
    /// The columns of a batch, looked up once.
    struct Shape {
        let places: [String: Int]
        let titles: [String: String]

        init(_ batch: [String], _ columns: [ImportColumn]) {
            places = Dictionary(batch.enumerated().map { ($1, $0) }) { first, _ in first }
            titles = Dictionary(columns.map { ($0.name, $0.title) }) { first, _ in first }
        }
    }

    let shape: Shape
    let cells: [Substring]
    public private(set) var faults: [ImportReject.Fault] = []

    init(shape: Shape, line: Substring) {
        self.shape = shape
        cells = line.split(separator: "\t", omittingEmptySubsequences: false)
    }

    /// Whether nothing was noted so far; write only then.
    public var isGood: Bool { faults.isEmpty }

    public mutating func add(_ column: String, _ reason: String) { faults.append(.init(field: column, reason: reason)) }

    private func title(_ column: String) -> String { shape.titles[column] ?? column }

    /// The cell's text; empty where the row has none.
    public subscript(column: String) -> String {
        guard let place = shape.places[column], place < cells.count else { return "" }
        let cell = cells[place]
        return cell.utf8.contains(92) ? Self.plain(cell) : String(cell)
    }

    private static func plain(_ cell: Substring) -> String {
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in cell.utf8 {
            if isEscaped {
                bytes.append(byte == 116 ? 9 : byte == 110 ? 10 : byte == 114 ? 13 : byte)
                isEscaped = false
            } else if byte == 92 {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func missing(_ column: String) { add(column, "\(title(column))不能为空。请补填。") }

    /// A required text of so many characters.
    public mutating func text(_ column: String, _ range: ClosedRange<Int>) -> String {
        let text = self[column]
        if text.isEmpty {
            missing(column)
        } else if !range.contains(text.count) {
            add(column, "\(title(column))应为 \(range.lowerBound)–\(range.upperBound) 个字，现为 \(text.count) 个字。请修改。")
        }
        return text
    }

    /// A whole number inside the range; `nil` where the cell is empty, or wrong.
    public mutating func number(_ column: String, _ range: ClosedRange<Int64>) -> Int64? {
        let text = self[column]
        guard !text.isEmpty else { return nil }
        if let number = Int64(text), range.contains(number) { return number }
        add(column, "\(title(column))应为 \(range.lowerBound)–\(range.upperBound) 的整数。请修改。")
        return nil
    }

    public mutating func creditCode(_ column: String) -> CreditCode? {
        let text = self[column]
        if let code = CreditCode(text) { return code }
        do { _ = try CreditCode.parse(text) } catch { add(column, error.description) }
        return nil
    }

    /// A region that the table knows.
    public mutating func region(_ column: String, in table: RegionTable) -> RegionCode? {
        let text = self[column]
        if let code = RegionCode(text), table.knows(code) { return code }
        if text.isEmpty { missing(column) } else { add(column, "\(title(column))不是现行或曾用的区划代码（GB/T 2260）。请改为六位县市区代码。") }
        return nil
    }

    /// A day, `2026-03-01`; `nil` where the cell is empty, or wrong.
    public mutating func day(_ column: String) -> Day? {
        let text = self[column]
        guard !text.isEmpty else { return nil }
        if let day = Day(text) { return day }
        add(column, "\(title(column))不是有效日期，应形如 2026-03-01。请修改。")
        return nil
    }

    /// A moment, `2026-03-01T09:30:00+08:00`; `nil` where the cell is empty, or wrong.
    public mutating func moment(_ column: String) -> Timestamp? {
        let text = self[column]
        guard !text.isEmpty else { return nil }
        if let moment = Timestamp(text) { return moment }
        add(column, "\(title(column))不是有效时间，应形如 2026-03-01T09:30:00+08:00。请修改。")
        return nil
    }

    /// One of so many words; `nil` with a fault for any other.
    public mutating func choice<T>(_ column: String, _ choices: [String: T]) -> T? {
        let text = self[column]
        if let value = choices[text] { return value }
        if text.isEmpty { missing(column) } else { add(column, "\(title(column))应为 \(choices.keys.sorted().joined(separator: "、")) 之一。请修改。") }
        return nil
    }
}
