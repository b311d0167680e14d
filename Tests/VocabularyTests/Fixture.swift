import Foundation
import Testing

/// A table of cases beside the tests: tab-separated, `#` lines are comments, the first other line names the columns.
struct Fixture: Sendable {
    struct Row: Sendable, CustomTestStringConvertible {
        let line: Int
        let cells: [String: String]

        subscript(column: String) -> String { cells[column] ?? "‹no column \(column)›" }
        var testDescription: String { "line \(line): \(cells.values.sorted().joined(separator: " | "))" }
    }

    /// The rows; an unreadable or ragged file gives none, and every suite checks the number of its rows.
    static func rows(_ name: String) -> [Row] {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name).tsv")
        guard let text = try? String(contentsOf: path, encoding: .utf8) else { return [] }
        var columns: [String] = []
        var rows: [Row] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map { unescape(String($0)) }
            if columns.isEmpty {
                columns = cells
            } else {
                rows.append(Row(line: index + 1, cells: Dictionary(zip(columns, cells), uniquingKeysWith: { $1 })))
            }
        }
        return rows
    }

    private static func unescape(_ cell: String) -> String {
        cell.replacing("\\n", with: "\n").replacing("\\t", with: "\t").replacing("\\\\", with: "\\")
    }
}
