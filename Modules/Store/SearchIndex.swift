/// Chinese full-text search over some columns of text: FTS5 over overlapping pairs of characters, ranked by bm25.
///
///     static let search = SearchIndex("node_search", columns: [("name", 10), ("address", 1)])
///     Migration(2, "search", search.schema)
///     try search.put("node/7", ["长沙市窗口", "岳麓区…"], in: writer)
///     let hits = try search.find("长沙", limit: 20, in: snapshot)
public struct SearchIndex: Sendable {
    private let name: String
    private let columns: [(name: String, weight: Double)]

    /// - Parameters:
    ///   - name: of the tables, `name` and `name_fts`; letters, digits and `_`, beginning with a letter.
    ///   - columns: names, and how much a hit in each counts.
    public init(_ name: String, columns: [(name: String, weight: Double)]) {
        precondition(!columns.isEmpty, "a search index needs columns")
        for word in [name] + columns.map(\.name) {
            precondition(
                word.utf8.first.map { (97...122).contains($0) } == true
                    && word.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 },
                "'\(word)' is not a name like node_search")
        }
        self.name = name
        self.columns = columns
    }

    /// The SQL of the migration that creates the index.
    public var schema: String {
        let names = columns.map(\.name).joined(separator: ", ")
        return """
            CREATE TABLE \(name) (
                id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, \(columns.map { "\($0.name) TEXT NOT NULL" }.joined(separator: ", "))
            ) STRICT;
            CREATE VIRTUAL TABLE \(name)_fts USING fts5(\(names), content='', tokenize="unicode61 remove_diacritics 0");
            """
    }

    /// Adds or replaces what is found under the key; one text for each column.
    public func put(_ key: String, _ texts: [String], in writer: some SQLWriting) throws {
        precondition(texts.count == columns.count, "\(name) has \(columns.count) columns, \(texts.count) texts given")
        try remove(key, in: writer)
        let names = columns.map(\.name).joined(separator: ", ")
        let marks = columns.map { _ in ", ?" }.joined()
        try writer.run("INSERT INTO \(name) (key, \(names)) VALUES (?\(marks))", binding: [key] + texts)
        try writer.run(
            "INSERT INTO \(name)_fts (rowid, \(names)) VALUES (?\(marks))",
            binding: [writer.lastRowID] + texts.map { SearchText($0).indexed })
    }

    /// Removes what is found under the key, if anything.
    public func remove(_ key: String, in writer: some SQLWriting) throws {
        let names = columns.map(\.name).joined(separator: ", ")
        let old = try writer.first("SELECT id, \(names) FROM \(name) WHERE key = ?", key) { row in
            (id: try row.get(0, as: Int64.self), texts: try texts(row, from: 1))
        }
        guard let old else { return }
        // An index without its own copy of the text has to be told what to forget.
        let marks = columns.map { _ in ", ?" }.joined()
        try writer.run(
            "INSERT INTO \(name)_fts (\(name)_fts, rowid, \(names)) VALUES ('delete', ?\(marks))",
            binding: [old.id] + old.texts.map { SearchText($0).indexed })
        try writer.run("DELETE FROM \(name) WHERE id = ?", old.id)
    }

    /// The best hits that hold every word of the query; none for a query without letters or digits.
    public func find(_ query: String, limit: Int, offset: Int = 0, in reading: some SQLReading) throws -> [SearchHit] {
        let wanted = SearchText(query)
        guard let expression = wanted.expression else { return [] }
        let names = columns.map { "d.\($0.name)" }.joined(separator: ", ")
        let weights = columns.map { "\($0.weight)" }.joined(separator: ", ")
        return try reading.rows(
            """
            SELECT d.key, bm25(\(name)_fts, \(weights)) AS rank_, \(names)
            FROM \(name)_fts JOIN \(name) d ON d.id = \(name)_fts.rowid
            WHERE \(name)_fts MATCH ? ORDER BY rank_, d.id LIMIT ? OFFSET ?
            """, expression, limit, offset
        ) { row in
            let fields = try texts(row, from: 2).map { text in
                SearchHit.Field(text: text, marks: SearchText(text).marks(of: wanted))
            }
            return SearchHit(key: try row.get(0), score: -(try row.get(1, as: Double.self)), fields: fields)
        }
    }

    /// The keys of the best hits, best first; for narrowing another SELECT. Cheaper than `find`: no text is read.
    public func keys(_ query: String, limit: Int, in reading: some SQLReading) throws -> [String] {
        guard let expression = SearchText(query).expression else { return [] }
        let weights = columns.map { "\($0.weight)" }.joined(separator: ", ")
        return try reading.rows(
            """
            SELECT d.key FROM \(name)_fts JOIN \(name) d ON d.id = \(name)_fts.rowid
            WHERE \(name)_fts MATCH ? ORDER BY bm25(\(name)_fts, \(weights)), d.id LIMIT ?
            """, expression, limit
        ) { try $0.get(0) }
    }

    /// Parts of a SELECT of one's own that joins the hits with other small rows: cheaper than asking by keys where there are thousands.
    public struct Join: Sendable {
        /// What stands in FROM.
        public let table: String
        /// The number of a hit, as `document(of:)` gives it.
        public let document: String
        /// What stands in WHERE; `?1` is the expression.
        public let condition: String
        /// For ORDER BY, the best first.
        public let rank: String
        /// The value of `?1`.
        public let expression: String
    }

    /// `nil` for a query without letters or digits.
    public func join(_ query: String) -> Join? {
        SearchText(query).expression.map { expression in
            Join(
                table: "\(name)_fts", document: "\(name)_fts.rowid", condition: "\(name)_fts MATCH ?1",
                rank: "bm25(\(name)_fts, \(columns.map { "\($0.weight)" }.joined(separator: ", ")))", expression: expression)
        }
    }

    /// The number under which a key is indexed now; another one after every `put`.
    public func document(of key: String, in reading: some SQLReading) throws -> Int64? {
        try reading.value("SELECT id FROM \(name) WHERE key = ?", key)
    }

    /// How many hits there are in all.
    public func count(_ query: String, in reading: some SQLReading) throws -> Int {
        guard let expression = SearchText(query).expression else { return 0 }
        return try reading.value("SELECT count(*) FROM \(name)_fts WHERE \(name)_fts MATCH ?", expression) ?? 0
    }

    private func texts(_ row: Row, from first: Int) throws -> [String] {
        try columns.indices.map { try row.get(first + $0) }
    }
}

