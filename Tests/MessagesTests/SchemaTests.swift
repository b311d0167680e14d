import Messages
import Testing
import Vocabulary

@Suite struct SchemaTests {
    enum Tone: String, Codable, CaseIterable { case formal, plain }
    enum Level: Int, Codable { case low = 1, high = 5 }

    struct Address: Codable, Equatable {
        var region: RegionCode
        var street: String?
    }

    struct Application: Codable, SchemaRefining {
        var title: String
        var tone: Tone
        var level: Level?
        var operatorCode: CreditCode
        var day: Day
        var addresses: [Address]
        var marks: [String: Int32]
        var share: Double
        var size: UInt8
        var isUrgent: Bool
        var parent: MessageID?

        static func refine(_ schema: inout Schema) {
            schema.property("title") {
                $0.title = "标题"
                $0.minLength = 1
                $0.maxLength = 5
            }
        }
    }

    indirect enum Rule: Codable, Equatable, Sendable {
        case always
        case both(Rule, Rule)
        case region(RegionCode)
        case within(days: Int, of: Day?)
    }

    final class Tree: Codable, Sendable {
        let name: String
        let children: [Tree]
        let twin: Tree?
        init(name: String, children: [Tree] = [], twin: Tree? = nil) {
            self.name = name
            self.children = children
            self.twin = twin
        }
    }

    static let spring = Day("2026-03-01")

    @Test func theSchemaOfAStructNamesEveryMember() throws {
        let schema = Schema.of(Application.self)
        let json = schema.json
        #expect(json["required"] == ["title", "tone", "operatorCode", "day", "addresses", "marks", "share", "size", "isUrgent"])
        #expect(json["additionalProperties"] == false)
        let properties = try #require(json["properties"])
        #expect(properties["title"] == ["type": "string", "title": "标题", "minLength": 1, "maxLength": 5])
        #expect(properties["tone"] == ["type": "string", "enum": ["formal", "plain"]])
        #expect(properties["level"] == ["type": "integer", "enum": [1, 5]])
        #expect(properties["operatorCode"]?["format"] == "credit-code")
        #expect(properties["day"]?["format"] == "date")
        #expect(properties["addresses"]?["items"]?["properties"]?["region"]?["pattern"] == "^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])[0-9]{4}$")
        #expect(properties["addresses"]?["items"]?["required"] == ["region"])
        #expect(properties["marks"]?["additionalProperties"] == ["type": "integer", "minimum": -2_147_483_648, "maximum": 2_147_483_647])
        #expect(properties["share"] == ["type": "number"])
        #expect(properties["size"] == ["type": "integer", "minimum": 0, "maximum": 255])
        #expect(properties["isUrgent"] == ["type": "boolean"])
        #expect(schema.gaps.isEmpty)
    }

    @Test func anEnumWithAssociatedValuesIsAnObjectOfOneMember() throws {
        let schema = Schema.of(Rule.self)
        #expect(schema.json["$ref"] == "#/$defs/SchemaTests.Rule")
        let rule = try #require(schema.json["$defs"]?["SchemaTests.Rule"])
        #expect(rule["maxProperties"] == 1)
        let cases = try #require(rule["properties"])
        #expect(cases.object?.map(\.key) == ["always", "both", "region", "within"])
        #expect(cases["both"]?["required"] == ["_0", "_1"])
        #expect(cases["both"]?["properties"]?["_1"] == ["$ref": "#/$defs/SchemaTests.Rule"])
        #expect(cases["region"]?["properties"]?["_0"]?["format"] == "region-code")
        #expect(cases["within"]?["properties"]?["days"] == ["type": "integer"])
        #expect(schema.gaps.isEmpty)
    }

    @Test(arguments: [
        Rule.always, .both(.always, .both(.always, .always)), .within(days: 3, of: spring),
    ])
    func whatATypeEncodesItsSchemaAccepts(_ rule: Rule) throws {
        let value = try JSONValue(encoding: rule)
        #expect(Schema.of(Rule.self).problems(in: value).isEmpty)
        #expect(try value.decode(Rule.self) == rule)
    }

    @Test func recursiveTypesReferToThemselves() throws {
        let schema = Schema.of(Tree.self)
        let tree = try #require(schema.json["$defs"]?["SchemaTests.Tree"])
        #expect(tree["properties"]?["children"] == ["type": "array", "items": ["$ref": "#/$defs/SchemaTests.Tree"]])
        #expect(tree["required"] == ["name", "children"])
        let good: JSONValue = ["name": "a", "children": [["name": "b", "children": []]]]
        #expect(schema.problems(in: good).isEmpty)
        let bad: JSONValue = ["name": "a", "children": [["name": 3, "children": [["children": []]]]]]
        #expect(schema.problems(in: bad).map(\.field) == ["/children/0/name", "/children/0/children/0/name"])
    }

