/// Values over time, one line; the first, the last and the greatest are written at their points.
public struct LineChart: Component, Sendable {
    public var title: String
    public var unit: String
    /// In order; names are moments: 3月, 2026年第1季度.
    public var data: [Datum]

    private let height = 200.0
    private let top = 26.0
    private let bottom = 170.0
    /// Shares of the width left free on both sides, so that labels at the ends stay inside.
    private let margin = 0.06

    public init(_ title: String, unit: String, _ data: [Datum]) {
        self.title = title
        self.unit = unit
        self.data = data
    }

    public var html: HTML {
        let table = DataTable(
            title, columns: [.text("时间"), .number("数值", unit: unit)],
            rows: data.map { [.text($0.name), BarChart.figure($0)] })
        return ChartFrame(
            title: "\(title)（\(unit)）", kind: "line",
            drawing: drawing("line", height: Int(height), label: sentence) { picture }, table: table
        ).html
    }

    /// What the line says, in words.
    private var sentence: String {
        guard let first = data.first, let last = data.last, let top = data.max(by: { $0.length < $1.length }) else {
            return "\(title)：尚无数据"
        }
        return
            "\(title)：\(first.name)为\(first.text)\(unit)，\(last.name)为\(last.text)\(unit)，最高为\(top.name)的\(top.text)\(unit)"
    }

    private var greatest: Double { max(data.map(\.length).max() ?? 0, .leastNonzeroMagnitude) }

    private func x(_ index: Int) -> String {
        let share = data.count > 1 ? Double(index) / Double(data.count - 1) : 0.5
        return percentAttribute(margin + share * (1 - 2 * margin))
    }

    private func y(_ value: Double) -> String {
        String(Int((bottom - value / greatest * (bottom - top)).rounded()))
    }

    @HTMLBuilder private var picture: HTML {
        for share in [0.0, 0.5, 1.0] { line("grid", "0", y(greatest * share), "100%", y(greatest * share)) }
        for index in data.indices.dropFirst() {
            line("stroke", x(index - 1), y(data[index - 1].length), x(index), y(data[index].length))
        }
        for (index, datum) in data.enumerated() {
            element(
                "circle",
                [.class("point"), Attribute("cx", x(index)), Attribute("cy", y(datum.length)), Attribute("r", "3.5")],
                element("title", [], HTML(text: "\(datum.name)：\(datum.text)\(unit)")))
            if isLabelled(index) {
                label("point-label", x(index), String((Int(y(datum.length)) ?? 0) - 9), datum.text)
            }
            if isNamed(index) { label("axis-label", x(index), String(Int(bottom) + 22), datum.name) }
        }
    }

    private func isLabelled(_ index: Int) -> Bool {
        index == 0 || index == data.count - 1 || index == data.indices.max { data[$0].length < data[$1].length }
    }

    /// At most six names under the line, so that they do not run into each other on a telephone.
    private func isNamed(_ index: Int) -> Bool {
        let step = max((data.count + 4) / 5, 1)
        return index == data.count - 1 || (index % step == 0 && index + step / 2 < data.count - 1)
    }

    private func line(_ style: String, _ x1: String, _ y1: String, _ x2: String, _ y2: String) -> HTML {
        element(
            "line",
            [.class(style), Attribute("x1", x1), Attribute("y1", y1), Attribute("x2", x2), Attribute("y2", y2)], HTML())
    }

    private func label(_ style: String, _ x: String, _ y: String, _ text: String) -> HTML {
        element(
            "text", [.class(style), Attribute("x", x), Attribute("y", y), Attribute("text-anchor", "middle")],
            HTML(text: text))
    }
}

/// The course of a figure without axes, decoration beside the figure itself.
struct Sparkline: Component {
    let values: [Double]

    init(_ values: [Double]) { self.values = values }

    var html: HTML {
        let values = values.map { $0.isFinite ? $0 : 0 }
        let low = values.min() ?? 0
        let span = max((values.max() ?? 0) - low, .leastNonzeroMagnitude)
        let points = values.enumerated().map { index, value in
            let x = Double(index) / Double(max(values.count - 1, 1)) * 100
            return "\(Format.decimal(x)),\(Format.decimal(24 - (value - low) / span * 20))"
        }
        return element(
            "svg",
            [
                .class("sparkline"), Attribute("viewBox", "0 0 100 28"), Attribute("preserveAspectRatio", "none"),
                Attribute("width", "100%"), Attribute("height", "28"), .ariaHidden, Attribute("focusable", "false"),
            ],
            element(
                "polyline",
                [
                    .class("stroke"), Attribute("points", points.joined(separator: " ")), Attribute("fill", "none"),
                    Attribute("vector-effect", "non-scaling-stroke"),
                ], HTML()))
    }
}

/// A share as a ring, with its numerator and denominator written inside.
public struct Gauge: Component, Sendable {
    public var title: String
    public var numerator: Int
    public var denominator: Int
    public var unit: String
    /// What has to be reached, 0…1; drawn as a mark and written below.
    public var target: Double?

    public init(_ title: String, _ numerator: Int, of denominator: Int, unit: String, target: Double? = nil) {
        self.title = title
        self.numerator = numerator
        self.denominator = denominator
        self.unit = unit
        self.target = target
    }

    private var share: Double { denominator > 0 ? min(max(Double(numerator) / Double(denominator), 0), 1) : 0 }

    public var html: HTML {
        figure(.class("gauge")) {
            element(
                "svg",
                [
                    .class("gauge-ring"), Attribute("viewBox", "0 0 120 120"), Attribute("width", "132"),
                    Attribute("height", "132"), .role("img"), Attribute("focusable", "false"),
                    .ariaLabel("\(title)：\(Format.share(numerator, of: denominator))"),
                ],
                HTML {
                    ring("ring-ground", nil)
                    if share > 0 { ring("ring-fill", "\(Format.decimal(share * 100)) 100") }
                    if let target, target.isFinite { ring("ring-target", "0 \(Format.decimal(target * 100)) 0.8 200") }
                    label("gauge-share", "60", "64", Format.percent(numerator, of: denominator))
                    label("gauge-count", "60", "82", "\(Format.count(numerator))/\(Format.count(denominator)) \(unit)")
                })
            figcaption {
                strong(title)
                if let target { span("目标 \(Format.decimal(target * 100, places: 0))%", .class("muted")) }
            }
        }
    }

    private func ring(_ style: String, _ dashes: String?) -> HTML {
        element(
            "circle",
            [
                .class(style), Attribute("cx", "60"), Attribute("cy", "60"), Attribute("r", "50"),
                Attribute("fill", "none"),
                Attribute("pathLength", "100"), Attribute("transform", "rotate(-90 60 60)"),
                Attribute("stroke-dasharray", ifPresent: dashes),
            ], HTML())
    }

    private func label(_ style: String, _ x: String, _ y: String, _ text: String) -> HTML {
        element(
            "text", [.class(style), Attribute("x", x), Attribute("y", y), Attribute("text-anchor", "middle")],
            HTML(text: text))
    }
}
