import Messages
import PluginKit
import SchoolContracts
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

@Suite("地区名额")
struct SchoolQuotaTests {
    /// A published class of six seats, of which 浏阳 may hold two and 株洲 with its counties one.
    private static func lessons(needsApproval: Bool = false) async throws -> Lessons {
        let lessons = try await Lessons(capacity: 6, needsApproval: needsApproval)
        try await limit(lessons, ["430181": 2, "430200": 1])
        return lessons
    }

    private static func limit(_ lessons: Lessons, _ seats: KeyValuePairs<String, Int>, capacity: Int = 6) async throws {
        var draft = try Lessons.draft(of: lessons.course, id: lessons.schoolClass, capacity: capacity, now: lessons.site.clock.now)
        draft.quotas = try seats.map { RegionQuota(region: try region($0.key), seats: $0.value) }
        _ = try await lessons.site.tell(draft, as: Lessons.staff)
    }

    private static func person(_ serial: Int, from county: String?) throws -> Actor {
        var actor = try Lessons.enterprise(serial)
        if let county { actor.grants = [Grant(.enterprise, in: try region(county))] }
        return actor
    }

    @discardableResult
    private static func register(_ serial: Int, from county: String?, _ lessons: Lessons, saying said: String? = nil) async throws -> RegistrationReceipt.Result {
        let command = Register(
            schoolClass: lessons.schoolClass, participants: [try Lessons.person(serial)], region: try said.map { try region($0) }, consent: true)
        return try #require(try await lessons.site.tell(command, as: try person(serial, from: county)).results.first)
    }

    private static func held(_ lessons: Lessons) throws -> [String] {
        try lessons.site.ask(GetClass(id: lessons.schoolClass)).quotas?.map { "\($0.region) \($0.taken ?? -1)/\($0.seats)" } ?? []
    }

    @Test("A region's seats are full: its next one waits, others still get a seat at once; whoever gives one back gives it to their own region")
    func full() async throws {
        let lessons = try await Self.lessons()
        var first: RegistrationID?
        for serial in 1...3 {
            let result = try await Self.register(serial, from: "430181", lessons)
            if serial == 1 { first = result.registration }
            #expect(result.state == (serial < 3 ? .enrolled : .waiting))
        }
        // A county counts for its city; a third region has no limit of its own.
        #expect(try await Self.register(4, from: "430281", lessons).state == .enrolled)
        let second = try await Self.register(5, from: "430212", lessons)
        #expect(second.state == .waiting)
        #expect(try await Self.register(6, from: "430103", lessons).state == .enrolled)
        #expect(try Self.held(lessons) == ["430181 2/2", "430200 1/1"])
        #expect(try lessons.detail(second.registration).explanation.contains("1 个地区名额已满"))
        #expect(try lessons.site.ask(GetClass(id: lessons.schoolClass)).vacancy.contains("其他地区可直接录取"))
        try await lessons.step(try #require(first), .cancel)
        #expect(try lessons.states() == [.cancelled, .enrolled, .offered, .enrolled, .waiting, .enrolled])
        #expect(try Self.held(lessons) == ["430181 2/2", "430200 1/1"])
        // The offer runs out: nobody else of that region waits, and it is not the other region's.
        await lessons.site.advance(by: .seconds(24 * 3600 + 60))
        #expect(try lessons.states() == [.cancelled, .enrolled, .lapsed, .enrolled, .waiting, .enrolled])
        #expect(try Self.held(lessons) == ["430181 1/2", "430200 1/1"])
    }

    @Test("Forty of one region and forty of another at once: neither holds more than its own, the class not more than all")
    func concurrent() async throws {
        let lessons = try await Self.lessons()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for serial in 1...80 { group.addTask { try await Self.register(serial, from: serial % 2 == 0 ? "430181" : "430202", lessons) } }
            try await group.waitForAll()
        }
        #expect(try Self.held(lessons) == ["430181 2/2", "430200 1/1"])
        let card = try lessons.site.ask(GetClass(id: lessons.schoolClass)).card
        #expect(card.taken == 3 && card.waiting == 77)
    }

