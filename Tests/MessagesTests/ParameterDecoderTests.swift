import Messages
import Testing
import Vocabulary

@Suite struct ParameterDecoderTests {
    struct Line: Codable, Equatable {
        var title: String
        var amount: Int
    }

    struct Search: Codable, Equatable {
        var text: String
        var page: Int
        var open: Bool?
        var regions: [RegionCode]
        var since: Day?
        var owner: Line?
        var lines: [Line]
    }

    @Test func textsBecomeWhatTheTypeAsksFor() throws {
        let search = try ParameterDecoder.decode(
            Search.self,
            from: [
                ("text", "窗口"), ("page", "2"), ("open", "on"), ("regions", "430000"), ("regions", "430100"), ("since", ""),
                ("owner.title", "甲"), ("owner.amount", "-3"), ("lines.0.title", "a"), ("lines.0.amount", "1"), ("lines.1.title", "b"),
                ("lines.1.amount", "2"),
            ])
        let hunan = try #require(RegionCode("430000"))
        let changsha = try #require(RegionCode("430100"))
        #expect(
            search
                == Search(
                    text: "窗口", page: 2, open: true, regions: [hunan, changsha], since: nil, owner: Line(title: "甲", amount: -3),
                    lines: [Line(title: "a", amount: 1), Line(title: "b", amount: 2)]))
    }

    @Test func everyFaultIsToldAtOnce() throws {
        let refusal = try #require(throws: Refusal.self) {
            try ParameterDecoder.decode(
                Search.self,
                from: [("page", "zwei"), ("open", "maybe"), ("regions", "43"), ("since", "2026-13-01"), ("owner.title", "甲"), ("pgae", "1")])
        }
        #expect(refusal.status == 400)
        #expect(refusal.faults.map(\.field) == ["/text", "/page", "/open", "/regions/0", "/since", "/owner/amount", "/pgae"])
        #expect(refusal.faults.last?.message.contains("您是否要写“page”？") == true)
    }

    @Test(arguments: [("open", "1"), ("open", "on"), ("page", "+2"), ("page", "02"), ("page", "")])
    func programsAreReadStrictly(name: String, value: String) throws {
        let whole: [ParameterDecoder.Parameter] = [
            ("text", "x"), ("open", "true"), ("page", "2"), ("owner.title", "甲"), ("owner.amount", "-3"),
        ]
        _ = try ParameterDecoder.decode(Search.self, from: whole, style: .program)
        let one = whole.filter { $0.name != name } + [(name, value)]
        _ = try? ParameterDecoder.decode(Search.self, from: one)
        let refusal = try #require(throws: Refusal.self) { try ParameterDecoder.decode(Search.self, from: one, style: .program) }
        #expect(refusal.status == 422)
        #expect(refusal.faults.map(\.field) == ["/" + name])
    }

    @Test func boundsHoldWhereTheyAreGiven() throws {
        var bounds = Schema.of(Line.self)
        bounds.bound("amount", "数额", 0...5)
        #expect(bounds.hasBounds && !Schema.of(Line.self).hasBounds)
        let line: [ParameterDecoder.Parameter] = [("title", "a"), ("amount", "6")]
        #expect(try ParameterDecoder.decode(Line.self, from: line).amount == 6)
        #expect(throws: Refusal.self) { try ParameterDecoder.decode(Line.self, from: line, style: .program, bounds: bounds) }
    }

    @Test func unknownNamesMayBePassedOver() throws {
        let line = try ParameterDecoder.decode(Line.self, from: [("title", ""), ("amount", "1"), ("_csrf", "x")], unknown: .ignore)
        #expect(line == Line(title: "", amount: 1))
        #expect(throws: Refusal.self) {
            try ParameterDecoder.decode(Line.self, from: [("title", ""), ("amount", "1"), ("_csrf", "x")])
        }
    }
}
