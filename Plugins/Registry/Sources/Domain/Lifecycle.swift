import RegistryContracts

/// The state machine of an application and its node, as values: 申报→市级初审→省级评审→建设→验收→认定→(整改)→(退出/更换运营单位).
///
/// Nothing here knows a database, a clock or a person; `Authority` says who may, `Lifecycle.step` says whether and where to.
/// - Source: 湘经信中小服务〔2017〕711号 二 (报建、认定), 九 (退出机制)
enum Lifecycle {
    /// The way an application takes, by what it is for.
    enum Route: String, CaseIterable, Sendable {
        /// County windows, parks, bases and a city's clusters: the city reviews first.
        case throughCity
        /// City windows and the province's own clusters: nobody stands between them and the province.
        case straightToProvince
        /// The hub: it neither applies nor leaves; only its operating unit can change.
        case hub
    }

    /// What a step asks for besides the decision.
    struct Needs: OptionSet, Sendable, Hashable {
        let rawValue: Int
        static let opinion = Needs(rawValue: 1)
        static let document = Needs(rawValue: 2)
        static let documentNumber = Needs(rawValue: 4)
        static let due = Needs(rawValue: 8)
    }

    /// Who decides on a step.
    enum Authority: Sendable, Hashable {
        /// Whoever may submit for the region.
        case applicant
        /// City staff of the region's city.
        case city
        /// Province staff.
        case province
    }

    /// One arrow of the state machine.
    struct Step: Sendable, Hashable {
        let from: Stage
        let action: StageAction
        let to: Stage
        let authority: Authority
        let needs: Needs
    }

    static func route(kind: NodeKind, isProvinceRegion: Bool) -> Route {
        switch kind {
        case .hub: .hub
        case .city: .straightToProvince
        case .county, .cluster, .park, .base: isProvinceRegion ? .straightToProvince : .throughCity
        }
    }

    /// Every arrow of a route; what is not listed is an illegal jump.
    static func steps(of route: Route) -> [Step] {
        switch route {
        case .throughCity: application(firstReview: .city) + life(mayExit: true)
        case .straightToProvince: application(firstReview: .province) + life(mayExit: true)
        case .hub: life(mayExit: false)
        }
    }

    static func step(from stage: Stage, by action: StageAction, on route: Route) -> Step? {
        steps(of: route).first { $0.from == stage && $0.action == action }
    }

    private static func application(firstReview: Authority) -> [Step] {
        let goesThroughCity = firstReview == .city
        var steps = [
            Step(
                from: .submitted, action: .accept, to: goesThroughCity ? .cityReview : .provinceReview,
                authority: firstReview, needs: []),
            Step(from: .submitted, action: .sendBack, to: .returned, authority: firstReview, needs: .opinion),
            Step(from: .submitted, action: .withdraw, to: .withdrawn, authority: .applicant, needs: []),
            Step(from: .provinceReview, action: .passProvinceReview, to: .construction, authority: .province, needs: .opinion),
            Step(from: .provinceReview, action: .sendBack, to: .returned, authority: .province, needs: .opinion),
            Step(from: .provinceReview, action: .refuse, to: .refused, authority: .province, needs: .opinion),
            Step(from: .construction, action: .requestAcceptance, to: .acceptance, authority: .applicant, needs: .document),
            Step(from: .construction, action: .withdraw, to: .withdrawn, authority: .applicant, needs: .opinion),
            Step(
                from: .acceptance, action: .passAcceptance, to: .accepted, authority: firstReview,
                needs: [.opinion, .document]),
            Step(from: .acceptance, action: .failAcceptance, to: .construction, authority: firstReview, needs: .opinion),
            Step(from: .accepted, action: .recognise, to: .recognised, authority: .province, needs: .documentNumber),
            Step(from: .accepted, action: .failAcceptance, to: .construction, authority: .province, needs: .opinion),
            Step(from: .returned, action: .resubmit, to: .submitted, authority: .applicant, needs: []),
            Step(from: .returned, action: .withdraw, to: .withdrawn, authority: .applicant, needs: []),
        ]
        if goesThroughCity {
            steps += [
                Step(from: .cityReview, action: .passCityReview, to: .provinceReview, authority: .city, needs: .opinion),
                Step(from: .cityReview, action: .sendBack, to: .returned, authority: .city, needs: .opinion),
                Step(from: .cityReview, action: .refuse, to: .refused, authority: .city, needs: .opinion),
            ]
        }
        return steps
    }

    /// After recognition. Nobody is put out without having had the time to mend: `exit` follows a rectification or a failed change of hands.
    private static func life(mayExit: Bool) -> [Step] {
        var steps = [
            Step(from: .recognised, action: .beginOperatorChange, to: .operatorChange, authority: .province, needs: .opinion),
            Step(from: .operatorChange, action: .handOver, to: .recognised, authority: .province, needs: .document),
        ]
        if mayExit {
            steps += [
                Step(
                    from: .recognised, action: .orderRectification, to: .rectification, authority: .province,
                    needs: [.opinion, .due]),
                Step(
                    from: .rectification, action: .confirmRectification, to: .recognised, authority: .province,
                    needs: .opinion),
                Step(
                    from: .rectification, action: .beginOperatorChange, to: .operatorChange, authority: .province,
                    needs: .opinion),
                Step(
                    from: .rectification, action: .exit, to: .exited, authority: .province,
                    needs: [.opinion, .documentNumber]),
                Step(
                    from: .operatorChange, action: .exit, to: .exited, authority: .province,
                    needs: [.opinion, .documentNumber]),
            ]
        }
        return steps
    }
}
