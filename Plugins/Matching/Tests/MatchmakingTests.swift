import MatchingContracts
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MatchingPlugin

@Suite("对接会")
struct MatchmakingTests {
    static let day = Duration.seconds(86_400)

    static func enterprise(_ number: Int) -> Actor {
        CreditCode.completing("91430181MA5DQ00\(number)").map { Fair.person("enterprise-\(number)", .enterprise, $0.description, "430181") } ?? Fair.enterprise
    }

    let fair: Fair
    let county: RegionCode
    var site: TestSite { fair.site }

    init() async throws {
        fair = try await Fair()
        county = try region("430181")
    }

    func command(_ id: MessageID? = nil, slots: Int = 4, tables: Int = 2, enterpriseLimit: Int = 2) -> SaveMatchmaking {
        // 2026-03-12 09:00 in Hunan; the test begins on 2026-03-02.
        let start = Timestamp(milliseconds: 1_772_413_200_000).advanced(by: .seconds(10 * 86_400))
        return SaveMatchmaking(
            matchmaking: id, title: "浏阳制造业数字化对接会", region: county, place: "浏阳市服务中心", description: "一对一洽谈。", categories: ["digital", "legal"],
            startsAt: start, slots: slots, slotMinutes: 20, pauseMinutes: 5, tables: tables, enterpriseLimit: enterpriseLimit, agencyLimit: slots,
            wishesUntil: start.advanced(by: .seconds(-86_400)))
    }

