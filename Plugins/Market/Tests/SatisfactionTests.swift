#if canImport(SchoolContracts)
import MarketContracts
import PluginKit
import SchoolContracts
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

/// Stands in for the school: announces what a test gives it.
private struct FakeSchool: Plugin {
    static let manifest = Manifest(id: "school", title: "商学院课堂", version: "1.0.0")

    struct TellClass: Command {
        typealias Reply = Done
        static let name: WireName = "school.tell-class.v1"
        var event: ClassAdvanced
    }

    struct TellSurvey: Command {
        typealias Reply = Done
        static let name: WireName = "school.tell-survey.v1"
        var event: SurveyAnswered
    }

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.holdsNoPersonalData()
        plugin.announces(ClassAdvanced.self, titled: "班次")
        plugin.announces(SurveyAnswered.self, titled: "评价课程")
        plugin.handle(TellClass.self, access: .system) { message, tx in
            try tx.announce(message.event)
            return Done()
        }
        plugin.handle(TellSurvey.self, access: .system) { message, tx in
            try tx.announce(message.event)
            return Done()
        }
    }
}

@Suite("满意度：订单和培训一并计算")
struct SatisfactionTests {
    @Test("二·服务满意度：分子、分母、未评价分列，订单和已结课班次合计；县里的班次在枢纽也计入，同号的班次不混")
    func together() async throws {
        let network = try await TestNetwork([InstalledPlugin(FakeSchool.self), InstalledPlugin(Market.self)])
        let number = ClassID(year: 2026, serial: 1)
        func advance(_ site: String, _ place: String, _ action: ClassAction, taken: Int) async throws {
            let now = network[site].clock.now
            _ = try await network[site].tell(
                FakeSchool.TellClass(
                    event: ClassAdvanced(
                        schoolClass: number, course: try #require(CourseID("C2026-001")), title: "精益管理", theme: try #require(CourseTheme.allCases.first),
                        audience: try #require(Audience.allCases.first), region: try region(place), action: action, state: action == .finish ? .finished : .published,
                        startsAt: now, endsAt: now, capacity: 30, taken: taken)), as: .system("school"))
        }
        for (site, region) in [("liuyang", "430181"), ("zhuzhou", "430200")] { try await advance(site, region, .publish, taken: 0) }
        for overall in [5, 4, 2] {
            _ = try await network["liuyang"].tell(FakeSchool.TellSurvey(event: SurveyAnswered(schoolClass: number, overall: overall, teaching: 5)), as: .system("school"))
        }
        _ = try await network["zhuzhou"].tell(FakeSchool.TellSurvey(event: SurveyAnswered(schoolClass: number, overall: 5, teaching: 5)), as: .system("school"))
        await network.settle()
        #expect(try network["hunan"].ask(GetSatisfaction()).unrated == 0, "until it is over nobody has failed to rate")
        try await advance("liuyang", "430181", .finish, taken: 10)
        await network.settle()
        let all = try network["hunan"].ask(GetSatisfaction())
        #expect(all.satisfied == 3 && all.rated == 4 && all.unrated == 7)
        #expect(all.parts?.map(\.kind) == [.orders, .classes] && all.parts?.last?.rated == 4 && all.parts?.first?.rated == 0)
        let county = try network["hunan"].ask(GetSatisfaction(region: region("430181")))
        #expect(county.satisfied == 2 && county.rated == 3 && county.unrated == 7)
        #expect(try network["liling"].ask(GetSatisfaction()).parts == nil, "sideways nothing is told")
    }
}
#endif
