public import Vocabulary

/// Rows and columns with caption, units, sort links and an empty state; on a narrow screen each row becomes a card.
public struct DataTable: Component, Sendable {
    public struct Column: Sendable {
        public var title: String
        /// Written once in the head, not in every cell.
        public var unit: String?
        public var isNumber: Bool
        /// The name in `?sort=`; `nil`: cannot be sorted by.
        public var sortKey: String?

        public static func text(_ title: String, sort: String? = nil) -> Column {
            Column(title: title, unit: nil, isNumber: false, sortKey: sort)
        }

        /// Right-aligned figures.
        public static func number(_ title: String, unit: String? = nil, sort: String? = nil) -> Column {
            Column(title: title, unit: unit, isNumber: true, sortKey: sort)
        }
    }

    /// What stands in one cell.
    public struct Cell: Sendable {
        public var content: HTML

        public init(@HTMLBuilder _ content: () -> HTML) { self.content = content() }

        public static let missing = Cell { HTML.missing }
        public static func text(_ text: String?) -> Cell { text.map { text in Cell { text } } ?? .missing }
        public static func number(_ number: Int?) -> Cell {
            number.map { number in Cell { Format.count(number) } } ?? .missing
        }
        /// `¥1,234.50`
        public static func money(_ amount: Fen?) -> Cell {
            amount.map { amount in Cell { Format.money(amount) } } ?? .missing
        }
        public static func link(_ text: String, _ address: String) -> Cell { Cell { a(text, href: address) } }
        public static func state(_ text: String, _ tone: Tone) -> Cell { Cell { StateBadge(text, tone) } }
        public static func moment(_ at: Timestamp?) -> Cell { at.map { at in Cell { Moment(at) } } ?? .missing }
        /// With the day of the week: somebody is to be there then.
        public static func appointment(_ at: Timestamp?) -> Cell {
            at.map { at in Cell { time(Format.appointment(at), .datetime(Format.machine(at)), .class("moment")) } } ?? .missing
        }
        public static func date(_ at: Timestamp?) -> Cell {
            at.map { at in Cell { Moment(at, showsTime: false) } } ?? .missing
        }
        public static func day(_ day: Day?) -> Cell {
            day.map { day in Cell { time(Format.date(day), .datetime(day.description), .class("moment")) } } ?? .missing
        }
        /// `88.9%（8/9）`
        public static func share(_ numerator: Int, of denominator: Int) -> Cell {
            Cell { Format.share(numerator, of: denominator) }
        }
    }

    public var caption: String
    public var columns: [Column]
    public var rows: [[Cell]]
    /// Totals below the rows.
    public var footer: [Cell]?
    /// Path of the same table as CSV, for who may.
    public var csv: String?
    /// With the request, columns that have a sort key become links that keep every filter.
    public var request: PageRequest?
    public var empty: EmptyState

    public init(
        _ caption: String, columns: [Column], rows: [[Cell]], footer: [Cell]? = nil, csv: String? = nil,
        request: PageRequest? = nil, empty: EmptyState = EmptyState("没有符合条件的记录", hint: "可以放宽筛选条件后再试。")
    ) {
        self.caption = caption
        self.columns = columns
        self.rows = rows
        self.footer = footer
        self.csv = csv
        self.request = request
        self.empty = empty
    }

    public var html: HTML {
        div(.class("table-block")) {
            if rows.isEmpty {
                div(.class("table-title")) { caption }
                empty
            } else {
                // Roles are written out because cards on narrow screens (display: block) would take them away.
                table(.class("table"), .role("table")) {
                    Pages.caption(caption)
                    thead(.role("rowgroup")) { tr(.role("row")) { for column in columns { head(column) } } }
                    tbody(.role("rowgroup")) { for row in rows { line(row) } }
                    if let footer { tfoot(.role("rowgroup")) { line(footer) } }
                }
                if let csv { p(.class("table-tools")) { a("下载本表（CSV）", href: csv, Attribute("download", "")) } }
            }
        }
    }

    private func line(_ cells: [Cell]) -> HTML {
        tr(.role("row")) {
            for (column, cell) in zip(columns, cells) {
                td(.role("cell"), .class(column.isNumber ? "number" : ""), Attribute("data-label", heading(column))) {
                    cell.content
                }
            }
        }
    }

    private func heading(_ column: Column) -> String { column.unit.map { "\(column.title)（\($0)）" } ?? column.title }

    private func head(_ column: Column) -> HTML {
        let sorted = request?.fields["sort"]
        let isUp = column.sortKey.map { sorted == $0 } ?? false
        let isDown = column.sortKey.map { sorted == "-\($0)" } ?? false
        return th(
            .scope("col"), .role("columnheader"), column.isNumber ? .class("number") : .none,
            isUp ? Attribute("aria-sort", "ascending") : isDown ? Attribute("aria-sort", "descending") : .none
        ) {
            if let request, let key = column.sortKey {
                a(.href(request.link(setting: "sort", to: isUp ? "-\(key)" : key)), .class("sort")) {
                    column.title
                    span(isUp ? "▲" : isDown ? "▼" : "↕", .class("sort-mark"), .ariaHidden)
                }
            } else {
                column.title
            }
            if let unit = column.unit { small("（\(unit)）", .class("unit")) }
        }
    }
}

/// Says what will stand here and how to begin.
public struct EmptyState: Component, Sendable {
    public var title: String
    public var hint: String?
    public var action: ButtonLink?

    public init(_ title: String, hint: String? = nil, action: ButtonLink? = nil) {
        self.title = title
        self.hint = hint
        self.action = action
    }

    public var html: HTML {
        div(.class("empty")) {
            p(title, .class("empty-title"))
            if let hint { p(hint) }
            if let action { p { action } }
        }
    }
}
