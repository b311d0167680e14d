import AppealsContracts
import FoundationEssentials
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import AppealsPlugin

@Suite("Open311 GeoReport v2")
struct Open311Tests {
    static let base = "/api/test/appeals/open311/v2"
    static let signed: [(String, String)] = [
        ("service_code", "05"), ("address_id", "430181"), ("description", "同一材料在两个窗口重复提交，建议共享。"), ("last_name", "诸葛"),
        ("first_name", "亮亮"), ("phone", "13912345678"), ("attribute[kind]", "suggestion"),
        ("attribute[title]", "建议简化备案材料"),
    ]

    static func changed(_ name: String, _ value: String?) -> [(String, String)] {
        let others = signed.filter { $0.0 != name }
        return others + (value.map { [(name, $0)] } ?? [])
    }

    static let anonymous = signed.filter { !["last_name", "first_name", "phone"].contains($0.0) }

    func post(_ column: Column, _ fields: [(String, String)], _ form: String = "json") async -> TestAnswer {
        let body = fields.map { "\(QueryLink.encode($0.0))=\(QueryLink.encode($0.1))" }.joined(separator: "&")
        return await column.site.call(
            "POST", "\(Self.base)/requests.\(form)", body, ["Content-Type": "application/x-www-form-urlencoded"])
    }

    func get(_ column: Column, _ path: String) async -> TestAnswer { await column.site.call("GET", Self.base + path) }

    func token(_ column: Column, _ fields: [(String, String)] = signed) async throws -> String {
        let answer = await post(column, fields)
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(answer.json?[0]?["token"]?.string)
    }

    /// The names of a tree's members at every depth, in order: its form without its values.
    func shape(_ value: JSONValue) -> String {
        if let list = value.array { return "[" + (list.first.map(shape) ?? "") + "]" }
        if let members = value.object {
            return "{"
                + members.map { $0.key + ($0.value.object == nil && $0.value.array == nil ? "" : shape($0.value)) }
                .joined(separator: " ") + "}"
        }
        return ""
    }

    static let requestShape =
        "[{service_request_id status status_notes service_name service_code description agency_responsible service_notice requested_datetime updated_datetime expected_datetime address address_id zipcode lat long media_url}]"