    @Test func allProblemsAreFoundTogether() throws {
        let value: JSONValue = [
            "titel": "x", "tone": "formel", "operatorCode": "12", "day": "2026-02-30", "addresses": [["region": "430000"], ["region": 43]],
            "marks": ["a/b": 3_000_000_000], "share": "0.5", "size": 256, "isUrgent": "yes", "level": nil,
        ]
        let faults = Schema.of(Application.self).problems(in: value)
        #expect(
            faults.map(\.field) == [
                "/title", "/tone", "/operatorCode", "/day", "/addresses/1/region", "/marks/a~1b", "/share", "/size", "/isUrgent", "/titel",
            ])
        #expect(faults[1].value == "formel")
        #expect(faults[1].message == "应为下列之一：formal、plain，您是否要填“formal”？")
        #expect(faults.last?.message == "没有名为“titel”的字段。您是否要写“title”？")
        #expect(faults[7].message == "应在 0 到 255 之间，请改正。")
        #expect(Schema.of(Application.self).problems(in: value, unknown: .ignore).count == 9)
    }

    struct Person: Codable, Equatable {
        var name: Personal<String>
        var mobile: Personal<Mobile>
        var telephone: Landline?
        var contact: ContactNumber?
        var budget: Fen
        var industry: IndustryCode?
        var byTone: [Int: String]
    }

    @Test("个人信息：不满足格式时不回显原值，脱敏内容不能提交")
    func personalDataIsNeverRepeatedInFaults() throws {
        let schema = Schema.of(Person.self)
        #expect(schema.gaps.isEmpty)
        #expect(schema.json["properties"]?["mobile"]?["x-personal"] == true)
        #expect(schema.json["properties"]?["contact"]?["format"] == "cn-telephone")
        #expect(schema.json["properties"]?["budget"]?["maximum"]?.integer ?? 0 > 1_000_000_000_000)
        #expect(schema.json["properties"]?["byTone"]?["propertyNames"] == ["pattern": "^-?(0|[1-9][0-9]*)$"])
        let good: JSONValue = ["name": "某甲", "mobile": "13800000000", "budget": 100, "byTone": ["1": "a"]]
        #expect(schema.problems(in: good).isEmpty)
        #expect(throws: Never.self) { try good.decode(Person.self) }
        let bad: JSONValue = ["name": "某**", "mobile": "138****0000", "telephone": "12", "budget": 1.5, "industry": "ZZ", "byTone": ["x": "a"]]
        let faults = schema.problems(in: bad)
        #expect(faults.map(\.field) == ["/name", "/mobile", "/telephone", "/budget", "/industry", "/byTone/x"])
        #expect(faults[0].value == nil)
        #expect(faults[1].value == nil)
        #expect(faults[2].value == "12")
    }

    @Test func aTypeThatCannotBeDescribedSaysSo() {
        struct Stubborn: Codable {
            var code: Code
            var rest: Int
            struct Code: Codable {
                init(from decoder: any Decoder) throws {
                    let text = try decoder.singleValueContainer().decode(String.self)
                    throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "never '\(text)'"))
                }
                func encode(to encoder: any Encoder) throws {}
            }
        }
        let schema = Schema.of(Stubborn.self)
        #expect(schema.gaps == ["/"])
        #expect(schema.problems(in: ["code": "x", "rest": 1]).isEmpty)
    }

    @Test func whatMayStandWhereItStandsDoesNotCountAmongTheHundredFaults() {
        struct Numbers: Codable {
            var mobiles: [Mobile]
            var count: Int
        }
        let schema = Schema.of(Numbers.self)
        let value: JSONValue = ["mobiles": .array(Array(repeating: .string("（已删除）"), count: 120)), "count": "x"]
        #expect(schema.problems(in: value).count == 100)
        #expect(schema.problems(in: value, passing: Set((0..<120).map { "/mobiles/\($0)" })).map(\.field) == ["/count"])
    }

    @Test(arguments: [("titel", "title"), ("Title", "title"), ("tilte", "title"), ("zzz", nil), ("linse", "lines")])
    func theNearestNameIsOffered(_ wrong: String, _ meant: String?) {
        #expect(Nearest.name(to: wrong, among: ["title", "lines", "portNumber"]) == meant)
    }
}
