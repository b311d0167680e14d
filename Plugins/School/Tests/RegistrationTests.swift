import Messages
import PluginKit
import SchoolContracts
import Store
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

@Suite("报名、候补与递补")
struct SchoolRegistrationTests {
    @Test("Fifty at once for seven seats: exactly seven, the others wait in the order of arrival")
    func neverTooMany() async throws {
        let lessons = try await Lessons(capacity: 7)
        let results = try await withThrowingTaskGroup(of: RegistrationReceipt.Result.self) { group in
            for serial in 1...50 { group.addTask { try await lessons.register(serial) } }
            var all: [RegistrationReceipt.Result] = []
            for try await result in group { all.append(result) }
            return all.sorted { $0.registration.description < $1.registration.description }
        }
        #expect(results.count { $0.state == .enrolled } == 7)
        #expect(results.prefix(7).allSatisfy { $0.state == .enrolled })
        #expect(results.dropFirst(7).compactMap(\.queued) == Array(1...43))
        let card = try lessons.site.ask(GetClass(id: lessons.schoolClass)).card
        #expect(card.taken == 7)
        #expect(card.waiting == 43)
    }

    @Test("A place in a long waiting list, and a look at the class, cost what they cost in a short one")
    func sameCost() async throws {
        let lessons = try await Lessons(capacity: 5)
        let file = try #require(lessons.site.stores.first { $0.plugin == "school" }).file
        // Instructions of SQLite's, of all statements since they were prepared.
        let sum = "SELECT coalesce(sum(nstep), 0) FROM sqlite_stmt WHERE sql NOT LIKE '%sqlite_stmt%'"
        func placing(_ serials: ClosedRange<Int>) async throws -> Int {
            let before = try await file.write { try $0.value(sum, as: Int.self) } ?? 0
            for serial in serials { _ = try await lessons.register(serial) }
            return (try await file.write { try $0.value(sum, as: Int.self) } ?? 0) - before
        }
        func looking() throws -> Int {
            let before = try file.read { try $0.value(sum, as: Int.self) } ?? 0
            for _ in 0..<10 { _ = try lessons.site.ask(GetClass(id: lessons.schoolClass)) }
            return (try file.read { try $0.value(sum, as: Int.self) } ?? 0) - before
        }
        _ = try await placing(1...20)
        _ = try looking()
        let (place, look) = (try await placing(21...30), try looking())
        _ = try await placing(31...290)
        let (late, lateLook) = (try await placing(291...300), try looking())
        #expect(place > 0 && late <= place * 5 / 4, "\(place), then \(late)")
        #expect(look > 0 && lateLook <= look * 5 / 4, "\(look), then \(lateLook)")
    }

    @Test("The last seat, given back while an offer runs out: one offer at a time, in order, never two seats")
    func lastSeat() async throws {
        let lessons = try await Lessons(capacity: 1)
        let first = try await lessons.register(1).registration
        let second = try await lessons.register(2).registration
        let third = try await lessons.register(3).registration
        #expect(try lessons.states() == [.enrolled, .waiting, .waiting])
        try await lessons.step(first, .cancel)
        #expect(try lessons.states() == [.cancelled, .offered, .waiting])
        #expect(try lessons.detail(third).explanation.contains("正等待排在前面的人确认"))
        // 24 hours pass without an answer.
        await lessons.site.advance(by: .seconds(24 * 3600 + 60))
        #expect(try lessons.states() == [.cancelled, .lapsed, .offered])
        #expect(await refusal { try await lessons.step(second, .accept) }?.code == "school.illegal-step")
        #expect(try await lessons.step(third, .accept, as: Lessons.enterprise(3)) == .enrolled)
        #expect(try lessons.site.ask(GetClass(id: lessons.schoolClass)).card.taken == 1)
    }

