import Store
import Testing
import Vocabulary

@Suite struct SearchTests {
    static let index = SearchIndex("node_search", columns: [("name", 10), ("body", 1)])
    static let migrations = [Migration(1, "search", index.schema)]
    static let documents: [(String, [String])] = [
        ("1", ["长沙市中小企业公共服务平台", "岳麓区麓谷大道６２７号，电话 0731-96871。"]),
        ("2", ["浏阳市综合窗口", "服务中小企业，ＡＢＣ园区 GB/T 2260 代码 430181。"]),
        ("3", ["株洲市双创基地", "创业创新省级示范，业"]),
        ("4", ["Hunan SME Hub", "湖南省枢纽平台 iPhone15 Café"]),
        ("5", ["𠮷𠮷野家", "扩展区汉字"]),
    ]

    let scratch: Scratch
    let lanes = LanePool()
    let file: StoreFile

    init() async throws {
        scratch = try Scratch()
        file = StoreFile(
            path: scratch.path(), migrations: Self.migrations, lanes: lanes, clock: HandClock().source)
        try await file.write { writer in
            for (key, texts) in Self.documents { try Self.index.put(key, texts, in: writer) }
        }
    }

    func keys(_ query: String) throws -> [String] {
        try file.read { try Self.index.find(query, limit: 20, in: $0).map(\.key) }
    }

    @Test(arguments: [
        ("长", ["1"]), ("市", ["1", "2", "3"]), ("业", ["1", "2", "3"]), ("台", ["1", "4"]),
        ("平台", ["1", "4"]), ("企业", ["1", "2"]), ("小企", ["1", "2"]), ("综合窗口", ["2"]), ("窗口服", []),
        ("中小企业公共服务平台", ["1"]), ("中小企业平台", []), ("中小企业 平台", ["1"]), ("台平", []),
        ("abc", ["2"]), ("ABC园区", ["2"]), ("ａｂｃ", ["2"]), ("hun", ["4"]), ("HUB", ["4"]), ("ub", []),
        ("430181", ["2"]), ("4301", ["2"]), ("627", ["1"]), ("gb/t 2260", ["2"]), ("iphone15", ["4"]),
        ("iPhone 枢纽", ["4"]), ("café", ["4"]), ("𠮷", ["5"]), ("𠮷野", ["5"]), ("汉字", ["5"]),
        ("", []), ("，。", []), ("\"", []), ("a\" OR \"b", []), ("NEAR(长沙)", []), ("长沙*", ["1"]), ("-长沙", ["1"]),
    ])
    func aQueryFindsWhatItShould(_ query: String, _ expected: [String]) throws {
        #expect(try keys(query).sorted() == expected)
        #expect(try file.read { try Self.index.count(query, in: $0) } == expected.count)
    }

    @Test func aHitInTheNameComesFirst() throws {
        #expect(try keys("中小企业").first == "1")
        let hits = try file.read { try Self.index.find("中小企业", limit: 10, in: $0) }
        #expect(hits.map(\.score) == hits.map(\.score).sorted(by: >))
        let second = try file.read { try Self.index.find("中小企业", limit: 1, offset: 1, in: $0).map(\.key) }
        #expect(second == ["2"])
    }

    @Test(arguments: [
        ("中小企业", "长沙市【中小企业】公共服务平台", "岳麓区麓谷大道６２７号，电话 0731-96871。"),
        ("627 平台", "长沙市中小企业公共服务【平台】", "岳麓区麓谷大道【６２７】号，电话 0731-96871。"),
        ("市中 中小", "长沙【市中小】企业公共服务平台", "岳麓区麓谷大道６２７号，电话 0731-96871。"),
        ("麓 长", "【长】沙市中小企业公共服务平台", "岳【麓】区【麓】谷大道６２７号，电话 0731-96871。"),
    ])
    func hitsAreMarkedInTheOriginalText(_ query: String, _ name: String, _ body: String) throws {
        let hit = try #require(try file.read { try Self.index.find(query, limit: 1, in: $0).first })
        let shown = hit.fields.map { $0.segments.map { $0.isMarked ? "【\($0.text)】" : $0.text }.joined() }
        #expect(shown == [name, body])
    }

    @Test func anExcerptStandsAroundTheFirstMark() throws {
        let hit = try #require(try file.read { try Self.index.find("96871", limit: 1, in: $0).first })
        let shown = hit.fields[1].excerpt(length: 12).map { $0.isMarked ? "【\($0.text)】" : $0.text }.joined()
        #expect(shown == "…31-【96871】。")
    }

    @Test func aReplacedTextIsNoLongerFoundByItsOldWords() async throws {
        try await file.write { try Self.index.put("2", ["宁乡市综合窗口", ""], in: $0) }
        #expect(try keys("浏阳").isEmpty)
        #expect(try keys("宁乡") == ["2"])
        try await file.write { try Self.index.remove("2", in: $0) }
        try await file.write { try Self.index.remove("2", in: $0) }
        #expect(try keys("宁乡").isEmpty)
        #expect(try keys("窗口").isEmpty)
        file.close()
    }

    @Test func searchAgreesWithAPlainScan() async throws {
        // Texts over a tiny alphabet, so that every pattern of length 1…4 occurs and also fails to occur.
        var state: UInt64 = 7
        func next(_ bound: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % bound)
        }
        let alphabet = Array("甲乙丙丁")
        func word(_ length: Int) -> String { String((0..<length).map { _ in alphabet[next(4)] }) }
        let texts = (0..<200).map { _ in word(1 + next(8)) }
        let stored = texts
        try await file.write { writer in
            for (number, text) in stored.enumerated() { try Self.index.put("t\(number)", [text, ""], in: writer) }
        }
        for _ in 0..<100 {
            let query = word(1 + next(4))
            let expected = texts.indices.filter { texts[$0].contains(query) }.map { "t\($0)" }
            let found = try file.read { try Self.index.find(query, limit: 1000, in: $0).map(\.key) }
            #expect(found.sorted() == expected.sorted(), "\(query)")
        }
        file.close()
    }
}