    func attend(_ id: MessageID, _ actor: Actor, _ side: MatchmakingSide, isComing: Bool = true, phone: String? = nil, busy: [Int] = []) async throws {
        _ = try await site.tell(
            AttendMatchmaking(
                matchmaking: id, side: side, isComing: isComing, busySlots: busy, representative: phone == nil ? nil : Personal("李小花"),
                phone: try phone.map { Personal(try #require(ContactNumber($0))) }), as: actor)
    }

    func wish(_ id: MessageID, _ actor: Actor, _ side: MatchmakingSide, _ others: [Actor]) async throws {
        _ = try await site.tell(StateWishes(matchmaking: id, side: side, others: others.compactMap(\.organisation)), as: actor)
    }

    func desk(_ id: MessageID, as actor: Actor = Fair.window) throws -> MatchmakingDesk { try site.ask(GetMatchmakingDesk(id: id), as: actor) }

    /// Four enterprises and three agencies with wishes, planned.
    func planned() async throws -> (id: MessageID, enterprises: [Actor], agencies: [Actor]) {
        let id = try await site.tell(command(), as: Fair.window).matchmaking
        _ = try await site.tell(AdvanceMatchmaking(matchmaking: id, action: .open), as: Fair.window)
        let enterprises = (0..<4).map(Self.enterprise), agencies = [Fair.near, Fair.core, Fair.other].map(Fair.agency)
        for (index, one) in enterprises.enumerated() { try await attend(id, one, .enterprise, phone: "1390013900\(index)") }
        for one in agencies { try await attend(id, one, .agency) }
        for (index, one) in enterprises.enumerated() { try await wish(id, one, .enterprise, [agencies[index % 3], agencies[(index + 1) % 3]]) }
        try await wish(id, agencies[0], .agency, [enterprises[0]])
        _ = try await site.tell(AdvanceMatchmaking(matchmaking: id, action: .plan), as: Fair.window)
        await site.settle()
        return (id, enterprises, agencies)
    }

    @Test("Wishes of both sides become rounds and tables without clash; the plan says how near it is to the bound")
    func planning() async throws {
        let (id, enterprises, _) = try await planned()
        let desk = try desk(id)
        #expect(desk.facts.card.state == .planned && desk.talks.count == 8 && desk.unmet.isEmpty)
        #expect(Set(desk.talks.map { [$0.slot, $0.table] }).count == 8)
        for talk in desk.talks {
            #expect(desk.talks.count { $0.slot == talk.slot && ($0.enterprise == talk.enterprise || $0.agency == talk.agency) } == 1)
        }
        #expect(desk.talks.count { $0.isMutual } == 1)
        let figures = try #require(desk.figures)
        #expect(figures.weight == figures.bound && figures.met == 8)
        // Each party sees its own talks and nobody's telephone but its own.
        let own = try self.desk(id, as: enterprises[0])
        #expect(own.talks.count == 2 && own.talks.allSatisfy { $0.enterprise.code == enterprises[0].organisation })
        #expect(own.others.allSatisfy { $0.phone == nil && $0.side == .agency } && own.own.first?.phone?.masked == "139****9000")
        #expect(try site.events(TalksPlanned.self).map(\.figures.met) == [8])
    }

    @Test("A plan that was asked for is not lost when wishes change before it is written down")
    func overtakenPlan() async throws {
        let id = try await site.tell(command(), as: Fair.window).matchmaking
        _ = try await site.tell(AdvanceMatchmaking(matchmaking: id, action: .open), as: Fair.window)
        let enterprise = Self.enterprise(0), agency = Fair.agency(Fair.near)
        try await attend(id, enterprise, .enterprise, phone: "13900139000")
        try await attend(id, agency, .agency)
        // What a planner had read when the wish below was not yet stated.
        let input = try site.ask(GetPlanInput(matchmaking: id), as: .system("matching"))
        try await wish(id, enterprise, .enterprise, [agency])
        #expect(try site.ask(GetPlanInput(matchmaking: id), as: .system("matching")).revision > input.revision)
        _ = try await site.tell(RecordPlan(matchmaking: id, revision: input.revision, result: input.solve()), as: .system("matching"))
        await site.settle()
        let desk = try desk(id)
        #expect(desk.facts.card.state == .planned && desk.talks.count == 1)
    }

    @Test("Who cancels frees their talks only: the others keep round and table; an unmet wish may take the room")
    func cancellation() async throws {
        let (id, enterprises, agencies) = try await planned()
        _ = try await site.tell(StateWishes(matchmaking: id, side: .enterprise, party: enterprises[3].organisation, others: agencies.compactMap(\.organisation)), as: Fair.window)
        await site.settle()
        let before = try desk(id)
        #expect(before.unmet.map(\.reason) == [.enterpriseFull])
        try await attend(id, agencies[1], .agency, isComing: false)
        await site.settle()
        let after = try desk(id)
        let rest = before.talks.filter { $0.agency.code != agencies[1].organisation }
        #expect(Set(rest).isSubset(of: Set(after.talks)), "identifiers, rounds and tables stay")
        #expect(after.talks.allSatisfy { $0.agency.code != agencies[1].organisation })
        #expect(after.talks.contains { $0.enterprise.code == enterprises[3].organisation && $0.agency.code == agencies[2].organisation })
        #expect(after.unmet.contains { $0.reason == .notComing } && after.figures?.moved == 0)
        // A table fewer: only what finds no place goes.
        _ = try await site.tell(command(id, tables: 1), as: Fair.window)
        await site.settle()
        let small = try desk(id)
        #expect(Set(small.talks.map(\.slot)).count == small.talks.count && small.talks.allSatisfy { $0.table == 1 })
    }

    @Test("The same person never sits at two tables at once, whichever parties they speak for")
    func samePerson() async throws {
        let id = try await site.tell(command(slots: 2, tables: 5), as: Fair.window).matchmaking
        _ = try await site.tell(AdvanceMatchmaking(matchmaking: id, action: .open), as: Fair.window)
        let enterprises = (0..<3).map(Self.enterprise), agencies = [Fair.near, Fair.core].map(Fair.agency)
        for one in enterprises { try await attend(id, one, .enterprise, phone: "13900139000") }
        for one in agencies { try await attend(id, one, .agency) }
        for one in enterprises { try await wish(id, one, .enterprise, agencies) }
        _ = try await site.tell(AdvanceMatchmaking(matchmaking: id, action: .plan), as: Fair.window)
        await site.settle()
        let desk = try desk(id)
        #expect(desk.talks.map(\.slot).sorted() == [1, 2], "one person, two rounds")
        #expect(desk.unmet.count == 4 && desk.unmet.contains { $0.reason == .noFreeTime })
        let person = try #require(PersonID("enterprise-0"))
        #expect(try site.bus.exportHere(person: person).flatMap(\.records).contains { $0.values.contains { $0.value == "李小花" } })
        _ = try await site.bus.erase(person: person, by: .system("test"))
        #expect(try self.desk(id).others.first { $0.party.code == enterprises[0].organisation }?.phone?.reveal(by: .init(purpose: "测试", holder: "test")) == nil)
    }

    @Test("Results by either side; what may become something is followed up at 30 and 90 days, told once, and ends when recorded")
    func followUps() async throws {
        let (id, enterprises, agencies) = try await planned()
        let talks = try desk(id).talks
        let talk = try #require(talks.first { $0.enterprise.code == enterprises[0].organisation })
        let early = RecordTalk(talk: talk.id, outcome: .intended)
        #expect(await refusal { _ = try await site.tell(early, as: enterprises[0]) }?.faults.map(\.field) == ["outcome"])
        await site.advance(by: .seconds(11 * 86_400))
        let stranger = try #require(enterprises.last)
        #expect(await refusal { _ = try await site.tell(early, as: stranger) }?.code == "matching.talk-unknown")
        _ = try await site.tell(early, as: enterprises[0])
        #expect(try site.ask(GetTalk(id: talk.id), as: enterprises[0]).followUps.map(\.days) == [30, 90])
        let other = try #require(talks.first { $0.enterprise.code == enterprises[1].organisation })
        _ = try await site.tell(RecordTalk(talk: other.id, outcome: .nothing), as: Fair.window)
        #expect(try site.ask(FindFollowUps(), as: Fair.window).map(\.followUp.days) == [30, 90])
        #expect(try site.ask(FindFollowUps(), as: enterprises[1]).isEmpty)
        #expect(try site.events(FollowUpDue.self).isEmpty)
        for _ in 0..<3 { await site.advance(by: .seconds(12 * 86_400)) }
        #expect(try site.events(FollowUpDue.self).map(\.days) == [30])
        _ = try await site.tell(RecordTalk(talk: talk.id, followUp: 30, outcome: .further, note: "试用中。"), as: Fair.window)
        #expect(await refusal { _ = try await site.tell(RecordTalk(talk: talk.id, followUp: 30, outcome: .missed), as: Fair.window) }?.status == 422)
        for _ in 0..<6 { await site.advance(by: .seconds(12 * 86_400)) }
        #expect(try site.events(FollowUpDue.self).map(\.days) == [30, 90])
        let agency = try #require(agencies.first { $0.organisation == talk.agency.code })
        _ = try await site.tell(RecordTalk(talk: talk.id, followUp: 90, outcome: .signed, amount: Fen(2_000_000)), as: agency)
        let done = try site.ask(GetTalk(id: talk.id), as: Fair.window)
        #expect(done.followUps.allSatisfy { $0.doneAt != nil } && done.amount == Fen(2_000_000))
        #expect(try site.ask(FindFollowUps(), as: Fair.window).isEmpty)
        _ = try await site.tell(AdvanceMatchmaking(matchmaking: id, action: .close), as: Fair.window)
        #expect(try site.ask(GetMatchmaking(id: id)).card.state == .closed)
    }

    @Test("Drafts are known to who holds them and whom they invite; strangers to the region change nothing; wishes end when they end")
    func rules() async throws {
        let id = try await site.tell(command(), as: Fair.window).matchmaking
        #expect(throws: Refusal.self) { try site.ask(GetMatchmaking(id: id)) }
        #expect(try site.ask(FindMatchmakings()).items.isEmpty && site.ask(FindMatchmakings(), as: Fair.window).items.count == 1)
        #expect(await refusal { _ = try await site.tell(command(id), as: .window("430212")) }?.code == "matching.region-not-yours")
        #expect(await refusal { _ = try await site.tell(AdvanceMatchmaking(matchmaking: id, action: .open), as: .window("430212")) }?.status == 404)
        var wrong = command()
        (wrong.title, wrong.slots, wrong.categories, wrong.wishesUntil) = ("短", 90, ["nonsense"], wrong.startsAt.advanced(by: Self.day))
        let faults = await refusal { _ = try await site.tell(wrong, as: Fair.window) }?.faults.map(\.field)
        #expect(faults.map { Set($0) } == ["title", "slots", "categories", "wishesUntil"])
        _ = try await fair.submit()
        let enterprises = try await site.tell(InviteToMatchmaking(matchmaking: id, side: .enterprise, fromRecords: true), as: Fair.window)
        #expect(enterprises.parties == 1)
        #expect(try await site.tell(InviteToMatchmaking(matchmaking: id, side: .agency, fromRecords: true), as: Fair.window).parties == 2)
        #expect(try desk(id).others.map(\.topic).contains("注塑车间设备联网改造"))
        #expect(try site.ask(GetMatchmaking(id: id), as: Fair.enterprise).card.state == .draft)
        for action in [MatchmakingAction.plan, .close] {
            #expect(await refusal { _ = try await site.tell(AdvanceMatchmaking(matchmaking: id, action: action), as: Fair.window) }?.code == "matching.matchmaking-state")
        }
        _ = try await site.tell(AdvanceMatchmaking(matchmaking: id, action: .open), as: Fair.window)
        #expect(await refusal { try await wish(id, Fair.enterprise, .enterprise, [Fair.agency(Fair.core)]) }?.code == "matching.not-coming")
        try await attend(id, Fair.enterprise, .enterprise)
        #expect(await refusal { try await wish(id, Fair.enterprise, .enterprise, [Fair.agency(Fair.core)]) }?.faults.map(\.field) == ["others"])
        #expect(await refusal { _ = try await site.tell(AdvanceMatchmaking(matchmaking: id, action: .plan), as: Fair.window) }?.code == "matching.no-wishes")
        try await attend(id, Fair.agency(Fair.core), .agency)
        await site.advance(by: .seconds(9 * 86_400 + 3600))
        #expect(await refusal { try await wish(id, Fair.enterprise, .enterprise, [Fair.agency(Fair.core)]) }?.code == "matching.wishes-ended")
        #expect(try site.ask(FindMatchmakings()).items.map(\.agencies) == [1])
    }

    @Test("By pages alone: set up, invite, open, attend, wish, plan, record; the public page names nobody")
    func pages() async throws {
        func content(_ reply: PageReply) -> String {
            guard case .page(let page) = reply else { return "not a page: \(reply)" }
            return page.title + page.content.description
        }
        func post(_ path: String, _ fields: [(String, String)], as actor: Actor) async throws {
            let reply = try await site.post(path, fields.map { (name: $0.0, value: $0.1) }, as: actor)
            guard case .redirect = reply else {
                Issue.record("\(path): \(content(reply).prefix(400))")
                return
            }
        }
        let fields = [
            ("title", "浏阳数字化对接会"), ("region", "430181"), ("place", "服务中心"), ("description", "一对一洽谈。"), ("day", "2026-03-12"), ("time", "9:00"), ("slots", "4"),
            ("slotMinutes", "20"), ("pauseMinutes", "5"), ("tables", "2"), ("enterpriseLimit", "2"), ("agencyLimit", "4"), ("wishesDay", "2026-03-10"),
        ]
        let wrong = try await site.post("/matching/matchmaking", fields.map { (name: $0.0, value: $0.1) }, as: Fair.window)
        #expect(content(wrong).contains("请选择 1–6 个服务类别"))
        guard case .redirect(let path, _) = try await site.post("/matching/matchmaking", (fields + [("categories", "digital")]).map { (name: $0.0, value: $0.1) }, as: Fair.window) else {
            Issue.record("not taken")
            return
        }
        let page = String(path.dropFirst("/test".count))
        try await post("\(page)/invite", [("side", "agency"), ("records", "yes")], as: Fair.window)
        try await post("\(page)/advance", [("action", "open")], as: Fair.window)
        try await post("\(page)/attend", [("side", "enterprise"), ("coming", "yes"), ("topic", "设备联网"), ("representative", "李小花"), ("phone", "13900139000")], as: Fair.enterprise)
        try await post("\(page)/attend", [("side", "agency"), ("coming", "yes")], as: Fair.agency(Fair.core))
        #expect(content(try await site.get(page, as: Fair.enterprise)).contains("第 1 志愿"))
        try await post("\(page)/wishes", [("side", "enterprise"), ("wish1", Fair.core)], as: Fair.enterprise)
        try await post("\(page)/advance", [("action", "plan")], as: Fair.window)
        await site.settle()
        let staff = content(try await site.get(page, as: Fair.window))
        #expect(staff.contains("13900139000") && staff.contains("上限 10 分，达到 100.0%"))
        #expect(content(try await site.get("\(page)/schedule", as: Fair.window)).contains("第 1 轮（1 场）"))
        #expect(content(try await site.get(page, as: Fair.enterprise)).contains("1 号桌"))
        let open = content(try await site.get(page))
        #expect(open.contains("服务中心") && !open.contains("李小花") && !open.contains("精工") && !open.contains("设备联网"))
        let talk = try #require(try site.ask(FindMatchmakings()).items.first.map { try desk($0.id).talks[0] })
        await site.advance(by: .seconds(11 * 86_400))
        try await post("/matching/talks/\(talk.id)", [("outcome", "further"), ("note", "下周看现场。")], as: Fair.enterprise)
        #expect(content(try await site.get("/matching/talks/\(talk.id)", as: Fair.window)).contains("第 30 日跟踪"))
        #expect(content(try await site.get("/matching/follow-ups", as: Fair.window)).contains("第 90 日"))
        try await post("/matching/talks/\(talk.id)", [("outcome", "signed"), ("amount", "20000"), ("days", "30")], as: Fair.window)
        #expect(content(try await site.get("/matching/follow-ups", as: Fair.window)).contains("没有待跟踪的洽谈"))
    }

    @Test("Nothing that is public tells a planted person, telephone, party, wish or need")
    func publicWalk() async throws {
        let demand = try await fair.submit()
        let (id, enterprises, _) = try await planned()
        await site.advance(by: .seconds(11 * 86_400))
        let talk = try #require(try desk(id).talks.first)
        _ = try await site.tell(RecordTalk(talk: talk.id, outcome: .further, note: "下周看现场。"), as: Fair.window)
        let answers = try await PublicWalk(site, samples: ["id": [id, demand, talk.id].map(\.description)]).answers()
        #expect(answers.count >= 8 && answers.contains { $0.address.hasSuffix("/matchmaking/\(id)") && $0.text.contains("浏阳市服务中心") })
        let planted = ["李小花", "1390013", "139****", "注塑车间", "下周看现场", Fair.enterprise.name, Fair.core] + enterprises.compactMap(\.organisation?.description)
        for one in answers { for value in planted { #expect(!one.text.contains(value), "\(one.address) tells \(value)") } }
    }
}