    @Test("取消、确认、放弃与候补到期同时到来：每一种先后都只有一个座位，按次序递补，没有一个人被漏掉", arguments: 0..<24)
    func raced(round: Int) async throws {
        let lessons = try await Lessons(capacity: 2)
        var ids: [RegistrationID] = []
        for serial in 1...6 { ids.append(try await lessons.register(serial).registration) }
        // Two seats, four waiting; the first seat is given back and offered to the third.
        try await lessons.step(ids[0], .cancel)
        #expect(try lessons.states() == [.cancelled, .enrolled, .offered, .waiting, .waiting, .waiting])
        // The clock stands at, just before or just after the offer's end, while all of it arrives in any order.
        lessons.site.clock.advance(by: .seconds(24 * 3600 - 1 + round % 3))
        let (second, third) = (ids[1], ids[2])
        let answer: RegistrationAction = round % 2 == 0 ? .accept : .decline
        let outcomes = await withTaskGroup(of: String?.self) { group in
            let acts: [@Sendable () async -> String?] = [
                { await lessons.site.advance(by: .zero); return nil },
                { await refusal { try await lessons.step(second, .cancel, as: Lessons.enterprise(2)) }?.code },
                { await refusal { try await lessons.step(third, answer, as: Lessons.enterprise(3)) }?.code },
            ]
            for act in round % 4 < 2 ? acts : acts.reversed() { group.addTask { await act() } }
            var all: [String?] = []
            for await one in group { all.append(one) }
            return all
        }
        // What came too late is told so, in one of two ways; nothing else is refused.
        #expect(Set(outcomes.compactMap { $0 }).isSubset(of: ["school.offer-over", "school.illegal-step"]), "\(outcomes)")
        await lessons.site.advance(by: .seconds(61))
        let states = try lessons.states()
        let card = try lessons.site.ask(GetClass(id: lessons.schoolClass)).card
        let seats = states.count { $0 == .enrolled || $0 == .offered }
        #expect(seats == 2 && card.taken == 2, "\(states)")
        #expect(card.waiting == states.count { $0 == .waiting })
        #expect(states[1] == .cancelled)
        // Whoever answered in time has what they asked for, whoever did not has lost the offer; the next ones come in order, none twice.
        let took = states[2] == .enrolled
        #expect(took || states[2] == .declined || states[2] == .lapsed)
        #expect(answer != .decline || !took)
        #expect(Array(states[3...]) == (took ? [.offered, .waiting, .waiting] : [.offered, .offered, .waiting]), "\(states)")
        let offers = try lessons.site.events(RegistrationAdvanced.self).filter { $0.action == .offer }.map(\.registration)
        #expect(offers == Array(ids[2..<(took ? 4 : 5)]))
        // Those who were offered last can still say yes, and then it is full.
        for id in offers.dropFirst() { #expect(try await lessons.step(id, .accept) == .enrolled) }
        #expect(try lessons.site.ask(GetClass(id: lessons.schoolClass)).card.taken == 2)
    }

    @Test("An answer that comes after the offer's time but before the timer is refused")
    func lateAnswer() async throws {
        let lessons = try await Lessons(capacity: 1)
        let first = try await lessons.register(1).registration
        let second = try await lessons.register(2).registration
        try await lessons.step(first, .cancel)
        lessons.site.clock.advance(by: .seconds(24 * 3600))
        #expect(await refusal { try await lessons.step(second, .accept) }?.code == "school.offer-over")
    }

    @Test("Nobody is offered a seat once the class has begun, and whoever waited is told why")
    func noOffersAfterTheStart() async throws {
        let lessons = try await Lessons(capacity: 1)
        let first = try await lessons.register(1).registration
        let second = try await lessons.register(2).registration
        await lessons.site.advance(by: .seconds(10 * 86_400 + 60))
        #expect(try lessons.states() == [.enrolled, .missed])
        #expect(try lessons.detail(second).explanation.contains("没有人退出"))
        #expect(await refusal { try await lessons.step(first, .cancel) }?.code == "school.class-began")
        #expect(try lessons.site.events(RegistrationAdvanced.self).allSatisfy { $0.action != .offer })
    }

    @Test("An offer never runs beyond the start")
    func offersEndAtTheStart() async throws {
        let lessons = try await Lessons(capacity: 1)
        let first = try await lessons.register(1).registration
        let second = try await lessons.register(2).registration
        await lessons.site.advance(by: .seconds(10 * 86_400 - 3600))
        try await lessons.step(first, .cancel)
        let card = try lessons.site.ask(GetClass(id: lessons.schoolClass)).card
        #expect(try lessons.detail(second).card.offerUntil == card.startsAt)
        await lessons.site.advance(by: .seconds(3660))
        #expect(try lessons.states() == [.cancelled, .lapsed])
    }

    @Test("A group is registered in its order; the enterprise's limit and the same person twice are refused as a whole")
    func groups() async throws {
        let lessons = try await Lessons(capacity: 2, perEnterprise: 3)
        let group = Register(
            schoolClass: lessons.schoolClass, participants: try (1...3).map { try Lessons.person($0) }, consent: true)
        let receipt = try await lessons.site.tell(group, as: Lessons.enterprise(1))
        #expect(receipt.results.map(\.state) == [.enrolled, .enrolled, .waiting])
        var more = group
        more.participants = [try Lessons.person(4)]
        #expect(await refusal { _ = try await lessons.site.tell(more, as: Lessons.enterprise(1)) }?.code == "school.enterprise-limit")
        #expect(try lessons.states().count == 3)
        try await lessons.step(receipt.results[2].registration, .cancel)
        more.participants = [try Lessons.person(1)]
        let twice = await refusal { _ = try await lessons.site.tell(more, as: Lessons.enterprise(1)) }
        #expect(twice?.code == "school.already-registered")
        #expect(twice?.message.contains("199****1001") == true)
        more.participants = [try Lessons.person(5), try Lessons.person(5)]
        more.consent = false
        #expect(await refusal { _ = try await lessons.site.tell(more, as: Lessons.enterprise(1)) }?.faults.map(\.field) == ["consent", "participants/1/mobile"])
    }

    @Test("Where the class asks for it, nobody has a seat before staff agreed")
    func approval() async throws {
        let lessons = try await Lessons(capacity: 1, needsApproval: true)
        let first = try await lessons.register(1).registration
        let second = try await lessons.register(2).registration
        #expect(try lessons.states() == [.pending, .pending])
        #expect(await refusal { try await lessons.step(first, .approve, as: Lessons.enterprise(1)) }?.code == "school.not-yours")
        #expect(try await lessons.step(second, .approve) == .enrolled)
        #expect(try await lessons.step(first, .approve) == .waiting)
        let third = try await lessons.register(3).registration
        #expect(await refusal { try await lessons.step(third, .reject) }?.faults.map(\.field) == ["reason"])
        #expect(try await lessons.step(third, .reject, reason: "与课程对象不符。") == .rejected)
        #expect(try lessons.detail(third).explanation.contains("与课程对象不符"))
    }

    @Test("More seats go to whoever waits, in order; fewer than taken are refused")
    func capacityChanges() async throws {
        let lessons = try await Lessons(capacity: 1)
        for serial in 1...4 { try await lessons.register(serial) }
        func save(_ capacity: Int) async throws {
            _ = try await lessons.site.tell(
                Lessons.draft(of: lessons.course, id: lessons.schoolClass, capacity: capacity, now: lessons.site.clock.now), as: Lessons.staff)
        }
        try await save(3)
        #expect(try lessons.states() == [.enrolled, .offered, .offered, .waiting])
        #expect(await refusal { try await save(2) }?.code == "school.capacity-taken")
    }

    @Test("Another person takes a place without losing it; the first one's name is gone from it")
    func substitution() async throws {
        let lessons = try await Lessons(capacity: 1)
        let id = try await lessons.register(1).registration
        _ = try await lessons.site.tell(
            SubstituteParticipant(registration: id, participant: Lessons.person(9), consent: true), as: Lessons.enterprise(1))
        let card = try lessons.detail(id).card
        #expect(card.state == .enrolled)
        #expect(card.name.reveal(by: .init(purpose: "测试", holder: "test")) == "测试人员9")
        #expect(try lessons.site.events(ParticipantSubstituted.self).count == 1)
        #expect(
            await refusal {
                _ = try await lessons.site.tell(
                    SubstituteParticipant(registration: id, participant: Lessons.person(8), consent: true), as: Lessons.enterprise(2))
            }?.code == "school.registration-unknown")
    }

