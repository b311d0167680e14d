public import Vocabulary

/// Where the tiles of a region's parts stand in a grid: a scheme, not a map, so that it needs no approval number (审图号).
public struct TileLayout: Sendable {
    public struct Position: Sendable, Hashable {
        public var column: Int
        public var row: Int

        public init(column: Int, row: Int) {
            self.column = column
            self.row = row
        }
    }

    public var places: [RegionCode: Position]

    public init(places: [RegionCode: Position]) { self.places = places }

    /// From lines `code<TAB>column<TAB>row`, counted from 0; empty lines and lines from `#` are passed over.
    ///
    /// `nil` when a line has another shape, or a code or a cell stands twice.
    public init?(parsing text: String) {
        var places: [RegionCode: Position] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let parts = line.split(separator: "\t")
            guard parts.count >= 3, let code = RegionCode(String(parts[0])), let column = Int(parts[1]),
                let row = Int(parts[2]), (0..<100).contains(column), (0..<100).contains(row),
                places[code] == nil, !places.values.contains(Position(column: column, row: row))
            else { return nil }
            places[code] = Position(column: column, row: row)
        }
        self.places = places
    }

    /// Row after row in the order given: for counties, and for provinces nobody drew.
    public static func grid(_ codes: [RegionCode], columns: Int = 3) -> TileLayout {
        var places: [RegionCode: Position] = [:]
        for (index, code) in codes.enumerated() {
            places[code] = Position(column: index % max(columns, 1), row: index / max(columns, 1))
        }
        return TileLayout(places: places)
    }

    /// The drawn layout of a province if there is one and it knows all the codes, otherwise the plain grid.
    public static func best(for codes: [RegionCode], columns: Int = 3) -> TileLayout {
        let hunan = Self.hunan
        return codes.allSatisfy { hunan.places[$0] != nil } && codes.count > 1 ? hunan : grid(codes, columns: columns)
    }

    /// Hunan's 14 cities and prefectures, each roughly where it lies. Codes: GB/T 2260.
    public static let hunan: TileLayout = {
        let rows: [(code: String, column: Int, row: Int)] = [
            ("430800", 0, 0), ("430700", 1, 0), ("430600", 2, 0),  // 张家界 常德 岳阳
            ("433100", 0, 1), ("430900", 1, 1), ("430100", 2, 1),  // 湘西 益阳 长沙
            ("431200", 0, 2), ("431300", 1, 2), ("430300", 2, 2), ("430200", 3, 2),  // 怀化 娄底 湘潭 株洲
            ("430500", 1, 3), ("430400", 2, 3),  // 邵阳 衡阳
            ("431100", 1, 4), ("431000", 2, 4),  // 永州 郴州
        ]
        var places: [RegionCode: Position] = [:]
        for row in rows {
            if let code = RegionCode(row.code) { places[code] = Position(column: row.column, row: row.row) }
        }
        return TileLayout(places: places)
    }()
}
