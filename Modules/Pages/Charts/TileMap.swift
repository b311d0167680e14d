public import Vocabulary

/// A region's parts as tiles, each a link with its name, its figure and a bar that shows the share.
///
/// Shade, bar and figure say the same, so that it can be read without colour, on paper and by a screen reader. The same
/// figures stand in a table below.
public struct TileMap: Component, Sendable {
    public struct Tile: Sendable {
        public var code: RegionCode
        public var name: String
        /// What is counted, and of how many: coverage 8 of 9.
        public var numerator: Int
        public var denominator: Int
        /// The page of the part; `nil`: no link.
        public var address: String?

        public init(
            _ code: RegionCode, _ name: String, _ numerator: Int, of denominator: Int, href address: String? = nil
        ) {
            self.code = code
            self.name = name
            self.numerator = numerator
            self.denominator = denominator
            self.address = address
        }

        var share: Double { denominator > 0 ? min(max(Double(numerator) / Double(denominator), 0), 1) : 0 }

        /// 0: none · 1: below half · 2: below 80 % · 3: below all · 4: all.
        var level: Int {
            if numerator <= 0 || denominator <= 0 { return 0 }
            if numerator >= denominator { return 4 }
            return share < 0.5 ? 1 : share < 0.8 ? 2 : 3
        }
    }

    public var title: String
    /// What the figures count: 综合窗口覆盖.
    public var measure: String
    /// What one of them is: 县市区.
    public var unit: String
    public var tiles: [Tile]
    public var layout: TileLayout

    /// - Parameter layout: by default Hunan's when all codes are its cities, otherwise a grid in the order given.
    public init(_ title: String, measure: String, unit: String, _ tiles: [Tile], layout: TileLayout? = nil) {
        self.title = title
        self.measure = measure
        self.unit = unit
        self.tiles = tiles
        self.layout = layout ?? .best(for: tiles.map(\.code))
    }

    public var html: HTML {
        figure(.class("tile-map")) {
            figcaption(title)
            if tiles.isEmpty {
                p("尚无下级区划。", .class("muted"))
            } else {
                map
                legend
                Disclosure("查看数据表") { table }
            }
        }
    }

    private let width = 120
    private let height = 104
    private let gap = 8

    private var map: HTML {
        let placed = positions
        let columns = (placed.map(\.position.column).max() ?? 0) + 1
        let rows = (placed.map(\.position.row).max() ?? 0) + 1
        let box = "0 0 \(columns * (width + gap) - gap) \(rows * (height + gap) - gap)"
        return element(
            "svg",
            [
                .class(columns <= 3 ? "tiles tiles-narrow" : "tiles"), Attribute("viewBox", box), .role("group"),
                .ariaLabel("\(title)：\(measure)"),
                Attribute("focusable", "false"),
            ],
            HTML { for (tile, position) in placed { draw(tile, position) } })
    }

    /// Tiles in reading order; those the layout does not know stand in rows below it.
    private var positions: [(tile: Tile, position: TileLayout.Position)] {
        let known = tiles.compactMap { tile in layout.places[tile.code].map { (tile: tile, position: $0) } }
        let below = (known.map(\.position.row).max() ?? -1) + 1
        let unknown = tiles.filter { layout.places[$0.code] == nil }.enumerated().map { index, tile in
            (tile: tile, position: TileLayout.Position(column: index % 4, row: below + index / 4))
        }
        return (known + unknown).sorted {
            ($0.position.row, $0.position.column) < ($1.position.row, $1.position.column)
        }
    }

    private func draw(_ tile: Tile, _ position: TileLayout.Position) -> HTML {
        let (x, y) = (position.column * (width + gap), position.row * (height + gap))
        let spoken = "\(tile.name)：\(measure) \(Format.share(tile.numerator, of: tile.denominator))"
        let lines = Self.lines(of: tile.name)
        let first = lines.count == 1 ? 38 : 28
        let face = HTML {
            element("title", [], HTML(text: spoken))
            rectangle("tile-face", x: String(x), width: String(width), y: y, height: height, radius: 8)
            for (index, line) in lines.enumerated() {
                word(
                    lines.count == 1 ? "tile-name" : "tile-name tile-name-long", x + width / 2, y + first + index * 20,
                    line)
            }
            word(
                "tile-value", x + width / 2, y + 74, "\(Format.count(tile.numerator))/\(Format.count(tile.denominator))"
            )
            rectangle("tile-bar-ground", x: String(x + 14), width: String(width - 28), y: y + 85, height: 7, radius: 3)
            if tile.share > 0 {
                let length = max(Int(Double(width - 28) * tile.share), 4)
                rectangle("tile-bar", x: String(x + 14), width: String(length), y: y + 85, height: 7, radius: 3)
            }
        }
        let style = Attribute.class("tile tile-\(tile.level)")
        guard let address = tile.address else { return element("g", [style, .role("img"), .ariaLabel(spoken)], face) }
        return element("a", [style, .href(address), .ariaLabel(spoken)], face)
    }

    private func word(_ style: String, _ x: Int, _ y: Int, _ text: String) -> HTML {
        element(
            "text",
            [.class(style), Attribute("x", String(x)), Attribute("y", String(y)), Attribute("text-anchor", "middle")],
            HTML(text: text))
    }

    /// A name of more than five characters in two lines: 芷江侗族 / 自治县. 湘西土家族苗族自治州 goes by its short name.
    static func lines(of name: String) -> [String] {
        let name = name == "湘西土家族苗族自治州" ? "湘西州" : name
        guard name.count > 5 else { return [name] }
        for ending in ["自治县", "自治州", "自治区", "经济开发区", "开发区", "高新区", "管理区"] where name.hasSuffix(ending) {
            return [String(name.dropLast(ending.count)), ending]
        }
        let half = (name.count + 1) / 2
        return [String(name.prefix(half)), String(name.dropFirst(half))]
    }

    private var legend: HTML {
        // Where each tile counts one thing only, there is nothing between none and all.
        let isYesOrNo = tiles.allSatisfy { $0.denominator <= 1 }
        let words =
            isYesOrNo
            ? [(0, "尚无"), (4, "已有")] : [(0, "尚无"), (1, "50%以下"), (2, "50%–80%"), (3, "80%以上"), (4, "全部")]
        return ul(.class("legend"), .role("list")) {
            for (level, text) in words {
                li {
                    element(
                        "svg",
                        [
                            .class("swatch tile-\(level)"), Attribute("width", "18"), Attribute("height", "14"),
                            .ariaHidden,
                        ],
                        rectangle("tile-face", x: "1", width: "16", y: 1, height: 12, radius: 3))
                    text
                }
            }
        }
    }

    private var table: DataTable {
        DataTable(
            "\(title)：\(measure)",
            columns: [.text("名称"), .number("已建", unit: unit), .number("应建", unit: unit), .number("比例")],
            rows: tiles.map { tile in
                [
                    tile.address.map { .link(tile.name, $0) } ?? .text(tile.name), .number(tile.numerator),
                    .number(tile.denominator), .text(Format.percent(tile.numerator, of: tile.denominator)),
                ]
            })
    }
}