    @Test("Who has checked in is not replaced: a presence never passes to another person; taken back, the place may")
    func substitutionOfPresent() async throws {
        let lessons = try await Lessons(capacity: 1)
        let id = try await lessons.register(1).registration
        try await lessons.go(to: -30)
        #expect(try lessons.detail(id).maySubstitute)
        #expect(try await lessons.outcomes("东门", [lessons.scan(lessons.ticket(id), at: -30)]) == [.counted])
        #expect(try !lessons.detail(id).maySubstitute)
        func substitute() async throws {
            _ = try await lessons.site.tell(
                SubstituteParticipant(registration: id, participant: Lessons.person(9), consent: true), as: Lessons.enterprise(1))
        }
        #expect(await refusal { try await substitute() }?.code == "school.already-present")
        _ = try await lessons.site.tell(
            WithdrawCheckIn(schoolClass: lessons.schoolClass, session: 1, registration: id, reason: "登记错人"), as: Lessons.staff)
        try await substitute()
        #expect(try (lessons.detail(id).attended ?? []).isEmpty)
    }

    @Test("A cancelled class calls everybody off with the reason, and its sessions with it")
    func calledOff() async throws {
        let lessons = try await Lessons(capacity: 1)
        let id = try await lessons.register(1).registration
        try await lessons.register(2)
        #expect(
            await refusal { _ = try await lessons.site.tell(AdvanceClass(schoolClass: lessons.schoolClass, action: .cancel), as: Lessons.staff) }?.faults
                .map(\.field) == ["reason"])
        _ = try await lessons.site.tell(AdvanceClass(schoolClass: lessons.schoolClass, action: .cancel, reason: "教师临时出差"), as: Lessons.staff)
        #expect(try lessons.states() == [.cancelled, .cancelled])
        #expect(try lessons.detail(id).explanation.contains("教师临时出差"))
        let detail = try lessons.site.ask(GetClass(id: lessons.schoolClass))
        #expect(detail.card.taken == 0)
        #expect(detail.sessions.allSatisfy { $0.isCancelled && $0.revision == 1 })
    }

    @Test("Number and code open a registration without an account; a wrong code is as good as none")
    func passes() async throws {
        let lessons = try await Lessons(capacity: 1)
        let first = try await lessons.register(1).registration
        let second = try await lessons.register(2).registration
        let code = try lessons.detail(second).code
        #expect(code.count == 26)
        try await lessons.step(first, .cancel)
        #expect(try lessons.site.ask(GetPass(id: second, code: code)).actions == [.accept, .decline])
        let other = try lessons.detail(first).code
        #expect(await refusal { _ = try lessons.site.ask(GetPass(id: second, code: other)) }?.code == "school.registration-unknown")
        let declined = try await lessons.site.tell(AnswerByCode(registration: second, code: code, action: .decline), as: .visitor)
        #expect(declined.state == .declined)
        #expect(await refusal { _ = try await lessons.site.tell(AnswerByCode(registration: first, code: code, action: .cancel), as: .visitor) }?.status == 404)
    }

    @Test("Who may: other counties' staff, other enterprises and people without one stay out; on behalf is marked")
    func rights() async throws {
        let lessons = try await Lessons(capacity: 5)
        let id = try await lessons.register(1).registration
        #expect(await refusal { _ = try lessons.site.ask(GetRegistration(id: id), as: Lessons.other) }?.code == "school.registration-unknown")
        #expect(await refusal { _ = try lessons.site.ask(GetRegistration(id: id), as: Lessons.enterprise(2)) }?.code == "school.registration-unknown")
        #expect(
            await refusal { _ = try await lessons.site.tell(AdvanceClass(schoolClass: lessons.schoolClass, action: .finish), as: Lessons.other) }?.code
                == "school.region-not-yours")
        var command = Register(schoolClass: lessons.schoolClass, participants: [try Lessons.person(7)], consent: true)
        #expect(
            await refusal { _ = try await lessons.site.tell(command, as: .person("nobody", .enterprise)) }?.code == "school.no-organisation")
        command.enterprise = try DemoEnterprise.make(3)
        #expect(await refusal { _ = try await lessons.site.tell(command, as: Lessons.enterprise(2)) }?.code == "school.other-organisation")
        let behalf = try await lessons.site.tell(command, as: Lessons.staff)
        #expect(try lessons.detail(behalf.results[0].registration).card.isOnBehalf)
        #expect(try lessons.site.events(Registered.self).map(\.isOnBehalf) == [false, true])
        #expect(try lessons.site.ask(FindRegistrations(), as: Lessons.enterprise(3)).items.count == 1)
    }

    @Test("Registration opens and closes on time, and not before the class is published")
    func times() async throws {
        let lessons = try await Lessons(capacity: 5, publish: false)
        #expect(await refusal { try await lessons.register(1) }?.code == "school.not-open")
        _ = try await lessons.site.tell(AdvanceClass(schoolClass: lessons.schoolClass, action: .publish), as: Lessons.staff)
        try await lessons.register(1)
        await lessons.site.advance(by: .seconds(10 * 86_400))
        #expect(await refusal { try await lessons.register(2) }?.message.contains("已经开课") == true)
    }

    @Test("A reminder is due once, a day before each session")
    func reminders() async throws {
        let lessons = try await Lessons(capacity: 5)
        try await lessons.register(1)
        await lessons.site.advance(by: .seconds(8 * 86_400))
        #expect(try lessons.site.events(ReminderDue.self).isEmpty)
        await lessons.site.advance(by: .seconds(86_400 + 600))
        await lessons.site.advance(by: .seconds(600))
        let due = try lessons.site.events(ReminderDue.self)
        #expect(due.map(\.session) == [1])
        #expect(due.first?.enrolled == 1)
    }
}