    @Test("Each answer has the standard's members, in JSON and in XML")
    func forms() async throws {
        let column = try await Column()
        let token = try await token(column)
        let rows: [(path: String, root: String, shape: String)] = [
            ("/services.json", "services", "[{service_code service_name description metadata type keywords group}]"),
            (
                "/services/05.json", "service_definition",
                "{service_code attributes[{variable code datatype required datatype_description order description values[{key name}]}]}"
            ),
            ("/tokens/\(token).json", "service_requests", "[{service_request_id token}]"),
            ("/requests/\(token).json", "service_requests", Self.requestShape),
            ("/requests.json?service_request_id=\(token)", "service_requests", Self.requestShape),
            ("/services/77.json", "errors", "[{code description}]"),
            ("/tokens/1.json", "errors", "[{code description}]"),
            ("/requests.json?status=lost", "errors", "[{code description}]"),
            ("/services.json?jurisdiction_id=city.gov", "errors", "[{code description}]"),
        ]
        for row in rows {
            let json = await get(column, row.path)
            #expect(json["Content-Type"] == "application/json; charset=utf-8", "\(row.path)")
            #expect(json.json.map(shape) == row.shape, "\(row.path): \(json.text)")
            let xml = await get(column, row.path.replacing(".json", with: ".xml"))
            #expect(xml.status == json.status)
            #expect(xml["Content-Type"] == "text/xml; charset=utf-8", "\(row.path)")
            #expect(xml.text.hasPrefix("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<\(row.root)>"), "\(xml.text)")
            #expect(xml.text.hasSuffix("</\(row.root)>\n"))
        }
        let posted = await post(column, Self.signed, "xml")
        #expect(posted.text.contains("<service_requests><request><token>AP"))
        #expect(posted.text.contains("<account_id/></request></service_requests>"))
        let discovery = await column.site.call("GET", "/api/test/appeals/open311/discovery.json")
        #expect(
            discovery.json.map(shape)
                == "{changeset contact key_service endpoints[{specification url changeset type formats[]}]}")
        #expect(discovery.json?["endpoints"]?[0]?["url"]?.string == "https://localhost" + Self.base)
    }

    @Test("What the desk types stays text in XML")
    func escaping() {
        let (_, bytes) = GeoReportForm.xml.written("errors", GeoReportForm.errors([(400, "<a href=\"x\">&\u{1}")]))
        #expect(String(decoding: bytes, as: UTF8.self).contains("<description>&lt;a href=\"x\"&gt;&amp;</description>"))
    }

    @Test("实名：token 随即换得编号，凭它看到办理情况；列表里没有未公开的诉求，公开后只有登载的文字")
    func signed() async throws {
        let column = try await Column()
        let token = try await token(column)
        let number = try #require(GeoReportToken(token)?.number)
        #expect(await get(column, "/tokens/\(token).json").json?[0]?["service_request_id"]?.string == token)
        let detail = try column.detail(number)
        #expect(detail.card.signing == .signed && detail.card.category == "05" && detail.card.title == "建议简化备案材料")
        let open = try #require(await get(column, "/requests/\(token).json").json?[0])
        #expect(open["status"] == "open")
        #expect(open["requested_datetime"] == "2026-03-02T00:00:00+08:00")
        #expect(open["address_id"] == "430181" && open["address"]?.string?.contains("浏阳市") == true)
        // Its number alone shows nothing, neither does the list.
        #expect(await get(column, "/requests/\(number).json").status == 404)
        #expect(await get(column, "/requests.json").json?.array?.isEmpty == true)

        try await column.advance(number, .accept, to: ["tax"])
        try await column.part(number, "tax", .receive, as: Column.tax)
        try await column.part(number, "tax", .answer, as: Column.tax, text: "材料下月起共享。")
        let closed = try #require(await get(column, "/requests/\(token).json").json?[0])
        #expect(closed["status"] == "closed")
        #expect(closed["status_notes"]?.string?.contains("材料下月起共享。") == true)
        #expect(closed["agency_responsible"] == "测试·tax")
        _ = try await column.site.tell(
            PublishCase(number: number, title: "备案材料重复提交", text: "有企业反映材料重复提交，建议共享。"), as: Column.desk)
        let listed = try #require(await get(column, "/requests.json?status=closed&service_code=05").json?.array)
        #expect(listed.count == 1)
        #expect(listed[0]["service_request_id"]?.string == number.description)
        #expect(listed[0]["description"]?.string == "备案材料重复提交\n有企业反映材料重复提交，建议共享。")
        for path in [
            "?status=open", "?service_code=04", "?start_date=2026-03-03T00:00:00%2B08:00",
            "?end_date=2026-03-01T00:00:00Z",
        ] {
            #expect(await get(column, "/requests.json\(path)").json?.array?.isEmpty == true, "\(path)")
        }
        #expect(await get(column, "/requests/\(number).json").status == 200)
        let text = await get(column, "/requests.json").text + get(column, "/requests/\(token).json").text
        for secret in ["诸葛", "13912345678"] { #expect(!text.contains(secret)) }
    }

    @Test("匿名：次日登记前 token 还没有编号，之后有；来源不留痕（按字节检索文件）")
    func anonymous() async throws {
        let column = try await Column()
        column.site.clock.advance(by: .milliseconds(1_234_567))
        let moment = column.site.clock.now.milliseconds
        let before = try column.site.stores.map { try $0.file.read { try $0.lastLogSeq() } }
        let answer = await post(
            column,
            Self.anonymous + [
                ("email", "someone-9f8e@example.org"), ("device_id", "device-7d6c"), ("account_id", "account-5b4a"),
                ("lat", "28.163451"),
            ])
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json?[0]?["service_notice"]?.string?.contains("未保存：email、device_id、account_id、lat") == true)
        let token = try #require(answer.json?[0]?["token"]?.string)
        #expect(try contains(Array("重复提交，建议共享".utf8), in: column.site.folder))
        for secret in [
            "someone-9f8e", "device-7d6c", "account-5b4a", "28.163451", String(moment), String(moment / 1000),
            GeoReportToken(token)?.code ?? "",
        ] {
            #expect(try !contains(Array(secret.utf8), in: column.site.folder), "\(secret)")
        }
        #expect(try column.site.stores.map { try $0.file.read { try $0.lastLogSeq() } } == before)
        #expect(await get(column, "/tokens/\(token).json").json?[0]?["service_request_id"] == .null)
        #expect(await get(column, "/requests/\(token).json").status == 404)
        await column.site.advance(by: .seconds(86_400))
        #expect(await get(column, "/tokens/\(token).json").json?[0]?["service_request_id"]?.string == token)
        #expect(
            await get(column, "/requests/\(token).json").json?[0]?["requested_datetime"] == "2026-03-02T00:00:00+08:00")
        #expect(try column.detail(#require(GeoReportToken(token)?.number)).card.signing == .anonymous)
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let field: String
        let value: String?
        let status: Int
        let word: String
        var testDescription: String { "\(field)=\(value ?? "-")" }
    }

    @Test(
        "Every fault is an error of its own that names field, value, rule and next step",
        arguments: [
            Wrong(field: "service_code", value: "77", status: 404, word: "没有代码为“77”的服务类别（service_code）"),
            Wrong(field: "service_code", value: nil, status: 400, word: "缺少 service_code"),
            Wrong(field: "description", value: "短", status: 400, word: "description 应为 10–4000 字，实为 1 字"),
            Wrong(field: "address_id", value: "999999", status: 400, word: "address_id"),
            Wrong(field: "address_id", value: nil, status: 400, word: "缺少位置"),
            Wrong(field: "phone", value: "12", status: 400, word: "phone 应为"),
            Wrong(field: "phone", value: nil, status: 400, word: "缺少 phone"),
            Wrong(field: "attribute[kind]", value: "praise", status: 400, word: "只能是 suggestion、complaint、help"),
            Wrong(field: "attribute[colour]", value: "red", status: 400, word: "没有名为“colour”的 attribute"),
            Wrong(field: "attribute[department]", value: "moon", status: 400, word: "部门名录中没有“moon”"),
            Wrong(field: "attribute[title]", value: "短", status: 400, word: "attribute[title]："),
            Wrong(field: "attribute[signing]", value: "anonymous", status: 400, word: "匿名"),
            Wrong(field: "jurisdiction_id", value: "city.gov", status: 404, word: "没有 jurisdiction_id“city.gov”"),
        ])
    func refused(_ wrong: Wrong) async throws {
        let column = try await Column()
        let answer = await post(column, Self.changed(wrong.field, wrong.value))
        #expect(answer.status == wrong.status, "\(answer.text)")
        #expect(answer.json.map(shape) == "[{code description}]")
        #expect(
            answer.json?.array?.contains { $0["description"]?.string?.contains(wrong.word) == true } == true,
            "\(answer.text)")
        #expect(try column.site.ask(FindCases(), as: Column.desk).items.isEmpty)
    }

    @Test("What a partner's program hands in without a name is refused: its receipt would tell where it came from")
    func partners() async throws {
        let column = try await Column()
        let partner = Actor(kind: .partner, id: "app-01", name: "演示·随手办", grants: [])
        func post(_ fields: [(String, String)]) async -> TestAnswer {
            let body = fields.map { "\(QueryLink.encode($0.0))=\(QueryLink.encode($0.1))" }.joined(separator: "&")
            return await column.site.call(
                "POST", "\(Self.base)/requests.json", body, ["Content-Type": "application/x-www-form-urlencoded"],
                as: partner)
        }
        #expect(await post(Self.signed).status == 200)
        let unsigned = await post(Self.anonymous)
        #expect(unsigned.status == 400)
        #expect(unsigned.text.contains("匿名件不得以合作方身份提交"), "\(unsigned.text)")
    }

    @Test("Two faults are two errors; a place is found by its name; ranges have their bounds")
    func manners() async throws {
        let column = try await Column()
        let two = await post(column, Self.changed("description", "短").filter { $0.0 != "service_code" })
        #expect(two.json?.array?.count == 2)
        let named = try await token(column, Self.changed("address_id", nil) + [("address_string", "湖南省长沙市浏阳市集里街道")])
        #expect(try column.detail(#require(GeoReportToken(named)?.number)).card.region == RegionCode("430181"))
        #expect(
            await get(column, "/requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-06-01T00:00:00Z").status
                == 400)
        #expect(await get(column, "/requests.json?start_date=2026-01-01").status == 400)
        #expect(await column.site.call("DELETE", Self.base + "/requests.json").status == 405)
        let json = await column.site.call("POST", Self.base + "/requests.json", "{}")
        #expect(json.status == 415)
        #expect(json.json.map(shape) == "[{code description}]", "\(json.text)")
    }
}