/// One thing found.
public struct SearchHit: Sendable, Hashable {
    /// One indexed text and where in it the query's words stand.
    public struct Field: Sendable, Hashable {
        public let text: String
        /// Ranges of `text`, in order, without overlaps.
        public let marks: [Range<String.Index>]
    }

    /// A stretch of a field, marked or not.
    public struct Segment: Sendable, Hashable {
        public let text: String
        public let isMarked: Bool
    }

    public let key: String
    /// Greater is better; comparable only within one query.
    public let score: Double
    /// One for each column of the index.
    public let fields: [Field]
}

extension SearchHit.Field {
    /// The whole text in stretches, for a page to mark.
    public var segments: [SearchHit.Segment] { cut(text.startIndex..<text.endIndex) }

    /// About `length` characters around the first mark, with `…` where something is left out.
    public func excerpt(length: Int) -> [SearchHit.Segment] {
        guard text.count > length, let first = marks.first else {
            if text.count <= length { return segments }
            return [.init(text: text.prefix(length) + "…", isMarked: false)]
        }
        let before = text.index(first.lowerBound, offsetBy: -(length / 4), limitedBy: text.startIndex) ?? text.startIndex
        let after = text.index(before, offsetBy: length, limitedBy: text.endIndex) ?? text.endIndex
        var segments = cut(before..<max(after, first.upperBound))
        if before > text.startIndex { segments.insert(.init(text: "…", isMarked: false), at: 0) }
        if after < text.endIndex { segments.append(.init(text: "…", isMarked: false)) }
        return segments
    }

    private func cut(_ window: Range<String.Index>) -> [SearchHit.Segment] {
        var segments: [SearchHit.Segment] = []
        var place = window.lowerBound
        for mark in marks.map({ $0.clamped(to: window) }) where !mark.isEmpty {
            if place < mark.lowerBound { segments.append(.init(text: String(text[place..<mark.lowerBound]), isMarked: false)) }
            segments.append(.init(text: String(text[mark]), isMarked: true))
            place = mark.upperBound
        }
        if place < window.upperBound {
            segments.append(.init(text: String(text[place..<window.upperBound]), isMarked: false))
        }
        return segments
    }
}
