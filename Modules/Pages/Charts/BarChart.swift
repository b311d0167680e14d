/// Values to compare, one bar each, longest value across the whole width.
public struct BarChart: Component, Sendable {
    public var title: String
    public var unit: String
    public var data: [Datum]
    /// What the full width means; by default the greatest value.
    public var maximum: Double?

    public init(_ title: String, unit: String, _ data: [Datum], maximum: Double? = nil) {
        self.title = title
        self.unit = unit
        self.data = data
        self.maximum = maximum
    }

    public var html: HTML {
        let full = max(maximum ?? data.map(\.length).max() ?? 0, .leastNonzeroMagnitude)
        let table = DataTable(
            title, columns: [.text("名称"), .number("数值", unit: unit)],
            rows: data.map { [.text($0.name), Self.figure($0)] })
        let bars = ul(.class("bars"), .role("list")) {
            for datum in data {
                li(.class("bar-row")) {
                    span(.class("bar-name")) {
                        if let address = datum.address { a(datum.name, href: address) } else { datum.name }
                    }
                    drawing("bar", height: 14) {
                        rectangle("bar-ground", x: "0", width: "100%", height: 14, radius: 3)
                        if datum.length > 0 {
                            rectangle(
                                "series-1", x: "0", width: percentAttribute(datum.length / full), height: 14, radius: 3)
                        }
                    }
                    span(.class("bar-value")) {
                        datum.text
                        span(unit, .class("unit"))
                    }
                }
            }
        }
        return ChartFrame(title: title, kind: "bars", drawing: bars, table: table).html
    }

    static func figure(_ datum: Datum) -> DataTable.Cell { DataTable.Cell { datum.text } }
}

/// What wholes are made of: one bar per whole, its parts behind each other in a fixed order.
public struct StackedBarChart: Component, Sendable {
    public var title: String
    public var unit: String
    /// Names of the parts, at most six, in the order of `Row.parts`.
    public var parts: [String]
    public var rows: [Row]

    public struct Row: Sendable {
        public var name: String
        public var parts: [Int]
        public var address: String?

        public init(_ name: String, _ parts: [Int], href address: String? = nil) {
            self.name = name
            self.parts = parts
            self.address = address
        }

        var total: Int { parts.reduce(0) { $0 + max($1, 0) } }
    }

    public init(_ title: String, unit: String, parts: [String], rows: [Row]) {
        self.title = title
        self.unit = unit
        self.parts = parts
        self.rows = rows
    }

    public var html: HTML {
        let full = Double(max(rows.map(\.total).max() ?? 0, 1))
        let columns =
            [DataTable.Column.text("名称")] + parts.map { .number($0, unit: unit) } + [.number("合计", unit: unit)]
        let table = DataTable(
            title, columns: columns,
            rows: rows.map { row in [.text(row.name)] + row.parts.map { .number($0) } + [.number(row.total)] })
        let content = HTML {
            ul(.class("legend"), .role("list")) {
                for (index, part) in parts.enumerated() {
                    li {
                        element(
                            "svg",
                            [.class("swatch"), Attribute("width", "14"), Attribute("height", "14"), .ariaHidden],
                            rectangle("series-\(index % 6 + 1)", x: "0", width: "14", height: 14, radius: 3))
                        part
                    }
                }
            }
            ul(.class("bars"), .role("list")) {
                for row in rows {
                    li(.class("bar-row")) {
                        span(.class("bar-name")) {
                            if let address = row.address { a(row.name, href: address) } else { row.name }
                        }
                        drawing("bar", height: 18) { segments(row, full) }
                        span(row.parts.map { Format.count($0) }.joined(separator: " / "), .class("bar-value"))
                    }
                }
            }
        }
        return ChartFrame(title: "\(title)（\(unit)）", kind: "stacked", drawing: content, table: table).html
    }

    private func segments(_ row: Row, _ full: Double) -> HTML {
        var html = HTML()
        var start = 0
        for (index, part) in row.parts.enumerated() where part > 0 {
            html.append(
                rectangle(
                    "segment series-\(index % 6 + 1)", x: percentAttribute(Double(start) / full),
                    width: percentAttribute(Double(part) / full), height: 18))
            start += part
        }
        return html
    }
}
