import FoundationEssentials
import Messages
import Network
import Pages
import Testing
import Vocabulary

@testable import Host

@Suite("配置")
struct ConfigurationTests {
    @Test("a good configuration becomes values with defaults filled in")
    func good() throws {
        let place = Workplace()
        try place.fill()
        let host = try place.read()
        #expect(host.sites.map(\.id) == ["changsha", "hunan"])
        #expect(host.defaultSite == "hunan")
        #expect(host.address == "127.0.0.1")
        #expect(host.port == 8443)
        #expect(host.adminPort == 9443)
        #expect(host.redirectPort == nil)
        #expect(host.dataFolder == place.configs + "/../data")
        let hub = try #require(host.sites.last)
        #expect(hub.card.title == "湖南省中小企业公共服务平台")
        #expect(hub.card.hotline == "96871")
        #expect(hub.kind == .hub)
        #expect(hub.region == RegionCode("430000"))
        #expect(hub.plugins.keys.sorted() == ["registry"])
        #expect(host.sites.first?.plugins.isEmpty == true)
        #expect(host.sites.first?.parent == "hunan")
    }

    @Test("all problems of all files are told at once, with file, line, key and the nearest known key")
    func everythingAtOnce() throws {
        let place = Workplace()
        try place.write(
            "Configs/host.json5",
            """
            {
              // comment
              listen: {
                prot: 8443,
                address: "localhost",
              },
              limits: { headBytes: "big", port: 3 },
              dataFoldr: "x",
              defaultSite: "hunnan",
            }
            """)
        try place.write("Configs/sites/hunan/site.json5", "{\n  title: '湖南',\n  kind: 'hubb',\n  region: '43'\n}")
        try place.write("Configs/sites/hunan/plugins/regstry.json5", "{}")
        try place.write("Configs/sites/hunan/plugins/registry.json5", "{\n\n  planYears: 'three' }")
        try place.write("Configs/sites/hunan/plugins/notes.txt", "x")
        try place.write("Configs/sites/changsha/site.json5", "{ title: }")
        try place.write("Configs/sites/login/site.json5", "{}")
        try place.write("Configs/sites/zhuzhou/plugins/registry.json5", "{}")
        let problems = place.problems()
        let wanted = [
            "host.json5:4 listen.prot：没有这个键，是否想写“listen.port”？", "host.json5:5 listen.address：应为IPv4",
            "host.json5:7 limits.headBytes：应为4096…262144 的整数",
            "host.json5:7 limits.port：没有这个键，是否想写“listen.port”？", "host.json5:8 dataFoldr：没有这个键，是否想写“dataFolder”？",
            "host.json5:9 defaultSite：没有站点“hunnan”", "sites/hunan/site.json5:3 kind：应为",
            "sites/hunan/site.json5:4 region：应为六位区划代码",
            "sites/hunan/plugins/regstry.json5：本程序没有插件“regstry”，是否想写“registry.json5”？",
            "sites/hunan/plugins/registry.json5:3 planYears：应为整数",
            "sites/hunan/plugins/notes.txt：plugins 目录下只放", "sites/changsha/site.json5:1：",
            "sites/login：站点标识“login”是系统保留字",
            "sites/zhuzhou/site.json5：站点目录下没有 site.json5",
        ]
        for text in wanted { #expect(problems.contains { $0.contains(text) }, "\(text) is missing") }
        #expect(problems.count == wanted.count, "\(problems)")
    }

    @Test(
        "what one key says must agree with others",
        arguments: [
            ("{ }", "city", "'430000'", "", "region：类型为 city"), ("{ }", "hub", "null", "", "region：类型为 hub"),
            ("{ }", "county", "'430100'", "", "region：类型为 county"), ("{ }", "park", "null", "", ""),
            ("{ listen: { port: 9443 } }", "park", "null", "", "listen.adminPort：端口 9443 已用于 listen.port"),
            ("{ }", "hub", "'430000'", ", parent: 'other'", "parent：省枢纽"),
            ("{ }", "park", "null", ", parent: 'aaa'", "parent：上级站点“aaa”形成了循环"),
        ])
    func agreement(host: String, kind: String, region: String, more: String, wanted: String) throws {
        let place = Workplace()
        try place.write("Configs/host.json5", host)
        try place.write("Configs/sites/aaa/site.json5", "{ title: '甲', kind: '\(kind)', region: \(region)\(more) }")
        let problems = place.problems()
        #expect(problems.count == (wanted.isEmpty ? 0 : 1), "\(problems)")
        #expect(problems.allSatisfy { $0.contains(wanted) }, "\(problems)")
    }

    @Test(
        "a colour must be dark enough for white text",
        arguments: [("#1d4f91", true), ("#767676", true), ("#777777", false), ("#ffffff", false), ("blue", false)])
    func accent(colour: String, isGood: Bool) throws {
        let place = Workplace()
        try place.write("Configs/host.json5", "{ brand: { accent: '\(colour)' } }")
        try place.write("Configs/sites/aaa/site.json5", "{ title: '甲', kind: 'park' }")
        #expect(place.problems().isEmpty == isGood, "\(place.problems())")
    }

    @Test("several sites need a default site; none at all is a problem")
    func defaultSite() throws {
        let place = Workplace()
        try place.write("Configs/host.json5", "{}")
        #expect(place.problems().contains { $0.contains("没有任何站点") })
        for id in ["aaa", "bbb"] { try place.write("Configs/sites/\(id)/site.json5", "{ title: '甲', kind: 'park' }") }
        #expect(place.problems() == ["host.json5 defaultSite：有 2 个站点时必须指明根地址显示哪一个，请补充。"] || place.problems().count == 1)
    }

    @Test("a missing or empty folder says what to do")
    func missing() {
        let place = Workplace()
        #expect(place.problems().contains { $0.contains("shuniu init") })
    }

    @Test("certificate and key must be there, and the key private")
    func certificates() throws {
        let place = Workplace()
        try place.fill()
        #expect(place.problems(checkFiles: true).count == 2)
        try place.write("data/_tls/server.pem", "x")
        try place.write("data/_tls/server.key", "x")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: place.data + "/_tls/server.key")
        let open = place.problems(checkFiles: true)
        #expect(open.count == 1)
        #expect(open.first?.contains("chmod 600") == true)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place.data + "/_tls/server.key")
        #expect(place.problems(checkFiles: true) == ["host.json5:1 tls：证书文件“../data/_tls/server.pem”不是有效的 PEM 证书。请检查文件内容。"])
        try FileManager.default.createDirectory(atPath: place.data + "/_tls", withIntermediateDirectories: true)
        _ = try CertificateMaker.writeDevelopmentFiles(in: place.data + "/_tls")
        #expect(place.problems(checkFiles: true).isEmpty)
    }

