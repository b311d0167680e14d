import ExpoContracts
import Testing
import Vocabulary

@testable import ExpoPlugin

@Suite("展会、展位、线索的状态")
struct LifeTests {
    @Test("Every pair of state and step of the three machines is decided")
    func pairs() {
        var exhibition: [String] = [], booth: [String] = [], lead: [String] = []
        for state in ExhibitionState.allCases {
            for action in ExhibitionAction.allCases { if let next = Life.step(state, action) { exhibition.append("\(state) \(action) \(next)") } }
        }
        for state in BoothState.allCases {
            for action in BoothAction.allCases { if let next = Life.step(state, action) { booth.append("\(state) \(action) \(next)") } }
        }
        for state in LeadState.allCases {
            for action in LeadAction.allCases { if let next = Life.step(state, action) { lead.append("\(state) \(action) \(next)") } }
        }
        #expect(exhibition == ["draft publish published", "published close closed"])
        #expect(booth == ["applied approve approved", "applied sendBack returned", "applied reject rejected", "returned reject rejected"])
        #expect(
            lead == [
                "new contact contacted", "new agree agreed", "new close closed", "contacted contact contacted", "contacted agree agreed", "contacted close closed",
                "agreed contact agreed", "agreed agree agreed", "agreed close closed",
            ])
        #expect(BoothState.allCases.map(Life.saved) == [.applied, .applied, .approved, nil, nil])
    }

    @Test("A count that runs twice gets the same visits, the next one those that came since")
    func visits() {
        let counter = VisitCounter()
        let booth = VisitCounter.Shown.booth(BoothID(ExhibitionID(year: 2026, serial: 1), serial: 1))
        let start = Timestamp(milliseconds: 1_772_413_200_000)
        for _ in 0..<3 { counter.add(booth) }
        #expect(counter.take(at: start).map(\.count) == [3])
        counter.add(booth)
        #expect(counter.take(at: start.advanced(by: .seconds(1))).map(\.count) == [3])
        #expect(counter.take(at: start.advanced(by: .seconds(60))).map(\.count) == [1])
        #expect(counter.take(at: start.advanced(by: .seconds(120))).isEmpty)
    }

    @Test("No two booths of a plan overlap, each lies inside, and those that stand stay when another comes", arguments: 0..<20)
    func plan(seed: UInt64) {
        var state = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        func random(_ bound: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % bound)
        }
        let booths = (0..<random(60)).map { (id: BoothID(ExhibitionID(year: 2026, serial: 1), serial: $0 + 1), size: random(4) + 1) }
        let plan = FloorPlan(booths)
        #expect(plan.places.count == booths.count)
        var taken: Set<[Int]> = []
        for place in plan.places {
            for column in place.column..<place.column + place.width { #expect(taken.insert([place.row, column]).inserted && column < FloorPlan.columns && place.row < plan.rows) }
        }
        #expect(FloorPlan(booths.dropLast()).places == plan.places.dropLast())
    }
}
