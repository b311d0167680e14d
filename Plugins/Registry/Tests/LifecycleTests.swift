import RegistryContracts
import Testing

@testable import RegistryPlugin

@Suite("报建、认定、退出：状态机")
struct LifecycleTests {
    /// Every legal arrow of the long way, written down by hand: (from, action, to).
    static let legal: [(Stage, StageAction, Stage)] = [
        (.submitted, .accept, .cityReview), (.submitted, .sendBack, .returned), (.submitted, .withdraw, .withdrawn),
        (.cityReview, .passCityReview, .provinceReview), (.cityReview, .sendBack, .returned), (.cityReview, .refuse, .refused),
        (.provinceReview, .passProvinceReview, .construction), (.provinceReview, .sendBack, .returned),
        (.provinceReview, .refuse, .refused),
        (.construction, .requestAcceptance, .acceptance), (.construction, .withdraw, .withdrawn),
        (.acceptance, .passAcceptance, .accepted), (.acceptance, .failAcceptance, .construction),
        (.accepted, .recognise, .recognised), (.accepted, .failAcceptance, .construction),
        (.returned, .resubmit, .submitted), (.returned, .withdraw, .withdrawn),
        (.recognised, .orderRectification, .rectification), (.recognised, .beginOperatorChange, .operatorChange),
        (.rectification, .confirmRectification, .recognised), (.rectification, .beginOperatorChange, .operatorChange),
        (.rectification, .exit, .exited),
        (.operatorChange, .handOver, .recognised), (.operatorChange, .exit, .exited),
    ]

    @Test("二·按程序办理：所有（阶段，操作）组合，除列明的以外一律拒绝", arguments: Stage.allCases)
    func everyPairIsDecided(stage: Stage) {
        for action in StageAction.allCases {
            let expected = Self.legal.first { $0.0 == stage && $0.1 == action }?.2
            #expect(Lifecycle.step(from: stage, by: action, on: .throughCity)?.to == expected, "\(stage) \(action)")
        }
    }

    @Test("No pair of stage and action leads to two places", arguments: Lifecycle.Route.allCases)
    func arrowsAreUnambiguous(route: Lifecycle.Route) {
        let steps = Lifecycle.steps(of: route)
        #expect(Set(steps.map { "\($0.from) \($0.action)" }).count == steps.count)
    }

    @Test("An application for a city skips the city's review and is accepted by the province")
    func cityApplicationsGoStraightToTheProvince() throws {
        let step = try #require(Lifecycle.step(from: .submitted, by: .accept, on: .straightToProvince))
        #expect(step.to == .provinceReview)
        #expect(step.authority == .province)
        #expect(Lifecycle.steps(of: .straightToProvince).allSatisfy { $0.authority != .city && $0.to != .cityReview })
    }

    @Test("The hub can change its operating unit and nothing else")
    func theHubNeverLeaves() {
        #expect(Set(Lifecycle.steps(of: .hub).map(\.action)) == [.beginOperatorChange, .handOver])
    }

    @Test("九·退出机制：未经整改或更换运营单位不得直接退出")
    func nobodyIsPutOutWithoutATimeToMend() {
        #expect(Lifecycle.step(from: .recognised, by: .exit, on: .throughCity) == nil)
    }

    @Test("Final stages have no way out, every other one has", arguments: Stage.allCases)
    func finalStagesAreFinal(stage: Stage) {
        #expect(Lifecycle.steps(of: .throughCity).contains { $0.from == stage } == !stage.isFinal)
    }

    @Test(
        "Who decides: the applicant mends and asks, the city reviews first, the province decides",
        arguments: [
            (Stage.cityReview, StageAction.passCityReview, Lifecycle.Authority.city),
            (.provinceReview, .passProvinceReview, .province), (.construction, .requestAcceptance, .applicant),
            (.acceptance, .passAcceptance, .city), (.accepted, .recognise, .province), (.rectification, .exit, .province),
        ])
    func authorityOfSteps(stage: Stage, action: StageAction, authority: Lifecycle.Authority) {
        #expect(Lifecycle.step(from: stage, by: action, on: .throughCity)?.authority == authority)
    }

    @Test("Every refusal code stands once in the table")
    func refusalCodesAreUnique() {
        let codes = RegistryRefusal.codes.map(\.code)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.hasPrefix("registry.") })
    }
}