    @Test(
        "site identifiers",
        arguments: [
            ("hunan", true), ("liuyang-park2", true), ("a", false), ("Hunan", false), ("2nd", false), ("-x", false),
            ("x-", false), ("api", false),
            ("assets", false), ("health", false), ("trunk", false), ("metrics", false), ("login", false), ("湖南", false),
            ("a/b", false), ("..", false),
            (String(repeating: "a", count: 40), true), (String(repeating: "a", count: 41), false), ("", false),
        ])
    func siteIdentifiers(id: String, isGood: Bool) { #expect((SiteID.problem(id) == nil) == isGood) }

    @Test("the example files in Configs show every key and are what the tables say", arguments: ["host", "site"])
    func examples(name: String) throws {
        let root = #filePath.replacing("/Tests/HostTests/ConfigurationTests.swift", with: "")
        let (path, table): (String, SettingTable) =
            name == "host" ? ("host.json5", .host) : ("sites/hunan/site.json5", .site)
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" {
            try Data(table.example().utf8).write(to: URL(filePath: "\(root)/Configs/\(path)"))
        }
        let text = String(
            decoding: try #require(FileManager.default.contents(atPath: "\(root)/Configs/\(path)")), as: UTF8.self)
        #expect(text == table.example())
        #expect(table.problems(in: try JSON5.parse(Array(text.utf8))).isEmpty)
        for key in table.keys { #expect(text.contains(key.name.split(separator: ".").last.map { $0 + ":" } ?? "?")) }
    }

    @Test("every key's default and sample obey its own rule")
    func defaultsAreGood() {
        for key in SettingTable.host.keys + SettingTable.site.keys {
            for value in [key.fallback, key.sample].compactMap(\.self) {
                #expect(key.problem(value) == nil, "\(key.name)")
            }
        }
    }

    @Test("lines are found in a text with comments, quotes and every kind of nesting")
    func lines() {
        let text =
            "{\n  // a: 1\n  'a b': [1,\n 2, { c: \"}\",\n /* x\n y */ d: 0x1F }],\n e: 'x\\'y', f: {},\n g: -1 }"
        let lines = JSON5Lines(Array(text.utf8))
        #expect(lines.line(of: "/a b") == 3)
        #expect(lines.line(of: "/a b/1") == 4)
        #expect(lines.line(of: "/a b/2/c") == 4)
        #expect(lines.line(of: "/a b/2/d") == 6)
        #expect(lines.line(of: "/e") == 7)
        #expect(lines.line(of: "/g") == 8)
        #expect(lines.line(of: "/g/none") == 8)
        #expect(lines.line(of: "/none") == 1)
    }

    @Test(
        "broken texts of any kind end the line finder without harm",
        arguments: ["", "{", "[", "{a", "{a:", "'", "/*", "//", "{a:[}", "]]]", "{\"\\"])
    func brokenLines(text: String) { #expect(JSON5Lines(Array(text.utf8)).line(of: "/x") == 1) }

    /// A plug-in whose standard and fee have defaults, and whose standard is locked where nothing else is said.
    private static let lockable = KnownPlugin(
        id: "registry",
        effective: { settings in
            .object([
                .init("standard", settings["standard"] ?? "A"), .init("fee", settings["fee"] ?? 1),
                .init("lockedByHub", settings["lockedByHub"] ?? .array(["standard"])),
            ])
        })

    private static func reader(_ place: Workplace) -> ConfigurationReader {
        ConfigurationReader(folder: place.configs, plugins: [lockable])
    }

    @Test("D31: a setting that the hub locks holds below it; another value there is refused with file, line and the hub's value")
    func locks() throws {
        let place = Workplace()
        try place.fill()
        try place.write("Configs/sites/hunan/plugins/registry.json5", "{ standard: 'B' }")
        try place.write("Configs/sites/changsha/plugins/registry.json5", "{ fee: 3 }")
        var reader = Self.reader(place)
        let read = reader.read(.init())
        let sites = try #require(read).sites
        #expect(reader.problems.isEmpty)
        let below = try #require(sites.first { $0.id == "changsha" }?.plugins["registry"])
        #expect(below["standard"] == "B" && below["fee"] == 3)

        try place.write("Configs/sites/changsha/plugins/registry.json5", "{ fee: 3,\n  standard: 'C' }")
        reader = Self.reader(place)
        _ = reader.read(.init())
        #expect(reader.problems.map(\.key) == ["standard"] && reader.problems.first?.line == 2)
        #expect(reader.problems.first?.message.contains("hunan") == true && reader.problems.first?.message.contains("\"B\"") == true)

        try place.write("Configs/sites/hunan/plugins/registry.json5", "{ standard: 'B', lockedByHub: ['fees'] }")
        reader = Self.reader(place)
        _ = reader.read(.init())
        #expect(reader.problems.map(\.key) == ["lockedByHub"] && reader.problems.first?.message.contains("“fee”") == true)
    }
}