    @Test("The class itself is full before a region's seats are: then its next one waits, and the seat goes to whoever has waited longest and may hold it")
    func classFull() async throws {
        let lessons = try await Self.lessons()
        for serial in 1...6 { #expect(try await Self.register(serial, from: "430103", lessons).state == .enrolled) }
        #expect(try await Self.register(7, from: "430181", lessons).state == .waiting)
        #expect(try await Self.register(8, from: "430103", lessons).state == .waiting)
        let first = try lessons.site.ask(FindRegistrations(schoolClass: lessons.schoolClass, limit: 1), as: Lessons.staff).items[0].id
        try await lessons.step(first, .cancel)
        #expect(try lessons.states().suffix(2) == [.offered, .waiting])
        #expect(try Self.held(lessons) == ["430181 1/2", "430200 0/1"])
    }

    @Test("An approval looks at the region's seats too")
    func approval() async throws {
        let lessons = try await Lessons(capacity: 6, needsApproval: true)
        var draft = try Lessons.draft(of: lessons.course, id: lessons.schoolClass, capacity: 6, needsApproval: true, now: lessons.site.clock.now)
        draft.quotas = [RegionQuota(region: try region("430181"), seats: 1)]
        _ = try await lessons.site.tell(draft, as: Lessons.staff)
        let first = try await Self.register(1, from: "430181", lessons).registration, second = try await Self.register(2, from: "430181", lessons).registration
        #expect(try await lessons.step(first, .approve) == .enrolled)
        #expect(try await lessons.step(second, .approve) == .waiting)
        #expect(try Self.held(lessons) == ["430181 1/1"])
    }

    @Test("More seats for a region go to whoever waits there; fewer than are held are refused, and regions inside each other too")
    func changed() async throws {
        let lessons = try await Self.lessons()
        for serial in 1...3 { try await Self.register(serial, from: "430181", lessons) }
        let fewer = await refusal { try await Self.limit(lessons, ["430181": 1]) }
        #expect(fewer?.code == "school.quota-taken" && fewer?.message.contains("已占用的 2 个") == true)
        let inside = await refusal { try await Self.limit(lessons, ["430181": 3, "430100": 3]) }
        #expect(inside?.faults.map(\.field) == ["quotas/1/region"])
        let unknown = await refusal { try await Self.limit(lessons, ["430199": 1]) }
        #expect(unknown?.faults.map(\.field) == ["quotas/0/region"] && unknown?.faults.first?.value == "430199")
        #expect(try Self.held(lessons) == ["430181 2/2", "430200 1/1"].map { $0.replacing("430200 1", with: "430200 0") })
        try await Self.limit(lessons, ["430181": 3])
        #expect(try lessons.states() == [.enrolled, .enrolled, .offered])
        #expect(try Self.held(lessons) == ["430181 3/3"])
        // Without quotas everybody is bound by the class alone; what a change does not mention stays.
        try await Self.limit(lessons, [:])
        #expect(try lessons.site.ask(GetClass(id: lessons.schoolClass)).quotas == nil)
        #expect(try await Self.register(4, from: "430181", lessons).state == .enrolled)
    }

    @Test("Where the class has seats by region, the county must be said: by the role, or in the form; a city would be bound by nothing")
    func county() async throws {
        let lessons = try await Self.lessons()
        for said in [nil, "430100"] {
            let missing = await refusal { try await Self.register(1, from: nil, lessons, saying: said) }
            #expect(missing?.faults.map(\.field) == ["region"] && missing?.faults.first?.message.contains("县市区") == true)
        }
        #expect(try await Self.register(1, from: nil, lessons, saying: "430181").state == .enrolled)
        #expect(try Self.held(lessons).first == "430181 1/2")
        // The role's county goes before what is said.
        #expect(try await Self.register(2, from: "430103", lessons, saying: "430181").state == .enrolled)
        #expect(try Self.held(lessons).first == "430181 1/2")
        // A city's role leaves the county to be said: a known one of that city.
        for said in [nil, "430200", "430181", "430299"] {
            let wrong = await refusal { try await Self.register(3, from: "430200", lessons, saying: said) }
            #expect(wrong?.faults.map(\.field) == ["region"] && wrong?.faults.first?.value == said, "\(said ?? "-")")
        }
        #expect(try await Self.register(3, from: "430200", lessons, saying: "430212").state == .enrolled)
        #expect(try Self.held(lessons).last == "430200 1/1")
        var both = try Self.person(4, from: nil)
        both.grants = [Grant(.agency, in: try region("430103")), Grant(.enterprise, in: try region("430100")), Grant(.enterprise, in: try region("430181"))]
        #expect(try Rights.county(of: both) == region("430181"))
    }

    @Test("After the class has begun a region without a free seat refuses, and says how many it has")
    func walkIn() async throws {
        let lessons = try await Self.lessons()
        for serial in 1...2 { try await Self.register(serial, from: "430181", lessons) }
        await lessons.site.advance(by: .seconds(10 * 86_400 + 60))
        let command = Register(
            schoolClass: lessons.schoolClass, participants: [try Lessons.person(3)],
            enterprise: EnterpriseName(creditCode: try DemoEnterprise.make(3).creditCode, name: "测试企业"), region: try region("430181"), consent: true)
        let refused = await refusal { _ = try await lessons.site.tell(command, as: Lessons.staff) }
        #expect(refused?.code == "school.not-open" && refused?.message.contains("地区名额 2 个，空余 0 个") == true)
    }

    private static func content(_ reply: PageReply) -> String {
        if case .page(let page) = reply { page.content.description } else { "\(reply)" }
    }

    @Test("The form takes names and numbers, keeps what cannot be read, and the class shows what is held")
    func pages() async throws {
        let lessons = try await Self.lessons()
        let form = Self.content(try await lessons.site.get("/school/classes/\(lessons.schoolClass)/edit", as: Lessons.staff))
        #expect(form.contains("430181 2\n430200 1") || form.contains("浏阳市 2\n株洲市 1"))
        let shown = Self.content(try await lessons.site.get("/school/classes/\(lessons.schoolClass)"))
        #expect(shown.contains("地区名额") && shown.contains("2 个，已占用 0 个"))
        for (county, isAsked) in [("430200", true), ("430202", false)] {
            let entry = Self.content(try await lessons.site.get("/school/classes/\(lessons.schoolClass)/register", as: Self.person(1, from: county)))
            #expect(entry.contains("企业所在地") == isAsked, "\(county)")
        }
        let regions = RegionTable([
            Region(code: try region("430000"), name: "湖南省", tier: .province, parent: nil), Region(code: try region("430100"), name: "长沙市", tier: .city, parent: try region("430000")),
            Region(code: try region("430181"), name: "浏阳市", shortName: "浏阳", tier: .county, parent: try region("430100")),
        ])
        let read = QuotaText.read("浏阳市 20\n长沙市浏阳市：3人\n430181，4\n\n浏阳 5\n天心区 6\n浏阳市", regions, in: try region("430000"))
        #expect(read.quotas.map(\.seats) == [20, 3, 4, 5] && Set(read.quotas.map(\.region.description)) == ["430181"])
        #expect(read.wrong == ["天心区 6", "浏阳市"])
    }
}
