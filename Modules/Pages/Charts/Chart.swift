/// What every chart has: a caption, a sentence that says the same as the drawing, and its table behind a disclosure.
///
/// Lengths across are percentages and text keeps its size, so that a chart is readable at 360 pixels and on paper without
/// scaling. Colours come from classes; every value also stands as text.
struct ChartFrame {
    let title: String
    let kind: StaticString
    let drawing: HTML
    let table: DataTable

    var html: HTML {
        figure(.class("chart chart-\(kind)")) {
            figcaption(title)
            drawing
            Disclosure("查看数据表") { table }
        }
    }
}

/// A position or length as a percentage with two decimals, for SVG attributes: `37.5%`.
func percentAttribute(_ share: Double) -> String {
    guard share.isFinite else { return "0%" }
    let hundredths = Int((min(max(share, 0), 1) * 10_000).rounded())
    if hundredths % 100 == 0 { return "\(hundredths / 100)%" }
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)%"
}

/// An SVG element of the given classes; `width` 100 %, height in pixels.
func drawing(_ style: StaticString, height: Int, label: String? = nil, @HTMLBuilder content: () -> HTML) -> HTML {
    element(
        "svg",
        [
            .class(style.description), Attribute("width", "100%"), Attribute("height", String(height)),
            Attribute("focusable", "false"), label == nil ? .ariaHidden : .role("img"),
            Attribute("aria-label", ifPresent: label),
        ], content())
}

func rectangle(_ style: String, x: String, width: String, y: Int = 0, height: Int, radius: Int = 0) -> HTML {
    element(
        "rect",
        [
            .class(style), Attribute("x", x), Attribute("y", String(y)), Attribute("width", width),
            Attribute("height", String(height)), radius > 0 ? Attribute("rx", String(radius)) : .none,
        ], HTML())
}

/// A share as a bar, beside its figures.
struct Meter: Component {
    let share: Double

    var html: HTML {
        drawing("meter", height: 8) {
            rectangle("meter-ground", x: "0", width: "100%", height: 8, radius: 4)
            if share > 0 { rectangle("meter-fill", x: "0", width: percentAttribute(share), height: 8, radius: 4) }
        }
    }
}

/// One value with its name.
public struct Datum: Sendable, Hashable {
    public var name: String
    public var value: Double
    /// How the value is written; by default with thousands separators and at most one decimal.
    public var text: String
    /// What the name opens.
    public var address: String?

    public init(_ name: String, _ value: Double, text: String? = nil, href address: String? = nil) {
        self.name = name
        self.value = value
        self.text = text ?? Format.decimal(value, places: value.rounded() == value ? 0 : 1)
        self.address = address
    }

    /// The length drawn: nothing for what is negative or no number.
    var length: Double { value.isFinite ? max(value, 0) : 0 }

    public init(_ name: String, _ value: Int, href address: String? = nil) {
        self.init(name, Double(value), text: Format.count(value), href: address)
    }
}
